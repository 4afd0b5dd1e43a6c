"""Reads about when people want to be written to."""
