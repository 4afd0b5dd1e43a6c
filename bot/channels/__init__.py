"""The platforms on which people are reached."""
