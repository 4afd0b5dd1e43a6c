"""What is written to other people about meetings."""
