"""What is to be said of a row: why it is not taken, or what is not taken of it."""

from dataclasses import dataclass
from enum import StrEnum


class RowState(StrEnum):
    """What becomes of a row."""

    UNREAD = "unread"
    FRESH = "fresh"
    """It is added."""
    KNOWN = "known"
    """It is there already, and stays as it is."""
    CHANGED = "changed"
    """It is there already, and says something else now: that is taken where it is asked for."""
    WRONG = "wrong"
    """It is not taken as it stands."""


class RowFault(StrEnum):
    """What is wrong with a row, or to be noted about it."""

    NAME_EMPTY = "name_empty"
    NAME_UNFIT = "name_unfit"
    NAME_LONG = "name_long"
    UNIT_EMPTY = "unit_empty"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_SEVERAL = "unit_several"
    UNIT_CLOSED = "unit_closed"
    UNIT_MERGED = "unit_merged"
    """The unit has become part of another one, which takes its place."""
    UNIT_NOT_YOURS = "unit_not_yours"
    ROLE_UNKNOWN = "role_unknown"
    ROLE_NEVER = "role_never"
    KIND_UNKNOWN = "kind_unknown"
    COUNTRY_UNKNOWN = "country_unknown"
    COUNTRY_EMPTY = "country_empty"
    GENDER_UNKNOWN = "gender_unknown"
    PLACE_UNKNOWN = "place_unknown"
    """No town or province of the country has this name."""
    ABOVE_UNKNOWN = "above_unknown"
    ABOVE_SEVERAL = "above_several"
    ABOVE_WRONG = "above_wrong"
    """The row of the unit above is wrong itself."""
    ROOT_NOT_YOURS = "root_not_yours"
    TWICE = "twice"
    """The same stands further up."""
    TWIN = "twin"
    """It differs from one further up by its spelling alone."""
    TWIN_THERE = "twin_there"
    """The same of one that is there already."""
    TWIN_CLOSED = "twin_closed"
    """A unit of this name was closed in this place; the row begins a new one."""
    DIFFERS = "differs"
    """Somebody with this number is there, with another name or role."""
    CHANGED = "changed"
    """What the row says is another thing than what is there."""
    SUBJECT_UNKNOWN = "subject_unknown"
    STAGE_UNKNOWN = "stage_unknown"
    PHONE_UNFIT = "phone_unfit"
    STAFF_NATIONAL = "staff_national"
    """Among staff numbers stands one that looks like an identity number."""


NOTES = frozenset(
    {
        RowFault.SUBJECT_UNKNOWN,
        RowFault.STAGE_UNKNOWN,
        RowFault.PHONE_UNFIT,
        RowFault.PLACE_UNKNOWN,
        RowFault.STAFF_NATIONAL,
        RowFault.UNIT_MERGED,
        RowFault.TWIN_CLOSED,
        RowFault.TWICE,
        RowFault.DIFFERS,
        RowFault.CHANGED,
    }
)
"""What does not keep a row from being taken, or says of one that is there that it stays."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault with the column that it is about ("" where it is about none), and what it needs to be
    said: another row's line, or what is there instead."""

    fault: RowFault
    column: str = ""
    line: int = 0
    other: str = ""

    def to_json(self) -> list[str | int]:
        return [self.fault.value, self.column, self.line, self.other]

    @classmethod
    def from_json(cls, data: list[str | int]) -> "Remark":
        fault, column, line, other = data
        return cls(RowFault(str(fault)), str(column), int(line), str(other))
