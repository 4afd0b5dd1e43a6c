"""A person's own page: profile, settings, language, privacy."""

from typing import Any

from bot.chat.forms import sessions
from bot.chat.forms.form import Field
from bot.chat.menu import menu_anew
from bot.chat.navigation import menu_choice
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.country import NUMERALS
from bot.core.i18n import Phrase
from bot.core.text import eastern, isolate_ltr
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.forms.fields import (
    CALENDAR,
    CALENDARS,
    COUNTRY_NAMES,
    DIGITS,
    FORMS_OF_ADDRESS,
    LANGUAGES,
    PRIVACY,
    hijri_today,
)
from bot.features.people.forms.profile import EDITABLE
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Profile
from bot.features.people.rights import units as unit_rights
from bot.features.people.screens import consent as consent_screens
from bot.features.people.screens import standing as standing_screens
from bot.features.people.screens.staff import role_line
from bot.packs.organisation import stage_labels, subject_labels, zone_label

DIGITS_SHOWN = {"arab": eastern("1 2 3"), "latn": isolate_ltr("1 2 3")}
TURNED: dict[str, dict[str, ProfileChanges]] = {
    DIGITS.name: {code: ProfileChanges(numerals=code) for code in NUMERALS},
    CALENDAR.name: {code: ProfileChanges(calendar=code) for code in CALENDARS},
}
"""What has two values, and is changed by one press to the other: the change, by the value."""


async def me(turn: Turn) -> Screen:
    """The person's own page."""
    profile = await people_queries.own_profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    rows = [[choice(turn.say("Settings"), "people.settings")]]
    if turn.person.is_member:
        rows[0].append(choice(turn.say("My roles"), "people.role_log", turn.person.id, 0))
    if await standing_screens.has_asked(turn):
        rows.append([choice(turn.say("My request"), "people.standing")])
    if await unit_rights.reach(turn.tx, turn.person):
        rows.append(
            [
                choice(turn.say("Invite colleagues"), "people.invite"),
                choice(turn.say("My invitations"), "people.invites"),
            ]
        )
        rows.append([choice(turn.say("People and roles"), "people.reach")])
    rows.append([_continue_choice(turn)])
    return Screen(title=profile.person.name, text=await _card(turn, profile)).with_actions(*rows)


async def _card(turn: Turn, profile: Profile) -> str:
    places = [
        await unit_queries.unit_line(turn.tx, turn.voice, place)
        for place in profile.units or [profile.unit]
    ]
    first = turn.say("Place of work") if len(places) == 1 else turn.say("Main place of work")
    facts = [
        (first, places[0]),
        *((turn.say("Also at"), place) for place in places[1:]),
        (turn.say("Subject"), subject_labels(turn.voice, profile.subjects)),
        (turn.say("Stage"), stage_labels(turn.voice, profile.stages)),
    ]
    shown = [turn.voice.fact(label, value) for label, value in facts]
    roles = [role_line(turn, held, turn.voice.gender) for held in profile.roles]
    return paragraphs(lines(*shown), lines(turn.say("Your roles:"), *roles) if roles else "")


async def settings(turn: Turn) -> Screen:
    """Everything about oneself, each with a button to change it."""
    profile = await people_queries.own_profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    shown = _values(turn, profile)
    offered = [field for field in EDITABLE if field.name in shown]
    facts = [turn.voice.fact(turn.voice.text(each.label), shown[each.name]) for each in offered]
    buttons = [_change(turn, field) for field in offered]
    text = paragraphs(lines(*facts), turn.say("What would you like to change?"))
    screen = Screen(
        title=turn.say("Settings"), text=text, again=choice("", "people.settings")
    ).with_list(buttons)
    for_members = [
        *turn.router.doors_on("people.settings", turn, turn.person.id),
        choice(turn.say("My addresses"), "people.addresses"),
        choice(turn.say("My data"), "people.data"),
        choice(
            turn.say("My places of work")
            if len(profile.units) > 1
            else turn.say("I also work elsewhere"),
            "people.places",
        ),
    ]
    others = [choice(turn.say("Delete my data"), "people.delete")]
    return screen.with_actions(
        for_members if turn.person.is_member else others,
        choice(turn.say("Back"), "people.me"),
    )


