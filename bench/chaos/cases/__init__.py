"""The cases, by the number under which they are promised."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.chaos.cases import (
    backups,
    broadcasts,
    circulars,
    conversations,
    crowds,
    files,
    lists,
    pacing,
    reminders,
    several,
    storage,
)
from bench.chaos.outcome import CaseOutcome
from bench.chaos.setup import CaseSetup

Play = Callable[[CaseSetup], Awaitable[CaseOutcome]]


@dataclass(frozen=True)
class Case:
    key: str
    name: str
    play: Play
    sabotaged: bool = False
    """The bot is spoilt on purpose, and the case has to turn red."""
    quick: bool = True
    """It has a short form that the tests have time for."""
    group: int = 0
    """Cases of different groups may be played side by side: those above 0 mostly wait."""


ATTEMPTS = 5


def _spoilt(play: Callable[[CaseSetup, str], Awaitable[CaseOutcome]], sabotage: str) -> Play:
    """The case with a bot that breaks its promise only if it is killed at the wrong moment: where
    luck had it otherwise, as it does on a busy machine, it is tried again."""

    async def attempted(setup: CaseSetup) -> CaseOutcome:
        outcome = await play(setup, sabotage)
        for attempt in range(1, ATTEMPTS):
            if not outcome.ok:
                break
            outcome = await play(setup.again(attempt), sabotage)
        return outcome

    return attempted


CASES: tuple[Case, ...] = (
    Case("1", "killed while people converse", conversations.killed_while_people_converse),
    Case("2", "updates three times, out of order", conversations.repeated_and_out_of_order),
    Case("3", "an unreadable update", conversations.one_unreadable_among_many),
    Case("4", "broadcast under fire", broadcasts.broadcast_under_fire),
    Case("5", "strict rates", pacing.keep_the_rates, group=1),
    Case("6", "talk during a broadcast", broadcasts.converse_during_a_broadcast, group=1),
    Case("7", "down over reminders", reminders.started_after_a_pause),
    Case("8", "clocks and time zones", reminders.clocks_and_zones, group=2),
    Case("9", "many press at once", crowds.many_press_at_once),
    Case("10", "disk full and locked", storage.disk_full_and_locked, group=2),
    Case("11", "one person floods", crowds.one_person_floods),
    Case("12", "backup under load", backups.backed_up_and_restored),
    Case("13", "three on one PostgreSQL", several.three_on_one_database, group=1),
    Case("14", "a statement fails for good", crowds.one_statement_fails_for_good),
    Case("15", "a circular stopped half-way", circulars.stopped_half_way),
    Case("16", "files come and go", files.killed_while_files_come_and_go, quick=False),
    Case("17", "a list under fire", lists.on_sqlite, group=2),
    Case("18", "a list on PostgreSQL", lists.on_postgresql, quick=False),
    Case(
        "1m",
        "1, without the inbox commit",
        _spoilt(conversations.killed_while_people_converse, "inbox"),
        sabotaged=True,
    ),
    Case(
        "4m",
        "4, without the intent commit",
        _spoilt(broadcasts.broadcast_under_fire, "intent"),
        sabotaged=True,
    ),
    Case(
        "16m",
        "16, kept before it is durable",
        _spoilt(files.killed_while_files_come_and_go, "kept"),
        sabotaged=True,
        quick=False,
    ),
)
