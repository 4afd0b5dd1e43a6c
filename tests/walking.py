"""A walk over the screens of a town, from each to whatever can be pressed there. Nothing that is
done on the way is kept."""

from collections import Counter, deque
from dataclasses import replace

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import load_contact
from bot.chat.entries import say_once
from bot.chat.forms.sessions import ROUTE as FORM
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.router import UnknownRoute
from bot.chat.screen import Choice, Screen
from bot.chat.turn import Installation, Turn
from bot.core.errors import Refused
from bot.core.i18n import Voice
from tests.drawn import shown
from tests.narrow.channel import NARROW
from tests.town import Phone, Town

OFTEN = 6
"""Screens of one route and as many arguments that one person looks at."""


class RolledBack(Exception):
    """Nothing of a visit is kept."""


class Walk:
    """What one person could press, one screen after another."""

    def __init__(self, town: Town, phone: Phone, language: str = "") -> None:
        self.town = town
        self.language = language
        self.address = Address("telegram", str(phone.id))
        self.installation = Installation(
            town.settings, {"telegram": lambda payload: f"https://example.org/{payload}"}
        )
        self.been = set[tuple[str, tuple[str, ...]]]()
        self.looked = Counter[tuple[str, int]]()
        self.drawn = set[str]()
        self.screens = dict[str, Screen]()
        """Each by its route with the arguments, with its list as Telegram has it."""
        self.in_rows = dict[str, Screen]()
        """The same where a choice is a row with a title."""
        self.voice = Voice()

    async def goes(self, *starts: Choice) -> None:
        ahead = deque(starts)
        while ahead:
            step = ahead.popleft()
            kind = (step.route, len(step.args))
            been = (step.route, step.args) in self.been
            self.drawn.add(step.route)
            if step.url or been or step.route == FORM or self.looked[kind] >= OFTEN:
                continue
            self.been.add((step.route, step.args))
            self.looked[kind] += 1
            screen = await self._look(step)
            name = f"{step.route} {' '.join(step.args)}"
            self.screens[name] = say_once(screen, TELEGRAM, self.voice)
            self.in_rows[name] = say_once(screen, NARROW, self.voice)
            ahead.extend(each for each in screen.choices)

    async def _look(self, step: Choice) -> Screen:
        screen = Screen()
        try:
            async with self.town.app.database.transaction() as tx:
                contact = await load_contact(tx, self.address)
                assert contact is not None
                if self.language:
                    voice = replace(contact.person.voice, locale=self.language)
                    contact.person = replace(contact.person, voice=voice)
                self.voice = contact.person.voice
                turn = Turn(
                    tx, contact, Incoming(self.address, IncomingKind.CHOICE), self.town.app.router,
                    self.installation, TELEGRAM,
                )  # fmt: skip
                screen = await shown(turn, step.route, *step.args)
                raise RolledBack
        except (RolledBack, Refused):
            return screen
        except UnknownRoute as problem:
            raise AssertionError(f"{step} leads nowhere") from problem
