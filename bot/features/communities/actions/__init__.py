"""Writes about teams and their members."""
