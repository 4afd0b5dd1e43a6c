"""The bots that are compared: each runs as a process of its own and obeys the same orders."""
