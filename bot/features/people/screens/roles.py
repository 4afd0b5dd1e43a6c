"""Screens about the time of roles: who held what until when, another end, a deputy."""

from bot.chat.lists import page_of_entries, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.person import Person, find_people
from bot.chat.screen import Choice, ListEntry, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.features.people.actions import deputies as deputy_actions
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.models import RoleState
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.people import name_acting, name_of
from bot.features.people.queries.terms import RoleRecord, Term
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import terms as term_rights
from bot.features.people.rights.terms import RoleAbility
from bot.packs.organisation import role_label, subject_labels


class _Log:
    """The words of roles that a person holds or held."""

    def __init__(self, turn: Turn, people: dict[int, Person], terms: dict[int, list[Term]]) -> None:
        self._turn = turn
        self._people = people
        self._terms = terms

    @classmethod
    async def of(cls, turn: Turn, found: list[RoleRecord]) -> "_Log":
        terms = await term_queries.terms_of(turn.tx, [each.id for each in found])
        involved: set[int | None] = set()
        for each in found:
            involved |= {
                each.person_id, each.granted_by, each.granted_for, each.instead_of,
                each.ended_by, each.ended_for,
            }  # fmt: skip
            for term in terms.get(each.id, ()):
                involved |= {term.set_by, term.set_for}
        people = await find_people(turn.tx, sorted(each for each in involved if each is not None))
        return cls(turn, people, terms)

    def card(self, found: RoleRecord) -> str:
        return lines(self.named(found), self.about(found))

    def about(self, found: RoleRecord) -> str:
        """What there is to say of it besides its name."""
        return lines(
            self._span(found),
            self._deputy(found),
            self._given(found),
            *(self._term(found, term) for term in self._terms.get(found.id, ())),
            self._ended(found),
        )

    def title(self, found: RoleRecord) -> str:
        return role_label(self._turn.voice, found.role, self._people[found.person_id].voice.gender)

    def named(self, found: RoleRecord) -> str:
        turn, voice = self._turn, self._turn.voice
        if not found.subjects:
            return turn.say("{role} – {unit}", role=self.title(found), unit=found.unit.name)
        return turn.say(
            "{role} ({subject}) – {unit}",
            role=self.title(found),
            subject=subject_labels(voice, found.subjects),
            unit=found.unit.name,
        )

    def _span(self, found: RoleRecord) -> str:
        turn, voice = self._turn, self._turn.voice
        first = voice.date(term_queries.day_of(found.begins, found.unit), hijri=False)
        if found.ended_at is not None:
            last = voice.date(term_queries.day_of(found.ended_at, found.unit), hijri=False)
            return turn.say("Ended: {first} to {last}", first=first, last=last)
        if found.until is None:
            return turn.say("Since {first}", first=first)
        last = voice.date(term_queries.last_day(found.until, found.unit), hijri=False)
        if found.state is RoleState.PLANNED:
            return turn.say("To come: {first} to {last}", first=first, last=last)
        return turn.say("Since {first}, last day {last}", first=first, last=last)

    def _deputy(self, found: RoleRecord) -> str:
        if found.instead_of is None:
            return ""
        return self._turn.say("On behalf of: {name}", name=self._name(found.instead_of))

    def _given(self, found: RoleRecord) -> str:
        if found.granted_by is None:
            return ""
        return self._turn.say(
            "Given by: {name}", name=self._who(found.granted_by, found.granted_for)
        )

    def _term(self, found: RoleRecord, term: Term) -> str:
        turn, name = self._turn, self._who(term.set_by, term.set_for)
        if term.until is None:
            return turn.say("Open-ended by: {name}", name=name)
        last = self._turn.voice.date(term_queries.last_day(term.until, found.unit), hijri=False)
        return turn.say("Another end, {last}, by: {name}", last=last, name=name)

    def _ended(self, found: RoleRecord) -> str:
        if found.ended_at is None:
            return ""
        if found.ended_by is not None:
            return self._turn.say(
                "Ended by: {name}", name=self._who(found.ended_by, found.ended_for)
            )
        over = found.until is not None and found.until <= found.ended_at
        return self._turn.say("Its time was over.") if over else ""

    def _who(self, by: int, behalf: int | None) -> str:
        acting = self._people[behalf] if behalf is not None else None
        return name_acting(self._turn.voice, self._people[by], acting)

    def _name(self, person_id: int) -> str:
        return name_of(self._turn.voice, self._people[person_id])


