"""The forms of announcements."""
