"""Transactions that PostgreSQL undid since they crossed another one: nothing is wrong with them,
and the same work is simply done again."""

from sqlalchemy.exc import DBAPIError

CROSSED = frozenset({"40001", "40P01"})
"""Could not serialize; deadlock."""


def was_crossed(error: BaseException) -> bool:
    """Whether the transaction ended only because it crossed another one."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    # The driver's own errors carry the code, and so do SQLAlchemy's wrappers of them.
    return getattr(error, "sqlstate", None) in CROSSED
