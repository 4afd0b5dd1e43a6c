"""Writes about imports: staging, checking, adding, undoing, claiming."""
