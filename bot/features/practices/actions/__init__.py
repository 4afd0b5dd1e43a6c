"""Writes about practices."""
