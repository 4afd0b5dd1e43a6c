"""A copy taken under load holds what was committed, nothing half; its way back loses nothing."""

import asyncio
import errno
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.clock import Clock
from bot.core.errors import Refused
from bot.storage import backup
from bot.storage.backup import back_up, restore
from bot.storage.database import open_database
from bot.storage.lock import DatabaseLock, InUse
from bot.storage.migrations import migrate, migrate_back, newest_revision
from tests.databases import run_apart

NIGHT = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
WRITE = (
    "INSERT INTO updates (channel, key, sender, body, state, received_at)"
    " VALUES ('telegram', ?, '', '', 'waiting', 0)"
)


def keys(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM updates")}


def refusal(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.code


@pytest.fixture
def home(tmp_path: Path, sqlite_url: str) -> Path:
    """The file of a migrated database with one update in it."""
    path = tmp_path / "halqa.sqlite3"
    assert sqlite_url.endswith(str(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(WRITE, ("old",))
        connection.commit()
    return path


@pytest.fixture
def copy(sqlite_url: str, home: Path, tmp_path: Path) -> Path:
    """A backup of that."""
    return back_up(sqlite_url, tmp_path / "copy").path


@pytest.fixture
def running_bot(sqlite_url: str, home: Path) -> Iterator[DatabaseLock]:
    lock = DatabaseLock.take(sqlite_url)
    yield lock
    lock.release()


async def test_a_copy_under_load_is_whole(sqlite_url: str, home: Path, tmp_path: Path) -> None:
    """Each transaction writes a pair; the copy holds every pair that was durable when it began, and
    of no pair only one."""
    database = await open_database(sqlite_url, Clock())
    written: list[int] = []
    warm, stop = asyncio.Event(), asyncio.Event()

    async def talk() -> None:
        while not stop.is_set():
            number = len(written)
            async with database.transaction() as tx:
                await tx.run(WRITE, f"a{number}")
                await tx.run(WRITE, f"b{number}")
            written.append(number)
            if number == 20:
                warm.set()

    talking = asyncio.create_task(talk())
    await warm.wait()
    for turn in range(5):
        before = set(written)
        made = await asyncio.to_thread(back_up, sqlite_url, tmp_path / f"copy{turn}")
        copied = keys(made.path)
        assert {f"{half}{n}" for n in before for half in "ab"} <= copied
        assert {key[1:] for key in copied if key[0] == "a"} == {
            key[1:] for key in copied if key[0] == "b"
        }
    meanwhile = len(written) - 21
    stop.set()
    await talking
    await database.close()
    assert meanwhile > 5, "the bot went on writing"


def test_a_copy_is_one_file_for_its_owner_alone_and_without_the_key(
    sqlite_url: str, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.key").write_text("the-key-that-seals-every-button")
    made = back_up(sqlite_url, tmp_path / "copies.sqlite3")
    assert made.revision == newest_revision()
    assert made.size == made.path.stat().st_size > 0
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert b"the-key-that-seals" not in made.path.read_bytes()
    assert [path.name for path in tmp_path.glob("*copies*")] == ["copies.sqlite3"]
    assert keys(made.path) == {"old"}


def test_a_file_that_exists_is_kept_unless_forced(
    sqlite_url: str, home: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy"
    target.write_text("something else")
    with pytest.raises(Refused) as caught:
        back_up(sqlite_url, target)
    assert refusal(caught) == "backup.exists"
    assert target.read_text() == "something else"
    back_up(sqlite_url, target, force=True)
    assert keys(target) == {"old"}


@pytest.mark.parametrize("name", ["halqa.sqlite3", "halqa.sqlite3-wal", "halqa.sqlite3.lock"])
def test_the_database_is_never_its_own_backup(
    sqlite_url: str, home: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(Refused) as caught:
        back_up(sqlite_url, tmp_path / "." / name, force=True)
    assert refusal(caught) == "backup.onto_itself"
    assert keys(home) == {"old"}


def test_a_failure_leaves_the_earlier_backup_alone(
    sqlite_url: str, copy: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_sync", full)
    before = copy.read_bytes()
    with pytest.raises(Refused, match=r"backup\.failed") as caught:
        back_up(sqlite_url, copy, force=True)
    assert "No space left" in caught.value.text
    assert copy.read_bytes() == before
    assert list(tmp_path.glob(".copy*")) == []


def test_what_cannot_be_backed_up_says_so(
    empty_sqlite_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as caught:
        back_up(empty_sqlite_url, tmp_path / "copy")
    assert refusal(caught) == "backup.no_database"
    with pytest.raises(Refused) as caught:
        back_up(sqlite_url, tmp_path)
    assert refusal(caught) == "backup.folder"
    with pytest.raises(Refused) as caught:
        back_up(sqlite_url, tmp_path / "no such folder" / "copy")
    assert refusal(caught) == "backup.failed"
    for work in (
        lambda url: back_up(url, tmp_path / "copy"),
        lambda url: restore(url, tmp_path / "copy", NIGHT),
    ):
        with pytest.raises(Refused, match=r"backup\.not_sqlite") as caught:
            work("postgresql+asyncpg://halqa:hush@host/halqa")
        assert "pg_" in caught.value.text
        assert "hush" not in caught.value.text


def test_a_restored_database_stands_where_the_backup_stood(
    sqlite_url: str, home: Path, copy: Path
) -> None:
    """The old one is kept under a dated name, with what stood only in its journal."""
    lost = sqlite3.connect(home)
    lost.execute("PRAGMA journal_mode=WAL")
    lost.execute("PRAGMA wal_autocheckpoint=0")
    lost.execute(WRITE, ("new",))
    lost.commit()
    crashed = [path.read_bytes() for path in (home, home.with_name("halqa.sqlite3-wal"))]
    lost.close()
    home.write_bytes(crashed[0])
    home.with_name("halqa.sqlite3-wal").write_bytes(crashed[1])

    done = restore(sqlite_url, copy, NIGHT)
    assert keys(home) == {"old"}
    assert done.revision == newest_revision()
    assert done.aside == home.with_name("halqa.sqlite3.before-restore-20261122T021500Z")
    assert keys(done.aside) == {"old", "new"}
    assert [path.name for path in home.parent.glob(".halqa*")] == []


def test_two_restores_in_one_second_keep_both(sqlite_url: str, copy: Path) -> None:
    first = restore(sqlite_url, copy, NIGHT).aside
    second = restore(sqlite_url, copy, NIGHT).aside
    assert first != second
    assert first is not None
    assert second is not None
    assert first.exists()
    assert second.exists()


def test_an_empty_place_takes_a_backup(tmp_path: Path, copy: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite3"
    done = restore(f"sqlite+aiosqlite:///{elsewhere}", copy, NIGHT)
    assert done.aside is None
    assert keys(elsewhere) == {"old"}


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    sqlite_url: str, copy: Path, tmp_path: Path
) -> None:
    migrate_back(f"sqlite+aiosqlite:///{copy}", "0002")
    assert restore(sqlite_url, copy, NIGHT).revision == "0002"
    assert backup.examine(tmp_path / "halqa.sqlite3") == newest_revision()
    assert backup.examine(copy) == "0002", "the backup itself stays as it is"


def test_a_running_bot_is_not_robbed_of_its_database(
    sqlite_url: str, home: Path, copy: Path, running_bot: DatabaseLock
) -> None:
    with pytest.raises(Refused) as caught:
        restore(sqlite_url, copy, NIGHT)
    assert refusal(caught) == "restore.in_use"
    running_bot.release()
    restore(sqlite_url, copy, NIGHT)


async def test_nor_is_anybody_else_who_has_it_open(sqlite_url: str, home: Path, copy: Path) -> None:
    database = await open_database(sqlite_url, Clock())
    async with database.transaction() as tx:
        await tx.run(WRITE, "new")
    with pytest.raises(Refused) as caught:
        run_apart(restore, sqlite_url, copy, NIGHT)
    assert refusal(caught) == "restore.in_use"
    async with database.transaction() as tx:
        await tx.run(WRITE, "newer")
    await database.close()
    assert keys(home) == {"old", "new", "newer"}


def test_a_lock_ends_with_whoever_holds_it(sqlite_url: str) -> None:
    lock = DatabaseLock.take(sqlite_url)
    with pytest.raises(InUse):
        DatabaseLock.take(sqlite_url)
    lock.release()
    DatabaseLock.take(sqlite_url).release()


HOLD = """
import sys
from bot.storage.lock import DatabaseLock
held = DatabaseLock.take(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_kill_ends_the_lock_and_its_file_stays(sqlite_url: str, home: Path) -> None:
    path = home.with_name(f"{home.name}.lock")
    path.write_text("what was in it")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, sqlite_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InUse, match=r"^halqa\.sqlite3$"):
            DatabaseLock.take(sqlite_url)
        holder.kill()
    DatabaseLock.take(sqlite_url).release()
    assert path.read_text() == "what was in it"


def test_a_process_that_was_started_meanwhile_keeps_no_lock(sqlite_url: str) -> None:
    lock = DatabaseLock.take(sqlite_url)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        lock.release()
        DatabaseLock.take(sqlite_url).release()
        child.kill()


def test_where_files_cannot_be_locked_nobody_is_told_that_they_are(
    sqlite_url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(handle: int, how: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(OSError, match="not implemented"):
        DatabaseLock.take(sqlite_url)


def test_postgresql_needs_no_lock() -> None:
    url = "postgresql+asyncpg://somebody@somewhere/halqa"
    first, second = DatabaseLock.take(url), DatabaseLock.take(url)
    first.release()
    second.release()


def test_bad_backups_are_refused_and_the_database_stays(
    sqlite_url: str, home: Path, copy: Path, tmp_path: Path
) -> None:
    def refuses(source: Path) -> str:
        with pytest.raises(Refused) as caught:
            restore(sqlite_url, source, NIGHT)
        assert keys(home) == {"old"}
        assert list(tmp_path.glob("*before-restore*")) == []
        assert list(tmp_path.glob(".halqa*")) == []
        return refusal(caught)

    text = tmp_path / "letter.txt"
    text.write_text("Dear administrator, " * 500)
    foreign = tmp_path / "foreign"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    newer = tmp_path / "newer"
    newer.write_bytes(copy.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    torn = tmp_path / "torn"
    content = bytearray(copy.read_bytes())
    content[8192:60000] = b"\x55" * (60000 - 8192)
    torn.write_bytes(content)

    assert refuses(tmp_path / "nothing") == "restore.no_backup"
    assert refuses(home) == "restore.onto_itself"
    assert refuses(text) == "database.foreign"
    assert refuses(foreign) == "database.foreign"
    assert refuses(newer) == "restore.newer"
    assert refuses(torn) in ("database.damaged", "database.foreign")


def test_a_failing_migration_leaves_the_old_database_in_place(
    sqlite_url: str, home: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(url: str) -> None:
        raise RuntimeError("a migration fails")

    monkeypatch.setattr(backup, "migrate", fail)
    with pytest.raises(RuntimeError):
        restore(sqlite_url, copy, NIGHT)
    assert keys(home) == {"old"}
    assert list(home.parent.glob("*before-restore*")) == []


def test_a_database_beyond_repair_makes_room(sqlite_url: str, home: Path, copy: Path) -> None:
    home.write_bytes(b"\0" * 5000)
    done = restore(sqlite_url, copy, NIGHT)
    assert keys(home) == {"old"}
    assert done.aside is not None
    assert done.aside.read_bytes() == b"\0" * 5000


def test_a_migrated_database_is_what_a_backup_needs(empty_sqlite_url: str, tmp_path: Path) -> None:
    migrate(empty_sqlite_url)
    assert back_up(empty_sqlite_url, tmp_path / "copy").revision == newest_revision()
