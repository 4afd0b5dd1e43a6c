"""A bot is put together of its channels, whichever those are."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot import app as composition
from bot import doctor, upkeep
from bot.app import App
from bot.channels.administrators import read_administrators
from bot.channels.telegram import PLUGIN as TELEGRAM
from bot.chat.incoming import Address
from bot.chat.person import addresses
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.features.people.models import roles
from bot.packs.roles import Role
from tests.features.people_school import found_school
from tests.second_channel import SECOND, SecondChannel
from tests.town import Town, open_app

CHANNELS = ("telegram", "slow")


def test_an_administrator_is_an_address_and_an_id_alone_one_of_the_first_channel() -> None:
    settings = Settings.of({"administrators": "12, slow:+34, telegram:56"})
    assert read_administrators(settings, CHANNELS) == {
        Address("telegram", "12"), Address("slow", "+34"), Address("telegram", "56"),
    }  # fmt: skip


def test_telegram_gives_so_much_of_a_file_and_a_server_of_ones_own_more() -> None:
    token = {"telegram_token": "123456:ABCDEFGHIJ", "max_file_mb": "21"}
    with pytest.raises(SettingsError, match="HALQA_MAX_FILE_MB: Telegram gives at most 20"):
        TELEGRAM.is_set(Settings.of(token))
    assert TELEGRAM.is_set(Settings.of(token | {"telegram_api_url": "http://127.0.0.1:8081"}))
    assert not TELEGRAM.is_set(Settings.of({"max_file_mb": "21"}))


def test_an_administrator_of_an_unknown_channel_is_refused_without_the_text() -> None:
    settings = Settings.of({"administrators": "12, slow:34, hush:56"})
    with pytest.raises(SettingsError) as refused:
        read_administrators(settings, CHANNELS)
    said = "HALQA_ADMINISTRATORS: the channel before the colon must be telegram or slow"
    assert str(refused.value) == said


async def test_a_bare_id_is_no_other_channel_s_where_telegram_is_not_connected(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "PLUGINS", (TELEGRAM, SECOND))
    alone = town.settings.but(
        telegram_token=None, second_token="second", administrators="966, telegram:12, second:34"
    )
    app = await App.build(alone, town.clock)
    try:
        assert set(app.channels) == {"second"}
        assert set(cast("Any", app.dispatcher)._dialogue._installation.administrators) == {
            Address("telegram", "966"), Address("telegram", "12"), Address("second", "34"),
        }  # fmt: skip
    finally:
        await app.database.close()


async def test_somebody_of_the_same_number_elsewhere_administers_nothing(town: Town) -> None:
    elsewhere = frozenset((Address("slow", "999"),))
    dialogue = cast("Any", town.app.dispatcher)._dialogue
    dialogue._installation = replace(dialogue._installation, administrators=elsewhere)
    hind = town.person("هند", number=999)
    await (await found_school(town)).registers(hind, "هند")
    assert await town.rows(roles, role=Role.ADMINISTRATOR) == []


@dataclass
class Both:
    """A bot that people reach on two channels."""

    town: Town
    second: SecondChannel

    async def hears(self, sender: str, text: str) -> str:
        """What somebody on the second channel is answered."""
        await self.second.receivers[-1].takes(sender, text)
        await self.town.app.idle()
        return self.second.screens[-1].text


@pytest.fixture
async def both(town: Town, monkeypatch: pytest.MonkeyPatch) -> Both:
    """The bot of the town starts again with a second channel."""
    monkeypatch.setattr(composition, "PLUGINS", (TELEGRAM, SECOND))
    await town.app.stop()
    town.app = await open_app(town.settings.but(second_token="second"), town.clock)
    second = town.app.channels["second"]
    assert isinstance(second, SecondChannel)
    return Both(town, second)


async def test_people_of_both_channels_are_answered_where_they_wrote(both: Both) -> None:
    maryam = both.town.person("مريم")
    await maryam.says("/start")
    maryam.sees("أهلًا")
    assert "أهلًا" in await both.hears("+966", "/start")
    assert [seen.chat for seen in both.second.seen] == ["+966"]
    assert both.second.announced
    found = await both.town.rows(addresses)
    assert {(row.channel, row.external) for row in found} == {
        ("telegram", str(maryam.id)), ("second", "+966"),
    }  # fmt: skip


async def test_each_channel_is_named_where_the_bot_tells_how_it_is(both: Both) -> None:
    app = both.town.app
    await app.web.start("127.0.0.1", 0)
    receiver = both.second.receivers[-1]
    url = f"http://127.0.0.1:{app.web.port}"

    async def asks(path: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(url + path) as answer:
            return await (answer.json() if path == "/health" else answer.text())

    health = await asks("/health")
    assert set(health["channels"]) == {"telegram", "second"}
    assert set(health["parts"]) == {
        "polling", "webhook", "dispatcher", "postman", "ticker", "files",
    }  # fmt: skip
    assert health["status"] == "ok"
    receiver.connected = False
    health = await asks("/health")
    assert (health["status"], health["connected"]) == ("offline", False)
    assert health["channels"]["second"]["connected"] is False
    told = await asks("/metrics")
    assert 'halqa_channel_connected{channel="second"} 0.0' in told
    # On PostgreSQL it waits for the lead of the bot that has just ended.
    telegram = app.receivers["telegram"]
    for name, value in (("connected", telegram.connected), ("stands_by", telegram.stands_by)):
        assert f'halqa_channel_{name}{{channel="telegram"}} {float(value)}' in told
        assert f"halqa_telegram_{name} {float(value)}" in told


async def test_a_link_opens_the_channel_that_is_named(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = await found_school(both.town)
    settings = both.town.app.settings

    async def invites(channel: str) -> str:
        return await upkeep.make_invitation(settings, school.nada.id, "teacher", 7, channel)

    assert (await invites("second")).startswith("https://second.example.org/")
    assert (await invites("telegram")).startswith("https://t.me/halqa_bot?start=")
    assert (await invites("")).startswith("https://t.me/halqa_bot?start=")
    with pytest.raises(SettingsError, match="must be telegram or second"):
        await invites("third")


def test_without_any_channel_it_is_said_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(composition, "PLUGINS", (TELEGRAM, SECOND))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as refused:
        composition.require_channel(Settings.of({}))
    assert "BotFather" in str(refused.value)
    assert "HALQA_SECOND_TOKEN: is missing" in str(refused.value)


async def test_the_doctor_asks_the_channels_that_are_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(composition, "PLUGINS", (TELEGRAM, SECOND))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HALQA_SECOND_TOKEN", "second")
    found = [str(each) for each in await asyncio.to_thread(list, doctor.examine())]
    assert found[-1] == "✔ second: works"
    assert not [each for each in found if "token" in each]


def test_an_app_is_typed_to_no_channel() -> None:
    assert "Telegram" not in str(App.__annotations__)
