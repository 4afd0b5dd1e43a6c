"""Every kind of notice says whether it may ring in its reader's time of rest."""

from bot.delivery.notice import Haste
from bot.features import FEATURES

AT_ONCE = {
    # Planned for the moment at which they come, by the quiet times of each reader.
    "meetings.reminder",
    "meetings.digest",
    # What somebody asked for changes in its place, and rings once, under their own thumb.
    "meetings.counted",
    "announcements.without_file",
    "people.file_withdrawn",
    "people.file_hidden",
    "people.file_shown_anew",
    "people.file_taken_back",
    "people.original_deleted",
    "people.not_taken_back",
    # What became of a list, a file or messages that its reader sent a moment ago.
    "imports.settled",
    "people.ready_to_look",
    "people.file_not_taken",
    "people.unread",
    # The safety of an account.
    "people.linked",
    "people.unlinked",
}
"""All that comes at any hour. Whatever else is told waits, or comes without a sound."""


def test_every_kind_waits_but_for_what_is_named_with_its_reason() -> None:
    kinds = [kind for feature in FEATURES for kind in feature.NOTICES]
    assert len(kinds) > len(AT_ONCE)
    assert {kind.name for kind in kinds if kind.haste is Haste.NOW} == AT_ONCE


def test_what_concerns_a_meeting_or_is_urgent_has_a_moment_by_which_it_is_told() -> None:
    kinds = {kind.name: kind for feature in FEATURES for kind in feature.NOTICES}
    told = {name for name, kind in kinds.items() if kind.before is not None}
    assert told == {
        "meetings.invitation",
        "meetings.moved",
        "meetings.cancelled",
        "meetings.called_off",
        "meetings.relocated",
        "meetings.apology",
        "announcements.announced",
        "announcements.progress",
    }
