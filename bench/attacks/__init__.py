"""Attacks on the bot, counted: `python -m bench.attacks`.

What was tried, how often, and what got through; the figures of `docs/security.md`.
"""
