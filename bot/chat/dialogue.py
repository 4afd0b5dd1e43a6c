"""One update: who wrote, what they meant, and one transaction with the effect, the saved form and
the answer.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.chat import albums, headlines, kept_choices, menu, parts, receiving, words
from bot.chat.aside import Aside
from bot.chat.conversation import Contact, meet, save_forms
from bot.chat.forms import earlier, engine, sessions
from bot.chat.forms.reading import ContentWanted, Given
from bot.chat.incoming import Address, DeliveryStatus, Incoming, IncomingKind
from bot.chat.intake import inbox
from bot.chat.intake.flood import FloodVerdict
from bot.chat.intake.inbox import StoredUpdate
from bot.chat.navigation import menu_choice
from bot.chat.person import Person, Reach, set_reach
from bot.chat.rest import Waiting, with_waiting
from bot.chat.router import Router, UnknownRoute
from bot.chat.screen import Choice, Screen
from bot.chat.seal import Seal
from bot.chat.traits import Traits
from bot.chat.turn import Installation, Turn, WorkApart
from bot.core import metrics
from bot.core.errors import Refused
from bot.core.graphemes import begin
from bot.storage.database import Database
from bot.storage.transaction import Tx

log = logging.getLogger(__name__)

LONG_OVER_SECONDS = 60
"""Whoever flooded longer ago than this, by the channel's clock, need no longer be asked to wait."""


class Replies(headlines.Windows, Protocol):
    """The way out for answers, which delivery provides."""

    def traits(self, channel: str) -> Traits:
        """What the channel of this name can do."""
        ...

    async def reply(
        self,
        tx: Tx,
        contact: Contact,
        screen: Screen,
        *,
        edit: str = "",
        press: str = "",
        save_forms: bool = False,
    ) -> object:
        """Put an answer into the outbox, already being sent; `edit` is the message to change. With
        `press` the screen's text answers that press as a toast, or as a message if it cannot. With
        `save_forms` the contact's half-filled forms are kept as well."""
        ...

    async def waiting(self, tx: Tx, person: Person) -> Waiting | None:
        """Whom of others the messages that this turn causes reach after their time of rest."""
        ...

    def send(self, message: object) -> None:
        """Send what `reply` put there, now that it is committed."""
        ...

    def acknowledge(self, address: Address, press: str, toast: str, alert: bool) -> None:
        """Answer a press whose answer is something else, ahead of everything; tried again for as
        long as the press lives, but not after the end of the process."""
        ...

    def introduce(self, address: Address, screen: Screen) -> None:
        """Say something in a place of several people, which is no person's address: tried again for
        a while, but not after the end of the process."""
        ...

    async def note_unread(self, tx: Tx, contact: Contact, update_id: int) -> bool:
        """A message of a flood was left unread: have its sender told how many these were, once
        they have been quiet. False: that was planned before, or they were told just now."""
        ...

    async def note_status(self, tx: Tx, address: Address, status: DeliveryStatus) -> None:
        """A channel tells what became of a message of ours."""
        ...

    async def fetch(self, channel: str, ref: str, limit: int) -> bytes:
        """The content of a file that somebody sent, of at most `limit` bytes.

        :raises Unfetched:
        """
        ...


@dataclass(slots=True)
class TurnOutcome:
    screen: Screen
    edit: str = ""


def _outcome(answered: Screen | ContentWanted) -> TurnOutcome | ContentWanted:
    return TurnOutcome(answered) if isinstance(answered, Screen) else answered


class _Undone(Exception):
    """Ends a transaction without any effect, because the turn wants the content of a file."""

    def __init__(self, wanted: ContentWanted) -> None:
        super().__init__()
        self.wanted = wanted


