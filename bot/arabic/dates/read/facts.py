"""What the words of a text say, before it is known what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.arabic.calendar.prayer import Location, Prayer, capital_of
from bot.arabic.dates.lexicon.senses import PartOfDay, Reversal, TimeUnit
from bot.arabic.dates.model import DoubtReason


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Where and when a text is read. `country` is `SA` or `MA`; other countries read as `SA`.
    `hijri_shift` is the days by which the reader's Hijri calendar differs from Umm al-Qura; `place`
    is where prayers are reckoned, the capital where that is not known."""

    now: datetime
    country: str
    hijri_shift: int = 0
    place: Location | None = None

    @property
    def location(self) -> Location:
        return self.place or capital_of(self.country)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def week_start(self) -> int:
        """The first weekday, 0 being Monday."""
        return 0 if self.country == "MA" else 6


@dataclass(frozen=True, slots=True)
class Weekday:
    """`skip` counts whole weeks beyond the first such day after today."""

    day: int
    skip: int = 0
    this: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day of a month, not yet checked. Day -1 is the last of its month."""

    day: int
    month: int
    year: int | None = None
    hijri: bool = False
    ordinal: bool = False
    doubtful_era: bool = False


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    day: int


@dataclass(frozen=True, slots=True)
class OrdinalDay:
    """`الأول` with no month beside it: it may number a weekday, or a day."""

    number: int


@dataclass(frozen=True, slots=True)
class Nth:
    """The nth such weekday of a month; -1 is the last."""

    number: int
    weekday: int


@dataclass(frozen=True, slots=True)
class MonthName:
    month: int
    hijri: bool
    year: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month or year: this one (0), the next (1) …; `hijri` only of months."""

    unit: TimeUnit
    offset: int
    hijri: bool = False


@dataclass(frozen=True, slots=True)
class WeekStart:
    """The first day of the week that stands beside it."""


@dataclass(frozen=True, slots=True)
class Weekend:
    pass


@dataclass(frozen=True, slots=True)
class Fixed:
    """A day counted from today; `unit` tells how coarsely."""

    day: date
    unit: TimeUnit = TimeUnit.DAY


@dataclass(frozen=True, slots=True)
class NightBefore:
    """`ليلة الجمعة`: the eve, or the night of the day itself."""


@dataclass(frozen=True, slots=True)
class Instant:
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockTime:
    """An hour as written, 0 to 24.

    `spoken` is the hour that was named: 7 in "a quarter to seven", whose `hour` is 6. `zero`: it
    was written with a leading zero, as on a clock of 24 hours.
    """

    hour: int
    minute: int = 0
    parts: tuple[PartOfDay, ...] = ()
    spoken: int | None = None
    zero: bool = False


@dataclass(frozen=True, slots=True)
class DayPart:
    part: PartOfDay


class Side(Enum):
    AFTER = "after"
    BEFORE = "before"
    AT = "at"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A prayer. `firm`: it can only be the prayer, not a part of the day."""

    prayer: Prayer
    side: Side
    minutes: int | None = None
    firm: bool = False
    friday: bool = False


@dataclass(frozen=True, slots=True)
class Bare:
    """A number alone."""

    number: int


@dataclass(frozen=True, slots=True)
class Dashed:
    """`5-6`: the fifth of June, or from five to six; `dotted`: or six minutes past five."""

    first: int
    second: int
    dotted: bool = False


class Join(Enum):
    TO = 1
    DASH = 2
    PREFIX = 3  # the joined "to", which may also mean "on" or "at"
    AND = 4
    FROM = 5
    STARTING = 6
    BETWEEN = 7
    OR = 8


@dataclass(frozen=True, slots=True)
class Connective:
    join: Join


@dataclass(frozen=True, slots=True)
class Every:
    unit: TimeUnit
    interval: int = 1


@dataclass(frozen=True, slots=True)
class Workdays:
    pass


@dataclass(frozen=True, slots=True)
class Except:
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in each unit, on days not named."""

    times: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Repetitions:
    times: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time; minutes and calendar units never mix."""

    number: int
    unit: TimeUnit

    @property
    def minutes(self) -> int | None:
        return self.number if self.unit is TimeUnit.MINUTE else None


@dataclass(frozen=True, slots=True)
class Length:
    amount: Amount


@dataclass(frozen=True, slots=True)
class Unread:
    text: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A word that denies, corrects or leaves open what stands beside it."""

    turn: Reversal
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that were read, and that make a question of any answer."""

    reason: DoubtReason
    text: str


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A new time is told in place of an old one; not `sure`: the word has other uses."""

    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class TimeSpan:
    first: ClockTime | Anchor
    last: ClockTime | Anchor


@dataclass(frozen=True, slots=True)
class DaySpan:
    """From a day to a day. `unopened` is the "to" between them where no "from" stood before."""

    first: tuple[DayFact, ...]
    last: tuple[DayFact, ...]
    unopened: Join | None = None


@dataclass(frozen=True, slots=True)
class MomentSpan:
    first_days: tuple[DayFact, ...]
    first_time: ClockTime | Anchor
    last_days: tuple[DayFact, ...]
    last_time: ClockTime | Anchor


@dataclass(frozen=True, slots=True)
class Until:
    days: tuple[DayFact, ...]


DayFact = (
    Weekday
    | WrittenDate
    | DayOfMonth
    | OrdinalDay
    | Nth
    | MonthName
    | Period
    | WeekStart
    | Weekend
    | Fixed
    | NightBefore
    | Bare
)
TimeFact = ClockTime | Anchor | Bare
Fact = (
    DayFact
    | TimeFact
    | Instant
    | DayPart
    | Dashed
    | Connective
    | Every
    | Workdays
    | Except
    | Frequency
    | Repetitions
    | Length
    | Unread
    | Hint
    | Rescheduled
    | Turned
    | TimeSpan
    | DaySpan
    | MomentSpan
    | Until
)
DAY_FACTS = (
    Weekday,
    WrittenDate,
    DayOfMonth,
    OrdinalDay,
    Nth,
    MonthName,
    Period,
    WeekStart,
    Weekend,
    Fixed,
    NightBefore,
)
