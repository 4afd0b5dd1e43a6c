"""Reads about meetings, answers and reminders."""
