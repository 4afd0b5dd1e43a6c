"""Reminders before a meeting: when they fall due, for whom, and how they make way for quiet times.

Each reminder has one due row at its usual time. People differ in their quiet hours, zones and
calendars, so further rows are planned at the moments that suit them (detours).
Every row asks anew who is concerned at this moment and for whom the moment has come, so a row too
many does nothing, and nothing waits in the outbox that an answer or a move could make stale.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery import outbox
from bot.features.manners import queries as manners
from bot.features.manners.queries import Ways
from bot.features.meetings import notices, queries, reminders
from bot.features.meetings.invitations import mark_invited, mark_reminded
from bot.features.meetings.models import MeetingState
from bot.features.meetings.queries import Meeting, Reply
from bot.features.teams import queries as teams
from bot.features.teams.queries import Team
from bot.scheduling import due, quiet
from bot.scheduling.quiet import Placement, Wish
from bot.storage.transaction import Tx

NUDGE = "meetings.nudge"
"""Name of the job that reminds of a meeting."""
LOOK_AHEAD = f"{due.UNNOTICED}meetings"
"""Name of the job that plans the detours of a meeting."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """How long before the start a reminder is due; how long before, at the most, it still helps;
    and how long before it gives way to the next one, so that a bot that was down sends only what
    is still of use."""

    before: timedelta
    earliest: timedelta
    gives_way: timedelta


_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NUDGES: dict[str, Nudge] = {
    "1d": Nudge(_DAY, 3 * _DAY, _HOUR),
    "1h": Nudge(_HOUR, 3 * _HOUR, 10 * _MINUTE),
    "10m": Nudge(10 * _MINUTE, 45 * _MINUTE, timedelta()),
}
GATHERED = ("1d", "1h")
"""The reminders that a morning card takes together."""
HORIZON = 4 * _DAY
"""How long before a meeting its detours are looked at again; no reminder comes earlier."""
NEAR = 14 * _DAY
"""How long before a meeting a change of somebody's manners or of a calendar plans it anew."""
CARD_PATIENCE = 5 * _MINUTE
"""How long after its hour a morning card is waited for."""


async def plan_nudges(tx: Tx, found: Meeting) -> None:
    """Plan every reminder that still lies ahead; `due.move` of the meeting's topic moves those of
    the usual times, then call `replan_detours`; `drop_nudges` cancels all."""
    for slot, nudge in NUDGES.items():
        await due.set_due(
            tx,
            NUDGE,
            found.topic,
            slot,
            anchor=found.starts_at,
            offset=nudge.before,
            expires_at=found.starts_at - nudge.gives_way,
            payload={"meeting": found.id, "slot": slot},
        )
    await plan_detours(tx, found)


async def replan_detours(tx: Tx, found: Meeting) -> None:
    """The meeting has another time: forget the detours of the old one."""
    await due.cancel(tx, found.detours)
    await plan_detours(tx, found)


async def drop_nudges(tx: Tx, found: Meeting) -> None:
    """No more reminders of this meeting."""
    await due.cancel(tx, found.topic)
    await due.cancel(tx, found.detours)


async def plan_detours(tx: Tx, found: Meeting) -> None:
    """Plan the moments at which a reminder comes for whom its usual time does not suit, and long
    before the meeting another look, since members and calendars change. May be called again
    whenever something has changed: a moment too many does nothing."""
    if found.starts_at - tx.now > HORIZON:
        await _plan_look(tx, found, found.starts_at - HORIZON)
    members = [member.person for member in await teams.members(tx, found.team_id)]
    ways = await manners.ways_of(tx, members)
    for slot, nudge in NUDGES.items():
        if found.starts_at - nudge.before < tx.now:
            continue
        for each in dict.fromkeys(ways.values()):
            if placed := place(each, found, slot, tx.now):
                await _plan_detour(tx, found, slot, placed.at)


async def look_again(tx: Tx, found: Meeting) -> None:
    """Have the detours of a meeting that is near planned anew, apart from this transaction."""
    if timedelta() < found.starts_at - tx.now <= NEAR:
        await _plan_look(tx, found, tx.now)


