"""The operator's commands, as they are typed."""

import ast
import asyncio
import io
import json
import logging
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import service, upkeep
from bot.__main__ import main
from bot.core.clock import Clock
from bot.packs.roles import Role
from bot.storage.database import open_database
from tests.features.practices_school import PracticeSchools

ROOT = Path(__file__).resolve().parents[1]
SPEAK = ("*.py", "core/checks.py", "files/*.py", "storage/*.py", "channels/**/checkup.py")
"""Modules of the bot whose sentences an operator reads."""
SEVERAL = re.compile(
    r"(?<!named)\} (bytes|entries|files|owners|people|rows|units|updates|are|were|have|wait)\b"
)
Halqa = Callable[..., tuple[int, str, str]]
PASSWORD = "hush-hush"
NADA = "مدرسة الندى"


@pytest.fixture
def halqa(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Halqa]:
    """Runs a command in an empty installation: its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HALQA_DATA_DIR", str(tmp_path / "var"))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["halqa", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else int(code is not None), said.out, said.err

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_bot_runs_alike_with_and_without_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the command line is not read, and typer not loaded: see tests/test_start.py."""
    begun: list[bool] = []
    monkeypatch.setattr(service, "run", lambda *, simulator=False: begun.append(simulator))
    monkeypatch.setattr(sys, "argv", ["halqa", "run"])
    main()
    monkeypatch.setattr(sys, "argv", ["halqa", "run", "--simulator"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, begun) == (0, [False, True])


def test_a_setting_that_is_wrong_ends_the_bot_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALQA_COUNTRY", "XX")
    monkeypatch.setattr(sys, "argv", ["halqa", "run"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = "HALQA_COUNTRY: must be one of SA, MA\n"
    assert (ended.value.code, capsys.readouterr().err) == (2, said)


def test_a_backup_comes_and_goes(halqa: Halqa, tmp_path: Path) -> None:
    code, said, log = halqa("migrate")
    assert code == 0
    assert "Context impl" not in log
    assert "Will assume" not in log
    assert "action=database.migrated" in log
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700

    code, said, _ = halqa("backup", "copy")
    assert code == 0
    assert "secret.key is not in it" in said
    code, _, errors = halqa("backup", "copy")
    assert (code, errors.count("\n")) == (1, 1)
    assert "--force" in errors
    assert halqa("backup", "copy", "--force")[0] == 0

    code, said, _ = halqa("restore", "copy")
    assert code == 0
    assert "kept as" in said
    assert "secret.key" in said
    assert len(list((tmp_path / "var").glob("*before-restore*"))) == 1
    assert halqa("restore", "nothing")[0] == 1


def test_postgresql_has_its_own_tools(halqa: Halqa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALQA_DATABASE_URL", f"postgresql://halqa:{PASSWORD}@127.0.0.1:1/halqa")
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        Path("copy").touch()
        code, said, errors = halqa(command, "copy")
        assert code == 1
        assert tool in errors
        assert "docs/operations.md" in errors
        assert PASSWORD not in said + errors


def test_what_was_set_aside_is_listed_and_tried_again(halqa: Halqa, tmp_path: Path) -> None:
    halqa("migrate")
    assert halqa("set-aside")[1] == "nothing was set aside\n"
    with closing(sqlite3.connect(tmp_path / "var/halqa.sqlite3")) as connection:
        connection.execute(
            "INSERT INTO updates (id, channel, key, sender, body, state, error, received_at)"
            " VALUES (7, 'telegram', '1', '11', '{}', 'set_aside', 'fault 3FA2C1', 0)"
        )
        connection.commit()
    code, said, _ = halqa("set-aside")
    assert code == 0
    assert said == "7  1970-01-01 00:00:00Z  telegram  from 11  fault 3FA2C1\n"
    assert "waits again" in halqa("set-aside", "--retry", "7")[1]
    code, _, errors = halqa("set-aside", "--retry", "7")
    assert (code, errors) == (1, "7 was not set aside\n")


async def settle(url: str) -> int:
    """Noura leads a team alone, and Huda belongs to it; the id of Noura."""
    database = await open_database(url, Clock())
    department = await PracticeSchools(database).build()
    noura = await department.person("Noura", NADA, number=11, role=Role.LEAD)
    huda = await department.person("Huda", NADA, number=12)
    await department.team("Reading", noura, huda, unit=NADA)
    await database.close()
    return noura.id


def test_a_person_is_erased_after_a_question(
    halqa: Halqa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halqa("migrate")
    path = tmp_path / "var/halqa.sqlite3"
    number = asyncio.run(settle(f"sqlite+aiosqlite:///{path}"))

    def ask(sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(sql).fetchall()

    name = f"SELECT name FROM people WHERE id = {number}"
    acts = "SELECT actor_id, subject_id FROM audit_trail WHERE action = 'people.delete'"
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    code, said, _ = halqa("erase", str(number))
    assert code == 1
    assert f"{number}  Noura\nYou leave all your teams.\nYou are the only lead of " in said
    assert "This cannot be undone. [y/N]" in said
    assert (ask(name), ask(acts)) == ([("Noura",)], [])

    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    code, said, _ = halqa("erase", str(number))
    assert code == 0
    assert f"erased; {number} is a number without a name now" in said
    assert (ask(name), ask(acts)) == ([("",)], [(None, number)])
    assert ask("SELECT role, state FROM memberships ORDER BY id") == [
        ("lead", "left"), ("lead", "active"),
    ]  # fmt: skip

    for words in (("erase", str(number), "--yes"), ("export", str(number))):
        code, _, errors = halqa(*words)
        assert (code, errors) == (1, f"nobody with the id {number} is registered\n")


def test_what_is_kept_of_a_person_is_printed_with_all_their_addresses(
    halqa: Halqa, tmp_path: Path
) -> None:
    halqa("migrate")
    path = tmp_path / "var/halqa.sqlite3"
    number = asyncio.run(settle(f"sqlite+aiosqlite:///{path}"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO addresses (person_id, channel, external, reach, changed_at, preferred)"
            " VALUES (?, 'elsewhere', '+966', 'reachable', 0, 0)",
            (number,),
        )
        connection.commit()
    code, said, _ = halqa("export", str(number))
    assert code == 0
    kept = json.loads(said)
    assert [row["name"] for row in kept["people"]] == ["Noura"]
    assert [(row["channel"], row["external"], row["preferred"]) for row in kept["addresses"]] == [
        ("telegram", "11", 1), ("elsewhere", "+966", 0),
    ]  # fmt: skip


def test_the_doctor_ends_with_one_when_something_is_wrong(
    halqa: Halqa, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said, _ = halqa("doctor")
    assert code == 1
    assert "✔ settings: can be read" in said
    assert "✘ database: " in said
    assert "✘ token: HALQA_TELEGRAM_TOKEN is missing" in said
    monkeypatch.setenv("HALQA_COUNTRY", "XX")
    code, said, _ = halqa("doctor")
    assert code == 1
    assert said == "✘ settings: HALQA_COUNTRY: must be one of SA, MA\n"


def test_the_folder_of_files_is_the_one_of_the_settings(
    halqa: Halqa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert halqa("migrate")[0] == 0
    monkeypatch.setenv("HALQA_FILES_DIR", str(tmp_path / "moved"))
    code, said, _ = halqa("files", "here")
    assert code == 0
    assert "moved is the folder of this database, with 0 of 0 files" in said
    assert (tmp_path / "moved" / "mark").is_file()


def test_one_and_several_are_told_apart() -> None:
    """«1 owners were asked»: whatever is counted goes through `counted`."""
    paths = {path for pattern in SPEAK for path in (ROOT / "bot").glob(pattern)}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(paths)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and SEVERAL.search(ast.unparse(node))
    ]
    assert found == []


def test_the_tree_of_units_is_printed_and_changed(halqa: Halqa, tmp_path: Path) -> None:
    halqa("migrate")
    path = tmp_path / "var/halqa.sqlite3"
    asyncio.run(settle(f"sqlite+aiosqlite:///{path}"))

    def ids() -> dict[str, str]:
        lines = halqa("units")[1].splitlines()
        return {line.split("  ")[-2]: line.split()[0] for line in lines}

    code, said, _ = halqa("units")
    assert code == 0
    valley, nada, falah = (ids()[name] for name in ("إدارة تعليم الوادي", NADA, "مدرسة الفلاح"))
    coast, murjan = ids()["إدارة تعليم الساحل"], ids()["مدرسة المرجان"]
    assert f"{valley}  إدارة تعليم الوادي  (department)\n  {nada}  {NADA}  (school)\n" in said

    code, said, _ = halqa("move-unit", nada, coast)
    assert (code, said) == (0, f"{nada} lies below {coast} now\n")
    refused = {
        ("move-unit", nada, nada): "A unit cannot lie below itself. Choose another one.",
        ("move-unit", coast, valley): "The top of a tree stays where it is.",
        ("move-unit", nada, "999"): "This unit is closed, or is not there.",
        ("close-unit", coast): "Units below it are open still. Close or move them first.",
    }
    for words, reason in refused.items():
        code, said, errors = halqa(*words)
        assert (code, said, errors) == (2, "", f"{reason}\n"), words
    assert halqa("move-unit", "Nada", coast)[0] == 2

    code, said, _ = halqa("merge-units", nada, murjan)
    follow = "its people follow while the bot runs"
    assert (code, said) == (0, f"{nada} is part of {murjan} now; {follow}\n")
    code, _, errors = halqa("close-unit", murjan)
    assert (code, errors.split(".")[0]) == (2, "Another unit is just becoming part of this one")
    code, _, errors = halqa("move-unit", nada, valley)
    assert (code, errors) == (2, "This unit is closed, or is not there.\n")

    code, said, _ = halqa("close-unit", falah)
    told = "whoever waits there is told while the bot runs"
    assert (code, said) == (0, f"{falah} is closed; {told}\n")
    assert {NADA, "مدرسة الفلاح"}.isdisjoint(ids())
    # What repeats where people belong agrees with a recount.
    code, said, _ = halqa("recount")
    assert code == 0
    assert "put right" not in said


def test_somebody_is_moved_to_another_school(halqa: Halqa, tmp_path: Path) -> None:
    halqa("migrate")
    path = tmp_path / "var/halqa.sqlite3"
    who = asyncio.run(settle(f"sqlite+aiosqlite:///{path}"))
    lines = halqa("units")[1].splitlines()
    ids = {line.split("  ")[-2]: line.split()[0] for line in lines}
    nada, murjan = ids[NADA], ids["مدرسة المرجان"]
    move = ("transfer", str(who), murjan)
    code, said, _ = halqa(*move, "--dry-run")
    assert code == 0
    assert f"{who} moves from {NADA} ({nada}) to مدرسة المرجان ({murjan})\n" in said
    assert "the heads of both are told" in said
    assert said.endswith("nobody was moved\n")
    for words, reason in {
        ("transfer", str(who), "999"): "there is no open unit 999",
        ("transfer", "999", murjan): "999 does not belong to any unit",
        (*move, "--leaving", murjan): f"{who} does not belong to unit {murjan}",
    }.items():
        code, said, errors = halqa(*words, "--yes")
        assert (code, said, errors) == (2, "", f"{reason}\n"), words
    code, said, _ = halqa(*move, "--yes")
    assert (code, said.splitlines()[-1]) == (
        0, f"{who} works at {murjan} now, and no longer at {nada}",
    )  # fmt: skip
    code, _, errors = halqa(*move, "--yes")
    assert (code, errors) == (2, f"{who} belongs to {murjan} already\n")
    with closing(sqlite3.connect(path)) as connection:
        told = (
            "SELECT person_id FROM outbox JOIN notices ON notices.id = outbox.notice_id"
            " WHERE notices.kind = 'people.transferred'"
        )
        logged = "SELECT count(*) FROM audit_trail WHERE action = 'people.transfer'"
        found = connection.execute(f"{told} UNION ALL {logged}").fetchall()
    assert found == [(who,), (1,)]
    assert "put right" not in halqa("recount")[1]


def test_a_link_that_gives_a_role_is_printed_and_a_wrong_one_is_not(
    halqa: Halqa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALQA_TELEGRAM_TOKEN", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
    monkeypatch.setattr(upkeep, "open_channels", lambda settings, seal: {"telegram": Links()})
    halqa("migrate")
    asyncio.run(settle(f"sqlite+aiosqlite:///{tmp_path / 'var/halqa.sqlite3'}"))
    code, said, _ = halqa("invite", "2", "administrator", "--days", "1")
    assert (code, said[:20]) == (0, "https://example.org/")
    for words in (("999", "teacher"), ("2", "wizard"), ("2", "teacher", "--channel", "carrier")):
        code, said, errors = halqa("invite", *words)
        assert (code, said, errors.count("\n")) == (2, "", 1), words


class Links:
    """A channel of which only links are wanted."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def link(self, payload: str) -> str:
        return f"https://example.org/{payload}"
