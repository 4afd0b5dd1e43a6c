"""`halqa doctor`: everything that the bot stands on, each with what to do where it is wrong.

Nothing is changed, and no finding holds a secret.
"""

import asyncio
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import PLUGINS, SECRET_KEY_FILE, channels_of
from bot.arabic.search.lexicon import use_lexicon
from bot.core.catalogues import list_stale
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.english import counted
from bot.core.errors import Refused, SettingsError
from bot.core.redaction import redact
from bot.core.settings import Settings, load_settings
from bot.core.zones import zone
from bot.delivery.backlog import count_failed
from bot.documents import printing
from bot.features import derived
from bot.files import faces
from bot.files.folder import mark_of
from bot.files.store import LEAST_FREE, BlobStore
from bot.packs.countries import use_packs
from bot.storage import backup
from bot.storage.database import open_database
from bot.storage.migrations import newest_revision
from bot.storage.whereabouts import sqlite_file, why_unusable

ROOT = Path(__file__).resolve().parents[1]
FREE_BYTES = 200 * 2**20
"""Beyond the size of the database, which a migration or a restore may need once more."""
REFUSED_RECENT = timedelta(days=1)
PATIENCE_SECONDS = 10.0
MOROCCO = datetime(2026, 11, 22, 10, tzinfo=UTC)


def examine() -> Iterator[CheckResult]:
    """All findings for the settings of this environment. Blocking; call it outside of a loop."""
    try:
        settings = load_settings()
        plugins = channels_of(settings) or PLUGINS[:1]
        use_lexicon(settings.lexicon_file)
        use_packs(settings.packs_dir)
    except SettingsError as error:
        yield CheckResult("settings", False, str(error))
        return
    yield CheckResult("settings", True, "can be read")
    checks: tuple[Callable[[], CheckResult], ...] = (
        lambda: check_data_dir(settings),
        lambda: asyncio.run(check_database(settings)),
        lambda: asyncio.run(check_counts(settings)),
        lambda: asyncio.run(check_messages(settings)),
        lambda: check_secret_key(settings),
        lambda: check_disk(settings),
        lambda: asyncio.run(check_files(settings)),
        check_faces,
        check_printing,
        check_time_zones,
        check_catalogues,
    )
    for check in checks:
        yield _redacted(check(), settings)
    for plugin in plugins:
        for finding in asyncio.run(plugin.examine(settings, Clock())):
            yield _redacted(finding, settings)


def _redacted(finding: CheckResult, settings: Settings) -> CheckResult:
    return replace(finding, text=redact(finding.text, settings.secrets()))


def check_data_dir(settings: Settings) -> CheckResult:
    """Ours to write to, and closed to everybody else."""
    what, path = "data directory", settings.data_dir
    if not path.is_dir():
        return CheckResult(what, False, f"{path} is missing: `halqa migrate` makes it")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return CheckResult(what, False, f"{path} cannot be written to: give it to the bot's user")
    if _is_open(path):
        return CheckResult(what, False, f"others can read {path}: chmod 700 {path}")
    return CheckResult(what, True, f"{path} can be written to")


