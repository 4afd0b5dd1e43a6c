"""The forms about the time of roles: until when one is given, another end, a deputy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import SearchField
from bot.chat.forms.form import Form
from bot.chat.forms.moments import DayField
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import isolate
from bot.features.people.actions import deputies as deputy_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import terms as term_actions
from bot.features.people.actions.deputies import Deputyship
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.units import staff_of
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import terms as term_rights
from bot.packs.organisation import (
    role_label,
)
from bot.packs.roles import Role

PERSON = Known("person", int)
WHICH = Known("kind", Role)
PLACE = Known("place", int, optional=True)
"""At which of somebody's units."""
ROLE = Known("role", int)
SUGGESTED = 8


async def _may_grant(turn: Turn, answers: Answers) -> None:
    profile = await people_rights.access_person(
        turn.tx, turn.person, answers.need(PERSON), answers.of(PLACE) or 0
    )
    place = profile.unit.id
    await role_rights.access_unit_for_role(turn.tx, turn.person, place, answers.need(WHICH))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDraft:
    """A role for somebody at their unit, up to a day."""

    person: int
    kind: Role
    last: date
    place: int = 0


async def _grant(turn: Turn, draft: GrantDraft) -> Screen:
    profile = await people_rights.access_person(turn.tx, turn.person, draft.person, draft.place)
    until = term_queries.end_of(draft.last, profile.unit)
    given = await role_actions.grant_role(
        turn.tx, turn.person, draft.person, draft.kind, profile.unit.id, until=until
    )
    screen = await turn.show("people.one", draft.person, profile.unit.id)
    word = turn.say("Done; they are told.") if given else turn.say("They hold it already.")
    return screen.with_result(word)


async def _grant_about(turn: Turn, draft: GrantDraft) -> str:
    profile = await people_rights.access_person(turn.tx, turn.person, draft.person, draft.place)
    return turn.say(
        "Shall I give {name} this role: {role} – {unit}? They are told.",
        about=profile.person.voice.gender,
        name=people_queries.name_of(turn.voice, profile.person),
        role=role_label(turn.voice, draft.kind, profile.person.voice.gender),
        unit=profile.unit.name,
    )


GRANT_UNTIL = Form(
    name="people.grant_until",
    version=1,
    title=N_("A role for a time"),
    draft=GrantDraft,
    known=(PERSON, WHICH, PLACE),
    fields=(
        DayField(
            name="last",
            label=N_("Last day"),
            question=N_("Which is the last day of the role? It ends by itself after that."),
        ),
    ),
    finish=_grant,
    send=N_("Yes, give the role"),
    permit=_may_grant,
    about=_grant_about,
)


async def _may_renew(turn: Turn, answers: Answers) -> None:
    await term_rights.access_role_to_renew(turn.tx, turn.person, answers.need(ROLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDraft:
    """The last day of a role; None for one that does not end by itself."""

    role: int
    last: date | None = None


async def _renew(turn: Turn, draft: TermDraft) -> Screen:
    found = await term_rights.access_role_to_renew(turn.tx, turn.person, draft.role)
    until = term_queries.end_of(draft.last, found.unit) if draft.last else None
    await term_actions.set_term(turn.tx, turn.person, draft.role, until)
    screen = await turn.show("people.role", draft.role)
    return screen.with_result(turn.say("Done; they are told."))


TERM = Form(
    name="people.term",
    version=1,
    title=N_("The end of a role"),
    draft=TermDraft,
    known=(ROLE,),
    fields=(
        DayField(
            name="last",
            label=N_("Last day"),
            question=N_(
                "Which is the last day of the role? Skip this if it is not to end by itself."
            ),
            optional=True,
        ),
    ),
    finish=_renew,
    send=N_("Save"),
    leave=N_("Leave it unchanged"),
    permit=_may_renew,
    review=False,
)


async def _may_deputise(turn: Turn, answers: Answers) -> None:
    await term_rights.access_role_to_deputise(turn.tx, turn.person, answers.need(ROLE))


async def _colleagues(turn: Turn, answers: Answers) -> Sequence[Option]:
    found = await term_rights.access_role_to_deputise(turn.tx, turn.person, answers.need(ROLE))
    besides = {turn.person.id, found.person_id}
    there, _ = await people_queries.people_at(
        turn.tx, found.unit.id, offset=0, limit=SUGGESTED + len(besides)
    )
    shown = [each for each in there if each.id not in besides]
    return [Option(each.id, Phrase(isolate(each.name))) for each in shown[:SUGGESTED]]


async def _search(turn: Turn, answers: Answers, words: str) -> Sequence[Option]:
    found = await term_rights.access_role_to_deputise(turn.tx, turn.person, answers.need(ROLE))
    matches = await people_search.find_colleagues(turn.tx, turn.person, words, top=found.unit)
    colleagues = [each.item for each in matches.found]
    shown = [each for each in colleagues if each.person.id != found.person_id][:SUGGESTED]
    return [
        Option(
            each.person.id,
            turn.say("{name} – {unit}", name=each.person.name, unit=each.unit.name),
        )
        for each in shown
    ]


async def _describe(turn: Turn, person_id: int) -> str:
    profile = await people_queries.profile(turn.tx, person_id)
    return people_queries.name_of(turn.voice, profile.person) if profile else "—"


@dataclass(frozen=True, kw_only=True)
class DeputyLastDay(DayField):
    """A day that is not before the first one, `since` which days are offered."""

    since: date | None = None

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return await DayField.ask(replace(self, since=answers.need(FIRST)), turn, answers)

    def _working_days(self, turn: Turn) -> Iterator[date]:
        since = self.since or date.min
        return dropwhile(lambda day: day < since, super()._working_days(turn))

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[date]:
        first = answers.need(FIRST)
        reading = await DayField.read(replace(self, since=first), turn, answers, given)
        if isinstance(reading, Accepted) and reading.value < first:
            day = turn.voice.date(first)
            return NotAccepted(
                turn.say("The last day cannot come before the first: {first}.", first=day)
            )
        return reading


async def _name(turn: Turn, draft: Deputyship) -> Screen:
    await deputy_actions.name_deputy(turn.tx, turn.person, draft)
    screen = await turn.show("people.role", draft.role)
    return screen.with_result(turn.say("The deputy is named, and is told."))


async def _deputy_about(turn: Turn, draft: Deputyship) -> str:
    found = await term_rights.access_role_to_deputise(turn.tx, turn.person, draft.role)
    return turn.say(
        "In this role: {role} – {unit}. The deputy may do all that it allows, and each act is"
        " recorded with the name of whom it is done for.",
        role=role_label(turn.voice, found.role, staff_of(found.unit)),
        unit=found.unit.name,
    )


FIRST = DayField(
    name="first", label=N_("First day"), question=N_("From which day on? Today will do as well.")
)
DEPUTY = Form(
    name="people.deputy",
    version=1,
    title=N_("A deputy"),
    draft=Deputyship,
    known=(ROLE,),
    fields=(
        SearchField(
            name="deputy",
            label=N_("Deputy"),
            question=N_("Who acts meanwhile? Choose, or write a part of the name."),
            search=_search,
            describe=_describe,
            suggest=_colleagues,
        ),
        FIRST,
        DeputyLastDay(
            name="last",
            label=N_("Last day"),
            question=N_("Until which day? It belongs to it as well."),
        ),
    ),
    finish=_name,
    send=N_("Name the deputy"),
    permit=_may_deputise,
    about=_deputy_about,
)
