"""People of a case, put straight into the database: thousands of members in a second."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.chaos.records import Records
from bot.features.people.actions.headcounts import SHARDS
from bot.features.people.models import ANY_ROLE
from bot.files.store import BlobStore

FIRST_USER = 10_000
"""The Telegram id of person n is this much higher than n."""
DEPARTMENT, SCHOOL = 1, 2
SUBJECT, STAGE = "mathematics", "primary"

Row = Sequence[Any]


@dataclass(frozen=True)
class Zone:
    """Where people live: what their messages are written in."""

    timezone: str = "Asia/Riyadh"
    country: str = "SA"
    numerals: str = "arab"


RIYADH = Zone()


def midday() -> Zone:
    """Where it is about eleven in the morning now: an hour before a meeting there it is still the
    same day, so no weekend begins or ends between the two."""
    hours = (11 - time.gmtime().tm_hour + 11) % 24 - 11
    # These names count westwards.
    return Zone(timezone=f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT")


def user_of(person: int) -> int:
    return FIRST_USER + person


def now_millis() -> int:
    return round(time.time() * 1000)


def phones(persons: Iterable[int]) -> list[dict[str, Any]]:
    """These people for the simulator's configuration, as they wrote to the bot long ago."""
    return [
        {"id": user_of(person), "first_name": f"Person {person}", "started": True}
        for person in persons
    ]


async def settle(
    records: Records,
    persons: Iterable[int],
    zone: Zone = RIYADH,
    chats: Mapping[int, int] | None = None,
) -> None:
    """Members of one school in one department; the school is made with the first of them. `chats`
    names those who are reached in another chat than their own."""
    now, listed = now_millis(), list(persons)
    where = chats or {}
    await records.add(
        "units",
        "id, parent_id, kind, name, country, timezone, gender, path, state, created_at",
        [
            (DEPARTMENT, None, "department", "Department", "SA", "Asia/Riyadh", "mixed", "/1/",
             "active", now),
            (SCHOOL, DEPARTMENT, "school", "School", "SA", "Asia/Riyadh", "mixed", "/1/2/",
             "active", now),
        ],
    )  # fmt: skip
    await records.add(
        "people",
        "id, state, name, gender, language, country, timezone, numerals, calendar, created_at,"
        " registered_at",
        [
            (n, "member", f"Person {n}", "neutral", "ar", zone.country, zone.timezone,
             zone.numerals, "gregorian", now, now)
            for n in listed
        ],
    )  # fmt: skip
    # No quiet hours and no pauses: what is measured does not depend on the hour of the day.
    await records.add("manners", "person_id, pause, changed_at", [(n, "none", now) for n in listed])
    await records.add(
        "addresses",
        "id, person_id, channel, external, reach, changed_at",
        [(n, n, "telegram", str(where.get(n, user_of(n))), "reachable", now) for n in listed],
    )
    await records.add(
        "profiles",
        "person_id, unit_id, subject, stage, consent_version, consented_at, changed_at",
        [(n, SCHOOL, SUBJECT, STAGE, "1", now, now) for n in listed],
    )
    await records.add(
        "placements",
        "person_id, unit_id, standing, main, came_by, came_at, since, reason, voucher_name",
        [(n, SCHOOL, "member", 1, "list", now, now, "", "") for n in listed],
    )
    await records.add(
        "roles",
        "person_id, role, unit_id, state, granted_at",
        [(n, "teacher", SCHOOL, "active", now) for n in listed],
    )
    groups = Counter(n % SHARDS for n in listed)
    await records.add(
        "headcounts",
        "unit_id, role, subject, stage, lane, people",
        [
            (DEPARTMENT, role, SUBJECT, STAGE, group, number)
            for role in (ANY_ROLE, "teacher")
            for group, number in groups.items()
        ],
    )
    # No quiet hours: the cases are played at any hour of the day.
    await records.add(
        "manners",
        "person_id, pause, changed_at",
        [(n, "none", now) for n in listed],
    )


async def list_and_claim(records: Records, persons: Iterable[int], schools: int) -> None:
    """Have these people, who are settled, stand on one list, their places claimed, in so many
    schools of the department."""
    now, listed = now_millis(), list(persons)
    units = range(SCHOOL + 1, SCHOOL + 1 + schools)
    await records.add(
        "units",
        "id, parent_id, kind, name, country, timezone, gender, path, state, created_at",
        [
            (unit, DEPARTMENT, "school", f"School {unit}", "SA", "Asia/Riyadh", "mixed",
             f"/1/{unit}/", "active", now)
            for unit in units
        ],
    )  # fmt: skip
    size = len(listed)
    await records.add(
        "imports",
        "id, kind, state, title, columns, parts, parts_done, rows, fresh, known, wrong, added,"
        " created_at, worked_at",
        [(1, "people", "done", "people.xlsx", "{}", 1, 1, size, size, 0, 0, size, now, now)],
    )
    await records.add(
        "imported_people",
        "id, import_id, unit_id, state, listed_as, folded, name, family, role, subjects, stages,"
        " staff_number, phone_digest, created_at, wrong_tries, claimed_by, claimed_at, gave_role",
        [
            (n, 1, units[n % schools], "claimed", str(n), "", f"Person {n}", f"{n}", "teacher",
             SUBJECT, STAGE, "", "", now, 0, n, now, "teacher")
            for n in listed
        ],
    )  # fmt: skip


