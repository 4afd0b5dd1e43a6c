"""One's own data: what is kept, who saw it, what others see, and how it is taken along."""

from bot.chat.lists import page_of_entries, turning
from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import views as view_queries
from bot.features.people.queries.people import name_of
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.queries.views import PersonView
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import sights as sight_rights
from bot.features.people.rights.sights import Officer
from bot.packs.organisation import (
    role_label,
)
from bot.packs.roles import Role

SEEN = {
    1: N_("in a list"),
    2: N_("your page"),
    3: N_("in an export"),
}


async def data(turn: Turn) -> Screen:
    """The ways to one's data."""
    await people_rights.access_own_membership(turn.tx, turn.person)
    text = turn.say("What is kept of you is yours: see it, correct it, take it along or delete it.")
    return Screen(title=turn.say("My data"), text=text).with_actions(
        choice(turn.say("Take my data along"), "people.export"),
        choice(turn.say("Correct my data"), "people.settings"),
        choice(turn.say("Who saw my data"), "people.views", 0),
        choice(turn.say("What others see"), "people.sights"),
        choice(turn.say("My log"), "people.log", "me", "", 0, 0, 0),
        choice(turn.say("Privacy"), "people.privacy"),
        choice(turn.say("Delete my data"), "people.delete", "d"),
        choice(turn.say("Back"), "people.me"),
    )


async def views(turn: Turn, page: str = "0") -> Screen:
    """Who has looked at the reader's data by a role above them."""
    await people_rights.access_own_membership(turn.tx, turn.person)
    at = page_of_entries(turn, page)
    found = await view_queries.views_of(turn.tx, turn.person.id, offset=at.offset, limit=at.ahead)
    if (before := at.before(found)) is not None:
        return await views(turn, str(before))
    told = [await _view(turn, each) for each in found[: at.size]]
    text = lines(*told) if told else turn.say("Nobody with a role above yours has looked at it.")
    about = turn.count(
        "Kept for {n} day: who looked by a role above yours, a line a day. Colleagues and searches"
        " are not noted.",
        "Kept for {n} days: who looked by a role above yours, a line a day. Colleagues and searches"
        " are not noted.",
        turn.installation.settings.keep_views_days,
    )
    pages = turning(turn, at, "people.views", more=len(found) > at.size)
    screen = Screen(title=turn.say("Who saw my data"), text=paragraphs(text, about))
    return screen.with_list((), *pages).with_actions(choice(turn.say("Back"), "people.data"))


async def _view(turn: Turn, view: PersonView) -> str:
    held = await role_queries.roles_of(turn.tx, view.viewer.id)
    gender = view.viewer.voice.gender
    titles = [role_label(turn.voice, h.role, gender) for h in held if h.role in GRANTERS]
    return turn.say(
        "• {day}: {name} ({role}), {what}",
        day=view.day.date(),
        name=name_of(turn.voice, view.viewer),
        role=next(iter(titles), "–"),
        what=turn.voice.text(SEEN[view.what]),
    )


def _question(turn: Turn, found: list[Officer]) -> str:
    """In the gender of those spoken of."""
    head = next((each for each in found if Role.PRINCIPAL in each.roles), None)
    if head is None:
        return turn.say("What do those above me see of me?")
    return turn.say(
        "What do my principal and the supervisors see of me?", about=head.person.voice.gender
    )


async def sights(turn: Turn) -> Screen:
    """What each of those above the reader may see of them, as their rights are now."""
    await people_rights.access_own_membership(turn.tx, turn.person)
    found = await sight_rights.sights_of(turn.tx, turn.person, turn.router.personal)
    told = []
    for each in found:
        seen = [turn.say("✓ {what}", what=turn.voice.text(what)) for what in each.sees]
        seen += [turn.say("✗ {what}", what=turn.voice.text(what)) for what in each.hidden]
        titles = [role_label(turn.voice, role, each.person.voice.gender) for role in each.roles]
        head = turn.say("{role}: {name}", role=titles[0], name=name_of(turn.voice, each.person))
        told.append(lines(head, *seen))
    if not told:
        told = [turn.say("Nobody holds a role above you now.")]
    never = turn.say(
        "Nobody above you sees your half-filled forms, your searches, your notification settings,"
        " or what you write to me."
    )
    screen = Screen(
        title=_question(turn, found),
        text=paragraphs(*told, never),
        again=choice("", "people.sights"),
    )
    return screen.with_actions(choice(turn.say("Back"), "people.data"))
