"""Reads about teams and their members."""
