"""Whatever fails while people write, their words stay out of the log and out of every error."""

import logging
from collections.abc import Iterator

import pytest

from bot.chat.intake.inbox import updates
from bot.core.log import LineFormatter
from tests.features.test_practices import Story, begin_sharing, story
from tests.town import Town

__all__ = ["story"]

WORDS = ("القراءة الجهرية", "تتعثر الطالبات", "قسمنا الفصل", "ارتفعت الطلاقة", "مريم")


class LineCollector(logging.Handler):
    """Every line of every logger as the bot writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [LineFormatter(as_json=as_json).format(record) for as_json in (True, False)]


@pytest.fixture
def recorder() -> Iterator[LineCollector]:
    recorder = LineCollector()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(recorder)
    yield recorder
    root.removeHandler(recorder)
    root.setLevel(level)


REFUSING = {
    "sqlite": [
        "CREATE TRIGGER refusing BEFORE INSERT ON practices BEGIN SELECT RAISE(ABORT, 'no'); END"
    ],
    "postgresql": [
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no: %', NEW.title; END $$""",
        """CREATE TRIGGER refusing BEFORE INSERT ON practices
        FOR EACH ROW EXECUTE FUNCTION refuse()""",
    ],
}


@pytest.fixture
async def refusing(town: Town) -> None:
    """A database that takes no practice any more."""
    async with town.app.database.transaction() as tx:
        for statement in REFUSING[tx.dialect]:
            await tx.run(statement)


async def test_a_practice_that_the_database_refuses(
    story: Story, refusing: None, recorder: LineCollector
) -> None:
    story.town.expects_trouble = True
    maryam = story.maryam
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.says("ارتفعت الطلاقة من 40 إلى 65 كلمة")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("نشر الممارسة")
    maryam.sees("حدث خلل من جهتنا")
    failed = [line for line in recorder.lines if "turn.failed" in line]
    assert failed
    assert all("INSERT INTO practices" in line for line in failed)
    (aside,) = await story.town.rows(updates, state="set_aside")
    for said in (*recorder.lines, aside.error):
        assert [words for words in WORDS if words in said] == []


async def test_a_message_that_cannot_be_read(town: Town, recorder: LineCollector) -> None:
    town.expects_trouble = True
    maryam = town.person("مريم")
    await maryam.says("/start")
    odd = {"message_id": 5, "text": ["القراءة الجهرية"], "from": {"id": maryam.id}}
    await town.simulator.push_raw({"update_id": 900_001, "message": odd})
    await town.settles()
    (aside,) = await town.rows(updates, state="set_aside")
    assert aside.error
    for said in (*recorder.lines, aside.error):
        assert "الجهرية" not in said
