"""Reads about people, units, roles and invitations."""
