"""Files that people send, and those that many are shown, while the bot is killed over and over."""

import asyncio
import io
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from bench.chaos.cases.broadcasts import AUTHOR, IN_FLIGHT
from bench.chaos.outcome import CaseOutcome
from bench.chaos.people import SEAL, ScriptedTeacher, Sharing, Stuck, opened
from bench.chaos.processes import drawing_processes
from bench.chaos.records import count, tally
from bench.chaos.setup import FAST, CaseBot, CaseSetup, settled, until
from bench.chaos.telegram import Shown
from bench.chaos.town import announce_picture, appoint_supervisor, phones, settle, user_of
from bench.crowd import Crowd
from bot.files.store import BlobStore

TRANSFER_SECONDS = 0.4
"""How long the bytes of a file are on their way: long enough to be killed meanwhile."""
A_SECOND = 250
CHILD_SECONDS = 15.0
"""How long a picture may go on being drawn whose bot is dead."""
WANTED = "files WHERE state = 'wanted' AND consent <> 'waiting'"
UPLOADS = "file_references WHERE reference IS NULL"
BROADCASTS = "topic LIKE 'announcement:%' AND kind = 'broadcast'"
SHARED_BY_ALL = 4
"""Each so many-th teacher sends the same picture."""


@dataclass
class FileKills:
    """What was under way at each kill."""

    people: set[int] = field(default_factory=set)
    """Whose messages were on their way."""
    uploads: Counter[str] = field(default_factory=Counter)
    """Bytes → how often their upload was broken off."""
    fetched: int = 0
    drawn: int = 0
    total: int = 0


class SharingPicture(Sharing):
    """The same way with a picture, of which half of the teachers keep a part only."""

    def __init__(
        self, case_bot: CaseBot, teacher: ScriptedTeacher, dice: Random, picture: bytes
    ) -> None:
        super().__init__(teacher, dice, think=0.05)
        self._case_bot = case_bot
        self._picture = picture
        self.crops = is_cropped(teacher.person)

    async def give_evidence(self, shown: Shown) -> Shown:
        """:raises Stuck: an answer did not come."""
        user, telegram = self._teacher.user, self._teacher.telegram
        shown = await self._step(telegram.send_photo(user, self._picture), "the picture")
        if not self.crops:
            shown = await self._step(self._press(shown, "o0"), "no pupil")
            return await self._step(self._press(shown, "o0"), "that is all")
        shown = await self._step(self._press(shown, "o1"), "a part only")
        part = f"o{self._dice.randrange(5)}"
        shown = await self._step(self._press(shown, part), "which part")
        if self._options(shown) == 2:
            # It is being drawn: it is asked for again once it is there.
            if not await until(self._is_drawn, self._teacher.patience):
                raise Stuck(f"person {self._teacher.person}: the part was not drawn")
            shown = await self._step(self._press(shown, "o0"), "looking at it")
        shown = await self._step(self._press(shown, "o0"), "it is fine")
        return await self._step(self._press(shown, "o0"), "that is all")

    async def _is_drawn(self) -> bool:
        own = "files WHERE owner_id = ? AND state = 'concealed'"
        return bool(await count(self._case_bot.records, own, self._teacher.person))

    def _options(self, shown: Shown) -> int:
        found = opened(shown, self._teacher.person)
        return sum(args[-1].startswith("o") for route, args in found if route == "f")


def is_cropped(person: int) -> bool:
    return person % SHARED_BY_ALL == 1


def draw_picture(dice: Random, size: tuple[int, int]) -> bytes:
    """A picture like no other, as a telephone sends it."""
    coarse = Image.frombytes("RGB", (32, 24), dice.randbytes(32 * 24 * 3))
    out = io.BytesIO()
    coarse.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


