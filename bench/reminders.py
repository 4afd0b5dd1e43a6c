"""Ten thousand reminders that fall due in the same second: how long until each lies in the outbox,
what each costs until it is drawn, and how fast they leave at the platform's rate."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.children import Answer, Child, cores
from bench.population import add_people, opened
from bench.report import Measure, against_goal
from bot.storage.migrations import migrate

LATENCY = 0.05


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """Seconds until all are queued, CPU until each is drawn, and messages a second while they
    leave."""
    rounds, people, seconds = (1, 1_000, 4) if quick else (3, 10_000, 15)
    template = directory / "waiting.sqlite3"
    migrate(f"sqlite+aiosqlite:///{template}")
    with opened(template) as connection:
        add_people(connection, people)
    queued, rates, most = [], [], 0
    for number in range(rounds):
        with _bot(template, number) as (server, bot):
            queued.append(bot.ask("remind", people=people)["seconds"])
            rates.append(bot.ask("drain", seconds=seconds)["rate"])
            most = max(most, server.ask("count")["most"])
    yield against_goal(
        "reminders_queued",
        f"seconds until {people:,} reminders due in one second lie in the outbox",
        "s",
        queued,
        people / 10_000,
    )
    yield against_goal(
        "reminders_drained",
        "messages a second while they leave; the platform takes 30",
        "messages/s",
        rates,
        28,
        more_is_better=True,
        sound=most <= 30,
        most_in_a_second=most,
    )
    meetings, cards = [], []
    drawn: dict[str, list[Answer]] = {"meet": [], "greet": []}
    for number in range(rounds):
        with _bot(template, number) as (_, bot):
            meetings.append(bot.ask("meet", people=people)["seconds"])
        with _bot(template, number) as (_, bot):
            cards.append(bot.ask("greet", people=people)["seconds"])
        for order, answers in drawn.items():
            with _bot(template, number, alone=True) as (_, bot):
                answers.append(bot.ask(order, people=people))
    yield against_goal(
        "reminders_of_meetings",
        f"the same for {people // 10:,} meetings of ten members, each reminder placed and written"
        " for its reader",
        "s",
        meetings,
        people / 10_000,
    )
    yield against_goal(
        "morning_cards",
        f"the same for {people:,} morning cards, each gathered, written and planned anew",
        "s",
        cards,
        people / 10_000,
    )
    yield against_goal(
        "reminder_cpu",
        "CPU of a reminder from due to the drawn screen, without its request",
        "ms",
        **_until_drawn(drawn["meet"], people),
    )
    yield against_goal(
        "digest_cpu",
        "CPU of a morning card from due to the drawn screen, without its request",
        "ms",
        **_until_drawn(drawn["greet"], people),
    )


def _until_drawn(answers: Sequence[Answer], people: int) -> dict[str, Any]:
    """Milliseconds of each in all, and in what parts."""
    queueing = [answer["queued_cpu"] / people * 1000 for answer in answers]
    drawing = [answer["drawn_cpu"] / people * 1000 for answer in answers]
    return {
        "ours": [sum(each) for each in zip(queueing, drawing, strict=True)],
        "goal": 0.25,
        "queued": round(median(queueing), 3),
        "drawn": round(median(drawing), 3),
    }


@contextmanager
def _bot(template: Path, number: int, *, alone: bool = False) -> Iterator[tuple[Child, Child]]:
    """A server and a bot with a database of its own; `alone`, its ticker without its sender."""
    own, other = cores()
    database = template.with_name(f"due-{number}.sqlite3")
    shutil.copy(template, database)
    with Child("server", other, {"latency": LATENCY}) as server:
        given = {"url": server.ready["url"], "database": str(database), "alone": alone}
        with Child("stacks.due_halqa", own, given) as bot:
            yield server, bot
    database.unlink()
