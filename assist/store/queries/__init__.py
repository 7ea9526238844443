"""Questions to the database and the rows that changes keep, one file a subject."""