async def appoint_supervisor(records: Records, person: int) -> None:
    await records.add(
        "roles",
        "person_id, role, unit_id, state, granted_at",
        [(person, "supervisor", DEPARTMENT, "active", now_millis())],
    )


async def form_team(records: Records, team: int, lead: int, others: Iterable[int] = ()) -> None:
    """An active team of people who are settled already."""
    now = now_millis()
    await records.add(
        "teams",
        "id, unit_id, name, theme, goals, norms, form_of_work, mode, state, link_digest,"
        " link_sealed, created_by, created_at",
        [
            (team, SCHOOL, f"Team {team}", "Reading", "[]", "[]", "community", "mixed", "active",
             f"link{team}", "", lead, now)
        ],
    )  # fmt: skip
    await records.add(
        "memberships",
        "team_id, person_id, role, responsibility, state, word, reason, asked_at, decided_at",
        [
            (team, person, "lead" if person == lead else "member", "", "active", "", "", now, now)
            for person in [lead, *others]
        ],
    )


@dataclass(frozen=True)
class Appointment:
    """A meeting and its reminder. Times in milliseconds since 1970, in UTC."""

    meeting: int
    team: int
    lead: int
    starts: int
    slot: str = "1h"
    before: int = 3_600_000
    expires: int | None = None


async def arrange(records: Records, appointments: Sequence[Appointment]) -> None:
    """Meetings that were called long ago, each with a reminder that waits for its time."""
    now = now_millis()
    await records.add(
        "meetings",
        "id, team_id, title, purpose, agenda, starts_at, ends_at, place, link, state,"
        " moved_count, reason, created_by, created_at, changed_at",
        [
            (a.meeting, a.team, f"Meeting {a.meeting}", "", "[]", a.starts, a.starts + 3_600_000,
             "Room", "", "scheduled", 0, "", a.lead, now, now)
            for a in appointments
        ],
    )  # fmt: skip
    await records.add(
        "due",
        "job, topic, slot, anchor_at, offset_seconds, due_at, expires_at, payload, state",
        [
            ("meetings.nudge", f"meeting:{a.meeting}", a.slot, a.starts, a.before // 1000,
             a.starts - a.before, a.expires, json.dumps({"meeting": a.meeting}), "waiting")
            for a in appointments
        ],
    )  # fmt: skip


async def draft_announcement(records: Records, author: int, title: str) -> int:
    """An announcement to the whole department that its author has only to send; its id."""
    columns = "id, author_id, unit_id, title, text, state, bodies, total, created_at"
    row = (1, author, DEPARTMENT, title, "The text of the announcement.", "draft", "{}", 0)
    await records.add("announcements", columns, [(*row, now_millis())])
    return 1


async def announce_picture(
    records: Records, store: BlobStore, author: int, number: int, picture: bytes
) -> None:
    """«Circular n.» with a picture, kept long ago, that its author has only to send."""
    now = now_millis()
    store.prepare()
    draft = store.draft(number, "bench")
    draft.write_bytes(picture)
    sha256, size = store.take_in(draft, datetime.now(UTC))
    await records.add("blobs", "sha256, size, mime, made_at", [(sha256, size, "image/jpeg", now)])
    await records.add(
        "files",
        "id, owner_id, purpose, kind, name, mime, size, consent, consented_at, state, blob,"
        " channel, account, reference, message, made_at, used_at, due_at, attempts",
        [
            (number, author, "announcement", "photo", "", "image/jpeg", size, "nobody", now,
             "kept", sha256, "telegram", "1", "", "", now, now, now, 1)
        ],
    )  # fmt: skip
    file = json.dumps({"kind": "photo", "text": "", "ref": "", "name": "", "mime": "", "size": 0})
    await records.add(
        "announcements",
        "id, author_id, unit_id, title, text, file, file_id, state, bodies, total, created_at",
        [
            (number, author, DEPARTMENT, f"Circular {number}.", "Its words.", file, number,
             "draft", "{}", 0, now)
        ],
    )  # fmt: skip


async def queue(
    records: Records, kind: str, urgency: int, persons: Iterable[int], texts: Iterable[str]
) -> None:
    """Messages of their own for these people, waiting in the outbox as finished texts."""
    now = now_millis()
    await records.add(
        "outbox",
        "address_id, person_id, kind, urgency, state, screen, topic, attempts, queued_at",
        [
            (person, person, kind, urgency, "queued", json.dumps({"text": text}), "chaos", 0, now)
            for person, text in zip(persons, texts, strict=True)
        ],
    )
