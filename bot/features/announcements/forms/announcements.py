"""The forms of announcements: to write one, to change it, and to choose the moment it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import EvidencePiece
from bot.chat.forms.form import Form, Preset
from bot.chat.forms.times import GivenTime
from bot.chat.screen import Screen, lines
from bot.chat.turn import Made, Turn
from bot.core.changes import UNCHANGED, Unchanged, or_before
from bot.core.i18n import N_
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import (
    AnnouncementChanges,
    AnnouncementDraft,
)
from bot.features.announcements.forms.fields import (
    ASKS,
    COUNT,
    EVERYBODY,
    FILE,
    NO,
    ROLE_CODE,
    STAGE,
    SUBJECT,
    TEXT,
    TITLE,
    UNIT,
    WHOM,
    YES,
    Reached,
    SendingTime,
    renew,
    role_of,
)
from bot.features.announcements.models import UNDER_WAY
from bot.features.announcements.queries.announcements import Announcement
from bot.features.announcements.screens.announcements import (
    audience_line,
    count_line,
)
from bot.features.announcements.screens.resting import rest_line
from bot.features.people.queries.audiences import Audience

T = TypeVar("T")

ANNOUNCEMENT = Known("announcement", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingAnswers:
    """What an author answers. `role` may be `EVERYBODY`; `file` is one piece at most."""

    unit: int
    role: str
    subject: tuple[str, ...]
    stage: tuple[str, ...]
    count: Reached
    title: str
    text: str
    file: tuple[EvidencePiece, ...] = ()
    asks: str = YES


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAnswers:
    """What an author changes. Everybody's role is `EVERYBODY`."""

    announcement: int
    unit: int | Unchanged = UNCHANGED
    role: str | Unchanged = UNCHANGED
    subject: tuple[str, ...] | Unchanged = UNCHANGED
    stage: tuple[str, ...] | Unchanged = UNCHANGED
    count: Reached | Unchanged = UNCHANGED
    title: str | Unchanged = UNCHANGED
    text: str | Unchanged = UNCHANGED
    file: tuple[EvidencePiece, ...] | Unchanged | None = UNCHANGED
    asks: str | Unchanged = UNCHANGED

    def applied_to(self, before: Announcement) -> AnnouncementChanges:
        audience = Audience(
            or_before(self.unit, before.audience.unit_id),
            or_before(self.subject, before.audience.subjects),
            or_before(self.stage, before.audience.stages),
            before.audience.role if not self.role else role_of(self.role),
        )
        if not isinstance(self.count, Unchanged) and self.count.instead:
            audience = self.count.instead
        file: EvidencePiece | Unchanged | None = UNCHANGED
        if not isinstance(self.file, Unchanged):
            file = self.file[0] if self.file else None
        return AnnouncementChanges(
            audience=UNCHANGED if audience == before.audience else audience,
            title=self.title,
            text=self.text,
            file=file,
            asks=UNCHANGED if isinstance(self.asks, Unchanged) else self.asks == YES,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDraft:
    announcement: int
    when: GivenTime


async def _permit(turn: Turn, answers: Answers) -> None:
    await rights.access_reach(turn.tx, turn.person)


async def _asks_as_usual(turn: Turn, answers: Answers) -> str:
    return YES


async def _finish(turn: Turn, draft: WritingAnswers) -> Screen:
    audience = Audience(draft.unit, draft.subject, draft.stage, role_of(draft.role))
    file = draft.file[0] if draft.file else None
    written = AnnouncementDraft(
        draft.count.instead or audience, draft.title, draft.text, file, draft.asks == YES
    )
    number = await announcement_actions.write_draft(turn.tx, turn.person, written)
    turn.made = _made(number)
    return await turn.show("announce.preview", number)


def _made(number: int) -> Made:
    correction = (EDIT.name, {ANNOUNCEMENT.name: number})
    return Made(
        ("announce.preview", str(number)), {field.name: correction for field in (TITLE, TEXT)}
    )


WRITE = Form(
    name="announce.new",
    version=1,
    title=N_("New announcement"),
    # What it ends in is looked at as its readers will see it, and is not sent yet.
    review=False,
    send=N_("Show me the preview"),
    permit=_permit,
    renew=renew,
    finish=_finish,
    draft=WritingAnswers,
    fields=(
        WHOM,
        replace(ROLE_CODE, along=True),
        replace(SUBJECT, along=True),
        replace(STAGE, along=True),
        COUNT,
        TITLE,
        TEXT,
        FILE,
        replace(ASKS, preset=_asks_as_usual),
    ),
)


def _stored(of: Callable[[Announcement], T]) -> Preset[T]:
    """What the announcement that is changed says now."""

    async def preset(turn: Turn, answers: Answers) -> T:
        number = answers.need(ANNOUNCEMENT)
        return of(await rights.access_announcement_to_change(turn.tx, turn.person, number))

    return preset


def _file_of(found: Announcement) -> tuple[EvidencePiece, ...]:
    file = found.file
    if file is None:
        return ()
    return (EvidencePiece(file.kind.value, file.text, file.ref, file.name, file=file.id),)


async def _unbegun(turn: Turn, answers: Answers) -> None:
    number = answers.need(ANNOUNCEMENT)
    await rights.access_announcement_to_change(turn.tx, turn.person, number)


async def _save(turn: Turn, draft: EditAnswers) -> Screen:
    # What the author left alone stays as it is by now.
    number = draft.announcement
    before = await rights.access_announcement_to_change(turn.tx, turn.person, number)
    await announcement_actions.change(turn.tx, turn.person, number, draft.applied_to(before))
    turn.made = _made(number)
    screen = await turn.show("announce.preview", number)
    return screen.with_result(turn.say("Your changes are saved."))


EDIT = Form(
    name="announce.edit",
    version=1,
    title=N_("Change the announcement"),
    send=N_("Save"),
    leave=N_("Leave it unchanged"),
    permit=_unbegun,
    finish=_save,
    draft=EditAnswers,
    known=(ANNOUNCEMENT,),
    changes_only=True,
    fields=(
        replace(TITLE, preset=_stored(lambda found: found.title)),
        replace(TEXT, preset=_stored(lambda found: found.text)),
        replace(FILE, preset=_stored(_file_of)),
        replace(UNIT, preset=_stored(lambda found: found.audience.unit_id)),
        replace(ROLE_CODE, preset=_stored(lambda found: found.audience.role or EVERYBODY)),
        replace(SUBJECT, preset=_stored(lambda found: found.audience.subjects)),
        replace(STAGE, preset=_stored(lambda found: found.audience.stages)),
        COUNT,
        replace(ASKS, preset=_stored(lambda found: YES if found.asks else NO)),
    ),
)


async def _unsent(turn: Turn, answers: Answers) -> None:
    await announcement_actions.count_ready(turn.tx, turn.person, answers.need(ANNOUNCEMENT))


async def _what_and_whom(turn: Turn, draft: LaterDraft) -> str:
    """What is scheduled, for whom, how many they are today, and whether some rest by then."""
    found = await rights.access_own_announcement(turn.tx, turn.person, draft.announcement)
    return lines(
        turn.say("📣 {title}", title=found.title),
        await audience_line(turn, found),
        await count_line(turn, found),
        await rest_line(turn, found, draft.when.starts_at),
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
    leave=N_("Leave it unchanged"),
    permit=_unsent,
    about=_what_and_whom,
    draft=LaterDraft,
    known=(ANNOUNCEMENT,),
    finish=_send_later,
    fields=(
        SendingTime(
            name="when",
            label=N_("Moment"),
            question=N_("When shall it be sent?"),
        ),
    ),
)
