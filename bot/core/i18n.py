"""How the bot speaks to one person: language, gender, plurals, numerals, calendar and time zone.

Messages are written in English in the code and translated in `locales/<locale>/LC_MESSAGES/
<slice>.po`. The catalogue decides whether a message needs the form of address: it holds either one
entry, or three with the contexts "m", "f" and "neutral". Overlays (`ar_MA` over `ar`) hold only
what differs.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal, TypeAlias

from babel.dates import get_day_names, get_month_names
from hijridate import Gregorian

from bot.core.country import COUNTRIES, Calendar, Numerals
from bot.core.messages import CompiledMessages, Entry, Key
from bot.core.text import eastern, isolate, isolate_ltr
from bot.core.zones import ZoneInfo, zone

# `Voice.date` is a method, so the type goes by another name here.
Day: TypeAlias = date
Gender = Literal["m", "f", "neutral"]
GENDERS: tuple[Gender, ...] = ("m", "f", "neutral")
LANGUAGES = ("ar", "en", "fr")
"""What the bot speaks; each has all its messages in the catalogues."""
logger = logging.getLogger(__name__)

LOCALES_DIR = Path(__file__).resolve().parents[2] / "locales"

# The order of the six Arabic forms is pinned here and checked in every catalogue header, since
# tools disagree on the order of the last two.
_PLURAL_INDEX: dict[str, Callable[[int], int]] = {
    "ar": lambda n: (
        n if n in (0, 1, 2) else 3 if 3 <= n % 100 <= 10 else 4 if 11 <= n % 100 <= 99 else 5
    ),
    "en": lambda n: int(n != 1),
    "fr": lambda n: int(n > 1),
}


def N_(message: str) -> str:
    """Mark a constant for the catalogues; it is rendered later by `Voice.text`."""
    return message


class Phrase(str):
    """Text that already reads right inside another text: it is not isolated again."""

    __slots__ = ()


HIJRI_MONTHS = (
    N_("Muharram"), N_("Safar"), N_("Rabi al-Awwal"), N_("Rabi al-Thani"), N_("Jumada al-Ula"),
    N_("Jumada al-Akhirah"), N_("Rajab"), N_("Shaban"), N_("Ramadan"), N_("Shawwal"),
    N_("Dhu al-Qidah"), N_("Dhu al-Hijjah"),
)  # fmt: skip

Messages = Mapping[Key, Entry]


@cache
def load_messages(locale: str, directory: Path = LOCALES_DIR) -> Messages:
    """All messages of one locale, without its fallbacks, by (context, msgid): compiled ones, and
    where a catalogue has not been compiled, or has changed since, those of its source, which takes
    a second longer. So nobody is spoken to in another language because a step of the installation
    was left out.

    :raises FileNotFoundError: there is no catalogue of a whole language.
    :raises OSError: one is damaged.
    """
    folder = directory / locale / "LC_MESSAGES"
    stems = sorted({path.stem for path in folder.glob("*.[mp]o")})
    messages = CompiledMessages(_read_catalogue(folder / stem) for stem in stems)
    if not messages and locale in LANGUAGES:
        raise FileNotFoundError(f"there are no catalogues in {folder}: install the whole project")
    return messages


def _read_catalogue(path: Path) -> bytes:
    compiled, source = path.with_suffix(".mo"), path.with_suffix(".po")
    stale = not compiled.exists() or (
        source.exists() and compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns
    )
    if not stale:
        return compiled.read_bytes()
    # Only an installation that left a step out pays for it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    logger.warning(
        "catalogue not compiled: make catalogues",
        extra={"action": "catalogue.source", "catalogue": f"{path.parents[1].name}/{path.name}"},
    )
    made = BytesIO()
    with source.open("rb") as file:
        write_mo(made, read_po(file, locale=path.parents[1].name))
    return made.getvalue()


def _chain(locale: str) -> tuple[str, ...]:
    language = locale.split("_", 1)[0]
    return (locale, language) if locale != language else (locale,)


@lru_cache(maxsize=16384)
def _find(locale: str, gender: str, message: str) -> Entry | None:
    for name in _chain(locale):
        messages = load_messages(name)
        for context in (gender, None):
            entry = messages.get((context, message))
            if entry:
                return entry
    return None


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's way of being spoken to. Immutable; made from their stored choices."""

    locale: str = "ar_SA"
    gender: Gender = "neutral"
    numerals: Numerals = "arab"
    calendar: Calendar = "both"
    timezone: str = "Asia/Riyadh"
    country: str = "SA"
    hijri_shift: int | None = None
    """Days added to Umm al-Qura; None follows the country."""

    @property
    def language(self) -> str:
        return self.locale.split("_", 1)[0]

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.timezone)

    @property
    def hijri_days(self) -> int:
        """Days added to Umm al-Qura: the person's own, or those of the country."""
        own = self.hijri_shift
        return COUNTRIES[self.country].hijri_offset if own is None else own

    def living_in(self, code: str) -> "Voice":
        """The voice with the words, digits, dates and clock of a country."""
        pack, arabic = COUNTRIES[code], self.language == "ar"
        return replace(
            self,
            locale=pack.locale if arabic else self.locale,
            numerals=pack.numerals if arabic else "latn",
            calendar=pack.calendar,
            timezone=pack.timezone,
            country=code,
            hijri_shift=None,
        )

    def say(self, message: str, /, *, about: Gender | None = None, **values: object) -> Phrase:
        """The message in the person's language. Values that are plain strings are isolated,
        numbers take the person's numerals, moments their zone and calendar.

        `about` gives the gender of the person spoken of, when the sentence is about a third.
        """
        entry = _find(self.locale, about or self.gender, message)
        pattern = entry if isinstance(entry, str) else message
        return self._fill(pattern, values)

    text = say

    def channel(self, name: str) -> Phrase:
        """What people call a channel, by the title that its plug-in declares."""
        title = f"channel.{name}"
        return self.text(title) if _find(self.locale, self.gender, title) else Phrase(name.title())

    def count(
        self, one: str, many: str, n: int, /, *, about: Gender | None = None, **values: object
    ) -> Phrase:
        """The message in the plural form that `n` needs; `{n}` is filled with the number."""
        entry = _find(self.locale, about or self.gender, one)
        if isinstance(entry, tuple):
            pattern = entry[_PLURAL_INDEX[self.language](n)] or many
        else:
            pattern = one if n == 1 else many
        return self._fill(pattern, {"n": n, **values})

    counted = count

    def fact(self, label: str, value: object) -> Phrase:
        """«Stage: primary»: what the label says already is not said again by a value of ours."""
        if isinstance(value, Phrase) and value.startswith(f"{label} "):
            value = Phrase(value.replace(f"{label} ", ""))
        return self.say("{label}: {value}", label=Phrase(label), value=value)

    def _fill(self, pattern: str, values: Mapping[str, object]) -> Phrase:
        if not values:
            return Phrase(pattern)
        said = {k: self.value(v) for k, v in values.items()}
        if self.language == "fr":
            pattern = _DE.sub(lambda found: _elided(found, said), pattern)
        return Phrase(pattern.format_map(said))

    def value(self, value: object) -> str:
        """One value as it reads inside a sentence."""
        if isinstance(value, Phrase):
            return value
        if isinstance(value, str):
            return isolate(value)
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, Day):
            return self.date(value)
        raise TypeError(f"no way to say a {type(value).__name__}")

    def digits(self, text: str) -> Phrase:
        """`text` with its digits in the person's numerals."""
        return Phrase(eastern(text) if self.numerals == "arab" else text)

    def number(self, n: int) -> Phrase:
        return self.digits(str(n))

    def local(self, moment: datetime) -> datetime:
        """An aware moment in the person's time zone."""
        return moment.astimezone(self.zone)

    def weekday(self, day: Day) -> Phrase:
        return Phrase(get_day_names("wide", locale=self.locale)[day.weekday()])

    def month(self, day: Day) -> Phrase:
        """The full name of the day's month, as the country has it."""
        return Phrase(get_month_names("wide", locale=self.locale)[day.month])

    def day_of_month(self, day: Day) -> Phrase:
        """The day's number; the first of a month is an ordinal in French."""
        return Phrase("1er") if self.language == "fr" and day.day == 1 else self.number(day.day)

    def date(self, day: Day, *, hijri: bool | None = None) -> Phrase:
        """Weekday, day, full month name and year; with the Hijri date for whoever reads both."""
        text = self.say(
            "{weekday} {day} {month} {year}",
            weekday=self.weekday(day),
            day=self.day_of_month(day),
            month=self.month(day),
            year=day.year,
        )
        if hijri if hijri is not None else self.calendar == "both":
            text = self.say("{date}, {hijri}", date=text, hijri=self.hijri(day))
        return text

    def hijri(self, day: Day) -> Phrase:
        """The Umm al-Qura date, moved by the person's own or the country's offset of days."""
        hijri = Gregorian.fromdate(day + timedelta(days=self.hijri_days)).to_hijri()
        month = self.text(HIJRI_MONTHS[hijri.month - 1])
        return self.say("{day} {month} {year} AH", day=hijri.day, month=month, year=hijri.year)

    def time(self, moment: datetime) -> Phrase:
        """The local time: in Arabic on a twelve-hour clock with its part of the day, in other
        languages on a clock of twenty-four hours."""
        local = self.local(moment)
        if self.language != "ar":
            minute = self.digits(f"{local.minute:02}")
            return self.say("{hour}:{minute}", hour=local.hour, minute=minute)
        clock = self.digits(f"{(local.hour - 1) % 12 + 1}:{local.minute:02}")
        return self.text(_part_of_day(local.hour, local.minute), time=Phrase(isolate_ltr(clock)))

    def moment(self, moment: datetime) -> Phrase:
        """Date and time, local to the person."""
        local = self.local(moment)
        return self.say("{date}, at {time}", date=self.date(local.date()), time=self.time(moment))

    def brief(self, moment: datetime) -> Phrase:
        """Weekday, day and month and time, for lists and buttons."""
        local = self.local(moment)
        return self.say(
            "{weekday} {day} {month}, {time}",
            weekday=self.weekday(local.date()),
            day=self.day_of_month(local.date()),
            month=self.month(local.date()),
            time=self.time(moment),
        )

    def relative(self, moment: datetime, now: datetime) -> Phrase:
        """How far ahead `moment` is, in days, hours or minutes, with duals; in minutes up to
        two hours, since «in two hours», said ninety minutes before, would make people late."""
        minutes = max(0, round((moment - now).total_seconds() / 60))
        days = (self.local(moment).date() - self.local(now).date()).days
        if minutes == 0:
            return self.say("now")
        if minutes < 120 and minutes != 60:
            return self.count("in {n} minute", "in {n} minutes", minutes)
        if minutes < 24 * 60:
            return self.count("in {n} hour", "in {n} hours", (minutes + 29) // 60)
        return self.count("in {n} day", "in {n} days", days)

    def join(self, items: Iterable[str]) -> Phrase:
        """A list in a sentence: «one, two and three», each item isolated unless a phrase."""
        parts = [self.value(item) for item in items]
        if len(parts) < 2:
            return Phrase("".join(parts))
        head = parts[0]
        for part in parts[1:-1]:
            head = self.say("{first}, {second}", first=Phrase(head), second=Phrase(part))
        return self.say("{first} and {last}", first=Phrase(head), last=Phrase(parts[-1]))


_DE = re.compile(r"\b([Dd])e (\{(\w+)\})")
_VOWELS = frozenset("aàâäæeéèêëiîïoôöœuùûü")


def _elided(found: re.Match[str], said: Mapping[str, str]) -> str:
    """French «de» before a value that begins with a vowel, as «d’Amina»."""
    first = next((letter for letter in said[found[3]] if letter.isalpha()), "")
    return f"{found[1]}’{found[2]}" if first.lower() in _VOWELS else found[0]


def _part_of_day(hour: int, minute: int) -> str:
    if hour < 3 or hour >= 21:
        return N_("{time} at night")
    if hour < 12:
        return N_("{time} in the morning")
    if (hour, minute) == (12, 0):
        return N_("{time} at noon")
    if hour < 14:
        return N_("{time} past noon")
    if hour < 15:
        return N_("{time} after noon")
    if hour < 18:
        return N_("{time} in the afternoon")
    return N_("{time} in the evening")
