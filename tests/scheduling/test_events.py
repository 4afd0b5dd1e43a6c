"""What happens in one slice reaches every slice that listens, each apart from the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.events import DueJob, DueWork, Event, Listener, SliceWork, join, publish
from bot.scheduling.ticker import FIRST_BACK_OFF, JobFunction, Ticker
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.scheduling.conftest import START, Agenda

ENDED = Event("teams.ended")
FOUNDED = Event("teams.founded")


@dataclass
class Ears:
    """Slices that listen to the end of teams, and what each has heard: topic and payload."""

    heard: dict[str, list[tuple[str, object]]] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    """Slices whose job fails, as long as they stand here."""

    def of(self, name: str) -> JobFunction:
        async def listen(tx: Tx, row: DueRow) -> None:
            if name in self.deaf:
                raise OSError(f"{name} hears nothing")
            heard = self.heard.setdefault(name, [])
            tx.after_commit(lambda: heard.append((row.topic, row.payload)))

        return listen

    def joined(self, *names: str) -> DueWork:
        return join(SliceWork(name, listeners=[Listener(ENDED, self.of(name))]) for name in names)


async def run(agenda: Agenda, work: DueWork) -> tuple[Database, Ticker]:
    """A bot of these slices on the agenda's database."""
    database = await open_database(agenda.database.url, agenda.clock, work.listeners)
    ticker = agenda.ticker = Ticker(database, agenda.clock, work.jobs, worker="one")
    await ticker.start()
    await ticker.idle()
    return database, ticker


async def ends(database: Database, number: int) -> None:
    async with database.transaction() as tx:
        await publish(tx, ENDED, f"team:{number}", {"team": number})


async def test_two_slices_that_listen_to_one_event_both_hear_it(agenda: Agenda) -> None:
    ears = Ears()
    database, ticker = await run(agenda, ears.joined("meetings", "practices"))
    async with database.transaction() as tx:
        await publish(tx, ENDED, "team:5", {"team": 5})
        rows = await tx.fetch("SELECT job, topic, slot, state FROM due ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("teams.ended:meetings", "team:5", "ended:meetings", "waiting"),
        ("teams.ended:practices", "team:5", "ended:practices", "waiting"),
    ]
    await ticker.idle()
    assert ears.heard == {name: [("team:5", {"team": 5})] for name in ("meetings", "practices")}
    await database.close()


async def test_what_is_undone_is_heard_by_nobody(agenda: Agenda) -> None:
    ears = Ears()
    database, ticker = await run(agenda, ears.joined("meetings"))

    async def fails() -> None:
        async with database.transaction() as tx:
            await publish(tx, ENDED, "team:5", {"team": 5})
            raise OSError("it did not happen after all")

    with pytest.raises(OSError, match="after all"):
        await fails()
    await ticker.idle()
    assert ears.heard == {}
    await database.close()


async def test_an_event_without_listeners_leaves_no_row(agenda: Agenda) -> None:
    database, _ = await run(agenda, Ears().joined("meetings"))
    async with database.transaction() as tx:
        await publish(tx, FOUNDED, "team:5", {"team": 5})
    assert await agenda.states() == {}
    await database.close()


async def test_a_listener_that_fails_keeps_no_other_from_hearing(agenda: Agenda) -> None:
    ears = Ears(deaf={"meetings"})
    database, ticker = await run(agenda, ears.joined("meetings", "practices"))
    await ends(database, 5)
    await ends(database, 6)
    await ticker.idle()
    assert sorted(ears.heard["practices"]) == [("team:5", {"team": 5}), ("team:6", {"team": 6})]
    assert "meetings" not in ears.heard
    ears.deaf.clear()
    await agenda.moves(FIRST_BACK_OFF)
    assert sorted(ears.heard["meetings"]) == sorted(ears.heard["practices"])
    assert len(ears.heard["practices"]) == 2
    await database.close()


async def test_what_was_not_heard_before_a_restart_is_heard_after_it(agenda: Agenda) -> None:
    ears = Ears()
    work = ears.joined("meetings", "practices")
    database, _ = await run(agenda, work)
    await agenda.ends()
    await ends(database, 5)
    await database.close()
    agenda.clock.advance(timedelta(hours=3))
    database, _ = await run(agenda, work)
    assert set(ears.heard) == {"meetings", "practices"}
    await database.close()


