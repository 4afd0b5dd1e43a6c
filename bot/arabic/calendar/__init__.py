"""Calendars: Hijri dates, the times of prayer, and what a school calendar announces."""
