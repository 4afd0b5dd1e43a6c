"""The tests of Halqa. Warnings are errors, time is moved and never slept away."""