async def test_what_a_former_version_wrote_is_dealt_out_with_the_moment_it_happened(
    agenda: Agenda,
) -> None:
    """It knew of one listener, and its row bears the event's own name."""
    told: list[tuple[str, object]] = []

    def hear(name: str) -> JobFunction:
        async def listen(tx: Tx, row: DueRow) -> None:
            told.append((name, row.anchor_at))

        return listen

    await agenda.do(
        lambda tx: due.set_due(
            tx, "teams.ended", "team:5", "ended", anchor=START, payload={"team": 5}
        )
    )
    agenda.clock.advance(timedelta(hours=3))
    parts = [SliceWork(name, listeners=[Listener(ENDED, hear(name))]) for name in ("here", "there")]
    database, _ = await run(agenda, join(parts))
    assert told == [("here", START), ("there", START)]
    assert set((await agenda.states()).values()) == {"done"}
    await database.close()


async def test_what_a_former_version_wrote_replaces_nothing_that_happened_since(
    agenda: Agenda,
) -> None:
    """A listener's later row waits, put off by a failure, when the former version's is dealt
    out."""
    ears = Ears(deaf={"here"})
    database, ticker = await run(agenda, ears.joined("here", "there"))
    async with database.transaction() as tx:
        await publish(tx, ENDED, "team:5", {"by": "somebody since"})
    await ticker.idle()
    before = {"by": "somebody before"}
    async with database.transaction() as tx:
        await due.set_due(tx, "teams.ended", "team:5", "ended", anchor=tx.now, payload=before)
    await ticker.idle()
    ears.deaf.clear()
    await agenda.moves(FIRST_BACK_OFF)
    assert ears.heard["here"] == [("team:5", {"by": "somebody since"})]
    await database.close()


async def test_a_database_without_listeners_loses_nothing(agenda: Agenda) -> None:
    ears = Ears()
    await ends(agenda.database, 5)
    assert await agenda.states() == {"team:5 ended": "waiting"}
    database, _ = await run(agenda, ears.joined("meetings", "practices"))
    assert set(ears.heard) == {"meetings", "practices"}
    await database.close()


async def test_what_happens_twice_before_it_is_heard_is_one_piece_of_work(agenda: Agenda) -> None:
    ears = Ears()
    work = ears.joined("meetings")
    database, _ = await run(agenda, work)
    await agenda.ends()
    for _ in range(2):
        await ends(database, 5)
    await database.close()
    database, _ = await run(agenda, work)
    assert ears.heard == {"meetings": [("team:5", {"team": 5})]}
    await database.close()


async def one(tx: Tx, row: DueRow) -> None:
    """A job."""


async def other(tx: Tx, row: DueRow) -> None:
    """Another job."""


HERE, THERE = rf"meetings \({__name__}\.one\)", rf"\({__name__}\.other\)"
CLASHES: Mapping[str, tuple[Callable[[], list[SliceWork]], str]] = {
    "two jobs of two slices": (
        lambda: [
            SliceWork("meetings", [DueJob("remind", one)]),
            SliceWork("practices", [DueJob("remind", other)]),
        ],
        rf"due job remind: defined by {HERE} and by practices {THERE}",
    ),
    "two jobs of one slice": (
        lambda: [SliceWork("meetings", [DueJob("remind", one), DueJob("remind", other)])],
        rf"due job remind: defined by {HERE} and by meetings {THERE}",
    ),
    "two listeners of one slice": (
        lambda: [SliceWork("meetings", [], [Listener(ENDED, one), Listener(ENDED, other)])],
        rf"due job teams.ended:meetings: defined by {HERE} and by meetings {THERE}",
    ),
    "a job and an event": (
        lambda: [
            SliceWork("meetings", [DueJob("teams.ended", one)]),
            SliceWork("practices", [], [Listener(ENDED, other)]),
        ],
        rf"due job teams.ended: defined by {HERE} and by its listeners",
    ),
    "a name that is too long": (
        lambda: [SliceWork("meetings", [], [Listener(Event(f"teams.{'e' * 40}"), one)])],
        "longer than 48 characters",
    ),
    "a slot that is too long": (
        lambda: [SliceWork("m" * 26, [], [Listener(Event("t.became_old"), one)])],
        "longer than 32 characters",
    ),
}


@pytest.mark.parametrize("what", CLASHES)
def test_what_clashes_is_refused_with_both_names(what: str) -> None:
    parts, told = CLASHES[what]
    with pytest.raises(ValueError, match=told):
        join(parts())
