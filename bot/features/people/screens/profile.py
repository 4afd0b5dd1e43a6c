"""Greeting, profile, settings, language, privacy, and the deletion of one's own data."""

from bot.chat.navigation import ask_first, menu_choice, no_choice
from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.features.people.actions import consent as consent_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.forms.fields import (
    CALENDARS,
    COUNTRY_NAMES,
    FORMS_OF_ADDRESS,
    LANGUAGES,
    PRIVACY,
    hijri_today,
)
from bot.features.people.forms.registration import EDITABLE, LINK_PAGE, open_link
from bot.features.people.models import InvitationState
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.labels import role_label, stage_label, subject_label, zone_label
from bot.features.people.queries.people import GRANTERS, HeldRole, Invitation, Profile

LEAVING = "people.delete"
"""Slices put a door on this page to part from a person who deletes their data: the door's route
takes a word, `tell` to say what will happen, `do` to let it happen."""

LONGEST_PAYLOAD = 20
"""Our links carry less; what is longer would not fit a button either."""
UNKNOWN_PAYLOAD = "?"


async def start(turn: Turn, payload: str = "") -> Screen:
    """The first word: a greeting, or what a link leads to."""
    if not payload.isascii() or len(payload) > LONGEST_PAYLOAD:
        payload = UNKNOWN_PAYLOAD
    invited = await people_queries.invitation(turn.tx, payload) if payload else None
    if not turn.person.is_member:
        return await _welcome(turn, payload, invited)
    if payload and (door := await open_link(turn, payload)):
        return door
    if invited is not None and invited.is_usable(turn.now):
        return _offer(turn, invited)
    greeting = turn.say("Welcome, {name}! What shall we do today?", name=turn.person.name)
    if not payload and await consent_actions.is_to_be_asked(turn.tx, turn.person.id):
        return consent_actions.offer(turn, greeting)
    trouble = _trouble(turn, invited) if payload else ""
    return Screen(text=paragraphs(trouble, greeting), menu=await turn.router.menu_rows(turn))


async def _welcome(turn: Turn, payload: str, invited: Invitation | None) -> Screen:
    own = any(payload.startswith(door.label) for door in turn.router.doors.get(LINK_PAGE, ()))
    hello = turn.say(
        "Welcome to Halqa, the circle where teachers learn from one another: your teams, meetings"
        " and good practices in one chat."
    )
    others = [
        choice(turn.say("Privacy"), "people.privacy"),
        choice(turn.say("Another language"), "people.language"),
    ]
    if invited is not None and invited.is_usable(turn.now):
        offer = turn.say(
            "You are invited to {unit} as {role}. The invitation is valid until {until}.",
            unit=invited.unit.name,
            role=role_label(turn.voice, invited.role, turn.voice.gender),
            until=invited.expires_at,
        )
        join = choice(turn.say("Register"), "people.join", payload)
        return Screen(text=paragraphs(hello, offer)).with_rows([join], others)
    if payload and not own:
        join = choice(turn.say("Register without an invitation"), "people.join")
        trouble = _trouble(turn, invited)
        return Screen(text=paragraphs(trouble, hello)).with_rows([join], others)
    join = choice(turn.say("Register"), "people.join", *([payload] if own and payload else []))
    step = turn.say("Registration takes about a minute and begins with your privacy.")
    return Screen(text=paragraphs(hello, step)).with_rows([join], others)


def _trouble(turn: Turn, invited: Invitation | None) -> str:
    """Why a link does not work, and what to do."""
    if invited is None:
        return turn.say(
            "I do not know this link. Perhaps a part of it got lost: open it again, or ask for a"
            " new one."
        )
    if invited.state is InvitationState.USED:
        return turn.say("This invitation was for one person and has been used already.")
    if invited.state is InvitationState.WITHDRAWN:
        return turn.say("This invitation was withdrawn. Ask whoever sent it to you.")
    return turn.say("This invitation ended: {until}. Ask for a new one.", until=invited.expires_at)


def _offer(turn: Turn, invited: Invitation) -> Screen:
    text = turn.say(
        "{name}, you are invited to {unit} as {role}. Do you accept?",
        name=turn.person.name,
        unit=invited.unit.name,
        role=role_label(turn.voice, invited.role, turn.voice.gender),
    )
    return Screen(text=text).with_rows(
        [
            choice(turn.say("I accept"), "people.accept", invited.code),
            choice(turn.say("Not now"), turn.router.home),
        ]
    )


async def join(turn: Turn, link: str = "") -> Screen:
    """Begin to register; `link` is the payload that the person came with."""
    invited = await people_queries.invitation(turn.tx, link) if link else None
    if invited is not None and invited.is_usable(turn.now):
        return await turn.begin("people.register", link=link, unit=invited.unit.id)
    if invited is not None:
        return await _welcome(turn, link, invited)
    return await turn.begin("people.register", link=link)


async def accept(turn: Turn, code: str) -> Screen:
    invited = await people_actions.accept_invitation(turn.tx, turn.person, code)
    text = turn.say(
        "You are now {role} at {unit}. We are glad to have you.",
        role=role_label(turn.voice, invited.role, turn.voice.gender),
        unit=invited.unit.name,
    )
    return Screen(text=text, menu=await turn.router.menu_rows(turn))


