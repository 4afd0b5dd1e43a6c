"""What is told about teams is what is so when it leaves, in the words of that moment; what has
lost its sense by then is not told, and what somebody waits for always is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.chat.person import Person, change_person, find_person
from bot.chat.screen import Screen
from bot.core.changes import UNCHANGED
from bot.core.clock import FrozenClock
from bot.delivery.drawing import Drawing, Undrawn
from bot.delivery.message import Message, MessageKind, MessageState, NoticeRef, outbox
from bot.delivery.message import notices as kept_notices
from bot.delivery.notice import Gone
from bot.features import notice_kinds
from bot.features.communities import NOTICES, notices
from bot.features.communities.actions import closing, leadership, membership
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamChanges
from bot.features.communities.models import teams
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.packs.roles import Role
from bot.storage.columns import encode, to_millis
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.features.practices_school import PracticeSchools
from tests.reading import readable

NADA = "مدرسة الندى"
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
TEAM = "فريق القراءة"
RENAMED = "فريق الكتابة"


@dataclass
class Told:
    """Noura leads a team to which Huda and Reem belong; Sara has nothing to do with it, and Amal is
    the principal. Nothing is sent until it is `told`."""

    database: Database
    clock: FrozenClock
    team: Team
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    async def standing(self, tx: Tx, name: str) -> int:
        """The id of somebody's request or membership, if it stands."""
        found = await member_queries.standing_of(tx, self.team.id, self[name].id)
        assert found is not None
        return found.id

    async def asks(self, tx: Tx, name: str = "سارة") -> int:
        word = "أودّ أن أشارك"
        return (await membership.ask_to_join(tx, self[name], self.team.id, word)).id

    async def joins(self, tx: Tx, name: str = "سارة") -> None:
        await membership.join_by_link(tx, self[name], self.team.link_code)

    async def leaves(self, tx: Tx, name: str = "هدى") -> None:
        await membership.leave_team(tx, self[name], self.team.id)

    async def removes(self, tx: Tx, name: str = "هدى") -> None:
        number = await self.standing(tx, name)
        await membership.remove_member(tx, self["نورة"], number)

    async def declines(self, tx: Tx) -> None:
        number = await self.asks(tx)
        await membership.decline_request(tx, self["نورة"], number, "اكتمل العدد")

    async def accepts(self, tx: Tx, name: str = "سارة") -> None:
        await membership.accept_request(tx, self["نورة"], await self.asks(tx, name))

    async def hands_over(self, tx: Tx, by: str = "نورة", to: str = "هدى") -> None:
        await leadership.hand_over(tx, self[by], await self.standing(tx, to))

    async def appoints(self, tx: Tx, name: str = "هدى") -> None:
        await leadership.appoint_lead(tx, self["أمل"], await self.standing(tx, name))

    async def loses_its_lead(self, tx: Tx, name: str = "نورة") -> None:
        await membership.leave_every_team(tx, self[name])

    async def writes_card(self, tx: Tx, text: str = "ركن القراءة", by: str = "نورة") -> None:
        number = await self.standing(tx, "هدى")
        await membership.set_responsibility(tx, self[by], number, text)

    async def edits(self, tx: Tx, name: str | None = None) -> None:
        changes = TeamChanges(norms=("نبدأ في الموعد",), name=name or UNCHANGED)
        await team_actions.edit_team(tx, self["نورة"], self.team.id, changes)

    async def closes(self, tx: Tx, by: str = "نورة") -> None:
        await closing.close_team(tx, self[by], self.team.id)

    async def does(self, *steps: Callable[[Tx], Awaitable[object]]) -> None:
        """Everything at one moment, before anything can leave."""
        async with self.database.transaction() as tx:
            for step in steps:
                await step(tx)

    async def told(self, kind: str) -> dict[str, list[Screen | Undrawn]]:
        """What everybody reads of this kind now, or why not, in the order in which it was queued;
        all of it is read and drawn together."""
        query = (
            select(outbox)
            .join(kept_notices, kept_notices.c.id == outbox.c.notice_id)
            .where(kept_notices.c.kind == kind)
            .order_by(outbox.c.id)
        )
        async with self.database.reading() as tx:
            rows = await tx.all(query)
        messages = [
            Message(
                row.id, 0, "telegram", "", row.person_id, MessageKind(row.kind), Screen(),
                notice=NoticeRef(
                    row.notice_id, encode(row.args) if row.args else None, to_millis(row.queued_at)
                ),
            )
            for row in rows
        ]  # fmt: skip
        undrawn = await Drawing(self.database, self.clock, notice_kinds()).draw(messages)
        names = {person.id: name for name, person in self.people.items()}
        found: dict[str, list[Screen | Undrawn]] = {}
        for message in messages:
            said = undrawn.get(message.id, message.screen)
            found.setdefault(names[message.person_id], []).append(said)
        return found

    async def reads(self, name: str, kind: str) -> str:
        """The only message of this kind to somebody."""
        (screen,) = (await self.told(kind))[name]
        assert isinstance(screen, Screen), screen
        return readable(f"{screen.title}\n{screen.text}\n{screen.quote}")


