"""Writes about people, units, roles and invitations."""
