"""What the messages about practices say, read for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, select

from bot.chat.person import Person, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import acting_in
from bot.features.practices.models import (
    ApplicationState,
    PracticeState,
    applications,
    practices,
    thanks,
)
from bot.features.practices.queries.practices import Origin, moderators_among
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class PracticeNews:
    """A practice, and the colleague who did something with it."""

    id: int
    title: str
    by: Person


@dataclass(frozen=True, slots=True)
class SharedPractice(PracticeNews):
    team: str


@dataclass(frozen=True, slots=True)
class HiddenPractice(PracticeNews):
    """`by` may have hidden it as a deputy, in the place of `behalf`."""

    reason: str
    behalf: Person | None = None


@dataclass(frozen=True, slots=True)
class RevealedPractice:
    id: int
    title: str


_Practice: TypeAlias = Row[Any]
_PRACTICES = select(
    practices.c.id,
    practices.c.author_id,
    practices.c.team_id,
    practices.c.unit_id,
    practices.c.title,
    practices.c.state,
    practices.c.hidden_by,
    practices.c.reason,
    practices.c.moderations,
).where(among(practices.c.id, ids_named("ids")))


async def _practices(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, _Practice]:
    """The practices that these messages are about; those that were erased are left out."""
    ids = sorted({row.params["practice"] for row in rows})
    return {each.id: each for each in await tx.all(_PRACTICES.params(ids=ids))}


async def shared(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[SharedPractice]]:
    """To members: what a colleague shared with the team that it is for by now, as long as they
    belong to it."""
    told = await _practices(tx, rows)
    authors = await find_people(tx, {each.author_id for each in told.values()})
    team_ids = {each.team_id for each in told.values() if each.team_id}
    teams = await team_batches.teams_by_id(tx, team_ids)
    members = await member_queries.members_among(tx, team_ids, {row.to.id for row in rows})
    # One object for all members, so that what is drawn of it is found faster.
    news = {number: _shared(each, authors, teams) for number, each in told.items()}
    found: dict[int, Found[SharedPractice]] = {}
    for row in rows:
        number = row.params["practice"]
        facts = news.get(number) or Gone("erased")
        if not isinstance(facts, Gone) and (told[number].team_id, row.to.id) not in members:
            facts = Gone("left")
        found[row.id] = facts
    return found


def _shared(
    practice: _Practice, authors: Mapping[int, Person], teams: Mapping[int, Team]
) -> SharedPractice | Gone:
    if practice.state is not PracticeState.SHARED:
        return Gone(practice.state.value)
    author, team = authors[practice.author_id], teams.get(practice.team_id)
    if not author.is_member:
        return Gone("author_gone")
    if team is None:
        return Gone("moved")
    if not team.is_active:
        return Gone("closed")
    return SharedPractice(practice.id, practice.title, author, team.name)


async def applied(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[PracticeNews]]:
    """To the author: who applied the practice, unless they have taken that back."""
    standing = select(applications.c.practice_id, applications.c.person_id).where(
        among(applications.c.practice_id, {row.params["practice"] for row in rows}),
        among(applications.c.person_id, {row.params["by"] for row in rows}),
        applications.c.state == ApplicationState.APPLIED,
    )
    return await _responses(tx, rows, await tx.all(standing))


async def thanked(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[PracticeNews]]:
    """To the author: who is grateful."""
    standing = select(thanks.c.practice_id, thanks.c.person_id).where(
        among(thanks.c.practice_id, {row.params["practice"] for row in rows}),
        among(thanks.c.person_id, {row.params["by"] for row in rows}),
    )
    return await _responses(tx, rows, await tx.all(standing))


async def _responses(
    tx: Tx, rows: Sequence[NoticeRow], standing: Sequence[Row[Any]]
) -> dict[int, Found[PracticeNews]]:
    """Whoever leaves for good takes their responses along, so no name is missing of those that
    stand."""
    told = await _practices(tx, rows)
    given = {(each.practice_id, each.person_id) for each in standing}
    people = await find_people(tx, {person_id for _, person_id in given})
    found: dict[int, Found[PracticeNews]] = {}
    for row in rows:
        number, by = row.params["practice"], row.params["by"]
        practice = told.get(number)
        if practice is None:
            found[row.id] = Gone("erased")
        elif (number, by) not in given:
            found[row.id] = Gone("taken_back")
        else:
            found[row.id] = PracticeNews(number, practice.title, people[by])
    return found


async def hidden(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[HiddenPractice]]:
    """To the author: who hid the practice and why, as long as it is, unless it was hidden anew.
    They are told of it also when they have withdrawn it since, as it would come back hidden, and
    when whoever hid it has left."""
    told = await _practices(tx, rows)
    people = await find_people(tx, acting_in(rows))
    found: dict[int, Found[HiddenPractice]] = {}
    for row in rows:
        practice, by = told.get(row.params["practice"]), row.params["by"]
        if practice is None:
            found[row.id] = Gone("erased")
        elif practice.hidden_by != by:
            found[row.id] = Gone("revealed")
        elif not _is_last(row, practice):
            found[row.id] = Gone("hidden_again")
        else:
            behalf = people.get(row.params.get("for") or 0)
            found[row.id] = HiddenPractice(
                practice.id, practice.title, people[by], practice.reason, behalf
            )
    return found


async def revealed(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[RevealedPractice]]:
    """To the author: their practice, if it can be read by others, unless it was shown anew."""
    told = await _practices(tx, rows)
    found: dict[int, Found[RevealedPractice]] = {}
    for row in rows:
        practice = told.get(row.params["practice"])
        if practice is None:
            found[row.id] = Gone("erased")
        elif practice.state is not PracticeState.SHARED:
            found[row.id] = Gone(practice.state.value)
        elif not _is_last(row, practice):
            found[row.id] = Gone("revealed_again")
        else:
            found[row.id] = RevealedPractice(practice.id, practice.title)
    return found


def _is_last(row: NoticeRow, practice: _Practice) -> bool:
    """Whether nobody has hidden or shown it since, as far as the message knows which time it is."""
    turn = row.params["turn"]
    return turn is None or bool(turn == practice.moderations)


async def improved(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[PracticeNews]]:
    """To whoever hid a practice: that its author has changed it, as long as they may show it
    again."""
    told = await _practices(tx, rows)
    authors = await find_people(tx, {each.author_id for each in told.values()})
    units = await unit_queries.units_by_id(tx, {each.unit_id for each in told.values()})
    origins = {
        number: Origin(each.author_id, each.team_id, units[each.unit_id])
        for number, each in told.items()
    }
    asked = {
        (row.to.id, origins[number])
        for row in rows
        if (number := row.params["practice"]) in origins
    }
    moderators = await moderators_among(tx, asked)
    found: dict[int, Found[PracticeNews]] = {}
    for row in rows:
        number = row.params["practice"]
        practice = told.get(number)
        if practice is None:
            found[row.id] = Gone("erased")
        elif practice.state is not PracticeState.HIDDEN:
            found[row.id] = Gone(practice.state.value)
        elif practice.hidden_by != row.to.id:
            found[row.id] = Gone("hidden_by_another")
        elif (row.to.id, origins[number]) not in moderators:
            found[row.id] = Gone("not_moderator")
        else:
            found[row.id] = PracticeNews(number, practice.title, authors[practice.author_id])
    return found
