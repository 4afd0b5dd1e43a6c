"""Events between the slices as they are: who hears what, and what a former version left waiting."""

import inspect
import pkgutil
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import delete, select, update

import bot.features
from bot.chat.personal import Personal
from bot.chat.router import Router
from bot.chat.routes import Route
from bot.features import FEATURES, Feature, due_work, slices
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions.closing import TEAM_ENDED
from bot.features.communities.models import TeamState, teams
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import MeetingState, meetings
from bot.packs.roles import Role
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.events import DueJob, Event, Listener
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx
from tests.features.meetings_team import draft
from tests.features.practices_school import PracticeSchools
from tests.town import Town, town

__all__ = ["town"]

NADA = "مدرسة الندى"
FORMER_JOBS = {
    "announcements.send", "plan:announcements.watch", "meetings.nudge", "plan:meetings",
    "meetings.morning", "manners.changed", "people.moved", "teams.joined", "teams.ended",
    "people.index_anew", "people.flood_over",
}  # fmt: skip
"""The words that due rows of the version before events bear."""
FORMER_EVENTS = {
    "manners.changed": ("manners:person:{person}", "changed", '{"person": PERSON}'),
    "people.moved": ("person:{person}", "moved", '{"person": PERSON}'),
    "teams.joined": ("team:{team}", "joined", '{"team": TEAM}'),
    "teams.ended": ("team:{team}", "ended", '{"team": TEAM, "by": PERSON}'),
}
"""The events among them: topic, slot and payload as that version wrote them."""


async def hear(tx: Tx, row: DueRow) -> None:
    """What a further slice does."""


def another(**lists: object) -> Feature:
    """A further slice of these lists."""
    empty = dict.fromkeys(("SCREENS", "FORMS", "COMMANDS", "MENU", "LINKS", "JOBS", "EVENTS"), ())
    made = {"__name__": "bot.features.plans", "DOORS": {}, "DERIVED": (), "PERSONAL": Personal()}
    return cast(Feature, SimpleNamespace(**{**empty, **made, **lists}))


def test_whatever_the_former_version_has_planned_is_still_known() -> None:
    assert due_work().jobs.keys() >= FORMER_JOBS


def test_a_second_slice_that_listens_takes_nothing_from_the_first() -> None:
    work = due_work([*FEATURES, another(EVENTS=[Listener(TEAM_ENDED, hear)])])
    assert work.listeners["teams.ended"] == (*due_work().listeners["teams.ended"], "plans")
    assert work.jobs["teams.ended:plans"] is hear
    assert work.jobs["teams.ended:meetings"] is due_work().jobs["teams.ended:meetings"]


def test_a_second_slice_that_does_what_another_does_is_refused() -> None:
    with pytest.raises(ValueError, match=r"due job meetings\.nudge: defined by meetings .+plans"):
        due_work([*FEATURES, another(JOBS=[DueJob("meetings.nudge", hear)])])
    with pytest.raises(ValueError, match=r"due job teams\.ended: defined by plans"):
        due_work([*FEATURES, another(JOBS=[DueJob("teams.ended", hear)])])
    page = another(SCREENS=[Route("teams.page", cast("object", hear))])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"route teams\.page: defined by communities .+plans"):
        Router.of(slices([*FEATURES, page]))


def test_an_event_is_named_once_beside_the_action_that_publishes_it() -> None:
    found: dict[str, set[int]] = {}
    homes: dict[int, str] = {}
    for info in pkgutil.walk_packages(bot.features.__path__, "bot.features."):
        for _, event in inspect.getmembers(
            import_module(info.name), lambda x: isinstance(x, Event)
        ):
            found.setdefault(event.name, set()).add(id(event))
            if ".actions" in info.name:
                homes[id(event)] = info.name
    assert found.keys() >= FORMER_EVENTS.keys()
    assert {len(numbers) for numbers in found.values()} == {1}
    assert homes.keys() == {number for numbers in found.values() for number in numbers}
    heard = due_work().listeners.keys()
    assert heard == found.keys(), "publish an event once somebody listens to it"


async def test_what_ends_a_team_plans_a_row_for_each_listener_in_its_transaction(
    town: Town,
) -> None:
    department = await PracticeSchools(town.app.database, town.channel).build()
    lead = await department.person("نورة", NADA, number=101, role=Role.LEAD)
    team = await department.team("فريق القراءة", lead, unit=NADA)
    async with town.app.database.transaction() as tx:
        await closing_actions.close_team(tx, lead, team.id)
        rows = await tx.all(select(due.due).where(due.due.c.topic == f"team:{team.id}"))
        told = {row.job: (row.slot, row.state, row.payload) for row in rows}
    payload = {"team": team.id, "by": lead.id}
    heard = due_work().listeners["teams.ended"]
    assert "meetings" in heard
    assert told == {
        f"teams.ended:{slice_}": (f"ended:{slice_}", "waiting", payload) for slice_ in heard
    }


@pytest.mark.parametrize("job", FORMER_EVENTS)
async def test_what_the_former_version_has_left_waiting_is_done(town: Town, job: str) -> None:
    """It stopped between an event and the meetings' job, and the new version was started."""
    department = await PracticeSchools(town.app.database, town.channel).build()
    lead = await department.person("نورة", NADA, number=101, role=Role.LEAD)
    member = await department.person("هدى", NADA, number=102)
    team = await department.team("فريق القراءة", lead, member, unit=NADA)
    async with town.app.database.transaction() as tx:
        met, _ = await meeting_actions.schedule_meeting(tx, lead, team.id, draft())
    await town.settles()
    topic, slot, payload = FORMER_EVENTS[job]
    told = payload.replace("PERSON", str(lead.id)).replace("TEAM", str(team.id))
    async with town.app.database.transaction() as tx:
        if job == "teams.ended":
            await tx.execute(update(teams).values(state=TeamState.CLOSED, closed_at=tx.now))
        await tx.execute(delete(due.due).where(due.due.c.job.like(f"{job}%")))
        now = to_millis(tx.now)
        await tx.run(
            "INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, payload, state,"
            " attempts) VALUES (?, ?, ?, ?, 0, ?, ?, 'waiting', 0)",
            job, topic.format(person=lead.id, team=team.id), slot, now, now, told,
        )  # fmt: skip
    await town.moves(timedelta(seconds=1))
    rows = await town.rows(due.due, slot=slot) + await town.rows(due.due, slot=f"{slot}:meetings")
    assert [(row.job, row.state, row.error) for row in rows] == [
        (job, "done", None), (f"{job}:meetings", "done", None),
    ]  # fmt: skip
    (after,) = await town.rows(meetings, id=met.id)
    cancelled = job == "teams.ended"
    assert after.state is (MeetingState.CANCELLED if cancelled else MeetingState.SCHEDULED)
