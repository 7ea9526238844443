"""Rows and how they are kept: SQLite for one machine, PostgreSQL beyond."""
