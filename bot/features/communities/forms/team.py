"""The forms of a team: founding and editing it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Form, Preset
from bot.chat.navigation import told
from bot.chat.screen import Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamChanges, TeamDraft
from bot.features.communities.forms.fields import (
    GOALS,
    MODE,
    NAME,
    NORMS,
    SUBJECTS,
    TEAM,
    THEME,
    UNIT,
    WORK,
    subjects_to_choose,
)
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights import units as unit_rights
from bot.features.communities.rights.units import UnitTeamsAbility
from bot.features.people.queries import people as people_queries

T = TypeVar("T")


async def _may_create(turn: Turn, answers: Answers) -> None:
    await unit_rights.access_founding_reach(turn.tx, turn.person)


async def _own_unit(turn: Turn, answers: Answers) -> int | None:
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return None
    here = await unit_rights.abilities(turn.tx, turn.person, profile.unit)
    return profile.unit.id if UnitTeamsAbility.FOUND in here else None


async def _subjects_of_role(turn: Turn, answers: Answers) -> tuple[str, ...]:
    return await subjects_to_choose(turn, answers)


async def _create(turn: Turn, draft: TeamDraft) -> Screen:
    team = await team_actions.create_team(turn.tx, turn.person, draft)
    screen = await turn.show("teams.page", team.id)
    return screen.with_notice(
        turn.say("The team is founded, and you lead it. Now invite your colleagues by its link.")
    )


CREATE = Form(
    name="teams.create",
    version=1,
    title=N_("A new team"),
    draft=TeamDraft,
    fields=(
        replace(UNIT, preset=_own_unit),
        NAME,
        THEME,
        GOALS,
        NORMS,
        WORK,
        MODE,
        replace(SUBJECTS, preset=_subjects_of_role),
    ),
    finish=_create,
    send=N_("Found the team"),
    permit=_may_create,
)


async def _may_edit(turn: Turn, answers: Answers) -> None:
    await team_rights.access_led_team(turn.tx, turn.person, answers.need(TEAM))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEdit(TeamChanges):
    team: int


def _current(of: Callable[[Team], T]) -> Preset[T]:
    async def preset(turn: Turn, answers: Answers) -> T | None:
        team = await team_queries.team(turn.tx, answers.need(TEAM))
        return of(team) if team else None

    return preset


async def _save(turn: Turn, draft: TeamEdit) -> Screen:
    before = await team_queries.team(turn.tx, draft.team)
    team = await team_actions.edit_team(turn.tx, turn.person, draft.team, draft)
    screen = await turn.show("teams.page", team.id)
    if team == before:
        return screen.with_notice(turn.say("Everything stays as it was."))
    return screen.with_notice(turn.say("Saved. The members are told of what changed."))


async def _whom(turn: Turn, draft: TeamEdit) -> str:
    """Which team is changed, and how many are told."""
    team = await team_queries.team(turn.tx, draft.team)
    assert team is not None  # `permit` has seen it
    others = await team_queries.count_others(turn.tx, team.id, turn.person.id)
    return lines(turn.say("👥 {team}", team=team.name), told(turn, others))


EDIT = Form(
    name="teams.edit",
    version=1,
    title=N_("Edit the team"),
    draft=TeamEdit,
    known=(TEAM,),
    fields=(
        replace(NAME, preset=_current(lambda team: team.name)),
        replace(THEME, preset=_current(lambda team: team.theme)),
        replace(GOALS, preset=_current(lambda team: team.goals)),
        replace(NORMS, preset=_current(lambda team: team.norms)),
        replace(WORK, preset=_current(lambda team: team.form_of_work)),
        replace(MODE, preset=_current(lambda team: team.mode)),
        replace(SUBJECTS, preset=_current(lambda team: team.subjects)),
    ),
    finish=_save,
    send=N_("Save"),
    permit=_may_edit,
    about=_whom,
    changes_only=True,
)