async def _plan_look(tx: Tx, found: Meeting, at: datetime) -> None:
    await due.set_due(
        tx,
        LOOK_AHEAD,
        found.detours,
        "look",
        anchor=at,
        expires_at=found.starts_at,
        payload={"meeting": found.id},
    )


async def _plan_detour(tx: Tx, found: Meeting, slot: str, at: datetime) -> None:
    nudge = NUDGES[slot]
    if at <= tx.now or at == found.starts_at - nudge.before:
        return
    await due.set_due(
        tx,
        NUDGE,
        found.detours,
        f"{slot}@{round(at.timestamp())}",
        anchor=found.starts_at,
        offset=found.starts_at - at,
        expires_at=found.starts_at - nudge.gives_way,
        payload={"meeting": found.id, "slot": slot},
    )


def place(
    ways: Ways, found: Meeting, slot: str, now: datetime, *, urgent: bool = False
) -> Placement | None:
    """The moment that suits somebody for one of the `NUDGES`; None: better not at all."""
    nudge, start = NUDGES[slot], found.starts_at
    wish = Wish(start - nudge.before, start - nudge.earliest, start - nudge.gives_way, urgent)
    windows = manners.windows_of(ways, wish.earliest, start)
    return quiet.best_moment(wish, quiet.without_days_of(windows, start), now)


async def remind(tx: Tx, meeting_id: int, slot: str, anchor: datetime) -> int:
    """Send one of the `NUDGES` to whom it concerns and for whom its moment has come; plan the
    moments of the others. It never goes to who has declined or left, nor to anybody twice; ten
    minutes before only to who said yes or maybe, and only they are disturbed in a quiet time
    where nothing else is of use.

    Returns how many are written to; none when the meeting is off, has moved from `anchor`, or its
    team is closed.
    """
    await tx.lock("meeting", meeting_id)
    found = await queries.meeting(tx, meeting_id)
    if found is None or found.state is not MeetingState.SCHEDULED or found.starts_at <= tx.now:
        return 0
    team = await teams.team(tx, found.team_id)
    if team is None or not team.is_active or found.starts_at != anchor:
        return 0
    given = await reminders.reminded(tx, found, slot)
    expected = (await queries.attendance(tx, found)).expected
    if slot == "10m":
        expected = [reply for reply in expected if reply.answer is not None]
    waiting = [reply for reply in expected if reply.person.id not in given]
    ways = await manners.ways_of(tx, [reply.person for reply in waiting])
    ready: list[tuple[Reply, Placement]] = []
    # Most members of a team have the same ways, so each is worked out once.
    known: dict[tuple[Ways, bool], Placement | None] = {}
    for reply in waiting:
        own = ways[reply.person.id]
        urgent = slot != "1d" and reply.answer is not None
        if (own, urgent) not in known:
            known[own, urgent] = place(own, found, slot, tx.now, urgent=urgent)
        placed = known[own, urgent]
        if placed is None or waits_for_card(own, found, slot, placed, tx.now):
            continue
        if placed.at > tx.now:
            await _plan_detour(tx, found, slot, placed.at)
        else:
            ready.append((reply, placed))
    await _send(tx, found, team, slot, ready)
    return len(ready)


async def _send(
    tx: Tx, found: Meeting, team: Team, slot: str, ready: list[tuple[Reply, Placement]]
) -> None:
    await outbox.notify_each(
        tx,
        [
            (reply.person.id, notices.nudge(reply, found, team, slot, placed))
            for reply, placed in ready
        ],
        kind=outbox.ParcelKind.REMINDER,
        topic=found.topic,
        expires_at=found.starts_at,
    )
    await mark_reminded(tx, found, slot, [(reply.person.id, placed) for reply, placed in ready])
    await mark_invited(tx, found, [reply.person for reply, _ in ready])


def waits_for_card(ways: Ways, found: Meeting, slot: str, placed: Placement, now: datetime) -> bool:
    """Whether the morning card of the reminder's day takes it along, and has not come yet."""
    hour = ways.manners.card_at
    if hour is None or slot not in GATHERED:
        return False
    local = ways.local(placed.at)
    card = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return now < card + CARD_PATIENCE and card < found.starts_at - NUDGES[slot].gives_way
