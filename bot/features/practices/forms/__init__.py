"""The forms of practices."""