def _is_open(path: Path) -> bool:
    """Whether anybody but its owner may do anything with it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


async def check_database(settings: Settings) -> CheckResult:
    """Reachable, sound, and of the shape that the code needs."""
    what = "database"
    url = settings.resolved_database_url()
    path = sqlite_file(url)
    try:
        if path is None:
            revision, kind = await _ask_revision(url), "reachable"
        elif path.is_file():
            revision, kind = await asyncio.to_thread(backup.examine, path, quick=True), "sound"
        else:
            return CheckResult(what, False, f"{path} is missing: `halqa migrate` makes it")
    except Refused as refusal:
        return CheckResult(what, False, f"{refusal.text}: restore a backup")
    except Exception as error:  # noqa: BLE001 - whatever the driver says, its kind is told
        why = why_unusable(url, error)
        told = why or f"cannot be asked ({type(error).__name__}): see HALQA_DATABASE_URL"
        return CheckResult(what, False, told)
    if path is not None and all(map(_is_open, (path, path.parent))):
        return CheckResult(what, False, f"others can read {path}: chmod 600 {path}")
    newest = newest_revision()
    if revision != newest:
        text = f"is at revision {revision or 'none'}, the code needs {newest}: `halqa migrate`"
        return CheckResult(what, False, text)
    return CheckResult(what, True, f"{kind}, at revision {newest}")


async def _ask_revision(url: str) -> str:
    database = await open_database(url, Clock())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.reading() as tx:
            if not (await tx.fetch("SELECT to_regclass('alembic_version')"))[0][0]:
                return ""
            rows = await tx.fetch("SELECT version_num FROM alembic_version")
            return str(rows[0][0]) if rows else ""
    finally:
        await database.close()


async def check_counts(settings: Settings) -> CheckResult:
    """Derived rows say the same as what they are derived from."""
    what = "counts"
    path = sqlite_file(settings.resolved_database_url())
    if path is not None and not path.is_file():
        return CheckResult(what, False, "there are none: see the database")
    try:
        wrong = await _count_wrong(settings.resolved_database_url())
    except Exception as error:  # noqa: BLE001 - whatever the driver says, its kind is told
        return CheckResult(
            what, False, f"cannot be read ({type(error).__name__}): see the database"
        )
    if drifted := ", ".join(
        f"{table} ({counted(rows, 'row', 'rows')})" for table, rows in wrong.items() if rows
    ):
        return CheckResult(what, False, f"wrong in {drifted}: `halqa recount`")
    return CheckResult(what, True, "agree with what they count")


async def _count_wrong(url: str) -> dict[str, int]:
    database = await open_database(url, Clock())
    try:
        async with database.reading() as tx:
            return {each.table: await each.count_wrong(tx) for each in derived()}
    finally:
        await database.close()


async def check_messages(settings: Settings) -> CheckResult:
    """Nobody waits for a message that was refused for good."""
    what = "messages"
    path = sqlite_file(settings.resolved_database_url())
    if path is not None and not path.is_file():
        return CheckResult(what, True, "there are none")
    try:
        failed = await _count_refused(settings.resolved_database_url())
    except Exception as error:  # noqa: BLE001 - whatever the driver says, its kind is told
        return CheckResult(
            what, False, f"cannot be read ({type(error).__name__}): see the database"
        )
    if failed:
        told = ", ".join(f"{kind} ({number})" for kind, number in failed.items())
        text = f"refused for good within a day: {told}; `delivery.failed` in the log tells why"
        return CheckResult(what, False, text)
    return CheckResult(what, True, "none was refused for good lately")


async def _count_refused(url: str) -> dict[str, int]:
    clock = Clock()
    database = await open_database(url, clock)
    try:
        async with database.reading() as tx:
            return await count_failed(tx, clock.now() - REFUSED_RECENT)
    finally:
        await database.close()


def check_secret_key(settings: Settings) -> CheckResult:
    what = "secret key"
    if settings.secret_key:
        return CheckResult(what, True, "is set")
    path = settings.data_dir / SECRET_KEY_FILE
    if not path.exists():
        return CheckResult(what, True, f"the first start makes {path}")
    try:
        long_enough = len(path.read_text().strip()) >= 32
    except OSError:
        return CheckResult(what, False, f"{path} cannot be read: give it to the bot's user")
    if not long_enough:
        return CheckResult(what, False, f"{path} is too short: put back the one of your backup")
    if _is_open(path):
        return CheckResult(what, False, f"others can read {path}: chmod 600 {path}")
    return CheckResult(what, True, f"lies in {path}; several bots need HALQA_SECRET_KEY")


def check_disk(settings: Settings) -> CheckResult:
    what = "disk"
    path = sqlite_file(settings.resolved_database_url())
    needed = FREE_BYTES + (path.stat().st_size if path and path.is_file() else 0)
    candidates = (settings.data_dir, *settings.data_dir.absolute().parents)
    folder = next(each for each in candidates if each.is_dir())
    free = shutil.disk_usage(folder).free
    text = f"{free // 2**20} MB free"
    if free < needed:
        return CheckResult(what, False, f"{text}, {needed // 2**20} MB wanted: make room")
    return CheckResult(what, True, text)


def check_faces() -> CheckResult:
    """Whether faces can be hidden, by the extra for it; without it parts of pictures are kept."""
    what = "faces"
    missing = faces.list_missing()
    if len(missing) == len(faces.EXTRA):
        return CheckResult(what, True, "not looked for, parts of pictures are kept: make faces")
    if missing:
        return CheckResult(what, False, f"{', '.join(missing)} missing: make faces")
    return CheckResult(what, True, "are found and covered on this machine")


def check_printing() -> CheckResult:
    """Whether documents, such as the slips of a list, can be printed."""
    what = "printing"
    if missing := printing.list_missing():
        return CheckResult(what, False, f"{', '.join(missing)} missing: install requirements.lock")
    return CheckResult(what, True, "slips can be printed")


async def check_files(settings: Settings) -> CheckResult:
    """The folder of people's files: the one of this database, whole, and with room."""
    what, store = "files", BlobStore(settings.resolved_files_dir())
    url = settings.resolved_database_url()
    path = sqlite_file(url)
    if path is not None and not path.is_file():
        return CheckResult(what, True, "there are none")
    try:
        mark, kept, waiting = await _ask_files(url)
    except Exception as error:  # noqa: BLE001 - whatever the driver says, its kind is told
        return CheckResult(
            what, False, f"cannot be asked for ({type(error).__name__}): see the database"
        )
    if not mark:
        return CheckResult(what, True, f"the first start makes {store.folder}")
    if store.read_mark() != mark:
        text = f"this process does not see the folder of this database in {store.folder}"
        return CheckResult(what, False, f"{text}: see HALQA_FILES_DIR, or `halqa files here`")
    if not os.access(store.folder, os.R_OK | os.W_OK | os.X_OK):
        return CheckResult(what, False, f"{store.folder} cannot be written to")
    lost = await asyncio.to_thread(lambda: sum(not store.has(sha256) for sha256 in kept))
    if lost:
        text = f"{lost} of {len(kept)} missing in {store.folder}: restore them from a backup"
        return CheckResult(what, False, text)
    if not store.has_room():
        free, least = store.free_bytes() // 2**20, LEAST_FREE // 2**20
        return CheckResult(what, False, f"none are taken below {least} MB ({free} MB free)")
    late = f", {counted(waiting, 'waits', 'wait')} to be fetched" if waiting else ""
    return CheckResult(what, True, f"{len(kept)} in {store.folder}{late}")


