"""Arabic as people type it: dates and times read and written, text folded for search."""
