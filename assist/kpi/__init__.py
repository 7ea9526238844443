"""What the numbers mean, measured from the event log alone."""
