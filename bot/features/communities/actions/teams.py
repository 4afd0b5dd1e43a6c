"""Writes about teams as such: founding, editing, renewing the link."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.changes import UNCHANGED, Unchanged, changed
from bot.core.errors import Refused
from bot.delivery.folding import send_folded
from bot.delivery.notice import Params, Value
from bot.features.communities import notices
from bot.features.communities.actions import search as team_index
from bot.features.communities.models import (
    MemberRole,
    MembershipState,
    Mode,
    TeamPart,
    TeamState,
    memberships,
    teams,
)
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights import units as unit_rights
from bot.storage import audit
from bot.storage.secret_codes import digest_of, new_code
from bot.storage.transaction import Tx

LINK_PREFIX = "t"
"""Tells a team's join link from the payloads of other links."""
LINK_END = 8
"""How many characters of their digests tell the links of a team apart."""


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team to be; `unit` is the id of the one that it belongs to. Without `subjects` it works for
    those of the founder's role, or for all."""

    unit: int
    name: str
    theme: str
    goals: tuple[str, ...]
    norms: tuple[str, ...]
    form_of_work: str
    mode: Mode
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanges:
    """What a lead edits of a team."""

    name: str | Unchanged = UNCHANGED
    theme: str | Unchanged = UNCHANGED
    goals: tuple[str, ...] | Unchanged = UNCHANGED
    norms: tuple[str, ...] | Unchanged = UNCHANGED
    form_of_work: str | Unchanged = UNCHANGED
    mode: Mode | Unchanged = UNCHANGED
    subjects: tuple[str, ...] | Unchanged = UNCHANGED


async def create_team(tx: Tx, actor: Person, draft: TeamDraft) -> Team:
    """Found a team; the founder leads it.

    :raises Refused: "teams.may_not_create" without a leading role at the unit or above it;
        "teams.name_taken" where the unit has an active team of this name;
        "teams.beyond_subjects" for others than those of the role.
    """
    place = await unit_rights.access_unit_to_found(tx, actor, draft.unit)
    subjects = await unit_rights.access_subjects(tx, actor, place, draft.subjects)
    await tx.lock("teams of unit", draft.unit)
    await _require_free_name(tx, actor, draft.unit, draft.name)
    number = await tx.insert(
        teams,
        unit_id=draft.unit,
        name=draft.name,
        theme=draft.theme,
        goals=list(draft.goals),
        norms=list(draft.norms),
        form_of_work=draft.form_of_work,
        mode=draft.mode,
        subjects=subjects,
        state=TeamState.ACTIVE,
        **_new_link(tx),
        created_by=actor.id,
        created_at=tx.now,
    )
    await tx.insert(
        memberships,
        team_id=number,
        person_id=actor.id,
        role=MemberRole.LEAD,
        responsibility="",
        state=MembershipState.ACTIVE,
        word="",
        reason="",
        asked_at=tx.now,
        decided_at=tx.now,
    )
    behalf = await unit_rights.founds_for(tx, actor, place)
    await audit.record(tx, actor.id, "teams.create", number, unit=draft.unit, **behalf)
    return await _indexed(tx, number)


async def _require_free_name(
    tx: Tx, actor: Person, unit_id: int, name: str, own: int | None = None
) -> None:
    taken = await team_queries.team_named(tx, unit_id, name)
    if taken is not None and taken.id != own:
        raise Refused(
            "teams.name_taken",
            actor.voice.say(
                "Your unit already has a team called {name}. Please choose another name.",
                name=name,
            ),
        )


async def _indexed(tx: Tx, team_id: int) -> Team:
    found = await team_queries.team(tx, team_id)
    assert found is not None
    await team_index.index_team(tx, found)
    return found


async def edit_team(tx: Tx, actor: Person, team_id: int, changes: TeamChanges) -> Team:
    """Change what the lead has edited. The members are told, since goals and norms bind them.
    Without a real change nothing happens.

    :raises Refused: "teams.not_lead", "teams.closed", "teams.name_taken";
        "teams.beyond_subjects" as `access_subjects`.
    """
    before = await team_rights.access_led_team(tx, actor, team_id, lock=True)
    wanted = changed(changes, TeamChanges)
    new = {name: value for name, value in wanted.items() if getattr(before, name) != value}
    if "subjects" in new and set(new["subjects"]) == set(before.subjects):
        del new["subjects"]
    if not new:
        return before
    if "subjects" in new:
        wanted_subjects = new["subjects"], before.subjects
        await unit_rights.access_subjects(tx, actor, before.unit, *wanted_subjects)
    if "name" in new:
        await tx.lock("teams of unit", before.unit.id)
        await _require_free_name(tx, actor, before.unit.id, new["name"], own=team_id)
    await tx.execute(update(teams).where(teams.c.id == team_id).values(**new))
    await audit.record(tx, actor.id, "teams.edit", team_id, fields=sorted(new))
    after = await _indexed(tx, team_id)
    others = [n for n in await member_queries.member_ids(tx, team_id) if n != actor.id]
    parts = [TeamPart(name) for name in sorted(new)]
    told = {"team": team_id, "by": actor.id}

    def joined(earlier: Params) -> Mapping[str, Value]:
        every = [TeamPart(code) for code in earlier["parts"]] + parts
        return {**told, "parts": list(dict.fromkeys(every))}

    await send_folded(
        tx, notices.EDITED, others, {**told, "parts": parts},
        topic=f"edited:{team_id}:{actor.id}", joined=joined,
    )  # fmt: skip
    return after


async def renew_link(tx: Tx, actor: Person, team_id: int, end: str = "") -> Team:
    """A new join link; the old one stops working. A link whose digest does not end in `end` has
    been renewed since, and stays.

    :raises Refused: "teams.not_lead", "teams.closed".
    """
    before = await team_rights.access_led_team(tx, actor, team_id, lock=True)
    # A button of a former version names the end of the code itself, which is shorter.
    if len(end) >= LINK_END and not before.link_digest.endswith(end):
        return before
    await tx.execute(update(teams).where(teams.c.id == team_id).values(**_new_link(tx)))
    await audit.record(tx, actor.id, "teams.renew_link", team_id)
    found = await team_queries.team(tx, team_id)
    assert found is not None
    return found


def _new_link(tx: Tx) -> dict[str, str]:
    code = new_code(LINK_PREFIX)
    return {"link_digest": digest_of(code), "link_sealed": tx.secret_codes.seal(code)}
