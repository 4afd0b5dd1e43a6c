"""What a calendar file says of days, and what of it changes a calendar that has heard of them:
files arrive in any order, and an older one takes back nothing that a newer one said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.arabic.calendar.school_days import DayKind

UID = 200
"""Characters of the name of an entry."""
_ONE_OF_SERIES = re.compile(r"(?P<uid>.*)#\d{8}")


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """Which version of an entry it is (RFC 5546, 2.1.5): the higher the sequence the newer, and of
    two with one sequence the one that was stamped (aware) later. None is for what is not known,
    which makes nothing older."""

    sequence: int | None = None
    stamped: datetime | None = None

    def is_older_than(self, other: "EntryVersion") -> bool:
        if self.sequence is None or other.sequence is None:
            return False
        if self.sequence != other.sequence:
            return self.sequence < other.sequence
        return bool(self.stamped and other.stamped and self.stamped < other.stamped)

    def or_newer(self, other: "EntryVersion") -> "EntryVersion":
        return other if self.is_older_than(other) else self


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Days of a calendar; `last` belongs to them. A withdrawn one was cancelled by its author, and
    its days say nothing.

    An entry that falls on several times is one of these for each. `series` is then, as for any
    whole entry, its UID in the file: what a calendar has of it besides is out of date. It is empty
    where the file tells of one time alone. A time that the file tells apart from its series is as
    new as the newer of both.
    """

    uid: str
    first: date
    last: date
    kind: DayKind
    title: str
    withdrawn: bool = False
    series: str = ""
    version: EntryVersion = EntryVersion()


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What a calendar remembers of an entry; a withdrawn one has no days there any more."""

    version: EntryVersion
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class CalendarUpdate:
    """What entries change in a calendar.

    :ivar kept: are to stand there as they are.
    :ivar cancelled: are to be remembered as withdrawn.
    :ivar gone: UIDs of what stands there and goes: what was cancelled, and the times on which an
        entry falls no longer.
    :ivar older: change nothing, since the calendar knows a newer version.
    """

    kept: tuple[CalendarEntry, ...]
    cancelled: tuple[CalendarEntry, ...]
    gone: frozenset[str]
    older: tuple[CalendarEntry, ...]


def update_of(entries: Iterable[CalendarEntry], known: Mapping[str, KnownEntry]) -> CalendarUpdate:
    """What the entries of a file change in a calendar, of which these are known by their UIDs."""
    whole = {
        short_uid(uid): each for uid, each in known.items() if not _ONE_OF_SERIES.fullmatch(uid)
    }
    kept: list[CalendarEntry] = []
    cancelled: list[CalendarEntry] = []
    older: list[CalendarEntry] = []
    listed = list(entries)
    for each in listed:
        is_older = _is_older(each, known, whole)
        (older if is_older else cancelled if each.withdrawn else kept).append(each)
    ended = _ended(listed)
    gone = set()
    for uid, standing in known.items():
        time = _ONE_OF_SERIES.fullmatch(uid)
        by = ended.get(uid) or (ended.get(time["uid"]) if time else None)
        if by is not None and not standing.withdrawn and not by.is_older_than(standing.version):
            gone.add(uid)
    gone.difference_update(each.uid for each in kept)
    return CalendarUpdate(tuple(kept), tuple(cancelled), frozenset(gone), tuple(older))


def _is_older(
    entry: CalendarEntry, known: Mapping[str, KnownEntry], whole: Mapping[str, KnownEntry]
) -> bool:
    before = known.get(entry.uid)
    time = _ONE_OF_SERIES.fullmatch(entry.uid)
    if before is None and time:
        before = whole.get(time["uid"])
    return before is not None and entry.version.is_older_than(before.version)


def _ended(entries: Iterable[CalendarEntry]) -> dict[str, EntryVersion]:
    """Which UIDs stand for nothing but what these entries say, and the version that says so."""
    ended: dict[str, EntryVersion] = {}
    for each in entries:
        names = [each.uid] if each.withdrawn else []
        names += [each.series, short_uid(each.series)] if each.series else []
        for name in names:
            # A time may be newer than the series that it is told apart from.
            before = ended.setdefault(name, each.version)
            ended[name] = each.version if each.version.is_older_than(before) else before
    return ended


def short_uid(uid: str) -> str:
    """As much of a UID as leaves room for a day."""
    return uid[: UID - len("#20261129")]
