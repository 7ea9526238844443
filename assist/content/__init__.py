"""Content on both sides of publishing: files, checks and wording."""
