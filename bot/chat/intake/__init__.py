"""What came in: stored before it is confirmed, and taken in order."""
