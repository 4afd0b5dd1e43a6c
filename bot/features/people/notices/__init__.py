"""What is written to other people about people, their roles, addresses and files."""
