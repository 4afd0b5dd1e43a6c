"""Forms: what they are, how they run, and where they stand half filled."""
