"""The words of the organisation: subjects, stages, roles, kinds of unit, time zones. Codes are
stored, labels are said: those of the packs as the reader's country has them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.core.i18n import N_, Gender, Phrase, Voice
from bot.packs.countries import OTHER, known, pack_of
from bot.packs.named import NamedThing
from bot.packs.roles import Role

SEVERAL = "all"
"""What is for several stages; a person's stages are named, each by itself."""

ZONES: dict[str, str] = {
    "Asia/Riyadh": N_("Riyadh time"),
    "Africa/Casablanca": N_("Casablanca time"),
    "Africa/Cairo": N_("Cairo time"),
    "Asia/Dubai": N_("Dubai time"),
    "Europe/Paris": N_("Paris time"),
}


class UnitGender(StrEnum):
    BOYS = "boys"
    GIRLS = "girls"
    MIXED = "mixed"


UNIT_GENDERS: dict[UnitGender, str] = {
    UnitGender.GIRLS: N_("Girls"),
    UnitGender.BOYS: N_("Boys"),
    UnitGender.MIXED: N_("Girls and boys"),
}


def subjects() -> Mapping[str, NamedThing]:
    """Those that any country names, by code."""
    return known("subjects")


def stages() -> Mapping[str, NamedThing]:
    """Those in which people of any country work, by code."""
    return known("stages")


def offered_subjects(voice: Voice) -> list[str]:
    """What is offered where the person lives, in its order."""
    return _offered(pack_of(voice.country).subjects)


def offered_stages(voice: Voice) -> list[str]:
    return _offered(pack_of(voice.country).stages)


def offered_kinds(country: str | None) -> list[str]:
    """The kinds of unit that are offered in a country, the most frequent first; above all countries
    every one that is known."""
    return list(known("units")) if country is None else _offered(pack_of(country).units)


def _offered(things: Mapping[str, NamedThing]) -> list[str]:
    return [code for code, thing in things.items() if thing.offered]


def subject_label(voice: Voice, code: str) -> Phrase:
    """The subject in the reader's language; a code that nobody names reads as another field."""
    return _named(voice, "subjects", code, OTHER)


def stage_label(voice: Voice, code: str) -> Phrase:
    """A code that nobody names reads as several stages."""
    if code not in stages():
        return voice.say("Several stages")
    return _named(voice, "stages", code, code)


def kind_label(voice: Voice, code: str) -> Phrase:
    """The kind of unit, of those that are known."""
    return _named(voice, "units", code, code)


def role_label(voice: Voice, role: Role, gender: Gender) -> Phrase:
    """The role's name for somebody of this form of address."""
    return pack_of(voice.country).roles[role.value].said(voice, gender)


def _named(voice: Voice, section: str, code: str, otherwise: str) -> Phrase:
    """As the reader's country calls it, or the first that does."""
    own: Mapping[str, NamedThing] = getattr(pack_of(voice.country), section)
    every = known(section)
    return (own.get(code) or every.get(code) or own[otherwise]).said(voice)


def subject_labels(voice: Voice, codes: Iterable[str]) -> Phrase:
    """A set of subjects in a sentence, in the order in which they are offered."""
    order = list(subjects())
    found = sorted({code if code in order else OTHER for code in codes}, key=order.index)
    return voice.join(subject_label(voice, code) for code in found)


def stage_labels(voice: Voice, codes: Iterable[str]) -> Phrase:
    """The same for stages; all of them together are several."""
    order = list(stages())
    found = sorted({code for code in codes if code in order}, key=order.index)
    if len(found) in (0, len(order)) or not set(codes) <= set(order):
        return voice.join([stage_label(voice, SEVERAL)])
    return voice.join(stage_label(voice, code) for code in found)


def zone_label(voice: Voice, zone: str) -> Phrase:
    return voice.text(ZONES[zone]) if zone in ZONES else Phrase(zone)