@pytest.fixture
async def told(database_url: str) -> AsyncIterator[Told]:
    clock = FrozenClock(NOW)
    database = await open_database(database_url, clock)
    try:
        school = await PracticeSchools(database).build()
        roles = {"نورة": Role.LEAD, "أمل": Role.PRINCIPAL}
        people = {
            name: await school.person(name, NADA, number=number, role=roles.get(name))
            for number, name in enumerate(("نورة", "هدى", "ريم", "سارة", "أمل"), 1)
        }
        team = await school.team(TEAM, people["نورة"], people["هدى"], people["ريم"], unit=NADA)
        async with database.transaction() as tx:
            await tx.execute(outbox.delete())
        yield Told(database, clock, team, people)
    finally:
        await database.close()


Step = Callable[[Told, Tx], Awaitable[object]]


async def withdraws(told: Told, tx: Tx) -> None:
    await membership.withdraw_request(tx, told["سارة"], told.team.id)


async def is_accepted(told: Told, tx: Tx) -> None:
    await membership.accept_request(tx, told["نورة"], await told.standing(tx, "سارة"))


async def passes_on(told: Told, tx: Tx) -> None:
    await told.hands_over(tx, "هدى", "ريم")


async def gives_back(told: Told, tx: Tx) -> None:
    await told.hands_over(tx, "هدى", "نورة")


async def is_closed_by_huda(told: Told, tx: Tx) -> None:
    await told.closes(tx, "هدى")


def somebody(act: str, name: str) -> Callable[[Told, Tx], Awaitable[None]]:
    return lambda told, tx: getattr(told, act)(tx, name)


reem_leaves, sara_leaves = somebody("leaves", "ريم"), somebody("leaves", "سارة")
huda_returns, huda_is_let_in_again = somebody("joins", "هدى"), somebody("accepts", "هدى")


async def is_emptied(told: Told, tx: Tx) -> None:
    await told.writes_card(tx, "")


async def waits_in_vain(told: Told, tx: Tx) -> None:
    """Sara asks, and the message of it is refused for good."""
    number = await told.asks(tx)
    about = outbox.c.topic == f"membership:{number}"
    await tx.execute(update(outbox).where(about).values(state=MessageState.FAILED))
    await membership.tell_unheard(tx, number)


