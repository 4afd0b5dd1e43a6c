"""Halqa: a chatbot for teachers in professional learning communities."""
