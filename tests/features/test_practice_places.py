"""The lists of practices hold exactly what the door lets through, the newest first, however many
there are and whatever becomes of them."""

import asyncio
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.chat.person import Person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features.communities.actions import membership as membership_actions
from bot.features.people.actions.admission import transfer
from bot.features.people.models import CameBy
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions.places import PLACES
from bot.features.practices.models import PracticeState, places, practices
from bot.features.practices.queries import lists as practice_lists
from bot.features.practices.queries.lists import COUNTED, Selection
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.features.practices_school import READING
from tests.features.test_practices_rules import AMAL, FALAH, NOW, Cast, cast, gather, sees, share

__all__ = ["cast"]

NAMES = ("maryam", "huda", "noura", "sara", "fahd", "salma", "supervisor")
Deed = tuple[str, str, int]

PAGE = 8
"""Practices on one page."""


async def act(tx: Tx, cast: Cast, deed: str, who: Person, which: int) -> None:
    """One deed; what is refused changes nothing."""
    ids = list(await tx.scalars(select(practices.c.id).order_by(practices.c.id)))
    number = ids[which % len(ids)] if ids else 0
    draft = replace(
        READING,
        subject=("arabic", "science")[which % 2],
        team_id=cast.team.id if which % 3 else None,
    )
    with suppress(Refused):
        match deed:
            case "share":
                await practice_actions.share_practice(tx, who, draft)
            case "change":
                await practice_actions.change_practice(tx, who, number, draft)
            case "withdraw":
                await practice_actions.withdraw_practice(tx, who, number)
            case "again":
                await practice_actions.share_again(tx, who, number)
            case "hide":
                await practice_actions.hide_practice(tx, who, number, "فيها أسماء طالبات")
            case "reveal":
                await practice_actions.reveal_practice(tx, who, number)
            case "leave":
                await membership_actions.leave_team(tx, who, cast.team.id)
            case "move":
                place = cast.department.units[(AMAL, FALAH)[which % 2]]
                await transfer(tx, who.id, place.id, CameBy.SERVER)
            case "forget":
                await practice_actions.forget_author(tx, who)


async def agrees(tx: Tx, cast: Cast) -> None:
    """Lists, subjects and counts say for each reader what the door says."""
    newest = select(practices.c.id, practices.c.subject).where(
        practices.c.state == PracticeState.SHARED
    )
    shared = await tx.all(newest.order_by(practices.c.shared_at.desc(), practices.c.id.desc()))
    for name in NAMES:
        reader: Person = getattr(cast, name)
        open_to = [row for row in shared if await sees(tx, reader, row.id)]
        assert await whole(tx, reader, Selection()) == [row.id for row in open_to], name
        of_subject = [row.id for row in open_to if row.subject == "science"]
        assert await whole(tx, reader, Selection(subject="science")) == of_subject
        found = await practice_lists.subjects_with_practices(tx, reader)
        assert sum(found.values()) == len(open_to)
        assert found.get("science", 0) == len(of_subject)
        ids = [row.id for row in shared]
        assert [card.id for card in await practice_lists.find_cards(tx, reader, ids)] == [
            row.id for row in open_to
        ]
    assert await PLACES.count_wrong(tx) == 0


async def whole(tx: Tx, reader: Person, shelf: Selection) -> list[int]:
    """All pages of a list, one after the other."""
    found: list[int] = []
    number = 1
    while True:
        page = await practice_lists.list_practices(tx, reader, shelf, number, PAGE)
        found += [card.id for card in page.cards]
        if number >= page.pages:
            return found
        number += 1


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["share", "share", "change", "withdraw", "again", "hide", "reveal",
                         "leave", "move", "forget"]),
        st.sampled_from(NAMES), st.integers(0, 11),
    ),
    max_size=14,
)  # fmt: skip


async def live(url: str, deeds: list[Deed]) -> None:
    clock = FrozenClock(NOW)
    database = await open_database(url, clock)
    try:
        cast = await gather(database)
        for deed, name, which in deeds:
            if which % 2:
                clock.advance(timedelta(minutes=1))
            async with database.transaction() as tx:
                await act(tx, cast, deed, getattr(cast, name), which)
        async with database.reading() as tx:
            await agrees(tx, cast)
    finally:
        await database.close()


@settings(max_examples=25)
@given(deeds=DEEDS)
def test_lists_hold_what_the_door_lets_through(migrated_sqlite: Path, deeds: list[Deed]) -> None:
    with TemporaryDirectory() as directory:
        path = shutil.copy(migrated_sqlite, directory)
        asyncio.run(live(f"sqlite+aiosqlite:///{path}", deeds))


async def test_they_do_so_on_both_databases(database_url: str) -> None:
    deeds = [("share", name, which) for name in NAMES for which in (0, 1, 2)]
    deeds += [("change", "maryam", 3), ("withdraw", "huda", 4), ("hide", "noura", 1)]
    deeds += [("leave", "huda", 0), ("move", "sara", 1), ("forget", "maryam", 0)]
    await live(database_url, deeds)


async def test_a_long_list_is_not_counted_and_still_ends(cast: Cast) -> None:
    for _ in range(COUNTED + 6):
        await share(cast, cast.maryam)
    async with cast.database.reading() as tx:
        first = await practice_lists.list_practices(tx, cast.sara, Selection(), 1, PAGE)
        assert first.endless
        assert (first.number, len(first.cards)) == (1, PAGE)
        last = await practice_lists.list_practices(tx, cast.sara, Selection(), 99, PAGE)
        assert not last.endless
        assert (last.number, last.pages, last.total) == (14, 14, COUNTED + 6)
        assert len(last.cards) == (COUNTED + 6) % PAGE
        everything = await whole(tx, cast.sara, Selection())
        assert everything == sorted(everything, reverse=True)
        assert len(everything) == COUNTED + 6
        assert await practice_lists.subjects_with_practices(tx, cast.sara) == {
            "arabic": COUNTED + 1
        }
        own = await practice_lists.list_practices(tx, cast.maryam, Selection(mine=True), 1, PAGE)
        assert own.endless


async def test_places_that_somebody_spoilt_are_found_and_mended(cast: Cast) -> None:
    number = await share(cast, cast.maryam)
    async with cast.database.transaction() as tx:
        await tx.execute(delete(places).where(places.c.practice_id == number))
        assert await practice_lists.find_cards(tx, cast.sara, [number]) == ()
        assert await PLACES.put_right(tx) == 2  # at the school and at its department
        assert await PLACES.put_right(tx) == 0
        assert len(await practice_lists.find_cards(tx, cast.sara, [number])) == 1