async def role_log(turn: Turn, person_id: str, page: str = "0") -> Screen:
    """Everything that somebody holds or held: which role, where, from when to when, by whom."""
    person = await term_rights.access_role_log(turn.tx, turn.person, int(person_id))
    at = page_of_entries(turn, page)
    hidden = await people_rights.hidden_units(turn.tx, turn.person, person.id)
    found, total = await term_queries.role_history(
        turn.tx, person.id, offset=at.offset, limit=at.size, besides=hidden
    )
    if (before := at.before(found)) is not None:
        return await role_log(turn, person_id, str(before))
    await note_views(turn.tx, turn.person, [person.id], Seen.PAGE)
    log = await _Log.of(turn, found)
    cards = [
        ListEntry(
            log.named(each),
            log.about(each),
            choice("", "people.role", each.id) if each.lasts else None,
        )
        for each in found
    ]
    pages = turning(turn, at, "people.role_log", person.id, more=at.precedes(total))
    own = person.id == turn.person.id
    title = turn.say("My roles") if own else turn.say("{name}: roles", name=person.name)
    text = "" if cards else turn.say("No role so far.")
    back = choice(turn.say("Back"), *(("people.me",) if own else ("people.one", person.id)))
    screen = Screen(title=title, text=text)
    return screen.with_entries(cards, *pages, first=at.offset + 1).with_actions(back)


async def role(turn: Turn, role_id: str) -> Screen:
    """One role: its time, its deputies, and what the reader may do about them."""
    found = await term_rights.access_role(turn.tx, turn.person, int(role_id))
    deputies = await term_queries.deputies_of(turn.tx, [found.id])
    log = await _Log.of(turn, [found, *deputies])
    may = await term_rights.abilities(turn.tx, turn.person, found)
    acts: list[Choice] = []
    if RoleAbility.RENEW in may:
        acts.append(choice(turn.say("Set another end"), "people.term", found.id))
    if RoleAbility.NAME_DEPUTY in may:
        acts.append(choice(turn.say("Name a deputy"), "people.deputy", found.id))
    if RoleAbility.END_DEPUTY in may:
        acts.append(choice(turn.say("End the deputyship"), "people.stand_down", found.id))
    shown = [(each, await term_rights.abilities(turn.tx, turn.person, each)) for each in deputies]
    people = await find_people(turn.tx, [each.person_id for each in deputies])
    ending = [
        choice(
            turn.say("End: {name}", name=people[each.person_id].name),
            "people.stand_down",
            each.id,
        )
        for each, allowed in shown
        if RoleAbility.END_DEPUTY in allowed
    ]
    acting = [
        turn.say(
            "Acts meanwhile: {name}, {first} to {last}",
            name=name_of(turn.voice, people[each.person_id]),
            first=turn.voice.date(term_queries.day_of(each.begins, each.unit), hijri=False),
            last=turn.voice.date(term_queries.last_day(each.until, each.unit), hijri=False),
        )
        for each in deputies
        if each.until is not None
    ]
    text = paragraphs(log.card(found), lines(*acting))
    screen = Screen(title=turn.say("The role"), text=text).with_list(ending)
    return screen.with_actions(*acts, await _back(turn, found))


async def _back(turn: Turn, found: RoleRecord) -> Choice:
    """To the list that the role stands in, for whoever sees it."""
    try:
        await term_rights.access_role_log(turn.tx, turn.person, found.person_id)
    except Refused:
        return choice(turn.say("Back"), "people.me")
    return choice(turn.say("Back"), "people.role_log", found.person_id, 0)


async def until(turn: Turn, person_id: str, kind: str, unit_id: str = "0") -> Screen:
    """Give a colleague a role up to a day."""
    return await turn.begin(
        "people.grant_until", person=int(person_id), kind=kind, place=int(unit_id)
    )


async def term(turn: Turn, role_id: str) -> Screen:
    return await turn.begin("people.term", role=int(role_id))


async def deputy(turn: Turn, role_id: str) -> Screen:
    return await turn.begin("people.deputy", role=int(role_id))


async def stand_down(turn: Turn, role_id: str) -> Screen:
    """Ask before somebody acts for another one no longer."""
    found = await term_rights.access_deputyship(turn.tx, turn.person, int(role_id))
    if not found.lasts:
        return await _stood_down(turn, found)
    log = await _Log.of(turn, [found])
    return ask_first(
        log.card(found),
        turn.say("Shall I end it now? Both sides are told."),
        act=choice(turn.say("Yes, end it"), "people.stood_down", found.id),
        back=no_choice(turn, "people.role", found.id),
    )


async def stood_down(turn: Turn, role_id: str) -> Screen:
    """Let somebody act for another one no longer."""
    return await _stood_down(
        turn, await deputy_actions.end_deputyship(turn.tx, turn.person, int(role_id))
    )


async def _stood_down(turn: Turn, found: RoleRecord) -> Screen:
    screen = await turn.show("people.me")
    if found.deputy_of is not None and found.person_id != turn.person.id:
        screen = await turn.show("people.role", found.deputy_of)
    return screen.with_result(turn.say("It has ended."))
