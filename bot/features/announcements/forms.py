"""The forms of announcements: to write one, and to choose the moment it is sent."""

from dataclasses import dataclass
from typing import Any

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.choices import ChoicesField
from bot.chat.forms.fields import ChoiceField, EvidencePiece, TextField
from bot.chat.forms.form import Field, Form
from bot.chat.forms.moments import GivenTime, MomentField
from bot.chat.forms.pictures import ShownEvidenceField
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Question, Reading
from bot.chat.screen import Screen, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementDraft
from bot.features.announcements.models import UNDER_WAY
from bot.features.announcements.queries import announcements as announcement_queries
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

ANNOUNCEMENT = Known("announcement", int)


@dataclass(frozen=True, kw_only=True)
class RoleField(ChoiceField[Role | None]):
    """Whose role of an audience it is for; None for everybody's."""

    def dump(self, value: Role | None) -> Any:
        return EVERYBODY if value is None else super().dump(value)


def _role(code: Any) -> Role | None:
    return None if code == EVERYBODY else Role(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingAnswers:
    """What an author answers. `file` is one piece at most."""

    unit: int
    role: Role | None
    subject: tuple[str, ...]
    stage: tuple[str, ...]
    count: int
    title: str
    text: str
    file: tuple[EvidencePiece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDraft:
    announcement: int
    when: GivenTime


async def _permit(turn: Turn, answers: Answers) -> None:
    await rights.access_reach(turn.tx, turn.person)


async def _roles(turn: Turn, answers: Answers) -> list[Option]:
    everybody = Option(EVERYBODY, turn.say("Everybody"))
    return [everybody] + [
        Option(role.value, organisation.role_label(turn.voice, role, "neutral")) for role in ROLES
    ]


async def _subjects(turn: Turn, answers: Answers) -> list[Option]:
    return [
        Option(code, organisation.subject_label(turn.voice, code)) for code in organisation.SUBJECTS
    ]


async def _stages(turn: Turn, answers: Answers) -> list[Option]:
    return [
        Option(code, organisation.stage_label(turn.voice, code)) for code in organisation.OWN_STAGES
    ]


async def _own_subjects(turn: Turn, answers: Answers) -> tuple[str, ...] | None:
    """A supervisor of some subjects speaks to those."""
    held = await role_queries.roles_of(turn.tx, turn.person.id)
    narrowed = {h.subjects for h in held if h.role in announcement_queries.SENDERS}
    return (narrowed.pop() or None) if len(narrowed) == 1 else None


async def _count(turn: Turn, answers: Answers) -> int:
    audience = Audience(
        answers.need(UNIT), answers.of(SUBJECT) or (), answers.of(STAGE) or (), answers.of(ROLE)
    )
    return await announcement_queries.count_recipients(turn.tx, turn.person, audience)


@dataclass(frozen=True, kw_only=True)
class CountField(Field[int]):
    """How many people the audience holds: worked out, shown in the review, never asked unless
    there is nobody."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        n = await _count(turn, answers)
        text = turn.count("This audience holds {n} person.", "This audience holds {n} people.", n)
        return Question(text, [Option("ok", turn.say("Go on"))])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[int]:
        if not given.chosen:
            return NotAccepted(turn.say("Press the button to go on, or go back to change it."))
        return Accepted(await _count(turn, answers))

    async def show(self, turn: Turn, answers: Answers, value: int) -> str:
        return turn.count("{n} person", "{n} people", value)

    def load(self, data: Any) -> int:
        return int(data)


async def _finish(turn: Turn, draft: WritingAnswers) -> Screen:
    audience = Audience(draft.unit, draft.subject, draft.stage, draft.role)
    file = draft.file[0] if draft.file else None
    number = await announcement_actions.write_draft(
        turn.tx, turn.person, AnnouncementDraft(audience, draft.title, draft.text, file)
    )
    return await turn.show("announce.preview", number)


UNIT = unit_field(
    announcement_queries.SENDERS,
    label=N_("Unit"),
    question=N_("Whom is it for? Choose a unit, or write a part of a school's name."),
)
ROLE = RoleField(
    name="role", label=N_("Role"), question=N_("Which of its people?"), options=_roles, of=_role
)
SUBJECT = ChoicesField(
    name="subject",
    label=N_("Subject"),
    question=N_("Teachers of which subject?"),
    options=_subjects,
    every=N_("Every subject"),
    several=N_("Several subjects"),
    preset=_own_subjects,
)
STAGE = ChoicesField(
    name="stage",
    label=N_("Stage"),
    question=N_("In which stage?"),
    options=_stages,
    every=N_("Every stage"),
    several=N_("Several stages"),
)
WRITE = Form(
    name="announce.new",
    version=1,
    title=N_("New announcement"),
    send=N_("Show me the preview"),
    permit=_permit,
    finish=_finish,
    draft=WritingAnswers,
    fields=(
        UNIT,
        ROLE,
        SUBJECT,
        STAGE,
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
        ShownEvidenceField(
            name="file",
            label=N_("Attachment"),
            question=N_("Is there a file or photo to go with it? Send it, or skip."),
            optional=True,
            most=1,
            files_only=True,
            longest=MOST_WORDS_WITH_FILE,
            purpose="announcement",
        ),
    ),
)


async def _unsent(turn: Turn, answers: Answers) -> None:
    await announcement_actions.count_ready(turn.tx, turn.person, answers.need(ANNOUNCEMENT))


async def _what_and_whom(turn: Turn, draft: LaterDraft) -> str:
    """What is scheduled, for whom, and how many they are today."""
    found = await rights.access_own_announcement(turn.tx, turn.person, draft.announcement)
    return lines(
        turn.say("📣 {title}", title=found.title),
        await audience_line(turn, found),
        await count_line(turn, found),
    )


async def _send_later(turn: Turn, draft: LaterDraft) -> Screen:
    number, when = draft.announcement, draft.when.starts_at
    found = await announcement_actions.send(turn.tx, turn.person, number, when)
    screen = await turn.show("announce.report", number)
    if found.state in UNDER_WAY:
        return screen.with_result(notices.under_way(turn.voice, found))
    return screen


LATER = Form(
    name="announce.later",
    version=1,
    title=N_("Send later"),
    send=N_("Schedule it"),
    permit=_unsent,
    about=_what_and_whom,
    draft=LaterDraft,
    known=(ANNOUNCEMENT,),
    finish=_send_later,
    fields=(
        MomentField(
            name="when",
            label=N_("Moment"),
            question=N_("When shall it be sent?"),
        ),
    ),
)
