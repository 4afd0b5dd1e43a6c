"""What members and leads see of meetings."""