async def me(turn: Turn) -> Screen:
    """The person's own page."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    rows = [[choice(turn.say("Settings"), "people.settings")]]
    if await people_queries.reach_of(turn.tx, turn.person.id, GRANTERS):
        rows.append(
            [
                choice(turn.say("Invite colleagues"), "people.invite"),
                choice(turn.say("My invitations"), "people.invites"),
            ]
        )
        rows.append([choice(turn.say("People and roles"), "people.reach")])
    rows.append([menu_choice(turn)])
    return Screen(title=profile.person.name, text=await _card(turn, profile)).with_rows(*rows)


async def _card(turn: Turn, profile: Profile) -> str:
    unit = await people_queries.unit_line(turn.tx, turn.voice, profile.unit)
    facts = [
        (turn.say("Place of work"), unit),
        (turn.say("Subject"), subject_label(turn.voice, profile.subject)),
        (turn.say("Stage"), stage_label(turn.voice, profile.stage)),
    ]
    shown = [turn.say("{label}: {value}", label=label, value=value) for label, value in facts]
    roles = [_role_line(turn, held) for held in profile.roles]
    return paragraphs(lines(*shown), lines(turn.say("Your roles:"), *roles) if roles else "")


def _role_line(turn: Turn, held: HeldRole) -> str:
    role = role_label(turn.voice, held.role, turn.voice.gender)
    return turn.say("• {role} – {unit}", role=role, unit=held.unit.name)


async def settings(turn: Turn) -> Screen:
    """Everything about oneself, each with a button to change it."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show(turn.router.gate)
    shown = _values(turn, profile)
    offered = [field for field in EDITABLE if field.name in shown]
    facts = [
        turn.say(
            "{label}: {value}",
            label=Phrase(turn.voice.text(field.label)),
            value=shown[field.name],
        )
        for field in offered
    ]
    buttons = [choice(turn.voice.text(field.label), "people.edit", field.name) for field in offered]
    pairs = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    text = paragraphs(lines(*facts), turn.say("What would you like to change?"))
    return Screen(title=turn.say("Settings"), text=text).with_rows(
        *pairs,
        turn.router.doors_on("people.settings", turn, turn.person.id, lead=False),
        [choice(turn.say("Delete my data"), "people.delete")],
        [choice(turn.say("Back"), "people.me")],
    )


def _values(turn: Turn, profile: Profile) -> dict[str, str]:
    voice = turn.voice
    values = {
        "name": profile.person.name,
        "gender": voice.text(FORMS_OF_ADDRESS[voice.gender]),
        "unit": profile.unit.name,
        "subject": subject_label(voice, profile.subject),
        "stage": stage_label(voice, profile.stage),
        "language": voice.text(LANGUAGES[voice.language]),
        "numerals": voice.digits("1 2 3"),
        "calendar": voice.text(CALENDARS[voice.calendar]),
        "timezone": zone_label(voice, voice.timezone),
        "country": voice.text(COUNTRY_NAMES[voice.country]),
    }
    if voice.calendar == "both":
        values["hijri_shift"] = hijri_today(turn, voice.hijri_shift)
    return values


async def edit(turn: Turn, what: str) -> Screen:
    """Change one thing; what can no longer be changed leads back to the settings."""
    if what not in {field.name for field in EDITABLE}:
        return await settings(turn)
    return await turn.begin(f"people.{what}")


async def language(turn: Turn) -> Screen:
    """Choose the language; visitors may too."""
    buttons = [
        choice(turn.voice.text(label), "people.speak", code) for code, label in LANGUAGES.items()
    ]
    text = turn.say("Which language shall we speak?")
    return Screen(text=text).with_rows(buttons, [_way_on(turn)])


async def speak(turn: Turn, code: str) -> Screen:
    """Speak this language from now on."""
    turn.person = await people_actions.update_profile(turn.tx, turn.person, {"language": code})
    if not turn.person.is_member:
        return await turn.show(turn.router.gate)
    text = turn.say("From now on I write in English.")
    return Screen(text=text, menu=await turn.router.menu_rows(turn))


async def privacy(turn: Turn) -> Screen:
    """What is kept, who sees it, and for how long."""
    screen = Screen(title=turn.say("Privacy"), text=turn.voice.text(PRIVACY))
    if turn.person.is_member:
        if not await consent_actions.has_agreed(turn.tx, turn.person.id):
            screen = screen.with_rows([consent_actions.agreement(turn)])
        screen = screen.with_rows(
            [
                choice(turn.say("My profile"), "people.me"),
                choice(turn.say("Delete my data"), "people.delete"),
            ]
        )
    return screen.with_rows([_way_on(turn)])


def _way_on(turn: Turn) -> Choice:
    if turn.person.is_member:
        return menu_choice(turn)
    return choice(turn.say("Back"), turn.router.gate)


async def delete_data(turn: Turn) -> Screen:
    """What a deletion takes away and what it leaves; the second press does it."""
    gone = turn.say(
        "Erased at once: your name, form of address, place of work, subject, roles, half-filled"
        " forms and the messages I sent you."
    )
    stays = turn.say(
        "Kept without your name: what you shared with your teams, such as practices and minutes,"
        " since others build on it."
    )
    partings = [
        (await turn.show(door.route, "tell")).text for door in turn.router.doors.get(LEAVING, ())
    ]
    final = turn.say("This cannot be undone. You may register anew at any time.")
    return ask_first(
        gone,
        stays,
        *partings,
        final,
        title=turn.say("Delete my data"),
        act=choice(turn.say("Yes, delete everything"), "people.deleted"),
        back=no_choice(turn, "people.settings"),
    )


async def deleted(turn: Turn) -> Screen:
    """Delete, and say farewell in the voice that the person knows."""
    voice = turn.voice
    for door in turn.router.doors.get(LEAVING, ()):
        await turn.show(door.route, "do")
    await people_actions.delete_own_data(turn.tx, turn.person)
    turn.contact.forms.clear()
    return Screen(
        text=voice.say(
            "Your data is deleted. Thank you for the time we had; if you ever want to return,"
            " write /start."
        )
    )
