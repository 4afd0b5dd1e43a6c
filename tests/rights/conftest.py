"""One world for all the tables of a run."""

from tests.rights.house import postgresql_house, rights_house, sqlite_house

__all__ = ["postgresql_house", "rights_house", "sqlite_house"]
