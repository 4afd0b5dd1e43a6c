"""The forms that bring holidays and examinations into a unit's calendar."""
