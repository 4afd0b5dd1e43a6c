"""What is asked of a person about themselves, once at registration and later in the settings."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.arabic.order import order_key
from bot.chat.forms.answers import Answers
from bot.chat.forms.choices import ChoicesField, codes
from bot.chat.forms.fields import ChoiceField, FurtherChoices, NameField, SearchField
from bot.chat.forms.reading import Accepted, Given, Option, Reading
from bot.chat.turn import Turn
from bot.core.country import COUNTRIES, NUMERALS, Numerals, usual_digits
from bot.core.graphemes import begin
from bot.core.i18n import GENDERS, N_, Gender, Voice
from bot.core.text import clean_line, eastern, has_letters
from bot.features.people.queries import search as people_search
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_choice import describe_unit, unit_options
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    SEVERAL,
    ZONES,
    offered_stages,
    offered_subjects,
    stage_label,
    stages,
    subject_label,
    zone_label,
)

FORMS_OF_ADDRESS = {
    "m": N_("Speak to me as to a man"),
    "f": N_("Speak to me as to a woman"),
    "neutral": N_("Speak to me without gender"),
}
COUNTRY_NAMES = {"SA": N_("Saudi Arabia"), "MA": N_("Morocco")}
CALENDARS = {"both": N_("Gregorian and Hijri"), "gregorian": N_("Gregorian only")}
LANGUAGES = {
    "ar": N_("The Arabic language, by its own name"),
    "en": N_("English"),
    "fr": N_("The French language, by its own name"),
}
MOST_UNITS = 6
"""Units that one search offers."""
MOST_WORDS = 100
"""Characters of what is searched for."""
HIJRI_SHIFTS = (-2, -1, 0, 1)
"""Days from Umm al-Qura that a sighting of the moon may make a country's calendar differ."""

PRIVACY = N_(
    "What I keep: what you tell me about yourself (name, form of address, place of work, subject,"
    " stage, language and time zone) and what you confirm here: requests, answers, practices,"
    " meetings and announcements.\n\n"
    "Who sees it: your teams can find you by your name and see your subject, your place of work and"
    " what you share with them, and colleagues in your school can find you too if you agree; the"
    " leaders of your unit and supervisors see your roles as well. Nobody sees your phone number,"
    " and nothing is sold or used for advertising.\n\n"
    "Files: what you send lies with me, and a picture without where, when and by what it was taken."
    " What you delete is gone from here within a day, and from backups when they are thrown"
    " away.\n\n"
    "How long: your messages as they arrive are erased after two days; what you confirmed stays"
    " until you delete it. You can see, change or delete your data at any time with /profile."
)
NOTICE = N_(
    "How your data is treated: I keep what you tell me about yourself and what you confirm here, so"
    " that your professional learning community can work. Your teams see what you share with them;"
    " whoever looks after your place of work sees your name, subject and roles. Nobody sees your"
    " phone number, and nothing is sold. You can see, change or delete your data at any time. In"
    " full: /privacy"
)


async def _addresses(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(g, turn.voice.text(FORMS_OF_ADDRESS[g])) for g in ("f", "m", "neutral")]


def _gender(code: Any) -> Gender:
    return next(gender for gender in GENDERS if gender == code)


def _numerals(code: Any) -> Numerals:
    return next(numerals for numerals in NUMERALS if numerals == code)


def _addressed(voice: Voice, gender: Gender) -> Voice:
    return replace(voice, gender=gender)


async def _subjects(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, subject_label(turn.voice, code)) for code in offered_subjects(turn.voice)]


async def _stages(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, stage_label(turn.voice, code)) for code in offered_stages(turn.voice)]


def _own_stages(data: Any) -> tuple[str, ...]:
    """The stages of saved JSON; a former version did not ask which several they were."""
    return tuple(stages()) if data == SEVERAL else codes(data)


async def _countries(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, turn.voice.text(COUNTRY_NAMES[code])) for code in COUNTRIES]


async def _zones(turn: Turn, answers: Answers) -> Sequence[Option]:
    codes = dict.fromkeys([*ZONES, answers.of(ZONE) or turn.voice.timezone])
    return [Option(code, zone_label(turn.voice, code)) for code in codes]


async def _digits(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option("arab", eastern("1 2 3")), Option("latn", "1 2 3")]


async def _calendars(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, turn.voice.text(label)) for code, label in CALENDARS.items()]


async def _hijri_days(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(shift, hijri_today(turn, shift)) for shift in HIJRI_SHIFTS]


def hijri_today(turn: Turn, shift: int | None) -> str:
    """The day's Hijri date, so many days from Umm al-Qura."""
    voice = replace(turn.voice, hijri_shift=shift)
    return voice.hijri(voice.local(turn.now).date())


async def _languages(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(code, turn.voice.text(label)) for code, label in LANGUAGES.items()]


