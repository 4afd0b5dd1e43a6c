"""Made-up people, schools, teams, meetings and practices, written straight into SQLite.

Person i works at school i modulo the number of schools. Nothing here is random, so that every run
measures the same rows.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.features.people.actions.headcounts import HEADCOUNTS
from bot.features.practices.actions.places import PLACES
from bot.storage.migrations import migrate

CHAT_OFFSET = 1_000_000
"""Person i writes from the chat i + CHAT_OFFSET."""
ADMINISTRATOR = 1
"""The person who may address everybody."""
DAY = 86_400_000
HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is. Units have the ids 1 (the ministry), then regions, districts, schools."""

    people: int = 500_000
    regions: int = 12
    districts: int = 600
    schools: int = 30_000
    teams: int = 60_000
    members: int = 5
    """Of each team."""
    meetings: int = 4
    """Of each team, half of them past."""
    practices: int = 200_000

    @property
    def first_district(self) -> int:
        return 2 + self.regions

    @property
    def first_school(self) -> int:
        return self.first_district + self.districts


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that is committed and closed at the end, without waiting for the disk."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=WAL")
    yield connection
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def numbers(count: int, name: str = "n") -> str:
    """A table of SQL with the column `i` from 1 to `count`."""
    return (
        f"(WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < {count})"  # noqa: S608
        f" SELECT i FROM c) {name}"
    )


def fill(
    connection: sqlite3.Connection, table: str, source: str, values: Mapping[str, object]
) -> None:
    """Add a row for each row of `source`. A value is an expression of SQL over it; columns that
    need a value and are given none get 0 or an empty text."""
    given = dict(values)
    for _, column, kind, required, default, key in connection.execute(
        f"PRAGMA table_info({table})"
    ):
        if required and default is None and not key and column not in given:
            given[column] = "0" if "INT" in kind else "''"
    columns = ", ".join(given)
    selected = ", ".join(str(value) for value in given.values())
    connection.execute(f"INSERT INTO {table} ({columns}) SELECT {selected} FROM {source}")  # noqa: S608


def add_people(connection: sqlite3.Connection, count: int) -> None:
    """Members with an address each; their ids are 1 to `count`."""
    person = {
        "id": "i", "state": "'member'", "name": "'معلمة ' || i",
        "gender": "CASE i % 2 WHEN 0 THEN 'f' ELSE 'm' END", "language": "'ar'",
        "country": "'SA'", "timezone": "'Asia/Riyadh'", "numerals": "'arab'",
        "calendar": "'both'",
    }  # fmt: skip
    fill(connection, "people", numbers(count), person)
    address = {
        "person_id": "i", "channel": "'telegram'", "reach": "'reachable'",
        "external": f"CAST(i + {CHAT_OFFSET} AS TEXT)",
    }  # fmt: skip
    fill(connection, "addresses", numbers(count), address)


def add_due(connection: sqlite3.Connection, job: str, source: str, at: str) -> None:
    """Rows of `job` for each `id` of `source`, an hour before the moment `at` (an expression)."""
    row = {
        "job": f"'{job}'", "topic": "'meeting:' || id", "slot": "'1h'", "anchor_at": at,
        "offset_seconds": "3600", "due_at": f"{at} - {HOUR}", "state": "'waiting'",
        "payload": "'{\"meeting\":' || id || '}'",
    }  # fmt: skip
    fill(connection, "due", source, row)


def add_cards(connection: sqlite3.Connection, count: int, at: int) -> None:
    """A morning digest for each of the people 1 to `count`, due at this moment (milliseconds), by
    the clock of Riyadh the hour that they chose for it."""
    minutes = (at + 3 * HOUR) % DAY // 60_000
    chosen = {
        "person_id": "i", "quiet_from": "1260", "quiet_until": "420", "pause": "'friday'",
        "card_at": str(minutes),
    }  # fmt: skip
    fill(connection, "manners", numbers(count), chosen)
    row = {
        "job": "'meetings.morning'", "topic": "'morning:' || i", "slot": "'card'",
        "anchor_at": str(at), "due_at": str(at), "state": "'waiting'",
        "payload": "'{\"person\":' || i || '}'",
    }  # fmt: skip
    fill(connection, "due", numbers(count), row)


