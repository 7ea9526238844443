"""The use-cases, one verb a file. Each decides from what the store tells, and returns a change for the writer."""
