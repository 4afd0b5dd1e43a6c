"""A broadcast over TLS at 50 ms: ours with its intent log, against bare calls of aiogram."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.certificates import make_certificate
from bench.children import Answer, Child, cores
from bench.population import ADMINISTRATOR, Size, add_organisation, add_people, opened
from bench.report import Measure, against_goal, against_peer
from bot.storage.migrations import migrate

LATENCY = 0.05


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """CPU of a message against aiogram, then messages per second."""
    rounds, people = (2, 1_000) if quick else (5, 6_000)
    template = directory / "readers.sqlite3"
    migrate(f"sqlite+aiosqlite:///{template}")
    with opened(template) as connection:
        # Somebody writes it, and is not among its readers.
        add_people(connection, ADMINISTRATOR + people)
        add_organisation(connection, Size(ADMINISTRATOR + people, 1, 10, people // 20))
    certificate = make_certificate(directory / "certificate.pem")
    spent: dict[str, list[float]] = {"bulk_halqa": [], "bulk_aiogram": []}
    rates: dict[str, list[float]] = {"bulk_halqa": [], "bulk_aiogram": []}
    logged = True
    for number in range(rounds):
        for stack, figures in spent.items():
            database = directory / f"{stack}-{number}.sqlite3"
            shutil.copy(template, database)
            answer = _send(stack, database, certificate, people)
            figures.append(answer["cpu"] / people * 1000)
            rates[stack].append(people / answer["wall"])
            logged = logged and answer["sent"] == people
            database.unlink()
    yield against_peer(
        "broadcast_cpu",
        "CPU of a broadcast message with its intent log, against bare aiogram send_message",
        "ms",
        spent["bulk_halqa"],
        spent["bulk_aiogram"],
        0.6,
    )
    yield against_goal(
        "broadcast_per_second",
        "messages a second on one core at 50 ms with TLS, intent log included",
        "messages/s",
        rates["bulk_halqa"],
        1700,
        more_is_better=True,
        sound=logged,
        aiogram=[round(rate) for rate in rates["bulk_aiogram"]],
    )


def _send(stack: str, database: Path, certificate: Path, people: int) -> Answer:
    own, other = cores()
    server_setup = {"latency": LATENCY, "certificate": str(certificate)}
    with (
        Child("server", other, server_setup) as server,
        Child(
            f"stacks.{stack}",
            own,
            {"url": server.ready["url"], "database": str(database)},
            SSL_CERT_FILE=str(certificate),
        ) as bot,
    ):
        bot.ask("broadcast", first=ADMINISTRATOR, people=100)
        before, had = bot.ask("mark"), server.ask("count")["sent"]
        bot.ask("broadcast", first=ADMINISTRATOR, people=people)
        after, has = bot.ask("mark"), server.ask("count")["sent"]
    return {
        "cpu": after["cpu"] - before["cpu"],
        "wall": after["wall"] - before["wall"],
        "sent": has - had,
    }
