"""Dates and times as people write them: words, what they say, and what that comes to."""
