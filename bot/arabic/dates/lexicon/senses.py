"""What words can do in dates and times, units of time, and parts of the day."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Sense(StrEnum):
    """What a word can do in a phrase."""

    WEEKDAY = "weekday"  # 0 is Monday
    PLURAL_DAY = "plural_day"  # "Mondays": every one of them
    MONTH = "month"  # Gregorian, 1-12
    HIJRI_MONTH = "hijri_month"
    FEAST = "feast"  # of the Hijri year: month * 100 + day
    NATIONAL_DAY = "national_day"  # of the Gregorian year: the same
    CARDINAL = "cardinal"
    TENS = "tens"  # also CARDINAL; joined to units by "and"
    TENS_ORDINAL = "tens_ordinal"
    TEEN = "teen"  # the second half of 11 to 19
    ORDINAL = "ordinal"  # masculine: a day, or "the first Thursday"; -1 is the last
    ORDINAL_BARE = "ordinal_bare"  # the same without article
    HOUR_NAME = "hour_name"  # feminine ordinal: an hour
    FRACTION = "fraction"  # minutes
    LESS = "less"
    AND = "and"
    PART = "part"
    CLOCK_TIME = "clock_time"  # noon: an hour and its part in one
    PRAYER = "prayer"  # index into tuple(Prayer)
    SPOKEN_PRAYER = "spoken_prayer"  # a prayer only after the word prayer
    PRAYING = "praying"
    BOTH_EVENINGS = "both_evenings"  # maghrib and isha
    DAY_OFFSET = "day_offset"
    NOW = "now"
    TONIGHT = "tonight"
    NIGHT_BEFORE = "night_before"
    NEXT = "next"
    AFTER_NEXT = "after_next"
    THIS = "this"
    LAST = "last"
    AFTER = "after"
    BEFORE = "before"
    TO = "to"
    TO_PREFIX = "to_prefix"
    SAME_DAY = "same_day"  # leads to another name of the day before it: value is a SameDay
    MOVE = "move"  # tells of a new time in place of an old one: value is a Move
    FROM = "from"
    BETWEEN = "between"
    STARTING = "starting"
    FOR = "for"
    BY = "by"
    EVERY = "every"
    REPEATED = "repeated"  # daily, weekly …: value is a TimeUnit
    ALTERNATE_DAYS = "alternate_days"
    EXCEPT = "except"
    OR = "or"
    TIMES = "times"
    UNIT = "unit"
    UNITS = "units"  # the plural of a unit: no amount by itself
    UNIT_PAIR = "unit_pair"
    PERIOD = "period"  # the week, the month, the year, with the article
    EDGE_START = "edge_start"
    EDGE_END = "edge_end"
    HOUR_MARK = "hour_mark"
    DAY_MARK = "day_mark"
    DAYS_MARK = "days_mark"
    MONTH_MARK = "month_mark"
    YEAR_MARK = "year_mark"
    WORKDAY = "workday"
    HIJRI_ERA = "hijri_era"
    GREGORIAN_ERA = "gregorian_era"
    AT_ONCE = "at_once"
    VAGUE = "vague"
    FILLER = "filler"
    ISO_TIME = "iso_time"
    WEEKEND = "weekend"
    CONTEXT = "context"  # courtesy and names: says nothing of a time, whatever its words say alone
    GAP = "gap"  # where context stood: nothing is joined across it
    TURN = "turn"  # denies, corrects or leaves open what stands beside it: value is a Reversal


class SameDay(IntEnum):
    """How surely a word says that two names are of one day."""

    SAID = 0
    BETWEEN_DAYS = 1  # it has other uses, and says so between two days only
    AGREED = 2  # "agreed", where no day follows


class Move(IntEnum):
    """How surely a word tells of a move."""

    SAID = 0
    MAYBE = 1  # it has other uses: "handing in", from a day to a day


class Reversal(IntEnum):
    """What a word does to the time beside it."""

    NOT = 0  # denies the next one, or sets another in its place: "not", "instead of"
    RATHER = 1  # what follows takes the place of what stood before
    OPEN = 2  # a condition, a question, a cancellation, a day that is taken: nothing is settled


class TimeUnit(IntEnum):
    """Units of time, ascending."""

    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    MONTH = 5
    YEAR = 6


class PartOfDay(IntEnum):
    """Parts of the day; the hours of each are in `read/clock`."""

    MORNING = 0
    DAWN = 1
    FORENOON = 2
    NOON = 3
    AFTERNOON = 4
    ASR = 5
    EVENING = 6
    PM = 7
    MAGHRIB = 8
    ISHA = 9
    NIGHT = 10
    ASHIYA = 11  # the Moroccan afternoon and early evening; elsewhere the evening