class Dialogue:
    """Handles one stored update at a time for one person; others run beside it."""

    def __init__(
        self,
        database: Database,
        router: Router,
        seal: Seal,
        replies: Replies,
        installation: Installation,
    ) -> None:
        self._database = database
        self._router = router
        self._seal = seal
        self._replies = replies
        self._installation = installation
        self._aside = Aside(database)

    async def handle(self, update: StoredUpdate, incoming: Incoming) -> None:
        """Let the update take effect once, and answer.

        What a rule refuses is undone and explained. A file that a field wants to read is fetched
        between two transactions, and the update counts as done with the second. Any other error
        is the caller's: nothing of the turn remains. What a channel tells of our own messages is
        noted, and is nobody's turn.
        """
        if incoming.status is not None:
            await self._note_status(update, incoming.address, incoming.status)
            return
        if incoming.kind is IncomingKind.GROUP:
            await self._introduce(update, incoming)
            return
        try:
            wanted = await self._run(update, incoming, self._answer)
        except WorkApart as apart:
            await self.handle(update, await self._aside.make(incoming, apart))
        except Refused as refusal:
            text = refusal.text
            log.info("refused", extra={"action": "turn.refused", "code": refusal.code})

            async def explain(turn: Turn) -> TurnOutcome:
                return await self._explain(turn, text)

            await self._run(update, incoming, explain)
        else:
            if wanted is not None:
                read = await self._aside.read(incoming, wanted, self._replies.fetch)
                await self.handle(update, read)

    async def _note_status(
        self, update: StoredUpdate, address: Address, status: DeliveryStatus
    ) -> None:
        async with self._database.transaction() as tx:
            if await inbox.mark_done(tx, update.id):
                await self._replies.note_status(tx, address, status)

    async def _introduce(self, update: StoredUpdate, incoming: Incoming) -> None:
        """Say once, where several people read it, what we are and that we talk to each alone."""
        async with self._database.transaction() as tx:
            if await inbox.mark_done(tx, update.id):
                link = self._installation.links[incoming.address.channel]("")
                country = self._installation.settings.country
                screen = menu.introduction(incoming.language, country, link)
                tx.after_commit(partial(self._replies.introduce, incoming.address, screen))

    async def leave_unread(
        self, update: StoredUpdate, incoming: Incoming, verdict: FloodVerdict
    ) -> None:
        """Leave an update of a flood unread. For messages that is said once, at the beginning, and
        their number when it is over; a press is answered with a short word, where there is one for
        it."""
        if verdict is FloodVerdict.WARN:
            log.warning("flood", extra={"action": "turn.flood"})
        if verdict is FloodVerdict.DROP:
            async with self._database.transaction() as tx:
                await inbox.skip(tx, update.id, told=True)
            if incoming.press:
                # No word, but its button stops spinning.
                self._replies.acknowledge(incoming.address, incoming.press, "", False)
            return

        async def leave(turn: Turn) -> TurnOutcome:
            if incoming.kind is IncomingKind.CHOICE:
                return TurnOutcome(Screen().with_toast(turn.say("Please press again in a moment.")))
            begins = await self._replies.note_unread(turn.tx, turn.contact, update.id)
            sent = incoming.written or update.received_at // 1000
            over = turn.tx.now.timestamp() - sent > LONG_OVER_SECONDS
            if verdict is not FloodVerdict.WARN or over or not begins:
                return TurnOutcome(Screen())
            text = turn.say(
                "Too many messages arrived at once. I am leaving the next ones unread until they"
                " stop for a few seconds."
            )
            return TurnOutcome(Screen(text=text))

        await self._run(update, incoming, leave, unread=True)

    async def apologise(self, update: StoredUpdate, incoming: Incoming, reference: str) -> None:
        """Set the update aside after a fault of ours, and say so with the reference that stands
        in the log. The person's form is as it was before."""

        async def apology(turn: Turn) -> TurnOutcome:
            text = turn.say(
                "Something went wrong on our side, and nothing of your last step was saved. We"
                " have noted it as {reference}. Please try again.",
                reference=reference,
            )
            screen = Screen(text=text).with_actions(menu_choice(turn))
            return TurnOutcome(screen.with_toast(turn.say("Something went wrong on our side.")))

        await self._run(update, incoming, apology, error=f"fault {reference}")

    async def _run(
        self,
        update: StoredUpdate,
        incoming: Incoming,
        step: Callable[[Turn], Awaitable[TurnOutcome | ContentWanted]],
        error: str = "",
        unread: bool = False,
    ) -> ContentWanted | None:
        """Take one turn; when it wants the content of a file, it is undone and that returned."""
        try:
            await self._take_turn(update, incoming, step, error, unread)
        except _Undone as undone:
            return undone.wanted
        return None

    async def _take_turn(
        self,
        update: StoredUpdate,
        incoming: Incoming,
        step: Callable[[Turn], Awaitable[TurnOutcome | ContentWanted]],
        error: str,
        unread: bool,
    ) -> None:
        messages: list[object] = []
        press = ""
        async with self._database.transaction() as tx:
            pressed = incoming.kind is IncomingKind.CHOICE
            if not await inbox.settle(tx, update, error, unread=unread, told=pressed):
                return
            if incoming.kind is IncomingKind.IGNORED:
                return
            contact = await meet(tx, incoming, self._installation.settings.country)
            if incoming.kind in (IncomingKind.BLOCKED, IncomingKind.RETURNED):
                reach = (
                    Reach.UNREACHABLE if incoming.kind is IncomingKind.BLOCKED else Reach.REACHABLE
                )
                await set_reach(tx, contact.address.channel, contact.address.id, reach)
                return
            traits = self._replies.traits(incoming.address.channel)
            await self._hear(tx, contact, traits)
            before = repr(contact.to_keep)
            turn = Turn(tx, contact, incoming, self._router, self._installation, traits)
            sessions.attune(turn)
            outcome = await step(turn)
            if isinstance(outcome, ContentWanted):
                raise _Undone(outcome)
            words.expect(turn, self._router, outcome.screen)
            changed = repr(contact.to_keep) != before
            shown = outcome.screen
            if waiting := await self._replies.waiting(tx, turn.person):
                shown = with_waiting(shown, turn.voice, waiting, tx.now)
            screen = await parts.fitted(turn, shown)
            answer: Screen | None = screen
            if not (screen.text or screen.title or screen.attachment):
                # All that the press gets must not be lost: it is a row as any answer is.
                toast = Screen(text=screen.toast, alert=screen.alert, rtl=screen.rtl)
                if not (traits.toasts or traits.menu):
                    # A message with nothing below it would lead nowhere.
                    toast = replace(toast, actions=(menu_choice(turn),), of_conversation=True)
                answer = toast if screen.toast and pressed else None
                press = incoming.press if answer and traits.toasts else ""
            if answer is not None:
                edit = "" if answer is not screen else outcome.edit
                answered = await self._replies.reply(
                    tx, contact, answer, edit=edit, press=press, save_forms=changed
                )
                messages.append(answered)
            elif changed:
                await save_forms(tx, contact)
            messages += [await self._replies.reply(tx, *other) for other in turn.besides]
            tx.after_commit(metrics.COMMIT_SECONDS.begin())
        if incoming.press and not press:
            said = begin(screen.toast, traits.toast) if traits.toasts else ""
            self._replies.acknowledge(incoming.address, incoming.press, said, screen.alert)
        for message in messages:
            self._replies.send(message)

    async def _hear(self, tx: Tx, contact: Contact, traits: Traits) -> None:
        """Whoever writes to us can be reached again, and freely where there is a window."""
        if contact.reach is Reach.UNREACHABLE:
            await set_reach(tx, contact.address.channel, contact.address.id, Reach.REACHABLE)
        if traits.window is not None:
            await self._replies.note_heard(tx, contact, traits.window)

    async def _answer(self, turn: Turn) -> TurnOutcome | ContentWanted:
        incoming = turn.incoming
        match incoming.kind:
            case IncomingKind.CHOICE:
                return await self._follow(turn)
            case IncomingKind.TEXT:
                return _outcome(await words.read(turn, self._router, self._seal, incoming.text))
            case IncomingKind.FILE if sessions.current(turn):
                given = Given(text=incoming.text, file=incoming.file)
                return _outcome(await albums.answer(turn, given))
            case IncomingKind.FILE:
                return _outcome(await receiving.answer(turn, self._router.receivers()))
            case IncomingKind.CONTACT if not sessions.current(turn) and (
                takes := self._router.takes_contact()
            ):
                return TurnOutcome(await takes(turn))
            case IncomingKind.EDITED:
                changed = await earlier.change(turn, incoming.message, incoming.text)
                return _outcome(changed or await words.lost(turn, menu.edited))
            case IncomingKind.GIFT:
                return TurnOutcome(await words.lost(turn, menu.thanked))
            case _:
                return TurnOutcome(await words.lost(turn, menu.unreadable))

    async def _follow(self, turn: Turn) -> TurnOutcome:
        step = await self._step(turn)
        if step is None:
            text = turn.say("This button is not yours, or it is no longer valid.")
            return TurnOutcome(Screen().with_toast(text, alert=True))
        route, args = step
        try:
            if route == sessions.ROUTE:
                screen = await engine.press(turn, *args)
            elif route == headlines.ROUTE:
                screen = await headlines.opened(turn, self._replies, *args)
            else:
                screen = await self._router.show(turn, route, args)
        except UnknownRoute:
            screen = await turn.show(self._router.home)
            screen = screen.with_result(turn.say("This button is from an earlier version of me."))
        if (turn.pressed_on is not None and not screen.marks) or not turn.traits.edits:
            return TurnOutcome(screen)
        bare = turn.incoming.on_file and not (screen.attachment or screen.words_stay)
        if bare and screen.marks:
            # What it showed was taken out of it: something blank has its place.
            screen, bare = replace(screen, beside_file=True), False
        afresh = bool(screen.menu) or screen.menu_ends or bare
        return TurnOutcome(screen, "" if afresh else turn.incoming.message)

    async def _step(self, turn: Turn) -> tuple[str, tuple[str, ...]] | None:
        """Where the pressed button leads: its route with arguments; None where it is not valid."""
        opened = self._seal.unseal(turn.person.id, turn.incoming.choice)
        if opened is None:
            return None
        if not opened.of_screen:
            turn.pressed_on = self._delivered_choices(turn)
        step = (opened.route, opened.args)
        if opened.route == kept_choices.ROUTE:
            found = await kept_choices.kept_choice(turn.tx, turn.person.id, *opened.args)
            if found is None:
                return None
            step = found
        if step[0] == parts.ROUTE:
            number, route, *args = step[1]
            turn.part, step = int(number), (route, tuple(args))
        return step

    def _delivered_choices(self, turn: Turn) -> tuple[Choice, ...]:
        """The buttons of the message on which the press hangs, without those that open no more."""
        choices = []
        for button in turn.incoming.buttons:
            if button.url:
                choices.append(Choice(button.label, url=button.url))
            elif step := self._seal.open(turn.person.id, button.choice):
                choices.append(Choice(button.label, *step))
        return tuple(choices)

    async def _explain(self, turn: Turn, text: str) -> TurnOutcome:
        """A refusal: a press is answered by a short word over the unchanged screen, a text is
        answered, and a form stands where it was."""
        fits = turn.traits.toasts and len(text) <= turn.traits.toast
        if turn.incoming.press and fits:
            return TurnOutcome(Screen().with_toast(text, alert=True))
        if state := sessions.current(turn):
            return TurnOutcome(await engine.resume(turn, state.id, text))
        return TurnOutcome(Screen(text=text).with_actions(menu_choice(turn)))
