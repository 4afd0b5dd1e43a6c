"""What is seen of lists: the report, who waits, and the way to one's place."""
