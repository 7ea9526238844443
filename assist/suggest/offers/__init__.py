"""What to offer beside an answer, whether at all, and what became of it. Pure: goods and facts are arguments."""
