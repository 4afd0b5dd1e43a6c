"""Writes about meetings: calling and changing them, inviting, reminding."""
