"""The words of the organisation: subjects, stages, roles, time zones. Codes are stored, labels
are said."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from bot.core.i18n import N_, Gender, Phrase, Voice

SUBJECTS: dict[str, str] = {
    "arabic": N_("Arabic language"),
    "islamic": N_("Islamic studies"),
    "mathematics": N_("Mathematics"),
    "science": N_("Science"),
    "physics": N_("Physics"),
    "chemistry": N_("Chemistry"),
    "biology": N_("Biology and earth science"),
    "social": N_("Social studies"),
    "english": N_("English language"),
    "french": N_("French language"),
    "amazigh": N_("Amazigh language"),
    "philosophy": N_("Philosophy and critical thinking"),
    "computing": N_("Computing"),
    "technology": N_("Technology"),
    "art": N_("Art"),
    "sport": N_("Physical education"),
    "family": N_("Life and family skills"),
    "early": N_("Class teacher (first years)"),
    "special": N_("Special education"),
    "guidance": N_("Pupil guidance"),
    "leadership": N_("School leadership"),
    "other": N_("Another field"),
}

SEVERAL = "all"
"""What is for several stages; a person's stages are named, each by itself."""

STAGES: dict[str, str] = {
    "early": N_("Early childhood"),
    "primary": N_("Primary stage"),
    "middle": N_("Intermediate stage"),
    "secondary": N_("Secondary stage"),
    SEVERAL: N_("Several stages"),
}
OWN_STAGES = tuple(code for code in STAGES if code != SEVERAL)
"""The stages in which a person can work."""


class Role(StrEnum):
    """What a person may do; held at a unit, it reaches everything below that unit."""

    TEACHER = "teacher"
    LEAD = "lead"
    PRINCIPAL = "principal"
    SUPERVISOR = "supervisor"
    DEVELOPER = "developer"
    """The school development unit."""
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"


ROLES: dict[Role, str] = {
    Role.TEACHER: N_("teacher"),
    Role.LEAD: N_("lead teacher"),
    Role.PRINCIPAL: N_("school principal"),
    Role.SUPERVISOR: N_("educational supervisor"),
    Role.DEVELOPER: N_("member of the school development unit"),
    Role.COORDINATOR: N_("coordinator"),
    Role.PARTNER: N_("partner"),
    Role.ADMINISTRATOR: N_("administrator of the bot"),
}

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

UNIT_KINDS: dict[str, str] = {
    "ministry": N_("A ministry"),
    "department": N_("An education department"),
    "office": N_("An education office"),
    "school": N_("A school"),
    "academy": N_("A regional academy"),
    "directorate": N_("A provincial directorate"),
    "institution": N_("An educational institution"),
    "partner": N_("A partner"),
}

KINDS_OF_COUNTRY: dict[str, tuple[str, ...]] = {
    "SA": ("school", "office", "department", "partner"),
    "MA": ("institution", "directorate", "academy", "partner"),
}
"""What is offered to whoever adds a unit there, the most frequent first."""


def subject_label(voice: Voice, code: str) -> Phrase:
    """The subject in the reader's language; a code no longer offered reads as another field."""
    return voice.text(SUBJECTS.get(code, SUBJECTS["other"]))


def stage_label(voice: Voice, code: str) -> Phrase:
    return voice.text(STAGES.get(code, STAGES[SEVERAL]))


def subject_labels(voice: Voice, codes: Iterable[str]) -> Phrase:
    """A set of subjects in a sentence, in the order in which they are offered."""
    known = sorted({code if code in SUBJECTS else "other" for code in codes}, key=_order(SUBJECTS))
    return voice.join(subject_label(voice, code) for code in known)


def stage_labels(voice: Voice, codes: Iterable[str]) -> Phrase:
    """The same for stages; all of them together are several."""
    known = sorted({code if code in STAGES else SEVERAL for code in codes}, key=_order(STAGES))
    several = SEVERAL in known or len(known) == len(OWN_STAGES)
    return voice.join(stage_label(voice, code) for code in ([SEVERAL] if several else known))


def _order(offered: Iterable[str]) -> Callable[[str], int]:
    return list(offered).index


def role_label(voice: Voice, role: Role, gender: Gender) -> Phrase:
    """The role's name for somebody of this form of address."""
    return voice.text(ROLES[role], about=gender)


def zone_label(voice: Voice, zone: str) -> Phrase:
    return voice.text(ZONES[zone]) if zone in ZONES else Phrase(zone)