GONE: list[tuple[str, Step, Step, str, str]] = [
    ("asked", Told.asks, withdraws, "نورة", "withdrawn"),
    ("asked", Told.asks, is_accepted, "نورة", "answered"),
    ("asked", Told.asks, Told.closes, "نورة", "answered"),
    ("asked", Told.asks, Told.joins, "نورة", "answered"),
    ("asked", Told.asks, Told.hands_over, "نورة", "not_lead"),
    ("accepted", Told.accepts, sara_leaves, "سارة", "left"),
    ("accepted", Told.accepts, Told.closes, "سارة", "closed"),
    ("declined", Told.declines, Told.joins, "سارة", "member"),
    ("joined", Told.joins, sara_leaves, "نورة", "left"),
    ("joined", Told.joins, Told.closes, "نورة", "closed"),
    ("joined", Told.joins, Told.hands_over, "نورة", "not_lead"),
    ("left", Told.leaves, huda_returns, "نورة", "back"),
    ("left", reem_leaves, Told.hands_over, "نورة", "not_lead"),
    ("removed", Told.removes, huda_is_let_in_again, "هدى", "back"),
    ("handed_over", Told.hands_over, passes_on, "هدى", "passed_on"),
    ("handed_over", Told.hands_over, passes_on, "ريم", "passed_on"),
    ("handed_over", Told.hands_over, gives_back, "نورة", "leads"),
    ("handed_over", Told.hands_over, is_closed_by_huda, "نورة", "closed"),
    ("handed_over", Told.hands_over, reem_leaves, "ريم", "left"),
    ("appointed", Told.appoints, passes_on, "هدى", "passed_on"),
    ("appointed", Told.appoints, passes_on, "ريم", "passed_on"),
    ("appointed", Told.appoints, gives_back, "نورة", "leads"),
    ("appointed", Told.appoints, is_closed_by_huda, "ريم", "closed"),
    ("appointed", Told.appoints, reem_leaves, "ريم", "left"),
    ("lead_gone", Told.loses_its_lead, passes_on, "هدى", "passed_on"),
    ("lead_gone", Told.loses_its_lead, is_closed_by_huda, "هدى", "closed"),
    ("lead_gone", Told.loses_its_lead, reem_leaves, "ريم", "left"),
    ("role_card", Told.writes_card, is_emptied, "هدى", "emptied"),
    ("role_card", Told.writes_card, Told.leaves, "هدى", "left"),
    ("role_card", Told.writes_card, Told.closes, "هدى", "closed"),
    ("edited", Told.edits, reem_leaves, "ريم", "left"),
    ("edited", Told.edits, Told.closes, "ريم", "closed"),
    ("closed", Told.closes, reem_leaves, "ريم", "left"),
    ("unheard", waits_in_vain, withdraws, "سارة", "withdrawn"),
    ("unheard", waits_in_vain, is_accepted, "سارة", "answered"),
    ("unheard", waits_in_vain, Told.closes, "سارة", "answered"),
    ("unheard", waits_in_vain, Told.hands_over, "سارة", "heard"),
]


@pytest.mark.parametrize(
    ("kind", "told_of", "meanwhile", "reader", "reason"),
    GONE,
    ids=[f"{kind}-{reason}-{n}" for n, (kind, *_, reason) in enumerate(GONE)],
)
async def test_what_has_lost_its_sense_is_not_told(
    told: Told, kind: str, told_of: Step, meanwhile: Step, reader: str, reason: str
) -> None:
    await told.does(lambda tx: told_of(told, tx))
    before = (await told.told(f"communities.{kind}"))[reader]
    assert [type(each) for each in before] == [Screen]
    await told.does(lambda tx: meanwhile(told, tx))
    assert (await told.told(f"communities.{kind}"))[reader][0] == Gone(reason)


NEWS: list[tuple[str, Step, str, tuple[str, ...]]] = [
    ("asked", Told.asks, "نورة", ("سارة", "أودّ أن أشارك", NADA)),
    ("accepted", Told.accepts, "سارة", ()),
    ("declined", Told.declines, "سارة", ("اكتمل العدد",)),
    ("joined", Told.joins, "نورة", ("سارة",)),
    ("left", Told.leaves, "نورة", ("هدى",)),
    ("removed", Told.removes, "هدى", ()),
    ("handed_over", Told.hands_over, "هدى", ("نورة",)),
    ("handed_over", Told.hands_over, "نورة", ("هدى", "شكرًا")),
    ("handed_over", Told.hands_over, "ريم", ("هدى",)),
    ("appointed", Told.appoints, "هدى", ("أمل",)),
    ("appointed", Told.appoints, "نورة", ("أمل", "هدى")),
    ("appointed", Told.appoints, "ريم", ("هدى",)),
    ("lead_gone", Told.loses_its_lead, "هدى", ()),
    ("lead_gone", Told.loses_its_lead, "ريم", ("هدى",)),
    ("role_card", Told.writes_card, "هدى", ("نورة", "ركن القراءة")),
    ("edited", Told.edits, "ريم", ("نورة", "قواعد العمل")),
    ("closed", Told.closes, "ريم", ()),
    ("unanswered", lambda told, tx: told.closes(tx), "سارة", ()),
    ("unheard", waits_in_vain, "سارة", ()),
]


