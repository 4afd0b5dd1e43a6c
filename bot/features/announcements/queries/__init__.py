"""What is read about announcements."""
