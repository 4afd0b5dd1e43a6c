"""The forms of meetings."""
