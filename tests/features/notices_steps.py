"""What happens in a story about notices, step by step, and who has to be told of it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.delivery.channel import Ambiguous, RetryLater, Undelivered
from bot.features import personal
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamChanges
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.meetings import MeetingDraft
from bot.features.meetings.models import Rsvp, Venue
from bot.features.people.actions import people as people_actions
from bot.features.people.actions.erasure import erase_person
from bot.features.people.actions.people import ProfileChanges
from bot.features.people.queries.audiences import Audience
from bot.storage.columns import from_millis, to_millis
from bot.storage.transaction import Tx
from tests.delivery.scripted import Lost
from tests.features.notices_oracle import Row, Rows, Said
from tests.features.notices_story import AUTHOR, HOLD, NAMES, NoticeStory

Step = tuple[Any, ...]
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
NOBODY = 0
HOUR = timedelta(hours=1)


class Steps:
    """The steps of one story. People are counted as in `NAMES`, after them the author."""

    def __init__(self, story: NoticeStory, rows: Rows) -> None:
        self.story = story
        ids = {row["name"]: row["id"] for row in rows.tables["people"]}
        self.people: list[int] = [ids[name] for name in (*NAMES, AUTHOR)]
        self.chats = {row["person_id"]: row["external"] for row in rows.tables["addresses"]}
        self.team: int = rows.tables["teams"][0]["id"]
        self.written = 0

    def word(self, what: str) -> str:
        """A text that nobody has written yet, and that is no part of another."""
        self.written += 1
        first, second = divmod(self.written, len(LETTERS))
        return f"{what} {LETTERS[first]}{LETTERS[second]}"

    async def take(self, step: Step, pause: timedelta = HOLD) -> None:
        """One step, and then so much time; what is refused changes nothing."""
        name, *given = step
        if trouble := getattr(self, f"is_{name}", None):
            await trouble(*given)
            return
        rows = await self.story.looks()
        now = to_millis(self.story.clock.now())
        with suppress(Refused):
            self.story.withdrawn.add(now)
            kind, expected = await getattr(self, name)(rows, *given)
            await self.story.remembers()
            if kind == "announcements.announced":
                await self.story.rests()
            after = await self.story.looks()
            assert self._told(rows, after, kind) == sorted(expected), (step, kind)
        await self.story.rests()
        await self.story.jumps(pause)
        await self.story.remembers()

    def _told(self, before: Rows, after: Rows, kind: str) -> list[int]:
        # One that waits, or its edit, may say something else instead.
        known = {(row["id"], row["notice_id"]) for row in before.tables["outbox"]}
        every = after.tables["outbox"]
        new = [row["id"] for row in every if (row["id"], row["notice_id"]) not in known]
        said = [Said.of(after, number) for number in new]
        return sorted(each.to for each in said if each.kind == kind)

    # What people do. Each returns the kind of notice, and who has to get it.

    async def call(self, rows: Rows, minutes: int) -> tuple[str, Iterable[int]]:
        lead = self._lead(rows)
        start = self.story.clock.now() + timedelta(minutes=minutes)
        draft = MeetingDraft(
            self.word("لقاء"), "نتفق", ("عرض",), start, start + HOUR, self._venue()
        )

        async def work(tx: Tx) -> None:
            actor = await _person(tx, lead)
            await meeting_actions.schedule_meeting(tx, actor, self.team, draft)

        await self.story.do(work)
        return "meetings.invitation", rows.members(self.team) - {lead}

    def _venue(self) -> Venue:
        place = self.word("القاعة")
        return Venue(place, f"https://meet.example.org/r{self.written:03}")

    async def move(
        self, rows: Rows, which: int, minutes: int, reason: bool
    ) -> tuple[str, Iterable[int]]:
        found, lead = self._meeting(rows, which), self._lead(rows)
        start = from_millis(found["starts_at"]) + timedelta(minutes=minutes)
        why = self.word("سبب") if reason else ""

        async def work(tx: Tx) -> None:
            actor = await _person(tx, lead)
            await meeting_actions.move_meeting(tx, actor, found["id"], start, reason=why)

        await self.story.do(work)
        return "meetings.moved", rows.members(self.team) - {lead}

    async def cancel(self, rows: Rows, which: int) -> tuple[str, Iterable[int]]:
        found, lead, why = self._meeting(rows, which), self._lead(rows), self.word("عذر")

        async def work(tx: Tx) -> None:
            await meeting_actions.cancel_meeting(tx, await _person(tx, lead), found["id"], why)

        await self.story.do(work)
        return "meetings.cancelled", rows.members(self.team) - {lead}

    async def relocate(self, rows: Rows, which: int) -> tuple[str, Iterable[int]]:
        found, lead, venue = self._meeting(rows, which), self._lead(rows), self._venue()

        async def work(tx: Tx) -> None:
            await meeting_actions.relocate_meeting(tx, await _person(tx, lead), found["id"], venue)

        await self.story.do(work)
        others = rows.members(self.team) - {lead}
        return "meetings.relocated", {n for n in others if rows.said(found, n) != "no"}

    async def answer(
        self, rows: Rows, who: int, which: int, answer: str, reason: bool
    ) -> tuple[str, Iterable[int]]:
        found, person = self._meeting(rows, which), self.people[who]
        why = self.word("ظرف") if reason else None

        async def work(tx: Tx) -> None:
            actor, given = await _person(tx, person), Rsvp(answer)
            await meeting_actions.answer_meeting(
                tx, actor, found["id"], given, moved_count=found["moved_count"], reason=why
            )

        await self.story.do(work)
        leads = rows.members(self.team, "lead") - {person}
        return "meetings.apology", leads if answer == "no" and reason else ()

    async def leave(self, rows: Rows, who: int) -> tuple[str, Iterable[int]]:
        async def work(tx: Tx) -> None:
            await membership_actions.leave_team(tx, await _person(tx, self.people[who]), self.team)

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def join(self, rows: Rows, who: int) -> tuple[str, Iterable[int]]:
        async def work(tx: Tx) -> None:
            found = await team_queries.team(tx, self.team)
            assert found is not None
            await membership_actions.join_by_link(
                tx, await _person(tx, self.people[who]), found.link_code
            )

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def hand(self, rows: Rows, who: int) -> tuple[str, Iterable[int]]:
        lead = self._lead(rows)

        async def work(tx: Tx) -> None:
            own = await tx.fetch(
                "SELECT id FROM memberships WHERE team_id = ? AND person_id = ?"
                " AND state = 'active'",
                self.team, self.people[who],
            )  # fmt: skip
            for (number,) in own:
                await leadership_actions.hand_over(tx, await _person(tx, lead), number)

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def erase(self, rows: Rows, who: int) -> tuple[str, Iterable[int]]:
        async def work(tx: Tx) -> None:
            await erase_person(tx, await _person(tx, self.people[who]), personal())

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def rename(self, rows: Rows, who: int) -> tuple[str, Iterable[int]]:
        changes = ProfileChanges(name=self.word("سعاد"))

        async def work(tx: Tx) -> None:
            person = await _person(tx, self.people[who])
            if person.is_member:
                await people_actions.update_profile(tx, person, changes)

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def rename_team(self, rows: Rows) -> tuple[str, Iterable[int]]:
        lead, changes = self._lead(rows), TeamChanges(name=self.word("فريق"))

        async def work(tx: Tx) -> None:
            await team_actions.edit_team(tx, await _person(tx, lead), self.team, changes)

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def close(self, rows: Rows) -> tuple[str, Iterable[int]]:
        lead = self._lead(rows)

        async def work(tx: Tx) -> None:
            await closing_actions.close_team(tx, await _person(tx, lead), self.team)

        await self.story.do(work)
        return "meetings.cancelled", ()

    async def announce(self, rows: Rows) -> tuple[str, Iterable[int]]:
        author = self.people[-1]

        async def work(tx: Tx) -> None:
            actor = await _person(tx, author)
            unit = (await tx.fetch("SELECT unit_id FROM teams WHERE id = ?", self.team))[0][0]
            draft = AnnouncementDraft(Audience(unit), self.word("إعلان"), self.word("نلتقي"))
            number = await announcement_actions.write_draft(tx, actor, draft)
            await announcement_actions.send(tx, actor, number)

        await self.story.do(work)
        everybody = {row["id"] for row in rows.tables["people"] if row["state"] == "member"}
        return "announcements.announced", everybody - {author}

    async def stop(self, rows: Rows) -> tuple[str, Iterable[int]]:
        async def work(tx: Tx) -> None:
            if sent := rows.tables["announcements"]:
                actor = await _person(tx, self.people[-1])
                await stopping_actions.stop(tx, actor, sent[-1]["id"])

        await self.story.do(work)
        return "meetings.cancelled", ()

    def _lead(self, rows: Rows) -> int:
        return min(rows.members(self.team, "lead"), default=self.people[-1])

    def _meeting(self, rows: Rows, which: int) -> Row:
        """One of those that were called last; where there is none, what is refused."""
        found = rows.tables["meetings"][-2:]
        return found[which % len(found)] if found else {
            "id": NOBODY, "starts_at": to_millis(self.story.clock.now()), "moved_count": 0,
        }  # fmt: skip

    # Trouble and time

    async def is_down(self) -> None:
        self.story.channel.every = Undelivered("no network")

    async def is_up(self) -> None:
        self.story.channel.every = None

    async def is_doubtful(self, who: int, arrives: bool) -> None:
        doubt = Ambiguous("the connection broke")
        chat = self.chats[self.people[who]]
        self.story.channel.will(chat, Lost(doubt) if arrives else doubt)

    async def is_undelivered(self, who: int, times: int) -> None:
        self.story.channel.will(self.chats[self.people[who]], *[Undelivered("no")] * times)

    async def is_slow(self, who: int, seconds: int) -> None:
        self.story.channel.will(self.chats[self.people[who]], RetryLater(seconds))

    async def is_away(self, away: bool) -> None:
        self.story.kinds.away = away

    async def is_killed(self) -> None:
        await self.story.killed()

    async def is_fused(self, requests: int, arrived: bool) -> None:
        self.story._channel.fuse = (requests, arrived)

    async def is_later(self, minutes: int) -> None:
        await self.story.lives(timedelta(minutes=minutes))
        await self.story.remembers()

    async def is_set(self, seconds: int) -> None:
        """The clock is put forward or back."""
        await self.story.jumps(timedelta(seconds=seconds))
        await self.story.remembers()

    async def comes_to_rest(self) -> Rows:
        """The trouble is over, and time goes by until all has been said."""
        story = self.story
        story.channel.every, story.kinds.away, story._channel.fuse = None, False, None
        story.channel.answers.clear()
        for hours in (1, 12, 12, 24):
            await story.lives(timedelta(hours=hours))
        for _ in range(50):
            rows = await story.looks()
            if not any(row["state"] == "sending" for row in rows.tables["outbox"]):
                break
            await story.jumps(timedelta(seconds=61))
        return await story.counts_all()


async def _person(tx: Tx, person_id: int) -> Person:
    person = await find_person(tx, person_id)
    assert person is not None
    return person
