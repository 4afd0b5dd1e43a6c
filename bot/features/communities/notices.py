"""What members, leads and askers are told, each in their own voice."""

from collections.abc import Sequence

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen, choice, lines
from bot.core.i18n import N_
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.features.people.queries.people import Profile, name_of
from bot.packs.organisation import subject_label

PARTS = {
    "name": N_("the name"),
    "theme": N_("the theme"),
    "goals": N_("the goals"),
    "norms": N_("the norms"),
    "form_of_work": N_("the kind of work"),
    "mode": N_("the way of meeting"),
}


def _open(to: Person, team: Team) -> list[Choice]:
    return [choice(to.voice.say("Open the team"), "teams.page", team.id)]


def asked(to: Person, request: Membership, team: Team, profile: Profile | None) -> Screen:
    """To a lead: somebody would like to join."""
    who = request.person
    voice = to.voice
    text = voice.say(
        "{name} asks to join {team}.", about=who.voice.gender, name=who.name, team=team.name
    )
    place = ""
    if profile is not None:
        place = voice.say(
            "Subject: {subject}. Place of work: {unit}.",
            subject=subject_label(to.voice, profile.subject),
            unit=profile.unit.name,
        )
    return Screen(
        title=voice.say("A request to join"), text=lines(text, place), quote=request.word
    ).with_rows(
        [
            choice(voice.say("Accept"), "teams.accept", request.id),
            choice(voice.say("Decline"), "teams.decline", request.id),
        ],
        _open(to, team),
    )


def accepted(to: Person, team: Team) -> Screen:
    """To the asker."""
    text = to.voice.say("Good news: you now belong to {team}. Welcome!", team=team.name)
    return Screen(text=text).with_rows(_open(to, team))


def declined(to: Person, team: Team, reason: str) -> Screen:
    """To the asker, with the lead's reason."""
    text = to.voice.say(
        "Your request to join {team} was not accepted this time. The lead writes:", team=team.name
    )
    return Screen(text=text, quote=reason).with_rows(
        [choice(to.voice.say("Find a team"), "teams.find", 0)]
    )


def joined(to: Person, who: Person, team: Team) -> Screen:
    """To a lead: somebody came by the link."""
    text = to.voice.say(
        "{name} joined {team} by the link.", about=who.voice.gender, name=who.name, team=team.name
    )
    return Screen(text=text).with_rows(_open(to, team))


def left(to: Person, who: Person, team: Team) -> Screen:
    """To a lead."""
    text = to.voice.say(
        "{name} has left {team}.",
        about=who.voice.gender,
        name=name_of(to.voice, who),
        team=team.name,
    )
    return Screen(text=text).with_rows(_open(to, team))


def removed(to: Person, team: Team) -> Screen:
    """To the person removed."""
    text = to.voice.say(
        "You no longer belong to {team}: its lead ended your membership. You can join another"
        " team at any time.",
        team=team.name,
    )
    return Screen(text=text).with_rows([choice(to.voice.say("Find a team"), "teams.find", 0)])


def handed_over(to: Person, old: Person, new: Person, team: Team) -> Screen:
    """To everybody in the team; to the new lead and the old one in their own words."""
    voice = to.voice
    if to.id == new.id:
        text = voice.say(
            "{name} has handed the lead of {team} over to you.",
            about=old.voice.gender,
            name=old.name,
            team=team.name,
        )
    elif to.id == old.id:
        text = voice.say(
            "You have handed the lead of {team} over to {name}. Thank you for leading.",
            team=team.name,
            name=new.name,
        )
    else:
        text = voice.say(
            "{name} now leads {team}.", about=new.voice.gender, name=new.name, team=team.name
        )
    return Screen(text=text).with_rows(_open(to, team))


def appointed(to: Person, by: Person, new: Person, team: Team, *, led: bool) -> Screen:
    """To everybody in the team, when somebody above it has chosen its lead; to the new lead and
    to whoever has `led` it in their own words."""
    voice, name = to.voice, name_of(to.voice, new)
    if to.id == new.id:
        text = voice.say(
            "{name} has appointed you to lead {team}. All the best!",
            about=by.voice.gender,
            name=name_of(voice, by),
            team=team.name,
        )
    elif led:
        text = voice.say(
            "{by} has given the lead of {team} to {name}. You stay a member. Thank you for"
            " leading.",
            about=by.voice.gender,
            by=name_of(voice, by),
            team=team.name,
            name=name,
        )
    else:
        text = voice.say(
            "{name} now leads {team}.", about=new.voice.gender, name=name, team=team.name
        )
    return Screen(text=text).with_rows(_open(to, team))


def lead_gone(to: Person, heir: Person, team: Team) -> Screen:
    """To everybody left in a team whose only lead deleted their data."""
    voice = to.voice
    if to.id == heir.id:
        text = voice.say(
            "The lead of {team} has left the bot. As its longest-standing member you lead it now;"
            " you may hand the lead over.",
            team=team.name,
        )
    else:
        text = voice.say(
            "The lead of {team} has left the bot. {name} leads it now.",
            about=heir.voice.gender,
            team=team.name,
            name=heir.name,
        )
    return Screen(text=text).with_rows(_open(to, team))


def responsibility(to: Person, by: Person, team: Team, text: str) -> Screen:
    """To a member: what they look after from now on."""
    news = to.voice.say(
        "{name} wrote on your role card in {team}:",
        about=by.voice.gender,
        name=by.name,
        team=team.name,
    )
    return Screen(text=news, quote=text).with_rows(_open(to, team))


def edited(to: Person, by: Person, team: Team, parts: Sequence[str]) -> Screen:
    """To the members: what binds them has changed."""
    changed = to.voice.join([to.voice.text(PARTS[part]) for part in PARTS if part in parts])
    text = to.voice.say(
        "{name} has changed in {team}: {parts}.",
        about=by.voice.gender,
        name=by.name,
        team=team.name,
        parts=changed,
    )
    return Screen(text=text).with_rows(_open(to, team))


def closed(to: Person, team: Team) -> Screen:
    """To the members."""
    text = to.voice.say(
        "{team} has ended its work. Thank you for your part in it; what was shared stays.",
        team=team.name,
    )
    return Screen(text=text).with_rows(_open(to, team))


def closed_before_answer(to: Person, team: Team) -> Screen:
    """To somebody whose request was still waiting."""
    text = to.voice.say(
        "{team} has ended its work before your request was answered. Perhaps another team suits"
        " you.",
        team=team.name,
    )
    return Screen(text=text).with_rows([choice(to.voice.say("Find a team"), "teams.find", 0)])
