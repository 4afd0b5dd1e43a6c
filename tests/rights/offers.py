"""Which buttons the pages show: those of which the table says that the act is not refused.

Where a page shows less, or more, it is said here, with the reason; what is said and met by nobody
is a fault as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.chat.screen import Screen
from tests.rights.announcements_rules import UNDER_WAY, UNSENT
from tests.rights.announcements_ways import TABLE as ANNOUNCEMENT_TABLE
from tests.rights.cast import Someone
from tests.rights.engine import GATE, WITHOUT, Hall, Line, Rule, Table, when
from tests.rights.groups import ANYBODY, AUTHOR, MEMBER
from tests.rights.meetings_ways import TABLE as MEETING_TABLE
from tests.rights.practices_ways import TABLE as PRACTICE_TABLE
from tests.rights.teams_rules import TEAMS
from tests.rights.teams_ways import TABLE as TEAM_TABLE
from tests.rights.things import ANNOUNCEMENTS, MEETINGS, MEMBERSHIPS, PRACTICES, Thing


@dataclass(frozen=True)
class Offer:
    """A button about the thing of its page. `way` is the act behind it, where that is not the page
    that the button opens; `table` where another slice tells of it."""

    route: str
    way: str = ""
    kept_back: tuple[Line, ...] = ()
    """Who is not shown it although they may, with the reason."""
    shown_anyway: tuple[Line, ...] = ()
    """Who is shown it although they may not, with the reason."""
    table: Table | None = None


@dataclass(frozen=True)
class Page:
    table: Table
    way: str
    on: tuple[Thing, ...]
    offers: tuple[Offer, ...]


PAGES = (
    Page(
        TEAM_TABLE,
        "route teams.page",
        TEAMS,
        (
            Offer("teams.ask"),
            Offer("teams.unask"),
            Offer("teams.members"),
            Offer(
                "teams.leave",
                kept_back=(when(MEMBER, "a team that has ended keeps its past", "closed"),),
            ),
            Offer("teams.lead"),
            Offer("teams.leads"),
            Offer("meetings.team", table=MEETING_TABLE),
            Offer("meetings.new", table=MEETING_TABLE),
        ),
    ),
    Page(
        TEAM_TABLE,
        "route teams.member",
        MEMBERSHIPS,
        (
            Offer("teams.card"),
            Offer("teams.hand", way="action communities.hand_over"),
            Offer("teams.remove", way="action communities.remove_member"),
        ),
    ),
    Page(
        MEETING_TABLE,
        "route meetings.page",
        MEETINGS,
        (
            Offer("meetings.rsvp", way="action meetings.answer_meeting"),
            Offer("meetings.answers"),
            Offer("meetings.move"),
            Offer("meetings.place"),
            Offer("meetings.cancel"),
        ),
    ),
    Page(
        PRACTICE_TABLE,
        "route practices.open",
        PRACTICES,
        (
            Offer("practices.edit"),
            Offer(
                "practices.draw", kept_back=(when(AUTHOR, "it is withdrawn already", "withdrawn"),)
            ),
            Offer(
                "practices.again",
                kept_back=(when(AUTHOR, "it is not withdrawn", "shared", "hidden"),),
                shown_anyway=(when(AUTHOR, "the press says why not", "withdrawn"),),
            ),
            Offer("practices.hide", kept_back=(when(ANYBODY, "it is hidden already", "hidden"),)),
            Offer("practices.reveal", kept_back=(when(ANYBODY, "it is not hidden", "shared"),)),
            Offer("practices.apply", kept_back=(when(ANYBODY, "it is hidden", "hidden"),)),
            Offer("practices.thank", kept_back=(when(ANYBODY, "it is hidden", "hidden"),)),
        ),
    ),
    Page(
        ANNOUNCEMENT_TABLE,
        "route announce.preview",
        ANNOUNCEMENTS,
        (
            Offer(
                "announce.sent",
                kept_back=(
                    when(AUTHOR, "it is under way", *UNDER_WAY),
                    when(AUTHOR, "ahead of its time it is asked once more", "scheduled"),
                ),
                shown_anyway=(when(AUTHOR, "the press says why not", "draft"),),
            ),
            Offer(
                "announce.send",
                kept_back=(
                    when(AUTHOR, "it is under way", *UNDER_WAY),
                    when(AUTHOR, "the preview sends it", "draft"),
                ),
                shown_anyway=(when(AUTHOR, "the press says why not", "scheduled"),),
            ),
            Offer(
                "announce.later",
                shown_anyway=(when(AUTHOR, "the press says why not", *UNSENT),),
            ),
            Offer(
                "announce.stop",
                kept_back=(when(AUTHOR, "it has ended", "stopped", "halted", "discarded"),),
            ),
            Offer("announce.edit"),
        ),
    ),
    Page(
        ANNOUNCEMENT_TABLE,
        "route announce.report",
        ANNOUNCEMENTS,
        (
            Offer(
                "announce.stop",
                kept_back=(when(ANYBODY, "it has ended", "stopped", "halted", "discarded"),),
            ),
            Offer("announce.letgo"),
        ),
    ),
)


def _rule_of(table: Table, way: str) -> Rule:
    return next(rule for rule, told in table.rows() if told == way)


def _cells(page: Page) -> Iterator[tuple[Someone, Thing]]:
    """Everybody for whom the page opens, with every thing."""
    rule = replace(_rule_of(page.table, page.way), on=page.on, everybody_meets=2)
    for one, thing in rule.cells(page.way):
        line = rule.expected(page.way, one, thing)
        if line and "." not in line.outcome and line.outcome not in (GATE, WITHOUT):
            yield one, thing


async def offer_faults(hall: Hall, page: Page) -> list[str]:
    """Where a button of the page is shown otherwise than the table says, one sentence each."""
    found: list[str] = []
    met: set[int] = set()
    for one, thing in _cells(page):
        async with hall.cell(one, thing) as live:
            screen = await page.table.go(page.way, live)
        for offer in page.offers:
            wanted = _is_wanted(page, offer, one, thing, met)
            if _is_shown(screen, offer, live.id) is not wanted:
                what = "does not see" if wanted else "sees"
                found.append(f"{one.key} {what} {offer.route} on {thing.key} ({thing.state})")
    exceptions = [each for o in page.offers for each in (*o.kept_back, *o.shown_anyway)]
    return found + [
        f"{page.way}: nobody meets “{each.who.words}: {each.outcome}”"
        for each in exceptions
        if id(each) not in met
    ]


def _is_wanted(page: Page, offer: Offer, one: Someone, thing: Thing, met: set[int]) -> bool:
    """Whether the button has to be shown; notes the exception that decided it."""
    way = offer.way or f"route {offer.route}"
    line = _rule_of(offer.table or page.table, way).line(one, thing)
    may = line is not None and "." not in line.outcome
    for exception in offer.kept_back if may else offer.shown_anyway:
        if exception.fits(one, thing):
            met.add(id(exception))
            return not may
    return may


def _is_shown(screen: Screen, offer: Offer, number: int) -> bool:
    return any(
        each.route == offer.route and each.args[:1] == (str(number),) for each in screen.choices
    )