@pytest.mark.parametrize(
    ("kind", "happens", "reader", "words"),
    NEWS,
    ids=[f"{kind}-{n}" for n, (kind, *_) in enumerate(NEWS)],
)
async def test_it_is_told_in_the_words_of_the_moment(
    told: Told, kind: str, happens: Step, reader: str, words: tuple[str, ...]
) -> None:
    """The team is renamed and people change their names after it was queued."""
    if kind == "unanswered":
        await told.does(told.asks)
    await told.does(lambda tx: happens(told, tx))
    said = await told.reads(reader, f"communities.{kind}")
    assert TEAM in said
    for word in words:
        assert word in said

    async def are_renamed(tx: Tx) -> None:
        await tx.execute(update(teams).values(name=RENAMED))
        for person in told.people.values():
            await change_person(tx, person.id, name=f"{person.name} الجديدة")

    await told.does(are_renamed)
    now = await told.reads(reader, f"communities.{kind}")
    expected = said.replace(TEAM, RENAMED)
    for word in set(words) & set(told.people):
        expected = expected.replace(word, f"{word} الجديدة")
    assert now == expected


def test_every_kind_is_tried() -> None:
    tried = {f"communities.{kind}" for kind, *_ in NEWS}
    assert tried == {kind.name for kind in NOTICES}
    may_go = {f"communities.{kind}" for kind, *_ in GONE}
    assert tried - may_go == {notices.UNANSWERED.name}


async def test_who_waits_for_an_answer_gets_it_though_the_team_has_ended(told: Told) -> None:
    await told.does(told.declines, told.closes)
    assert "اكتمل العدد" in await told.reads("سارة", "communities.declined")


async def test_who_was_removed_learns_it_though_the_team_has_ended(told: Told) -> None:
    await told.does(told.removes, told.closes)
    assert TEAM in await told.reads("هدى", "communities.removed")


@pytest.mark.parametrize("kind", ["handed_over", "appointed"])
async def test_who_led_is_thanked_though_the_lead_was_passed_on(told: Told, kind: str) -> None:
    change = told.hands_over if kind == "handed_over" else told.appoints
    await told.does(change, lambda tx: passes_on(told, tx))
    thanks = (await told.told(f"communities.{kind}"))["نورة"][0]
    news = (await told.told("communities.handed_over"))["نورة"][-1]
    assert isinstance(thanks, Screen)
    assert isinstance(news, Screen)
    assert "هدى" in thanks.text
    assert "ريم" in news.text


async def test_who_left_and_was_erased_is_told_of_without_a_name(told: Told) -> None:
    """Whoever deletes their data leaves their teams in the same moment."""

    async def is_erased(tx: Tx) -> None:
        await change_person(tx, told["هدى"].id, name="", gender="neutral")

    await told.does(told.leaves, is_erased)
    assert await told.reads("نورة", "communities.left") == readable(
        "\nخروج من فريق القراءة: أحد الزملاء السابقين.\n"
    )


async def test_of_a_role_card_only_the_last_words_are_told(told: Told) -> None:
    await told.does(told.writes_card)
    told.clock.advance(timedelta(days=1, minutes=3))
    await told.does(lambda tx: told.writes_card(tx, "ركن القراءة والمحضر"))
    first, second = (await told.told("communities.role_card"))["هدى"]
    assert first == Gone("rewritten")
    assert isinstance(second, Screen)
    assert second.quote == "ركن القراءة والمحضر"


async def test_a_place_of_work_that_somebody_left_is_not_told(told: Told) -> None:
    await told.does(told.asks)
    assert "اللغة العربية" in await told.reads("نورة", "communities.asked")
    async with told.database.transaction() as tx:
        await tx.run("DELETE FROM profiles WHERE person_id = ?", told["سارة"].id)
        assert await find_person(tx, told["سارة"].id)
    assert NADA not in await told.reads("نورة", "communities.asked")


async def test_many_are_read_in_as_few_statements_as_one(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def counts(name: str) -> None:
        original = getattr(Tx, name)

        async def wrapped(self: Tx, *args: object, **values: object) -> object:
            counted.append(name)
            return await original(self, *args, **values)

        monkeypatch.setattr(Tx, name, wrapped)

    await told.does(told.asks)
    for name in ("all", "fetch"):
        counts(name)
    await told.told("communities.asked")
    one = len(counted)
    for _ in range(5):
        told.clock.advance(timedelta(days=1, minutes=1))
        await told.does(lambda tx: withdraws(told, tx), told.asks)
    counted.clear()
    assert len((await told.told("communities.asked"))["نورة"]) == 6
    assert len(counted) == one
