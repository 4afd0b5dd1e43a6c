"""What a process that is killed costs whoever waits for an answer, on PostgreSQL."""

from datetime import timedelta

import pytest

from bot.chat.intake import claims, dispatcher
from bot.delivery import outbox, recording
from bot.storage import leader_election

MOST_SECONDS = 12.0


@pytest.mark.parametrize(
    ("lease", "renewed", "looked_for"),
    [
        (claims.LEASE, claims.RENEW_SECONDS, dispatcher.SHARED_LOOK_SECONDS),
        (outbox.LEASE, recording.SHARED_SWEEP_SECONDS, recording.SHARED_SWEEP_SECONDS),
        (leader_election.LEASE, leader_election.RENEW_SECONDS, leader_election.LOOK_SECONDS),
    ],
    ids=["an update", "a message", "the asking for updates"],
)
def test_what_a_dead_process_held_is_taken_up_in_time(
    lease: timedelta, renewed: float, looked_for: float
) -> None:
    """With a second for the turn itself; and a lease outlives two renewals that fail."""
    assert lease.total_seconds() + looked_for + 1 < MOST_SECONDS
    assert lease.total_seconds() > 3 * renewed
