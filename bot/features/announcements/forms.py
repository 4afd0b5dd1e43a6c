"""The forms of announcements: to write one, and to choose the moment it is sent."""

from dataclasses import dataclass
from typing import Any

from bot.chat.forms.fields import ChoiceField, EvidenceField, TextField
from bot.chat.forms.form import Answers, Field, Form, Given, NotAccepted, Option, Question
from bot.chat.forms.moments import MomentField, moment_of
from bot.chat.screen import Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.announcements import notices, queries, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import UNDER_WAY
from bot.features.announcements.screens.announcements import audience_line, count_line
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.unit_choice import unit_field
from bot.packs import organisation
from bot.packs.organisation import Role

EVERYBODY = "all"
ROLES = (Role.TEACHER, Role.LEAD, Role.PRINCIPAL, Role.COORDINATOR)
MOST_WORDS_WITH_FILE = 300
"""Characters; the text itself may be long as well."""


def audience_of(answers: Answers) -> Audience:
    """The audience that the answers describe."""

    def narrowed(name: str) -> str | None:
        value = answers.get(name)
        return None if value in (None, EVERYBODY) else str(value)

    role = narrowed("role")
    return Audience(
        int(answers["unit"]), narrowed("subject"), narrowed("stage"), Role(role) if role else None
    )


async def _permit(turn: Turn, answers: Answers) -> None:
    await rights.access_reach(turn.tx, turn.person)


async def _roles(turn: Turn, answers: Answers) -> list[Option]:
    everybody = Option(EVERYBODY, turn.say("Everybody"))
    return [everybody] + [
        Option(role.value, organisation.role_label(turn.voice, role, "neutral")) for role in ROLES
    ]


async def _subjects(turn: Turn, answers: Answers) -> list[Option]:
    every = Option(EVERYBODY, turn.say("Every subject"))
    return [every] + [
        Option(code, organisation.subject_label(turn.voice, code)) for code in organisation.SUBJECTS
    ]


async def _stages(turn: Turn, answers: Answers) -> list[Option]:
    every = Option(EVERYBODY, turn.say("Every stage"))
    return [every] + [
        Option(code, organisation.stage_label(turn.voice, code)) for code in organisation.STAGES
    ]


async def _own_subject(turn: Turn, answers: Answers) -> str | None:
    """A supervisor of one subject speaks to that subject."""
    held = await role_queries.roles_of(turn.tx, turn.person.id)
    subjects = {h.subject for h in held if h.role in queries.SENDERS}
    return subjects.pop() if len(subjects) == 1 else None


async def _count(turn: Turn, answers: Answers) -> int:
    return await queries.count_recipients(turn.tx, turn.person, audience_of(answers))


@dataclass(frozen=True, kw_only=True)
class CountField(Field):
    """How many people the audience holds: worked out, shown in the review, never asked unless
    there is nobody."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        n = await _count(turn, answers)
        text = turn.count("This audience holds {n} person.", "This audience holds {n} people.", n)
        return Question(text, [Option("ok", turn.say("Go on"))])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        if not given.chosen:
            raise NotAccepted(turn.say("Press the button to go on, or go back to change it."))
        return await _count(turn, answers)

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return turn.count("{n} person", "{n} people", int(value))


async def _finish(turn: Turn, answers: dict[str, Any]) -> Screen:
    pieces = answers.get("file") or []
    draft = AnnouncementDraft(
        audience_of(answers), answers["title"], answers["text"], pieces[0] if pieces else None
    )
    number = await announcement_actions.write_draft(turn.tx, turn.person, draft)
    return await turn.show("announce.preview", number)


WRITE = Form(
    name="announce.new",
    version=1,
    title=N_("New announcement"),
    send=N_("Show me the preview"),
    permit=_permit,
    finish=_finish,
    fields=(
        unit_field(
            queries.SENDERS,
            label=N_("Unit"),
            question=N_("Whom is it for? Choose a unit, or write a part of a school's name."),
        ),
        ChoiceField(
            name="role", label=N_("Role"), question=N_("Which of its people?"), options=_roles
        ),
        ChoiceField(
            name="subject",
            label=N_("Subject"),
            question=N_("Teachers of which subject?"),
            options=_subjects,
            columns=2,
            preset=_own_subject,
        ),
        ChoiceField(
            name="stage",
            label=N_("Stage"),
            question=N_("In which stage?"),
            options=_stages,
            columns=2,
        ),
        CountField(name="count", label=N_("Recipients"), preset=_count),
        TextField(
            name="title",
            label=N_("Title"),
            question=N_("What is the title? A few words that say what it is about."),
            least=3,
            most=100,
        ),
        TextField(
            name="text",
            label=N_("Text"),
            question=N_("Now the announcement itself, as your readers will see it."),
            least=10,
            most=3000,
            multiline=True,
        ),
        EvidenceField(
            name="file",
            label=N_("Attachment"),
            question=N_("Is there a file or photo to go with it? Send it, or skip."),
            optional=True,
            most=1,
            files_only=True,
            longest=MOST_WORDS_WITH_FILE,
        ),
    ),
)


async def _unsent(turn: Turn, answers: Answers) -> None:
    await announcement_actions.count_ready(turn.tx, turn.person, answers["announcement"])


async def _what_and_whom(turn: Turn, answers: Answers) -> str:
    """What is scheduled, for whom, and how many they are today."""
    found = await rights.access_own_announcement(turn.tx, turn.person, answers["announcement"])
    return lines(
        turn.say("📣 {title}", title=found.title),
        await audience_line(turn, found),
        await count_line(turn, found),
    )


async def _send_later(turn: Turn, answers: dict[str, Any]) -> Screen:
    when = moment_of(answers["when"])
    number = int(answers["announcement"])
    found = await announcement_actions.send(turn.tx, turn.person, number, when)
    screen = await turn.show("announce.report", number)
    if found.state in UNDER_WAY:
        return screen.with_toast(notices.under_way(turn.voice, found))
    return screen


LATER = Form(
    name="announce.later",
    version=1,
    title=N_("Send later"),
    send=N_("Schedule it"),
    permit=_unsent,
    about=_what_and_whom,
    finish=_send_later,
    fields=(
        MomentField(
            name="when",
            label=N_("Moment"),
            question=N_("When shall it be sent?"),
        ),
    ),
)
