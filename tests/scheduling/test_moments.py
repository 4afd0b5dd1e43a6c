"""A row's moment is kept to the millisecond in which it is stored."""

from datetime import timedelta

from bot.scheduling import due
from tests.scheduling.conftest import START, Agenda


async def test_nothing_is_done_a_fraction_of_a_millisecond_early(agenda: Agenda) -> None:
    await agenda.begins()
    hour = timedelta(hours=1)
    await agenda.do(lambda tx: due.set_due(tx, "remind", "meeting:1", "1h", anchor=START + hour))
    # A job that came now would find that its moment lies ahead, and that nothing is to be done.
    await agenda.moves(hour - timedelta(microseconds=400))
    assert await agenda.done() == []
    await agenda.moves(timedelta(microseconds=400))
    assert await agenda.done() == ["meeting:1 1h"]
