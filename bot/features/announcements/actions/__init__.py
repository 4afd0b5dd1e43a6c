"""Writes about announcements."""