def add_organisation(connection: sqlite3.Connection, size: Size) -> None:
    """The tree of units, everybody's place of work, and a supervisor for each district."""
    place = {
        "country": "'SA'", "timezone": "'Asia/Riyadh'", "gender": "'mixed'", "state": "'active'",
    }  # fmt: skip
    root = {"id": "1", "kind": "'ministry'", "name": "'الوزارة'", "path": "'/1/'"}
    fill(connection, "units", numbers(1), place | root)
    for parent, first, count, kind, name in (
        ("1", 2, size.regions, "department", "إدارة التعليم"),
        (f"2 + (i - 1) % {size.regions}", size.first_district, size.districts, "office", "مكتب"),
        (
            f"{size.first_district} + (i - 1) % {size.districts}", size.first_school,
            size.schools, "school", "مدرسة",
        ),
    ):  # fmt: skip
        unit = {
            "id": f"{first} + i - 1", "parent_id": "p.id", "kind": f"'{kind}'",
            "name": f"'{name} ' || i", "path": f"p.path || ({first} + i - 1) || '/'",
        }  # fmt: skip
        above = "(SELECT id, path FROM units) p"
        fill(connection, "units", f"{numbers(count)} JOIN {above} ON p.id = {parent}", place | unit)
    school = f"{size.first_school} + i % {size.schools}"
    profile = {
        "person_id": "i", "unit_id": school, "consent_version": "'1'",
        # One in seven teaches two subjects, one in eleven works in two stages.
        "subject": "CASE i % 7 WHEN 6 THEN 'mathematics,science' ELSE CASE i % 4 WHEN 0 THEN"
        " 'arabic' WHEN 1 THEN 'mathematics' WHEN 2 THEN 'science' ELSE 'english' END END",
        "stage": "CASE i % 11 WHEN 10 THEN 'middle,secondary' ELSE CASE i % 3 WHEN 0 THEN"
        " 'primary' WHEN 1 THEN 'middle' ELSE 'secondary' END END",
    }  # fmt: skip
    fill(connection, "profiles", numbers(size.people), profile)
    belongs = {
        "person_id": "i", "unit_id": school, "standing": "'member'", "main": "1",
        "came_by": "'list'", "reason": "''", "voucher_name": "''",
    }  # fmt: skip
    fill(connection, "placements", numbers(size.people), belongs)
    teacher = {"person_id": "i", "role": "'teacher'", "unit_id": school, "state": "'active'"}
    fill(connection, "roles", numbers(size.people), teacher)
    supervisor = teacher | {"role": "'supervisor'", "unit_id": f"{size.first_district} + i - 1"}
    fill(connection, "roles", numbers(min(size.districts, size.people)), supervisor)
    administrator = teacher | {
        "person_id": str(ADMINISTRATOR), "role": "'administrator'", "unit_id": "1",
    }  # fmt: skip
    fill(connection, "roles", numbers(1), administrator)
    connection.execute(HEADCOUNTS.fill)


def add_teams(connection: sqlite3.Connection, size: Size) -> None:
    """Teams at schools, each with its members, who work there."""
    team = {
        "id": "i", "unit_id": f"{size.first_school} + i % {size.schools}",
        "name": "'فريق القراءة ' || i", "theme": "'أثر القراءة الجهرية في الفهم'",
        "goals": "'[\"نقرأ معًا\"]'", "norms": "'[]'", "form_of_work": "'discussion'",
        "mode": "'in_person'", "state": "'active'", "link_digest": "'link' || i",
        "link_sealed": "''",
        "created_by": f"1 + (i - 1) % {size.schools}",
    }  # fmt: skip
    fill(connection, "teams", numbers(size.teams), team)
    rounds = f"((t.id - 1) / {size.schools}) * {size.members}"
    person = f"1 + ((t.id - 1) % {size.schools}) + {size.schools} * ({rounds} + m.i - 1)"
    member = {
        "team_id": "t.id", "person_id": person, "state": "'active'",
        "role": "CASE m.i WHEN 1 THEN 'lead' ELSE 'member' END",
    }  # fmt: skip
    each = f"teams t JOIN {numbers(size.members, 'm')} WHERE {person} <= {size.people}"
    fill(connection, "memberships", each, member)
    # Each was told that they are in.
    told = {
        "person_id": "s.person_id", "address_id": "s.person_id", "kind": "'notice'",
        "urgency": "1", "state": "'sent'", "topic": "'membership:' || s.id",
    }  # fmt: skip
    fill(connection, "outbox", "memberships s", told)


