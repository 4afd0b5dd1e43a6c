"""What a person sees of themselves, of their unit's people, and of the way in."""
