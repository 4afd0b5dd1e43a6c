"""The features, in the order in which their words stand in the menu."""

from bot.chat.router import Slice
from bot.features import announcements, manners, meetings, people, practices, teams
from bot.features.announcements.reading import READING_COUNTS
from bot.features.people.headcounts import HEADCOUNTS
from bot.features.practices.places import PLACES
from bot.scheduling.ticker import Job

FEATURES = (teams, meetings, practices, announcements, people, manners)


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
"""Tables that are kept along with others, and could drift from them."""
