"""What the pictures show, in the order in which it is lived: each story goes on where the one
before it has ended."""

from tests.guide.stories import leading, newcomers, overseeing, teaching
from tests.guide.telling import Guide, Story

STORIES: tuple[Story, ...] = (
    newcomers.comes_with_a_link,
    newcomers.comes_with_a_code,
    newcomers.comes_alone,
    newcomers.joins_a_team,
    newcomers.begins_elsewhere,
    teaching.shares_a_practice,
    teaching.searches,
    teaching.sets_quiet_hours,
    leading.shares_the_link,
    leading.writes_a_card,
    leading.founds_a_team,
    leading.calls_a_meeting,
    leading.moves_a_meeting,
    overseeing.announces,
    overseeing.founds_a_network,
    overseeing.invites,
    overseeing.enters_days_off,
    overseeing.suspends,
    teaching.is_reminded,
)


async def tell(guide: Guide) -> None:
    """Tell them all.

    :raises AssertionError: somebody does not find a button, so the story goes another way by now.
    """
    for story in STORIES:
        try:
            await story(guide)
        except AssertionError as error:
            error.add_note(f"{story.__module__}: change {story.__name__}, then run `make guide`")
            raise
