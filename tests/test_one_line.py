"""What keeps a bot from starting is said in one line that tells what to do; and what it writes is
its owner's alone."""

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.app import prepare_data_dir, run_in_simulator
from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.core.clock import Clock
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.storage.backup import back_up
from bot.storage.database import open_database
from bot.storage.lock import DatabaseLock, InUse, take_lock
from bot.storage.migrations import migrate, migrate_back
from bot.storage.whereabouts import sqlite_file, sqlite_url

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, *arguments: str, **settings: str) -> tuple[int, list[str]]:
    """What `halqa` says to stderr, with the exit code."""
    environment = {name: value for name, value in os.environ.items() if "HALQA" not in name}
    environment |= {f"HALQA_{name.upper()}": value for name, value in settings.items()}
    environment.setdefault("HALQA_DATA_DIR", str(folder / "var"))
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, [line for line in done.stderr.splitlines() if line]


@contextmanager
def a_server_without_tls() -> Iterator[int]:
    """As PostgreSQL answers where TLS is asked for and turned off: with an N."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(8)
                    connection.sendall(b"N")
                    connection.recv(1)

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("arguments", [("run", "--simulator"), ("migrate",), ("units",)])
def test_a_server_that_is_out_of_reach(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    url = f"postgresql://halqa:hush@127.0.0.1:{port}/halqa"
    code, said = run(tmp_path, *arguments, database_url=url)
    assert (code, len(said)) == (2, 1), said
    assert said[0].startswith("HALQA_DATABASE_URL: no PostgreSQL answers at 127.0.0.1, port")
    assert "start it" in said[0]
    assert "hush" not in said[0]


def test_a_server_that_speaks_no_tls_though_it_is_wanted(tmp_path: Path) -> None:
    with a_server_without_tls() as port:
        url = f"postgresql://halqa@127.0.0.1:{port}/halqa?sslmode=require"
        code, said = run(tmp_path, "migrate", database_url=url)
    assert (code, len(said)) == (2, 1), said
    assert "speaks no TLS" in said[0]
    assert "?sslmode=" in said[0]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://h/x?sslmode=perhaps", "?sslmode must be one of disable"),
        ("postgresql://h/x?channel_binding=require", "?channel_binding is not known here"),
        ("postgresql://h/x?sslrootcert=/ca.pem", "said by the variable PGSSLROOTCERT"),
        ("postgresql://u:pa/ss@h/x", "with / : @ in a password as %2F %3A %40"),
        ("postgresql+psycopg://h/x", "must start with sqlite: or postgresql:"),
        ("sqlite:////data/why?/halqa.sqlite3", "a ? in the name of a file is written %3F"),
    ],
)
def test_an_address_of_a_database_that_says_what_nobody_understands(url: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.of({"database_url": url})
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_tls_is_asked_for_as_everybody_writes_it() -> None:
    read = Settings.of({"database_url": "postgres://u@h/x?host=/run&sslmode=require"})
    assert read.resolved_database_url() == "postgresql+asyncpg://u@h/x?host=/run&ssl=require"


def test_a_database_that_is_none_or_of_a_newer_version(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("a letter, and no database" * 100)
    with pytest.raises(SettingsError, match="is no SQLite database: name another one"):
        migrate(sqlite_url(letter))
    newer = tmp_path / "newer.sqlite3"
    migrate(sqlite_url(newer))
    with closing(sqlite3.connect(newer)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match="upgrade Halqa"):
        migrate(sqlite_url(newer))


@pytest.mark.parametrize("name", ["a b", "100%", "why?", "%41?%3F #1", "مجلد البيانات"])
async def test_a_folder_of_any_name_is_used_as_it_is(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / name)
    prepare_data_dir(settings)
    url = settings.resolved_database_url()
    await asyncio.to_thread(migrate, url)
    database = await open_database(url, Clock())
    async with database.transaction() as tx:
        await add_visitor(tx, Address("telegram", "7"), "SA", "ar")
    await database.close()
    await asyncio.to_thread(back_up, url, tmp_path / "copy")
    await asyncio.to_thread(migrate_back, url, "0050")
    await asyncio.to_thread(migrate, url)
    assert sqlite_file(url) == (tmp_path / name / "halqa.sqlite3").resolve()
    beside_it = "halqa.sqlite3.turns"  # where several processes wait for each other
    assert names_in(tmp_path / name) == {"halqa.sqlite3", beside_it}
    assert names_in(tmp_path) == {name, "copy"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_data_folder_and_database_are_their_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        folder = tmp_path / "var"
        folder.mkdir(mode=0o755)
        settings = Settings(data_dir=folder)
        prepare_data_dir(settings)
        url = settings.resolved_database_url()
        await asyncio.to_thread(migrate, url)
        database = await open_database(url, Clock())
        async with database.transaction() as tx:
            await add_visitor(tx, Address("telegram", "7"), "SA", "ar")
        await asyncio.to_thread(back_up, url, folder / "copy.sqlite3")
        lock = take_lock(url)
        files = {path.name: oct(mode_of(path)) for path in folder.iterdir()}
        lock.release()
        await database.close()
        # One that an older version has left open to everybody.
        (folder / "halqa.sqlite3").chmod(0o644)
        folder.chmod(0o755)
        prepare_data_dir(settings)
        await (await open_database(url, Clock())).close()
        assert mode_of(folder) == 0o700
        assert mode_of(folder / "halqa.sqlite3") == 0o600
    finally:
        os.umask(before)
    assert {"halqa.sqlite3", "halqa.sqlite3-wal", "halqa.sqlite3-shm", "copy.sqlite3"} <= set(files)
    assert set(files.values()) == {"0o600"}


def test_a_folder_of_somebody_s_own_that_was_named_stays_as_open_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letters").mkdir()
    prepare_data_dir(Settings(data_dir=tmp_path))
    assert mode_of(tmp_path) == 0o755


def test_one_lock_by_whatever_name_the_database_is_called(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "other.sqlite3").symlink_to(tmp_path / "real" / "halqa.sqlite3")
    held = DatabaseLock.take(sqlite_url(tmp_path / "real" / "halqa.sqlite3"))
    for other in (tmp_path / "link" / "halqa.sqlite3", tmp_path / "other.sqlite3"):
        with pytest.raises(InUse):
            DatabaseLock.take(sqlite_url(other))
    held.release()


@pytest.mark.parametrize("arguments", [("run", "--simulator"), ("migrate",), ("demo-reset",)])
def test_nothing_is_migrated_or_begun_anew_under_a_bot_that_runs(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "var").mkdir()
    url = sqlite_url(tmp_path / "var" / "halqa.sqlite3")
    migrate(url)
    migrate_back(url, "0050")
    held = DatabaseLock.take(url)
    code, said = run(tmp_path, *arguments)
    held.release()
    assert (code, len(said)) == (2, 1), said
    assert "another bot runs on halqa.sqlite3: end that one" in said[0]
    with closing(sqlite3.connect(tmp_path / "var" / "halqa.sqlite3")) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0050",)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        code, said = run(tmp_path, "run", "--simulator", listen_port=str(port))
    assert (code, len(said)) == (2, 1), said
    assert f"127.0.0.1:{port} is taken by another program" in said[0]
    assert "HALQA_LISTEN_PORT=" in said[0]


@pytest.mark.parametrize("arguments", [("run", "--simulator"), ("demo-reset",)])
def test_a_database_with_real_people_is_not_for_phones_in_a_page(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "var").mkdir()
    file = tmp_path / "var" / "halqa.sqlite3"
    url = sqlite_url(file)
    migrate(url)

    async def settle() -> None:
        database = await open_database(url, Clock())
        async with database.transaction() as tx:
            await add_visitor(tx, Address("telegram", "417225931"), "SA", "ar")
        await database.close()

    asyncio.run(settle())
    migrate_back(url, "0050")
    code, said = run(tmp_path, *arguments)
    assert (code, len(said)) == (2, 1), said
    assert "holds people of its own" in said[0]
    assert "HALQA_DATA_DIR" in said[0]
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("SELECT version_num FROM alembic_version").fetchone() == ("0050",)
        assert opened.execute("SELECT external FROM addresses").fetchall() == [("417225931",)]


async def test_nobody_speaks_to_real_people_from_a_page(sqlite_url: str, tmp_path: Path) -> None:
    database = await open_database(sqlite_url, Clock())
    async with database.transaction() as tx:
        await add_visitor(tx, Address("telegram", "417225931"), "SA", "ar")
    await database.close()
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, listen_port=0)
    with pytest.raises(SettingsError, match="people of its own"):
        await run_in_simulator(settings, asyncio.Event(), lambda line: None)
