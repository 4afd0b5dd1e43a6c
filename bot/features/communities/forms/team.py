"""The forms of a team: founding and editing it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.chat.forms.form import Answers, Field, Form, Preset
from bot.chat.navigation import told
from bot.chat.screen import Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.forms.fields import GOALS, MODE, NAME, NORMS, THEME, WORK
from bot.features.communities.models import Mode
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import CREATORS, Team
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights import units as unit_rights
from bot.features.communities.rights.units import UnitTeamsAbility
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.unit_choice import unit_field


async def _may_create(turn: Turn, answers: Answers) -> None:
    await unit_rights.access_founding_reach(turn.tx, turn.person)


async def _own_unit(turn: Turn, answers: Answers) -> Any:
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return None
    here = await unit_rights.abilities(turn.tx, turn.person, profile.unit)
    return profile.unit.id if UnitTeamsAbility.FOUND in here else None


async def _create(turn: Turn, answers: dict[str, Any]) -> Screen:
    team = await team_actions.create_team(
        turn.tx,
        turn.person,
        team_actions.TeamDraft(
            unit_id=answers["unit"],
            name=answers["name"],
            theme=answers["theme"],
            goals=tuple(answers["goals"]),
            norms=tuple(answers["norms"]),
            form_of_work=answers["form_of_work"],
            mode=Mode(answers["mode"]),
        ),
    )
    screen = await turn.show("teams.page", team.id)
    return screen.with_notice(
        turn.say("The team is founded, and you lead it. Now invite your colleagues by its link.")
    )


CREATE = Form(
    name="teams.create",
    version=1,
    title=N_("A new team"),
    fields=(
        unit_field(
            CREATORS,
            label=N_("Unit"),
            question=N_("At which unit? Choose, or write a part of its name."),
            preset=_own_unit,
        ),
        NAME,
        THEME,
        GOALS,
        NORMS,
        WORK,
        MODE,
    ),
    finish=_create,
    send=N_("Found the team"),
    permit=_may_create,
)


async def _may_edit(turn: Turn, answers: Answers) -> None:
    await team_rights.access_led_team(turn.tx, turn.person, answers["team"])


def _current(of: Callable[[Team], Any]) -> Preset:
    async def preset(turn: Turn, answers: Answers) -> Any:
        team = await team_queries.team(turn.tx, answers["team"])
        return of(team) if team else None

    return preset


def _presets() -> tuple[Field, ...]:
    values: dict[str, Callable[[Team], Any]] = {
        "name": lambda team: team.name,
        "theme": lambda team: team.theme,
        "goals": lambda team: list(team.goals),
        "norms": lambda team: list(team.norms),
        "form_of_work": lambda team: team.form_of_work,
        "mode": lambda team: team.mode.value,
    }
    fields: tuple[Field, ...] = (NAME, THEME, GOALS, NORMS, WORK, MODE)
    return tuple(replace(field, preset=_current(values[field.name])) for field in fields)


async def _save(turn: Turn, answers: dict[str, Any]) -> Screen:
    changes = {name: value for name, value in answers.items() if name != "team"}
    before = await team_queries.team(turn.tx, answers["team"])
    team = await team_actions.edit_team(turn.tx, turn.person, answers["team"], changes)
    screen = await turn.show("teams.page", team.id)
    if team == before:
        return screen.with_notice(turn.say("Everything stays as it was."))
    return screen.with_notice(turn.say("Saved. The members are told of what changed."))


async def _whom(turn: Turn, answers: Answers) -> str:
    """Which team is changed, and how many are told."""
    team = await team_queries.team(turn.tx, answers["team"])
    assert team is not None  # `permit` has seen it
    others = await team_queries.count_others(turn.tx, team.id, turn.person.id)
    return lines(turn.say("👥 {team}", team=team.name), told(turn, others))


EDIT = Form(
    name="teams.edit",
    version=1,
    title=N_("Edit the team"),
    fields=_presets(),
    finish=_save,
    send=N_("Save"),
    permit=_may_edit,
    about=_whom,
    changes_only=True,
)