def add_meetings(connection: sqlite3.Connection, source: str, starts_at: str) -> None:
    """A meeting for each row of `source`, which holds the teams as `t`."""
    meeting = {
        "team_id": "t.id", "title": "'قراءة في نتائج الاختبار'",
        "purpose": "'نفهم أين تعثّر المتعلمون'", "agenda": "'[\"النتائج\",\"الخطة\"]'",
        "starts_at": starts_at, "ends_at": f"{starts_at} + {HOUR}", "place": "'غرفة المصادر'",
        "state": "'scheduled'", "created_by": "t.created_by",
    }  # fmt: skip
    fill(connection, "meetings", source, meeting)


def add_life(connection: sqlite3.Connection, size: Size, now: int) -> None:
    """Meetings before and after `now` (milliseconds), answers, and practices shared in the teams
    and at the schools."""
    each = f"teams t JOIN {numbers(size.meetings, 'm')}"
    spread = f"(m.i * 2 - {size.meetings} - 1) * {3 * DAY} + t.id * 60000 % {DAY}"
    add_meetings(connection, each, f"{now} + {spread}")
    answer = {"meeting_id": "g.id", "person_id": "s.person_id", "answer": "'yes'"}
    members = "memberships s ON s.team_id = g.team_id AND s.id % 2 = 0"
    fill(connection, "meeting_answers", f"meetings g JOIN {members}", answer)
    (most,) = connection.execute("SELECT max(id) FROM memberships").fetchone()
    practice = {
        "id": "i", "author_id": "s.person_id", "team_id": "CASE i % 2 WHEN 0 THEN s.team_id END",
        "unit_id": "t.unit_id", "title": "'محطات القراءة ' || i",
        "difficulty": "'بطء القراءة عند بعض المتعلمين'",
        "actions_taken": "'محطات قصيرة يتنقل بينها المتعلمون'",
        "subject": "CASE i % 3 WHEN 0 THEN 'arabic' WHEN 1 THEN 'science' ELSE 'english' END",
        "stage": "'primary'", "state": "'shared'", "shared_at": f"{now} - i * 1000",
    }  # fmt: skip
    by = f"memberships s ON s.id = 1 + (i * 7919) % {most} JOIN teams t ON t.id = s.team_id"
    fill(connection, "practices", f"{numbers(size.practices)} JOIN {by}", practice)
    connection.execute(PLACES.fill)
    connection.execute("ANALYZE")


def add_announcement(connection: sqlite3.Connection, size: Size, now: int) -> None:
    """One to everybody by person 1, delivered to all and read by nine in ten: whoever has not read
    it comes last."""
    announcement = {
        "id": "1", "author_id": "1", "unit_id": "1", "title": "'موعد اللقاء التربوي'",
        "text": "'نلتقي في الأسبوع القادم'", "state": "'sent'", "bodies": "'{}'",
        "total": str(size.people), "created_at": str(now), "send_at": str(now),
        "queued_at": str(now), "figures": f"'{{\"sent\":{size.people}}}'",
    }  # fmt: skip
    fill(connection, "announcements", numbers(1), announcement)
    read = f"CASE WHEN i <= {size.people * 9 // 10} THEN {now} END"
    receipt = {"announcement_id": "1", "person_id": "i", "acknowledged_at": read}
    fill(connection, "receipts", numbers(size.people), receipt)
    connection.execute(READING_COUNTS.fill)
    message = {
        "person_id": "i", "address_id": "i", "kind": "'broadcast'", "urgency": "2",
        "state": "'sent'", "topic": "'announcement:1'",
    }  # fmt: skip
    fill(connection, "outbox", numbers(size.people), message)
    connection.execute("ANALYZE")


def fill_ministry(path: Path, size: Size) -> None:
    """A migrated database of this size, with everything that its screens show."""
    migrate(f"sqlite+aiosqlite:///{path}")
    now = int(time.time() * 1000)
    with opened(path) as connection:
        add_people(connection, size.people)
        add_organisation(connection, size)
        add_teams(connection, size)
        add_life(connection, size, now)
        add_announcement(connection, size, now)
