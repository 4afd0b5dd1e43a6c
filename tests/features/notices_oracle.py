"""What is true of a notice, worked out apart from the slices: rows by plain SQL, words by the
voice alone."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.core.text import isolate
from bot.storage.transaction import Tx

Row = Mapping[str, Any]

_COLUMNS = {
    "people": "id state name gender language country timezone numerals calendar hijri_shift",
    "addresses": "person_id external reach",
    "teams": "id name state",
    "memberships": "id team_id person_id role state",
    "meetings": "id team_id title purpose starts_at ends_at place link state moved_count reason"
    " created_by",
    "meeting_answers": "meeting_id person_id answer round reason answered_at",
    "announcements": "id author_id title text state",
    "notices": "id kind params",
    "outbox": "id person_id kind state notice_id args topic not_before expires_at error queued_at"
    " finished_at",
}
NEAR = ("1h", "10m")
FORMER = "a former colleague"


def moment(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


@dataclass(frozen=True)
class Rows:
    """Everything that notices speak of, as it stood at one moment."""

    at: datetime
    tables: Mapping[str, list[Row]]

    def row(self, table: str, number: int) -> Row:
        for row in self.tables[table]:
            if row["id"] == number:
                return row
        raise LookupError(f"no {table} {number}")

    def voice(self, person_id: int) -> Voice:
        of = self.row("people", person_id)
        language = of["language"]
        locale = f"{language}_{of['country']}" if language == "ar" else language
        return Voice(
            locale, of["gender"], of["numerals"], of["calendar"], of["timezone"], of["country"],
            of["hijri_shift"],
        )  # fmt: skip

    def members(self, team_id: int, role: str = "") -> set[int]:
        return {
            row["person_id"]
            for row in self.tables["memberships"]
            if row["team_id"] == team_id and row["state"] == "active" and role in ("", row["role"])
        }

    def answer(self, meeting: Row, person_id: int) -> Row | None:
        """What counts: given for the present time."""
        return next(
            (
                row
                for row in self.tables["meeting_answers"]
                if (row["meeting_id"], row["person_id"]) == (meeting["id"], person_id)
                and row["round"] == meeting["moved_count"]
            ),
            None,
        )

    def said(self, meeting: Row, person_id: int) -> str:
        answer = self.answer(meeting, person_id)
        return answer["answer"] if answer else ""

    def words(self) -> set[str]:
        """All that people wrote and are called."""
        named = {"people": "name", "teams": "name", "meetings": "title place link reason",
                 "meeting_answers": "reason", "announcements": "title text"}  # fmt: skip
        found = {
            row[column]
            for table, columns in named.items()
            for column in columns.split()
            for row in self.tables[table]
        }
        return found - {""}


async def read_rows(tx: Tx) -> Rows:
    tables: dict[str, list[Row]] = {}
    for table, columns in _COLUMNS.items():
        names = columns.split()
        order = " ORDER BY id" if "id" in names else ""
        found = await tx.fetch(f"SELECT {', '.join(names)} FROM {table}{order}")
        tables[table] = [dict(zip(names, row, strict=True)) for row in found]
    return Rows(tx.now, tables)


@dataclass(frozen=True)
class Said:
    """One message of a notice: to whom, of what kind, and what its rows keep."""

    to: int
    kind: str
    params: dict[str, Any]
    args: list[Any]
    queued_at: datetime

    @classmethod
    def of(cls, rows: Rows, number: int) -> "Said":
        row = rows.row("outbox", number)
        if row["notice_id"] is None:
            return cls(row["person_id"], "", {}, [], moment(row["queued_at"]))
        notice = rows.row("notices", row["notice_id"])
        args = json.loads(row["args"]) if row["args"] else []
        return cls(
            row["person_id"], notice["kind"], json.loads(notice["params"]), args,
            moment(row["queued_at"]),
        )  # fmt: skip


def why_gone(rows: Rows, said: Said, now: datetime) -> str:
    """Why the message is not to be sent any more; nothing where it is."""
    if rows.row("people", said.to)["state"] == "gone":
        return "erased"
    match said.kind.partition(".")[0]:
        case "meetings":
            return _not_of_meeting(rows, said, now)
        case "communities" if said.kind in ("communities.joined", "communities.left"):
            return _not_of_member(rows, said)
        case "communities":
            return _not_of_team(rows, said)
    match said.kind:
        case "announcements.announced":
            state = rows.row("announcements", said.params["announcement"])["state"]
            return "stopped" if state == "cancelled" else ""
        case "announcements.broken_off" | "announcements.broken_off_below":
            found = rows.row("announcements", said.params["announcement"])
            if not found["title"]:
                return "its words are erased"
            return "" if found["state"] == "cancelled" else "went on"
        case "" | "announcements.progress":
            return ""
    raise LookupError(f"nothing is known of {said.kind}")


def _not_of_meeting(rows: Rows, said: Said, now: datetime) -> str:
    match said.kind:
        case "meetings.invitation" | "meetings.relocated":
            meeting = rows.row("meetings", said.params["meeting"])
            declined = said.kind == "meetings.relocated" and rows.said(meeting, said.to) == "no"
            return _off(rows, meeting, said.to, now) or ("declined" if declined else "")
        case "meetings.moved":
            meeting = rows.row("meetings", said.params["meeting"])
            again = said.params["moves"] != meeting["moved_count"]
            return _off(rows, meeting, said.to, now) or ("moved again" if again else "")
        case "meetings.cancelled":
            meeting = rows.row("meetings", said.params["meeting"])
            if said.to not in rows.members(meeting["team_id"]):
                return "no member"
            return "" if meeting["state"] == "cancelled" else "not cancelled"
        case "meetings.called_off":
            closed = rows.row("teams", said.params["team"])["state"] == "closed"
            return "" if closed else "not closed"
        case "meetings.apology":
            return _not_apologised(rows, said, now)
        case "meetings.reminder":
            number, slot, moves = said.args[:3]
            meeting = rows.row("meetings", number)
            unsettled = slot == "10m" and not rows.said(meeting, said.to)
            return _not_ahead(rows, number, moves, said.to, now) or (
                "unanswered" if unsettled else ""
            )
        case "meetings.digest":
            listed = [_not_ahead(rows, n, moves, said.to, now) for n, moves in said.args[1]]
            return "" if "" in listed else "nothing ahead"
    raise LookupError(f"nothing is known of {said.kind}")


def _off(rows: Rows, meeting: Row, reader: int, now: datetime) -> str:
    if meeting["state"] != "scheduled":
        return "cancelled"
    if moment(meeting["ends_at"]) <= now:
        return "over"
    return "" if reader in rows.members(meeting["team_id"]) else "no member"


def _not_ahead(rows: Rows, number: int, moves: int, reader: int, now: datetime) -> str:
    meeting = rows.row("meetings", number)
    if off := _off(rows, meeting, reader, now):
        return off
    if meeting["moved_count"] != moves:
        return "moved"
    if moment(meeting["starts_at"]) <= now:
        return "begun"
    if rows.row("teams", meeting["team_id"])["state"] != "active":
        return "closed"
    return "declined" if rows.said(meeting, reader) == "no" else ""


def _not_apologised(rows: Rows, said: Said, now: datetime) -> str:
    meeting, by = rows.row("meetings", said.params["meeting"]), said.params["by"]
    if meeting["state"] != "scheduled" or moment(meeting["ends_at"]) <= now:
        return "over"
    if said.to not in rows.members(meeting["team_id"], "lead"):
        return "no lead"
    if rows.row("people", by)["state"] == "gone":
        return "who apologised is gone"
    answer = rows.answer(meeting, by)
    if answer is None or answer["answer"] != "no":
        return "comes"
    return "" if answer["answered_at"] == said.params["at"] else "apologised again"


def _not_of_member(rows: Rows, said: Said) -> str:
    """Why its leads do not hear of who came to a team, or went."""
    own = rows.row("memberships", said.params["membership"])
    team = own["team_id"]
    if said.kind == "communities.joined":
        if own["state"] != "active":
            return "went again"
        if rows.row("teams", team)["state"] == "closed":
            return "closed"
    elif own["person_id"] in rows.members(team):
        return "came back"
    return "" if said.to in rows.members(team, "lead") else "no lead"


def _not_of_team(rows: Rows, said: Said) -> str:
    """Why a member does not hear of what has become of a team."""
    team, new = said.params["team"], said.params.get("new")
    if said.kind != "communities.closed" and rows.row("teams", team)["state"] == "closed":
        return "closed"
    if said.to not in rows.members(team):
        return "no member"
    leads = rows.members(team, "lead")
    match said.kind:
        case "communities.closed" | "communities.edited":
            return ""
        case "communities.handed_over" if said.to == said.params["by"] != new:
            return "leads again" if said.to in leads else ""
        case "communities.handed_over" | "communities.lead_gone":
            return "" if new in leads else "passed on"
    raise LookupError(f"nothing is known of {said.kind}")


def what_is_wrong(
    rows: Rows, number: int, chat: str, screen: Screen, now: datetime, ever: set[str]
) -> str:
    """Why this message of the outbox would be untrue if it left for `chat` now; nothing where it is
    true. What was read up to half a minute ago may be said, so a time that has just passed is
    none; `ever` are all words that were ever to be read."""
    said = Said.of(rows, number)
    if not said.kind:
        # A finished text: it says what was so when it was queued.
        return ""
    name = f"{number} {said.kind} to {said.to} at {now}"
    reached = [row for row in rows.tables["addresses"] if row["person_id"] == said.to]
    if chat not in [row["external"] for row in reached]:
        return f"{name}: nobody's chat"
    if gone := why_gone(rows, said, now - timedelta(seconds=30)):
        return f"{name}: {gone}"
    text = f"{screen.title}\n{screen.text}\n{screen.quote}\n{screen.footer}"
    missing = [part for part in _parts(rows, said, now) if part not in text]
    stale = [word for word in ever - rows.words() if word in text]
    if missing or stale:
        return f"{name}: lacks {missing}, has {stale}: {text}"
    asked = {c.args for c in screen.choices if c.route == "meetings.rsvp"}
    for number_of_it, _, moves in asked:
        if str(rows.row("meetings", int(number_of_it))["moved_count"]) != moves:
            return f"{name}: asks about another time"
    return _wrong_words(rows, said, text, now)


def _parts(rows: Rows, said: Said, now: datetime) -> Iterator[str]:
    """What has to be read in it."""
    voice = rows.voice(said.to)
    if said.kind.startswith("announcements."):
        sent = rows.row("announcements", said.params["announcement"])
        yield isolate(sent["title"])
        if said.kind == "announcements.announced":
            yield sent["text"]
            yield _name(rows, voice, sent["author_id"])
        return
    if said.kind == "meetings.called_off" or said.kind.startswith("communities."):
        # There is one team.
        yield isolate(rows.tables["teams"][0]["name"])
        return
    if said.kind == "meetings.digest":
        ahead = [n for n, moves in said.args[1] if not _not_ahead(rows, n, moves, said.to, now)]
        for number in ahead:
            yield from _about(rows, voice, rows.row("meetings", number))
            yield _begins(rows, voice, number, now, brief=True)
        return
    number = said.args[0] if said.kind == "meetings.reminder" else said.params["meeting"]
    meeting = rows.row("meetings", number)
    match said.kind:
        case "meetings.reminder":
            yield voice.say("Reminder: {title}", title=meeting["title"])
            yield from _about(rows, voice, meeting, link=said.args[1] in NEAR)
            yield _begins(rows, voice, number, now)
        case "meetings.invitation":
            yield from _about(rows, voice, meeting)
            yield _name(rows, voice, said.params["by"])
            yield from _when(voice, meeting)
        case "meetings.moved":
            yield from _about(rows, voice, meeting)
            yield meeting["reason"]
            yield from _when(voice, meeting)
            yield voice.say("It was: {moment}", moment=moment(said.params["old"]))
        case "meetings.relocated":
            yield from _about(rows, voice, meeting, team=False)
            yield from _when(voice, meeting)
        case "meetings.cancelled":
            yield from _about(rows, voice, meeting, link=False, place=False)
            yield voice.moment(moment(meeting["starts_at"]))
            yield meeting["reason"]
        case "meetings.apology":
            yield isolate(meeting["title"])
            yield _name(rows, voice, said.params["by"])
            yield voice.moment(moment(meeting["starts_at"]))
            answer = rows.answer(meeting, said.params["by"])
            yield answer["reason"] if answer else "an answer"


def _about(
    rows: Rows, voice: Voice, meeting: Row, *, link: bool = True, place: bool = True,
    team: bool = True,
) -> Iterator[str]:  # fmt: skip
    yield isolate(meeting["title"])
    if team:
        yield voice.say("👥 {team}", team=rows.row("teams", meeting["team_id"])["name"])
    if place:
        yield voice.say("📍 {place}", place=meeting["place"])
    if link:
        yield meeting["link"]


def _when(voice: Voice, meeting: Row) -> Iterator[str]:
    start = moment(meeting["starts_at"])
    yield voice.say("📅 {date}", date=voice.date(voice.local(start).date()))
    yield voice.time(start)


def _begins(rows: Rows, voice: Voice, number: int, now: datetime, *, brief: bool = False) -> str:
    start = moment(rows.row("meetings", number)["starts_at"])
    minute = now.replace(second=0, microsecond=0)
    return voice.say(
        "Begins {when}: {moment}",
        when=voice.relative(start, minute),
        moment=voice.brief(start) if brief else start,
    )


def _name(rows: Rows, voice: Voice, person_id: int) -> str:
    name = rows.row("people", person_id)["name"]
    return isolate(name) if name else voice.say(FORMER)


def _wrong_words(rows: Rows, said: Said, text: str, now: datetime) -> str:
    """What must not be read in it."""
    voice = rows.voice(said.to)
    if said.kind == "meetings.reminder":
        meeting = rows.row("meetings", said.args[0])
        asks = voice.say("Will you attend?") in text
        if asks is bool(rows.said(meeting, said.to)):
            return f"asks {said.to} wrongly: {text}"
        if said.args[1] not in NEAR and meeting["link"] in text:
            return f"shows the link too early: {text}"
    if said.kind == "meetings.digest":
        gone = [
            rows.row("meetings", n)["title"]
            for n, moves in said.args[1]
            if _not_ahead(rows, n, moves, said.to, now - timedelta(seconds=30))
        ]
        if named := [title for title in gone if isolate(title) in text]:
            return f"a digest names {named}: {text}"
    night = [is_night(voice.local(at)) for at in (now, now - timedelta(seconds=31))]
    if said.kind == "meetings.apology" and all(night):
        return f"an apology in the night of {said.to}"
    return ""


def is_night(local: datetime) -> bool:
    """Whether it lies in the quiet hours of whoever has chosen none."""
    return local.hour >= 21 or local.hour < 7
