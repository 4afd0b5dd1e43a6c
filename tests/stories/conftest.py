"""Stories happen in a town."""

from tests.town import town

__all__ = ["town"]
