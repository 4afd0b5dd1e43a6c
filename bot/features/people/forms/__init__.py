"""Registering, changing what one said, inviting."""