async def killed_while_files_come_and_go(setup: CaseSetup, sabotage: str = "") -> CaseOutcome:
    """What was confirmed to its sender opens, nothing is kept or uploaded twice, nothing
    half-written and no process is left, and nobody gets the same file twice without an excuse."""
    outcome, dice = CaseOutcome(), setup.dice("files")
    sharers = list(range(2, setup.size(60, 8) + 2))
    readers = list(range(1000, 1000 + setup.size(1_500, 80)))
    everybody = [AUTHOR, *sharers, *readers]
    circulars = list(range(1, setup.size(4, 1) + 1))
    simulator = {
        "users": phones(everybody),
        "faults": {
            "seed": setup.seed, "methods": ["getFile"], "latency": 0.02, "jitter": 0.01,
            "rate_500": setup.size(3, 0) / 100, "transfer_seconds": TRANSFER_SECONDS,
        },
    }  # fmt: skip
    plan: dict[str, Any] = {"sabotage": sabotage} if sabotage else {}
    async with setup.case_bot(simulator, limits=FAST | {"overall": A_SECOND}, **plan) as case_bot:
        mark = case_bot.directory / "drawn"
        # By this word in their surroundings its children are told from those of others.
        case_bot.bot.environment["PATH"] = f"{os.environ['PATH']}:{mark}"
        store = BlobStore(case_bot.directory / "files")
        await settle(case_bot.records, everybody)
        await appoint_supervisor(case_bot.records, AUTHOR)
        size = (1600, 1200) if not setup.short else (640, 480)
        for number in circulars:
            picture = draw_picture(dice, size)
            await announce_picture(case_bot.records, store, AUTHOR, number, picture)
        await case_bot.telegram.watch(map(user_of, sharers))
        await case_bot.bot.start()
        kills = FileKills()
        await _run(case_bot, setup, sharers, circulars, len(everybody) - 1, kills, mark, outcome)
        await _serve_doubtful(case_bot, circulars, outcome)
        await _judge_circulars(case_bot, [*sharers, *readers], circulars, kills, outcome)
        await _judge_kept(case_bot, store, sharers, readers, kills, outcome)
        await case_bot.bot.kill()
        left = partial(_are_gone, mark)
        outcome.expect(await until(left, CHILD_SECONDS), "a picture is drawn for a dead bot")
        outcome.injected |= {
            "kills": kills.total, "while fetching": kills.fetched, "while drawing": kills.drawn,
            "while uploading": kills.uploads.total(), "teachers with pictures": len(sharers),
            "readers": len(everybody) - 1, "circulars": len(circulars),
        }  # fmt: skip
    return outcome


async def _are_gone(mark: Path) -> bool:
    return not drawing_processes(mark)


async def _run(
    case_bot: CaseBot,
    setup: CaseSetup,
    sharers: list[int],
    circulars: list[int],
    total: int,
    kills: FileKills,
    mark: Path,
    outcome: CaseOutcome,
) -> None:
    over = setup.size(40, 4) * setup.crowd.stretch()
    stuck: list[str] = []
    common = draw_picture(setup.dice("common"), (1600, 1200))

    async def share(person: int) -> None:
        dice = setup.dice("share", person)
        own = draw_picture(dice, (dice.randrange(800, 2400), dice.randrange(800, 2400)))
        picture = own if person % SHARED_BY_ALL else common
        await asyncio.sleep(dice.uniform(0, over))
        teacher = ScriptedTeacher(case_bot.telegram, person, 240.0)
        try:
            await SharingPicture(case_bot, teacher, dice, picture).go()
        except Stuck as reason:
            stuck.append(str(reason))

    async def send(number: int) -> None:
        await asyncio.sleep(over * (number - 1) / len(circulars))
        await _press(case_bot, AUTHOR, "announce.sent", f"{number}", f"d{total}")

    times = setup.size(40, 5)
    await asyncio.gather(
        *map(share, sharers),
        *map(send, circulars),
        _kill(case_bot, times, setup.dice("kills"), kills, mark, setup.crowd),
    )
    outcome.expect(not stuck, f"{len(stuck)} people got stuck, as {stuck[:1]}")
    outcome.expect(await settled(case_bot, 240.0), "the bot did not come to rest")
    no_more = partial(_is_none, case_bot, WANTED)
    outcome.expect(await until(no_more, 60.0), "files are waited for still")


async def _is_none(case_bot: CaseBot, rest: str) -> bool:
    return not await count(case_bot.records, rest)


async def _press(case_bot: CaseBot, person: int, route: str, *args: str) -> None:
    data = SEAL.close(person, route, args)
    act = {"user_id": user_of(person), "press": data, "message_id": 1, "forged": True}
    await case_bot.telegram.act(act)


async def _kill(
    case_bot: CaseBot, times: int, dice: Random, kills: FileKills, mark: Path, crowd: Crowd
) -> None:
    """A quarter of the kills come at any instant, the others while something is fetched, drawn or
    uploaded, if it is within some seconds."""
    records, folder = case_bot.records, case_bot.directory / "files" / "incoming"

    async def fetching() -> bool:
        return folder.is_dir() and any(folder.iterdir())

    async def drawing() -> bool:
        return bool(drawing_processes(mark))

    async def uploading() -> bool:
        return bool(await count(records, UPLOADS))

    async def at_once() -> bool:
        return True

    moments: list[Callable[[], Awaitable[bool]]] = [at_once, fetching, drawing, uploading]
    for number in range(times):
        await asyncio.sleep(dice.uniform(0.05, 0.9) * crowd.stretch())
        await until(moments[number % len(moments)], 4.0, 0.01)
        await asyncio.sleep(dice.uniform(0, TRANSFER_SECONDS / 2))
        kills.drawn += await drawing()
        await case_bot.bot.kill()
        rows = await records.fetch(f"SELECT person_id FROM {IN_FLIGHT}")  # noqa: S608
        kills.people |= {person for (person,) in rows}
        broken = await records.fetch(f"SELECT blob FROM {UPLOADS}")  # noqa: S608
        kills.uploads.update(blob for (blob,) in broken)
        kills.fetched += await count(records, f"{WANTED} AND lease_until IS NOT NULL") > 0
        kills.total += 1
        await case_bot.bot.start()


