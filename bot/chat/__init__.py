"""Conversations, written once against no particular channel."""
