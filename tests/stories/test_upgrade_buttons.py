"""Buttons that a former version delivered: each still leads somewhere, and what it does happens
once, or is asked first where it reaches many or cannot be undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.seal import Seal
from bot.features.people.queries.consent import CONSENT_VERSION
from bot.storage.secret_codes import digest_of
from tests.data.upgrade.hands import ACTS, BEGINNINGS, FORM, KEY
from tests.reading import readable
from tests.town import Phone
from tests.upgraded import Button, Upgraded, former_names

NO_BUTTONS = {
    "announce.farewell", "cancel", "help", "manners.farewell", "meetings.farewell",
    "practices.farewell", "start", "teams.farewell", "teams.link",
}  # fmt: skip
"""Routes of the former version to which only words and other screens led."""
SEAL = Seal(KEY)
OFTEN = {"sqlite": 2, "postgresql": 1}
"""Buttons of one route and as many arguments that are pressed."""


async def press(upgraded: Upgraded, phone: Phone, button: Button) -> None:
    """Press it as the phone showed it, and be answered. Nobody knows whether the former version
    delivered its message or showed a screen, so the message keeps its words."""
    message, data, step = button
    simulator = upgraded.town.simulator
    before = readable(message.shown_text)
    person = await upgraded.town.person_id(phone)
    query = await simulator.press(phone.id, message.message_id, data, forged=True)
    await upgraded.town.settles()
    assert simulator.world.presses[query].answered, f"{phone.user.name} waits for {step}"
    opened = SEAL.unseal(person, data)
    if opened and not opened.of_screen:
        assert readable(message.shown_text).startswith(before), f"{step} took the words:\n{before}"


async def test_every_delivered_button_leads_somewhere(upgraded: Upgraded) -> None:
    routes = upgraded.town.app.router.routes
    often = OFTEN[upgraded.town.app.database.dialect]
    chosen = dict[tuple[str, int], list[tuple[Phone, Button]]]()
    for phone in map(upgraded.__getitem__, upgraded.numbers):
        held = sum("callback_data" in b for m in phone.messages() for b in m.buttons())
        steps = await upgraded.steps(phone)
        assert len(steps) == held, f"{phone.user.name} has a button that nobody can open"
        for button in steps:
            route, args = button[2]
            assert route == FORM or route in routes, f"{route} is no route any more"
            alike = chosen.setdefault((route, len(args)), [])
            if len(alike) < often and route not in {FORM, "people.deleted"}:
                alike.append((phone, button))
    assert {route for route, _ in chosen} - {FORM} == set(former_names()["routes"]) - NO_BUTTONS
    # First what only shows something, then what begins a form, then what changes something.
    for group in (set(routes) - ACTS - BEGINNINGS, BEGINNINGS, ACTS):
        for (route, _), alike in chosen.items():
            for phone, button in alike if route in group else []:
                await press(upgraded, phone, button)
    assert await upgraded.set_aside() == 1


@dataclass(frozen=True)
class Act:
    """Somebody presses what was delivered; the figure of `query` then becomes `after`, once,
    however often it is pressed. With `asks` it is that route of today which does it."""

    name: str
    step: Sequence[str]
    query: str
    before: object
    after: object
    asks: str = ""


def person(name: str) -> str:
    """The condition that a row is theirs."""
    return f"person_id = (SELECT id FROM people WHERE name = '{name}')"


LEADS = "SELECT count(*) FROM roles WHERE role = 'lead' AND state = 'active'"
MEMBERSHIP = "SELECT state FROM memberships WHERE id = "
ACTS_ONCE = (
    Act("لمى", ("announce.ack", "1"),
        f"SELECT count(*) FROM receipts WHERE {person('لمى')} AND announcement_id = 1"
        " AND acknowledged_at IS NOT NULL", 0, 1),
    Act("أمل", ("announce.send", "2"), "SELECT state FROM announcements WHERE id = 2",
        "draft", "sending", "announce.sent"),
    Act("أمل", ("announce.stop", "3"), "SELECT state FROM announcements WHERE id = 3",
        "scheduled", "cancelled", "announce.stopped"),
    Act("أمل", ("announce.again", "1"),
        "SELECT count(*) FROM outbox WHERE topic = 'announcement:1' AND state = 'unknown'", 1, 0,
        "announce.resent"),
    Act("كريم", ("meetings.rsvp", "8", "yes", "0"),
        f"SELECT answer FROM meeting_answers WHERE {person('كريم')} AND meeting_id = 8",
        None, "yes"),
    Act("نورة", ("practices.thank", "1"), "SELECT count(*) FROM practice_thanks", 1, 2),
    Act("نورة", ("practices.reveal", "2"), "SELECT state FROM practices WHERE id = 2",
        "hidden", "shared"),
    Act("هدى", ("practices.again", "4"), "SELECT state FROM practices WHERE id = 4",
        "withdrawn", "shared"),
    Act("سلمى", ("practices.draw", "1"), "SELECT state FROM practices WHERE id = 1",
        "shared", "withdrawn"),
    Act("هند", ("people.withdraw", "6"), "SELECT state FROM invitations WHERE id = 6",
        "open", "withdrawn", "people.withdrawn"),
    Act("هند", ("people.appoint", "5", "lead"),
        f"{LEADS} AND {person('سلمى')}", 0, 1,
        "people.given"),
    Act("هند", ("people.dismiss", "4", "lead"),
        f"{LEADS} AND {person('نورة')}", 1, 0,
        "people.ended"),
    Act("هند", ("manners.dropped", "1"), "SELECT count(*) FROM calendar_days WHERE id = 1", 1, 0),
    Act("نورة", ("manners.quiet", "19", "7"),
        f"SELECT quiet_until FROM manners WHERE {person('نورة')}", None, 420),
    Act("إدريس", ("people.agree",),
        f"SELECT consent_version FROM profiles WHERE {person('إدريس')}", "2025-01-01",
        CONSENT_VERSION),
    Act("كريم", ("people.speak", "ar"), "SELECT language FROM people WHERE name = 'كريم'",
        "fr", "ar"),
    Act("نورة", ("teams.accept", "6"), f"{MEMBERSHIP}6", "asked", "active"),
    Act("نورة", ("teams.removed", "4"), f"{MEMBERSHIP}4", "active", "removed"),
    Act("زينب", ("teams.renew", "4"),
        "SELECT count(*) FROM teams WHERE link_digest = 'OLD'",
        1, 0, "teams.renewed"),
    Act("منى", ("teams.enter",),
        f"SELECT count(*) FROM memberships WHERE team_id = 1 AND {person('منى')}", 0, 1),
    Act("نورة", ("teams.handed", "2"), "SELECT role FROM memberships WHERE id = 2",
        "member", "lead"),
    Act("أمل", ("teams.appointed", "3"), "SELECT role FROM memberships WHERE id = 3",
        "member", "lead"),
    Act("نورة", ("teams.left", "1"), f"{MEMBERSHIP}1", "active", "left"),
)  # fmt: skip


async def test_what_a_delivered_button_does_happens_once(upgraded: Upgraded) -> None:
    for act in ACTS_ONCE:
        phone = upgraded[act.name]
        route, *args = act.step
        query = act.query.replace("OLD", digest_of(upgraded.kept["links"]["حلقة العلوم"]))
        assert await upgraded.value(query) == act.before, act
        button = await upgraded.find(phone, route, *args)
        await press(upgraded, phone, button)
        if act.asks:
            assert await upgraded.value(query) == act.before, f"{route} does not ask"
            await press(upgraded, phone, await upgraded.find(phone, act.asks))
        assert await upgraded.value(query) == act.after, f"{route}:\n{phone.transcript()[-800:]}"
        await press(upgraded, phone, button)
        assert await upgraded.value(query) == act.after, f"{route} is done twice"
    assert await upgraded.set_aside() == 1


async def test_a_delivered_last_word_erases(upgraded: Upgraded) -> None:
    noura = upgraded["نورة"]
    number = await upgraded.town.person_id(noura)
    await press(upgraded, noura, await upgraded.find(noura, "people.deleted"))
    assert await upgraded.value("SELECT state FROM people WHERE id = ?", number) == "gone"
    assert await upgraded.value("SELECT count(*) FROM people WHERE name = 'نورة'") == 0
    assert await upgraded.value("SELECT count(*) FROM profiles WHERE person_id = ?", number) == 0
    assert await upgraded.set_aside() == 1


async def test_a_button_of_somebody_who_has_gone_does_nothing(upgraded: Upgraded) -> None:
    (gone,) = set(upgraded.town.phones) - set(upgraded.numbers.values())
    phone = upgraded.town.phones[gone]
    simulator = upgraded.town.simulator
    for message in [message for message in phone.messages() if message.buttons()][:3]:
        data = message.buttons()[0]["callback_data"]
        phone.look()
        query = await simulator.press(gone, message.message_id, data)
        await upgraded.town.settles()
        assert simulator.world.presses[query].answered
        assert phone.news()
    assert await upgraded.set_aside() == 1
