"""What countries and programmes differ in."""
