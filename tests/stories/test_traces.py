"""Where people's words and names do not belong: in the log, and in the audit trail."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.log import LineFormatter
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from tests.features.communities_chat import asks, founds
from tests.features.people_school import found_school
from tests.town import Town

CODE = re.compile(r"[A-Za-z0-9_.:-]{1,48}")
"""What a detail of the audit trail may be: a code of ours, a version, a day."""
NAME, WORD, REASON, TEAM = "شيماء الطويرقي", "ظروفي الصحية تمنعني", "لا نعرفها", "حلقة الفلك"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Everything that the bot logs, as it stands in the log and with all that it was given."""

    class TraceHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(formatter.format(record))
            found.append(repr({name: str(value) for name, value in vars(record).items()}))

    found: list[str] = []
    formatter = LineFormatter(as_json=True)
    recorder, ours = TraceHandler(logging.DEBUG), logging.getLogger("bot")
    level = ours.level
    ours.setLevel(logging.DEBUG)
    ours.addHandler(recorder)
    yield found
    ours.removeHandler(recorder)
    ours.setLevel(level)


async def live_through(town: Town) -> None:
    """Somebody asks to join, is declined, presses in vain, and writes what nobody understands."""
    school = await found_school(town)
    maryam, shaima = town.person("مريم"), town.person("شيماء")
    await school.registers(maryam, "مريم الحازمي")
    await school.appoints(maryam, Role.LEAD, school.nada)
    await founds(maryam, TEAM)
    await school.registers(shaima, NAME)
    await asks(shaima, TEAM, WORD)
    notice = maryam.last()
    accept = next(b["callback_data"] for b in notice.buttons() if "قبول" in b["text"])
    await maryam.taps("اعتذار")
    await maryam.says(REASON)
    shaima.sees(REASON)
    await town.simulator.press(maryam.id, notice.message_id, accept, forged=True)
    await town.settles()
    maryam.sees(NAME)
    await shaima.says(WORD)
    await shaima.says(f"/search {NAME}")
    await shaima.says("/privacy")
    await shaima.taps("حذف بياناتي")
    await shaima.taps("نعم، حذف كل شيء")


async def test_the_log_tells_what_happened_and_nobodys_words(town: Town, lines: list[str]) -> None:
    await live_through(town)
    said = "\n".join(lines)
    for action in ("turn.answered", "turn.done", "turn.refused", "delivery.sent"):
        assert action in said
    for words in (NAME, "الطويرقي", WORD, REASON, TEAM, "الحازمي", "لم تُفهم"):
        assert words not in said
        assert json.dumps(words) not in said
    assert not re.search(r"[\u0621-\u064a]{3}", said), "nor a word of the bot's own answers"


async def test_the_audit_trail_holds_numbers_and_codes_alone(town: Town) -> None:
    await live_through(town)
    rows = await town.rows(audit_trail)
    assert {"people.register", "teams.decline", "people.delete"} <= {row.action for row in rows}
    for row in rows:
        for value in leaves(row.details):
            told = value is None or isinstance(value, int) or CODE.fullmatch(value)
            assert told, f"{row.action}: {row.details}"


def leaves(details: Any) -> Iterator[Any]:
    if isinstance(details, dict):
        details = list(details.values())
    if isinstance(details, list):
        for each in details:
            yield from leaves(each)
    else:
        yield details
