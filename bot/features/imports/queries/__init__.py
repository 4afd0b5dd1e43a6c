"""Reads about imports: what a file says, what is staged, who is listed."""
