"""Files of our own: bytes by their hash, whose they are, and how each channel names them."""
