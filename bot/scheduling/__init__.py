"""Work that is due at a time: rows that are claimed once, and what wakes the code that looks."""
