"""Every write about practices. Each checks the right in the database at the moment of the act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from bot.chat.forms.fields import EvidencePiece
from bot.chat.person import Person, find_people, find_person
from bot.delivery import outbox
from bot.features.communities.queries import members as member_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.units import Unit
from bot.features.practices import notices
from bot.features.practices.actions import search as practice_index
from bot.features.practices.actions.evidence import set_evidence
from bot.features.practices.actions.places import place_practice
from bot.features.practices.actions.responses import tell_author
from bot.features.practices.models import (
    EvidenceKind,
    PracticeState,
    applications,
    evidence,
    practices,
    readers,
    thanks,
)
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.rights import teams as team_rights
from bot.packs.organisation import subjects
from bot.storage import audit
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class PracticeDraft:
    """What an author gives. `team_id` None shares it with the whole district of `unit_id`, which is
    one of the author's places of work; without that, of their main one, or of where the practice is
    from already. `result` may be empty."""

    title: str
    difficulty: str
    actions_taken: str
    result: str
    subject: str
    stage: str
    team_id: int | None
    evidence: Sequence[EvidencePiece] = ()
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The practice, and how many colleagues are told of it."""

    practice: Practice
    told: int


async def share_practice(tx: Tx, actor: Person, draft: PracticeDraft) -> Shared:
    """Share a practice with a team of the author's, or with everybody of their district.

    The team's members are told, each once; a wider audience finds it in the lists.

    :raises Refused: "practices.not_registered", "practices.not_in_team",
        "practices.not_your_place"
    """
    unit = await _place(tx, actor, draft.team_id, draft.unit_id)
    practice_id = await tx.insert(
        practices,
        author_id=actor.id,
        state=PracticeState.SHARED,
        reason="",
        shared_at=tx.now,
        **_values(tx, unit, draft),
    )
    await set_evidence(tx, actor, practice_id, draft.evidence)
    practice = await _fresh(tx, practice_id)
    await practice_index.index_practice(tx, practice)
    await place_practice(tx, practice)
    await audit.record(
        tx, actor.id, "practices.share", practice_id, team=draft.team_id, unit=unit.id
    )
    return Shared(practice, await _tell_team(tx, practice))


async def change_practice(
    tx: Tx, actor: Person, practice_id: int, draft: PracticeDraft
) -> Practice:
    """Replace what the author wrote; its state stays. Nobody is told except whoever had hidden it.

    :raises Refused: "practices.not_author", "practices.not_in_team", "practices.not_your_place"
    """
    await tx.lock("practice", practice_id)
    before = await practice_rights.access_own_practice(tx, actor, practice_id)
    if await _stays(tx, actor, before, draft):
        unit = before.unit
    else:
        unit = await _place(tx, actor, draft.team_id, draft.unit_id)
    await _update(tx, practice_id, **_values(tx, unit, draft))
    await set_evidence(tx, actor, practice_id, draft.evidence)
    practice = await _fresh(tx, practice_id)
    await practice_index.index_practice(tx, practice)
    await place_practice(tx, practice)
    await audit.record(tx, actor.id, "practices.change", practice_id)
    if practice.state is PracticeState.HIDDEN and practice.hidden_by is not None:
        await _tell_moderator(tx, practice, practice.hidden_by)
    return practice


