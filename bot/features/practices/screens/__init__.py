"""What readers and authors see of practices."""
