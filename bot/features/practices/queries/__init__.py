"""Reads about practices."""