async def _serve_doubtful(case_bot: CaseBot, circulars: list[int], outcome: CaseOutcome) -> None:
    """The author has those served again whom a kill may have kept from it."""
    doubtful = f"outbox WHERE {BROADCASTS} AND state IN"

    async def known() -> bool:
        return await _is_none(case_bot, f"{doubtful} ('queued', 'sending', 'unknown')")

    async def are_over() -> bool:
        return await count(case_bot.records, "announcements WHERE state = 'sent'") == len(circulars)

    outcome.expect(await until(are_over, 120.0), "a circular never came to its end")
    for _ in range(3):
        for number in circulars:
            await _press(case_bot, AUTHOR, "announce.resent", f"{number}")
        if await until(known, 10.0):
            return
    outcome.broken.append("some stay unknown after being sent again")


async def _judge_circulars(
    case_bot: CaseBot,
    people: list[int],
    circulars: list[int],
    kills: FileKills,
    outcome: CaseOutcome,
) -> None:
    """Each reader has each circular with its picture: once, or excused by a kill; and its picture
    was uploaded once, and again for each upload that a kill broke off."""
    uploaded: dict[str, set[str]] = {}
    too_many = 0
    for person in people:
        shown = await case_bot.telegram.get(f"messages/{user_of(person)}")
        titles = [f"Circular {number}." for number in circulars]
        got = Counter(title for one in shown for title in titles if title in one["text"])
        for one in shown:
            title = next((each for each in titles if each in one["text"]), "")
            outcome.unlabelled += bool(title) and one["media"] is None
            if title and one["media"]:
                uploaded.setdefault(title, set()).add(one["media"]["url"])
        for title in titles:
            outcome.lost += got[title] == 0
            too_many += max(0, got[title] - 1)
            outcome.doubled += 0 if person in kills.people else max(0, got[title] - 1)
    states = await tally(case_bot.records, "outbox", BROADCASTS)
    outcome.unlabelled += len(people) * len(circulars) - states.get("sent", 0)
    times = sum(map(len, uploaded.values()))
    may_be = len(circulars) + kills.uploads.total()
    outcome.expect(times <= may_be, f"circulars were uploaded {times} times, {may_be} may be")
    outcome.measured |= {"uploads of circulars": times, "copies too many": too_many}


async def _judge_kept(
    case_bot: CaseBot,
    store: BlobStore,
    sharers: list[int],
    readers: list[int],
    kills: FileKills,
    outcome: CaseOutcome,
) -> None:
    records = case_bot.records
    kept = await records.fetch(
        "SELECT practices.author_id, practices.id, evidence.position, files.state, files.blob"
        " FROM practices JOIN practice_evidence AS evidence ON evidence.practice_id = practices.id"
        " LEFT JOIN files ON files.id = evidence.file_id"
    )
    by_author = Counter(author for author, *_ in kept)
    outcome.lost += sum(by_author[person] == 0 for person in sharers)
    outcome.doubled += sum(max(0, each - 1) for each in by_author.values())
    states = await tally(records, "files")
    outcome.unlabelled += sum(states.values()) - states.get("kept", 0)
    twice = await records.fetch(
        "SELECT owner_id, message FROM files WHERE message <> '' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    outcome.doubled += len(twice)
    told = {blob for (blob,) in await records.fetch("SELECT sha256 FROM blobs")}
    lying = set(store.names())
    missing, more = len(told - lying), len(lying - told)
    outcome.expect(told == lying, f"{missing} blobs are missing, {more} are of no row")
    left = [path.name for path in store.drafts()]
    outcome.expect(not left, f"{len(left)} files are left half-written, as {left[:1]}")
    outcome.lost += await _unopened(case_bot, kept, readers)
    under_way = await count(records, UPLOADS)
    outcome.expect(not under_way, f"{under_way} uploads are under way for nobody")
    outcome.measured |= {"files": states, "bytes kept": len(told)}


async def _unopened(case_bot: CaseBot, kept: list[tuple[Any, ...]], readers: list[int]) -> int:
    """How many of these pieces a colleague cannot open, or opens as something else than was kept.
    The bot's own people look at them through its buttons."""
    wanted: dict[int, str] = {}
    for reader, (_, practice, position, _, blob) in zip(readers, kept, strict=False):
        wanted[reader] = blob
        await _press(case_bot, reader, "practices.piece", f"{practice}", f"{position}")
    await settled(case_bot, 120.0)
    closed = 0
    for reader, blob in wanted.items():
        shown = await case_bot.telegram.get(f"messages/{user_of(reader)}")
        media = [one["media"] for one in shown if one["media"] is not None]
        found = await case_bot.telegram.digest_of(media[-1]["url"]) if media else ""
        closed += found != blob
    return closed