def _change(turn: Turn, field: Field[Any]) -> Choice:
    """The button that changes a thing: at once where it has but two values and nothing else follows
    from it, which the button then says."""
    label = Phrase(turn.voice.text(field.label))
    if field.name not in TURNED:
        return choice(label, "people.edit", field.name)
    other = _other(turn, field.name)
    shown = DIGITS_SHOWN[other] if field is DIGITS else turn.voice.text(CALENDARS[other])
    text = turn.say("🔁 {label}: {value}", label=label, value=Phrase(shown))
    return choice(text, "people.edit", field.name, other)


def _other(turn: Turn, what: str) -> str:
    now = getattr(turn.voice, what)
    return next(value for value in TURNED[what] if value != now)


def _values(turn: Turn, profile: Profile) -> dict[str, str]:
    voice = turn.voice
    values = {
        "name": profile.person.name,
        "gender": voice.text(FORMS_OF_ADDRESS[voice.gender]),
        "unit": profile.unit.name,
        "subject": subject_labels(voice, profile.subjects),
        "stage": stage_labels(voice, profile.stages),
        "language": voice.text(LANGUAGES[voice.language]),
        "numerals": voice.digits("1 2 3"),
        "calendar": voice.text(CALENDARS[voice.calendar]),
        "timezone": zone_label(voice, voice.timezone),
        "country": voice.text(COUNTRY_NAMES[voice.country]),
    }
    if voice.calendar == "both":
        values["hijri_shift"] = hijri_today(turn, voice.hijri_shift)
    return values


async def edit(turn: Turn, what: str, value: str = "") -> Screen:
    """Change one thing, or one of two values at once to this one; what can no longer be changed
    leads back to the settings."""
    if what not in {field.name for field in EDITABLE}:
        return await settings(turn)
    changes = TURNED.get(what, {}).get(value)
    if changes is None:
        return await turn.begin(f"people.{what}")
    turn.person = await people_actions.update_profile(turn.tx, turn.person, changes)
    return (await settings(turn)).with_notice(turn.say("Saved."))


async def language(turn: Turn, link: str = "") -> Screen:
    """Choose the language; visitors may too, and go on with the link that they came by."""
    buttons = [
        choice(turn.voice.text(label), "people.speak", code, *([link] if link else []))
        for code, label in LANGUAGES.items()
    ]
    text = turn.say("Which language shall we speak?")
    return Screen(text=text).with_list(buttons).with_actions(_continue_choice(turn, link))


async def speak(turn: Turn, code: str, link: str = "") -> Screen:
    """Speak this language from now on."""
    changes = ProfileChanges(language=code)
    turn.person = await people_actions.update_profile(turn.tx, turn.person, changes)
    if not turn.person.is_member:
        sessions.attune(turn)
        return await turn.show(turn.router.gate, *([link] if link else []))
    return await menu_anew(turn, turn.say("From now on I write in English."))


async def privacy(turn: Turn, link: str = "") -> Screen:
    """What is kept, who sees it, and for how long."""
    came_by = [link] if link else []
    screen = Screen(
        title=turn.say("Privacy"),
        text=paragraphs(turn.voice.text(PRIVACY), _besides(turn)),
        again=choice("", "people.privacy", *came_by),
    )
    if turn.person.is_registered:
        if not await consent_queries.has_agreed(turn.tx, turn.person.id):
            screen = screen.with_actions(consent_screens.agreement(turn))
        screen = screen.with_actions(
            choice(turn.say("My profile"), "people.me"),
        )
    screen = screen.with_actions(choice(turn.say("Delete my data"), "people.delete", "p", *came_by))
    return screen.with_actions(_continue_choice(turn, link))


def _besides(turn: Turn) -> str:
    """What is kept beside what people tell, and by whom their messages pass."""
    return turn.say(
        "Kept besides: a log of acts without words, who looked at your data by a role above, your"
        " last searches, and backups until they are thrown away. Every message passes through the"
        " app that you write with, whose servers may stand outside your country.\n\n"
        "Notice of {version}.",
        version=consent_queries.NOTICE_SINCE.date(),
    )


def _continue_choice(turn: Turn, link: str = "") -> Choice:
    if turn.person.is_member:
        return menu_choice(turn)
    return choice(turn.say("Back"), turn.router.gate, *([link] if link else []))
