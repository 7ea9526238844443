"""Pure decisions: what to propose, and why. No session, no clock, no network; everything is an argument."""