async def _ask_files(url: str) -> tuple[str, list[str], int]:
    """The folder's mark, the hashes of what is kept, and how many files are wanted."""
    database = await open_database(url, Clock())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.reading() as tx:
            kept = await tx.fetch("SELECT DISTINCT blob FROM files WHERE blob IS NOT NULL")
            waiting = await tx.fetch("SELECT count(*) FROM files WHERE state = 'wanted'")
            return await mark_of(tx), [str(row[0]) for row in kept], int(waiting[0][0])
    finally:
        await database.close()


def check_time_zones() -> CheckResult:
    """Morocco has kept UTC all year since 2026-09-20, which an older tzdata does not know."""
    what = "time zones"
    hour = MOROCCO.astimezone(zone("Africa/Casablanca")).hour
    if hour != MOROCCO.hour:
        return CheckResult(
            what, False, "tzdata is too old for Morocco: install tzdata 2026.3 or newer"
        )
    return CheckResult(what, True, "tzdata knows the time in Morocco")


def check_catalogues(root: Path = ROOT) -> CheckResult:
    what = "catalogues"
    if stale := list_stale(root):
        names = ", ".join(f"{path.parents[1].name}/{path.stem}" for path in stale[:3])
        more = ", …" if len(stale) > 3 else ""
        return CheckResult(what, False, f"not compiled: {names}{more}: `make catalogues`")
    if not list((root / "locales").glob("ar/LC_MESSAGES/*.mo")):
        return CheckResult(what, False, "there are none: install the whole project")
    return CheckResult(what, True, "compiled")
