"""What readers and authors see of announcements."""
