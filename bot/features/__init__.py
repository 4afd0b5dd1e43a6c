"""The features, in the order in which their words stand in the menu."""

from bot.chat.router import Slice
from bot.features import (
    announcements,
    calendars,
    communities,
    meetings,
    notification_settings,
    people,
    practices,
    search,
)
from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.features.people.actions.headcounts import HEADCOUNTS
from bot.features.practices.actions.places import PLACES
from bot.scheduling.ticker import Job

FEATURES = (
    communities,
    meetings,
    practices,
    search,
    announcements,
    people,
    notification_settings,
    calendars,
)


def slices() -> list[Slice]:
    """What the features add to the conversation."""
    return [
        Slice(
            screens=feature.SCREENS,
            forms=feature.FORMS,
            commands=feature.COMMANDS,
            menu=feature.MENU,
            doors=feature.DOORS,
        )
        for feature in FEATURES
    ]


def jobs() -> dict[str, Job]:
    """What the features do when something falls due, by the job's name."""
    return {name: job for feature in FEATURES for name, job in feature.JOBS.items()}


DERIVED = (HEADCOUNTS, PLACES, READING_COUNTS)
"""Derived tables, which could drift from what they follow from."""
