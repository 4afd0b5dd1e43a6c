"""The author of an announcement is reached by a channel that changes nothing: the beginning and the
end come as messages of their own."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot import app as composition
from bot.channels.telegram import PLUGIN as TELEGRAM_PLUGIN
from bot.channels.telegram import TELEGRAM
from bot.chat.person import addresses
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.queries.announcements import topic_of
from tests.features.test_announcements import Office, office
from tests.reading import readable
from tests.second_channel import SECOND, SecondChannel, open_second
from tests.town import open_app

__all__ = ["office"]
STILL = replace(TELEGRAM, edits=False, toasts=False)


async def moves_amal(office: Office, monkeypatch: pytest.MonkeyPatch) -> SecondChannel:
    """From now on she is reached on the second channel alone."""
    still = replace(SECOND, open=partial(open_second, traits=STILL))
    monkeypatch.setattr(composition, "PLUGINS", (TELEGRAM_PLUGIN, still))
    town = office.town
    await town.app.stop()
    town.app = await open_app(town.settings.but(second_token="second"), town.clock)
    async with town.app.database.transaction() as tx:
        await tx.execute(
            update(addresses)
            .where(addresses.c.external == str(office.amal.id))
            .values(channel="second", external="amal")
        )
    channel = town.app.channels["second"]
    assert isinstance(channel, SecondChannel)
    return channel


def told(channel: SecondChannel) -> list[str]:
    return [readable(text) for text in channel.texts("amal")]


async def test_it_begins_and_ends_in_two_messages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await moves_amal(office, monkeypatch)
    number = await office.announces()
    for _ in range(6):
        await office.town.moves(timedelta(seconds=5))
    begins, ends = told(channel)
    assert "أُرسل" in ends
    assert "وصل: 2" in ends
    # A nought of readers would stay there for good.
    assert "اطّلع" not in ends
    assert begins != ends
    # Whoever reads it is counted on the page of the report, and nothing more is sent.
    async with office.town.app.database.transaction() as tx:
        await announcement_actions.acknowledge(tx, office.people["هدى"], number)
    await office.town.moves(timedelta(minutes=3))
    assert len(told(channel)) == 2
    assert channel.edited == []


async def test_what_is_stopped_is_told_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await moves_amal(office, monkeypatch)
    town = office.town
    async with town.app.database.transaction() as tx:
        number = await office.writes(tx)
        await announcement_actions.send(tx, office.people["أمل"], number)
    await town.app.idle()
    async with town.app.database.transaction() as tx:
        await stopping_actions.stop(tx, office.people["أمل"], number)
    for _ in range(6):
        await town.moves(timedelta(seconds=5))
    _, ends = told(channel)
    assert "أُوقف الإرسال" in ends
    assert channel.edited == []


async def test_what_is_sent_once_more_ends_once_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await moves_amal(office, monkeypatch)
    town = office.town
    number = await office.announces()
    for _ in range(6):
        await town.moves(timedelta(seconds=5))
    assert len(told(channel)) == 2
    async with town.app.database.transaction() as tx:
        theirs = outbox.c.topic == topic_of(number), outbox.c.kind == MessageKind.BROADCAST
        await tx.execute(update(outbox).where(*theirs).values(state=MessageState.UNKNOWN))
        assert await announcement_actions.resend_unknown(tx, office.people["أمل"], number) == 2
    for _ in range(6):
        await town.moves(timedelta(seconds=5))
    _, _, again = told(channel)
    assert "وصل: 2" in again
