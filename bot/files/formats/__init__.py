"""The formats that are taken, each read to its very end."""
