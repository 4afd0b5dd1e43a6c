"""Who chooses when they are written to, and who keeps the days of a unit."""

from tests.rights.cast import Someone, lineage
from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import ANYBODY, KEEPER, Who
from tests.rights.things import DAYS, UNITS, Thing


def _lives_by(one: Someone, thing: Thing) -> bool:
    return one.is_member and thing.place in lineage(one.works)


LIVES_BY = Who("who works there or below", _lives_by)
PLACES = tuple(UNITS[key] for key in ("nada", "valley", "hijr", "murjan"))

RULES = (
    Rule(
        "Everybody chooses for themselves when they are written to.",
        (
            "action notification_settings.choose_settings",
            "route manners.mine",
            "route manners.from",
            "route manners.until",
            "route manners.quiet",
            "route manners.loud",
            "route manners.pauses",
            "route manners.pause",
            "route manners.cards",
            "route manners.card",
            "route manners.rest",
            "action notification_settings.forget_settings",
        ),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "The calendar of a unit is kept by its principal, supervisor, development unit and"
        " administrator, and by those above it.",
        (
            "action calendars.add_days",
            "action calendars.import_days",
            "action calendars.access_kept_calendar",
            "ability calendars.keep",
            "route manners.unit",
            "begin manners.add",
            "finish manners.add",
            "route manners.add",
            "begin manners.file",
            "finish manners.file",
            "route manners.file",
        ),
        (when(KEEPER, YES), when(ANYBODY, "manners.not_keeper")),
        on=PLACES,
    ),
    Rule(
        "What stands in a calendar is taken out by whoever keeps it.",
        ("action calendars.remove_days", "route manners.drop", "route manners.dropped"),
        (when(KEEPER, YES), when(ANYBODY, "manners.not_keeper")),
        on=DAYS,
        everybody_meets=2,
    ),
    Rule(
        "Everybody reads the days of their own unit and of those above it.",
        ("route manners.days",),
        (when(LIVES_BY, SHOWN), when(ANYBODY, WITHOUT)),
        on=DAYS,
        everybody_meets=2,
    ),
    Rule(
        "Where the days are gone already, everybody reads those of their own unit.",
        (
            "action calendars.remove_days#gone",
            "route manners.drop#gone",
            "route manners.dropped#gone",
        ),
        (when(ANYBODY, YES),),
    ),
)
