"""Words only: the frozen values every other floor speaks in."""