async def find_workplaces(turn: Turn, answers: Answers, words: str) -> list[Unit]:
    """The units whose names resemble the words: of the country that was said, or else of the
    person's own one first."""
    lived_in = answers.of(COUNTRY)
    if lived_in is None:
        return await find_near(turn, words, turn.voice.country)
    tops = await unit_queries.root_units(turn.tx)
    here = [top for top in tops if top.country == lived_in]
    return await people_search.find_units(turn.tx, words, MOST_UNITS + 1, here)


async def find_near(turn: Turn, words: str, code: str) -> list[Unit]:
    """The units of a country whose names resemble the words; those of others where it has none."""
    tops = await unit_queries.root_units(turn.tx)
    here = [top for top in tops if top.country == code]
    found = await people_search.find_units(turn.tx, words, MOST_UNITS + 1, here) if here else []
    if found or len(here) == len(tops):
        return found
    return await people_search.find_units(turn.tx, words, MOST_UNITS + 1)


def called_so(found: Sequence[Unit], words: str) -> Unit | None:
    """The only one of these units that is called so as a whole."""
    same = [each for each in found if order_key(each.name) == order_key(words)]
    return same[0] if len(same) == 1 else None


@dataclass(frozen=True, kw_only=True)
class UnitField(SearchField):
    """A unit out of those that `find` finds; whoever writes the whole name of one has answered."""

    find: Callable[[Turn, Answers, str], Awaitable[list[Unit]]]

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[int]:
        words = "" if given.chosen or given.file else begin(clean_line(given.text), MOST_WORDS)
        found = await self.find(turn, answers, words) if has_letters(words) else []
        if (meant := called_so(found, words)) is not None:
            return Accepted(meant.id)
        return await super().read(turn, answers, given)


def unit_field(
    find: Callable[[Turn, Answers, str], Awaitable[list[Unit]]],
    *,
    label: str,
    question: str,
    further_choices: FurtherChoices | None = None,
    takes_only: bool = False,
) -> UnitField:
    """The field `unit`, among those that `find` finds."""

    async def search(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
        return await unit_options(turn, await find(turn, answers, words), MOST_UNITS)

    return UnitField(
        name="unit",
        label=label,
        question=question,
        find=find,
        search=search,
        describe=describe_unit,
        further_choices=further_choices,
        takes_only=takes_only,
    )


async def unit_country(turn: Turn, answers: Answers) -> str | None:
    """That of the place of work, for whoever chose it before they were asked for the country."""
    chosen = answers.of(UNIT)
    place = await unit_queries.unit(turn.tx, chosen) if chosen else None
    return place.country if place else None


async def unit_zone(turn: Turn, answers: Answers) -> str | None:
    place = await unit_queries.unit(turn.tx, answers.need(UNIT))
    return place.timezone if place else None


async def country_digits(turn: Turn, answers: Answers) -> Numerals:
    return usual_digits(turn.voice.language, answers.need(COUNTRY))


ADDRESS = ChoiceField(
    name="gender",
    label=N_("Form of address"),
    question=N_("How shall I speak to you?"),
    options=_addresses,
    of=_gender,
    attune=_addressed,
)
NAME = NameField(
    name="name",
    label=N_("Name"),
    question=N_("What is your name, as your colleagues know it?"),
)
UNIT = unit_field(
    find_workplaces,
    label=N_("Place of work"),
    question=N_(
        "Where do you work? Write a part of the name of your school or department; I forgive"
        " slips of the pen. If it is not there, choose its department."
    ),
)
SUBJECT = ChoicesField(
    name="subject",
    label=N_("Subject"),
    question=N_("What do you teach, or what is your field?"),
    options=_subjects,
    several=N_("Several subjects"),
)
STAGE = ChoicesField(
    name="stage",
    label=N_("Stage"),
    question=N_("Which stage do you work in?"),
    options=_stages,
    several=N_("Several stages"),
    of=_own_stages,
)
COUNTRY = ChoiceField(
    name="country",
    label=N_("Country"),
    question=N_("Whose school terms and wording shall I use?"),
    options=_countries,
    of=str,
)
ZONE = ChoiceField(
    name="timezone",
    label=N_("Time zone"),
    question=N_("Which clock do you live by?"),
    options=_zones,
    of=str,
)
DIGITS = ChoiceField(
    name="numerals",
    label=N_("Digits"),
    question=N_("Which digits do you prefer?"),
    options=_digits,
    of=_numerals,
)
CALENDAR = ChoiceField(
    name="calendar",
    label=N_("Calendar"),
    question=N_("Which dates shall I write?"),
    options=_calendars,
    of=str,
)
HIJRI = ChoiceField(
    name="hijri_shift",
    label=N_("Hijri date"),
    question=N_("Which Hijri date is it today where you are?"),
    options=_hijri_days,
    of=int,
)
LANGUAGE = ChoiceField(
    name="language",
    label=N_("Language"),
    question=N_("Which language shall we speak?"),
    options=_languages,
    of=str,
)
