"""Questions that have one answer: to agree."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Field
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.turn import Turn


@dataclass(frozen=True, kw_only=True)
class AgreementField(Field[bool]):
    """Something to agree to with one button; there is no other answer."""

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[bool]:
        if given.chosen and given.value is True:
            return Accepted(True)
        return NotAccepted(self.remind(turn))

    @abstractmethod
    def remind(self, turn: Turn) -> str:
        """What somebody is told who writes instead of pressing the button."""

    async def show(self, turn: Turn, answers: Answers, value: bool) -> str:
        return turn.say("Yes")

    def load(self, data: Any) -> bool:
        return bool(data)


@dataclass(frozen=True, kw_only=True)
class ConsentField(AgreementField):
    """A text to agree to before anything is asked. Declining is done with Cancel."""

    text: str
    agree: str
    reviewed: bool = False

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question(turn.voice.text(self.text), [Option(True, turn.voice.text(self.agree))])

    def remind(self, turn: Turn) -> str:
        return turn.say("To go on, please press the button of agreement, or Cancel.")