async def withdraw_practice(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """Take the practice out of every list and search; the author keeps it. Twice does no harm.

    :raises Refused: "practices.not_author"
    """
    await tx.lock("practice", practice_id)
    practice = await practice_rights.access_own_practice(tx, actor, practice_id)
    if practice.state is PracticeState.WITHDRAWN:
        return practice
    await audit.record(tx, actor.id, "practices.withdraw", practice_id)
    return await _move(tx, practice, PracticeState.WITHDRAWN)


async def share_again(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """Bring a withdrawn practice back; one that had been hidden comes back hidden.

    :raises Refused: "practices.not_author", "practices.not_in_team" when the author has left the
        team, "practices.not_registered"
    """
    await tx.lock("practice", practice_id)
    practice = await practice_rights.access_own_practice(tx, actor, practice_id)
    if practice.state is not PracticeState.WITHDRAWN:
        return practice
    await _place(tx, actor, practice.team.id if practice.team else None)
    await audit.record(tx, actor.id, "practices.share_again", practice_id)
    hidden = practice.hidden_by is not None
    return await _move(tx, practice, PracticeState.HIDDEN if hidden else PracticeState.SHARED)


async def hide_practice(tx: Tx, actor: Person, practice_id: int, reason: str) -> Practice:
    """Hide somebody's practice from the others; its author is told who did it and why.

    :raises Refused: "practices.not_visible", "practices.not_moderator"
    """
    await tx.lock("practice", practice_id)
    practice = await practice_rights.access_moderated_practice(tx, actor, practice_id)
    if practice.state is PracticeState.HIDDEN:
        return practice
    await _moderate(tx, practice_id, hidden_by=actor.id, reason=reason)
    behalf = await practice_queries.moderates_for(tx, actor.id, practice)
    await audit.record(tx, actor.id, "practices.hide", practice_id, **behalf)
    practice = await _move(tx, practice, PracticeState.HIDDEN)
    topic = practice.hiding_topic
    told = {"by": actor.id, "turn": practice.moderations, **behalf}
    await tell_author(tx, practice, notices.HIDDEN, topic, **told)
    return practice


async def reveal_practice(tx: Tx, actor: Person, practice_id: int) -> Practice:
    """Show a hidden practice again; its author is told.

    :raises Refused: "practices.not_visible", "practices.not_moderator"
    """
    await tx.lock("practice", practice_id)
    practice = await practice_rights.access_moderated_practice(tx, actor, practice_id)
    if practice.state is not PracticeState.HIDDEN:
        return practice
    await _moderate(tx, practice_id, hidden_by=None, reason="")
    behalf = await practice_queries.moderates_for(tx, actor.id, practice)
    await audit.record(tx, actor.id, "practices.reveal", practice_id, **behalf)
    practice = await _move(tx, practice, PracticeState.SHARED)
    await tell_author(tx, practice, notices.REVEALED, turn=practice.moderations)
    return practice


async def forget_author(tx: Tx, person: Person) -> None:
    """Part of deleting one's data. What the person shared stays for their colleagues without a
    name and without the files, which may show or voice somebody and are taken out of the messages
    too; what was withdrawn or hidden goes altogether, and so does every trace of what they read,
    applied and thanked for."""
    for table in (readers, applications, thanks):
        await tx.execute(delete(table).where(table.c.person_id == person.id))
    rows = await tx.all(
        select(practices.c.id, practices.c.state).where(practices.c.author_id == person.id)
    )
    for row in rows:
        if row.state is PracticeState.SHARED:
            await tx.execute(
                delete(evidence).where(
                    evidence.c.practice_id == row.id, evidence.c.kind != EvidenceKind.TEXT
                )
            )
            await practice_index.index_practice(tx, await _fresh(tx, row.id))
        else:
            await practice_index.forget_practice(tx, row.id)
            for table in (evidence, readers, applications, thanks):
                await tx.execute(delete(table).where(table.c.practice_id == row.id))
            await tx.execute(delete(practices).where(practices.c.id == row.id))
    await audit.record(tx, person.id, "practices.forget_author", person.id, practices=len(rows))


def _values(tx: Tx, unit: Unit, draft: PracticeDraft) -> dict[str, Any]:
    return {
        "team_id": draft.team_id,
        "unit_id": unit.id,
        "title": draft.title,
        "difficulty": draft.difficulty,
        "actions_taken": draft.actions_taken,
        "result": draft.result,
        "subject": draft.subject if draft.subject in subjects() else "other",
        "stage": draft.stage,
        "changed_at": tx.now,
    }


async def _stays(tx: Tx, actor: Person, before: Practice, draft: PracticeDraft) -> bool:
    """Whether an edit leaves the practice where it is from: in its team, or at one of several
    places at which its author still works."""
    if draft.team_id is not None:
        return before.team is not None and before.team.id == draft.team_id
    if draft.unit_id is not None or before.team is not None:
        return False
    return await placement_queries.belongs_to(tx, actor.id, [before.unit.id])


async def _place(tx: Tx, actor: Person, team_id: int | None, unit_id: int | None = None) -> Unit:
    """Where a practice of the actor's belongs: at the team's unit, or at their own; of several, at
    the one that they name, or at their main one."""
    if team_id is not None:
        return (await team_rights.access_team_to_share(tx, actor, team_id)).unit
    if unit_id is None:
        return (await team_rights.access_author(tx, actor)).unit
    return await team_rights.access_place_to_share(tx, actor, unit_id)


async def _update(tx: Tx, practice_id: int, **values: Any) -> None:
    await tx.execute(update(practices).where(practices.c.id == practice_id).values(**values))


async def _moderate(tx: Tx, practice_id: int, **values: Any) -> None:
    await _update(tx, practice_id, moderations=practices.c.moderations + 1, **values)


async def _move(tx: Tx, practice: Practice, state: PracticeState) -> Practice:
    """Give the practice another state, and keep search and queued news in step with it."""
    await _update(tx, practice.id, state=state)
    moved = await _fresh(tx, practice.id)
    await practice_index.index_practice(tx, moved)
    await place_practice(tx, moved)
    if not moved.is_shared:
        await outbox.cancel(tx, _topic(practice.id))
    return moved


async def _fresh(tx: Tx, practice_id: int) -> Practice:
    practice = await practice_queries.practice_of(tx, practice_id)
    assert practice is not None
    return practice


def _topic(practice_id: int) -> str:
    return f"practice:{practice_id}"


async def _tell_team(tx: Tx, practice: Practice) -> int:
    if practice.team is None:
        return 0
    ids = await member_queries.member_ids(tx, practice.team.id)
    members = await find_people(tx, (number for number in ids if number != practice.author.id))
    told = [to.id for to in members.values() if to.is_member]
    about = {"practice": practice.id}
    await outbox.send(tx, notices.SHARED, told, about, topic=_topic(practice.id))
    return len(told)


async def _tell_moderator(tx: Tx, practice: Practice, moderator_id: int) -> None:
    moderator = await find_person(tx, moderator_id)
    if (
        moderator
        and moderator.is_member
        and await practice_queries.may_moderate(tx, moderator, practice)
    ):
        about, topic = {"practice": practice.id}, practice.hiding_topic
        await outbox.send(tx, notices.IMPROVED, moderator.id, about, topic=topic)
