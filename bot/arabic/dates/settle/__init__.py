"""From facts to a date, a range, a recurrence, or a question."""
