"""Going by routes: pressing buttons by what they do, whatever their words are in that version."""

from collections import deque
from collections.abc import Iterator

from bot.chat.seal import Seal
from bot.simulator.chats import SimMessage
from tests.town import Phone, Town

KEY = "the key of a former version, which seals nothing but this test"
FORM = "f"
"""The route of every button of a form; its arguments are the form's id, a serial and a word."""

ACTS = {
    "announce.ack", "announce.again", "announce.resent", "announce.send", "announce.sent",
    "announce.stop", "announce.stopped", "manners.card", "manners.dropped", "manners.loud",
    "manners.pause", "manners.quiet", "meetings.rsvp", "people.accept", "people.agree",
    "people.appoint", "people.deleted", "people.dismiss", "people.ended", "people.given",
    "people.later", "people.speak", "people.withdraw", "people.withdrawn", "practices.again",
    "practices.apply", "practices.draw", "practices.reveal", "practices.thank", "teams.accept",
    "teams.appointed", "teams.closed", "teams.enter", "teams.handed", "teams.left",
    "teams.removed", "teams.renew", "teams.renewed", "teams.unask",
}  # fmt: skip
"""What changes something, so that nobody presses it who only looks around."""
BEGINNINGS = {
    "announce.later", "announce.new", "manners.add", "manners.file", "meetings.cancel",
    "meetings.move", "meetings.new", "meetings.place", "meetings.start", "meetings.why",
    "people.edit", "people.invite", "people.join", "practices.edit", "practices.hide",
    "practices.search", "practices.share", "teams.ask", "teams.card", "teams.colleague",
    "teams.create", "teams.decline", "teams.edit", "teams.search",
}  # fmt: skip
"""What begins a form."""

Step = tuple[str, tuple[str, ...]]
"""A route with its arguments."""


class Hands:
    """The hands of everybody in a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._seal = Seal(KEY)
        self._ids = dict[int, int]()
        self._seen = set[tuple[str, int]]()

    async def buttons(self, phone: Phone) -> list[tuple[SimMessage, str, Step]]:
        """Every sealed button on a phone, those of the newest message first."""
        if phone.id not in self._ids:
            try:
                self._ids[phone.id] = await self.town.person_id(phone)
            except TypeError:  # nothing of theirs has been handled yet
                return []
        found = []
        for message in reversed(phone.messages()):
            for button in message.buttons():
                data = button.get("callback_data", "")
                if data and (step := self._seal.open(self._ids[phone.id], data)):
                    found.append((message, data, step))
        return found

    async def press(self, phone: Phone, route: str, *args: object) -> None:
        """Press the newest button of this route whose arguments begin so."""
        wanted = tuple(str(arg) for arg in args)
        for message, data, step in await self.buttons(phone):
            if step[0] == route and step[1][: len(wanted)] == wanted:
                return await phone.presses(message, data)
        raise AssertionError(f"no button to {route} {wanted}:\n{phone.transcript()[-1500:]}")

    async def agrees(self, phone: Phone, route: str) -> None:
        """Press the newest button of this route, if the version asks before it acts."""
        if any(step[0] == route for _, _, step in await self.buttons(phone)):
            await self.press(phone, route)

    async def word(self, phone: Phone, word: str) -> None:
        """Press this word of the newest form: send, skip, back, edit, e2, o0 (the first option)."""
        for message, data, (route, args) in await self.buttons(phone):
            if route == FORM and args[2] == word:
                return await phone.presses(message, data)
        raise AssertionError(f"no button «{word}»:\n{phone.transcript()[-1500:]}")

    async def fills(self, phone: Phone, *given: str) -> None:
        """Answer one question after another: `.word` presses it, anything else is typed."""
        for each in given:
            await (self.word(phone, each[1:]) if each[0] == "." else phone.says(each))

    async def goes(self, phone: Phone, command: str, *steps: str | Step) -> None:
        """Write a command, then press these routes one after the other."""
        await phone.says(command)
        for step in steps:
            route, args = (step, ()) if isinstance(step, str) else step
            await self.press(phone, route, *args)

    async def looks_around(self, phone: Phone, *commands: str) -> None:
        """Open every kind of screen that nobody has opened yet, each in a message of its own, whose
        buttons stay."""
        for command in commands:
            ahead = deque[tuple[Step, ...]]([()])
            while ahead:
                path = ahead.popleft()
                await self.goes(phone, command, *path)
                for step in await self._new_steps(phone):
                    self._seen.add((step[0], len(step[1])))
                    ahead.append((*path, step))

    async def _new_steps(self, phone: Phone) -> list[Step]:
        found = dict[tuple[str, int], Step]()
        newest = phone.last()
        for message, _, step in await self.buttons(phone):
            kind = step[0], len(step[1])
            if message is newest and step[0] not in ACTS | BEGINNINGS | {FORM}:
                found.setdefault(kind, step)
        return [step for kind, step in found.items() if kind not in self._seen]


def text_of(phone: Phone, form_id: str, held: list[tuple[SimMessage, str, Step]]) -> Iterator[str]:
    """What stands on the messages that carry buttons of a form, the newest first."""
    for message, _, (route, args) in held:
        if route == FORM and args[0] == form_id:
            yield message.shown_text
