"""The main screens at the size of a ministry: the time their statements take in the database."""

from collections.abc import Iterator
from pathlib import Path

from bench.children import Child, cores
from bench.population import Size, fill_ministry
from bench.report import Measure, against_goal

SCREENS = {
    "my_meetings": "my meetings, for somebody in a team",
    "past_meetings": "past meetings, for somebody in a team",
    "my_teams": "my teams",
    "team_page": "a team's page, for one of its members",
    "practice_list": "the newest practices that a teacher may see",
    "practice_list_deep": "page 100 of the newest practices that a teacher may see",
    "practice_list_supervisor": "the newest practices that a supervisor may see",
    "practice_list_administrator": "the newest practices of everybody",
    "practices_of_teams": "the practices of one's teams",
    "practice_subjects": "the subjects of the practices that a teacher may see",
    "practice_subjects_administrator": "the subjects of everybody's practices",
    "practices_of_subject": "the newest practices of a subject that a teacher may see",
    "announcements": "the announcements to a teacher",
    "announcement_report": "how far an announcement to everybody has come",
    "announcement_silent": "who has not read an announcement to everybody",
    "announcement_units": "the units that an administrator may address",
    "district_people": "the people of a district, for its supervisor",
    "district_units": "the schools of a district, for its supervisor",
    "settings": "one's settings",
    "manners": "one's quiet hours",
    "audience_school": "how many people a principal's announcement reaches",
    "audience_district": "how many people a supervisor's announcement reaches",
    "audience_region": "how many people an announcement to a region reaches",
    "audience_everybody": "how many people an announcement to everybody reaches",
    "audience_role": "how many people an announcement to all who hold a role reaches",
    "audience_subject": "how many people an announcement to all of a subject reaches",
}
"""By the order's name; see `stacks.screens_halqa`."""


def measure(directory: Path, *, quick: bool) -> Iterator[Measure]:
    """The 95th percentile of each screen's time in the database."""
    size = Size(5_000, 2, 6, 300, 600, practices=2_000) if quick else Size()
    path = directory / "ministry.sqlite3"
    fill_ministry(path, size)
    own, _ = cores()
    tries = 40 if quick else 400
    given = {"url": "http://127.0.0.1:9", "database": str(path), "size": _facts(size)}
    with Child("stacks.screens_halqa", own, given) as bot:
        for name, what in SCREENS.items():
            answer = bot.ask("show", screen=name, tries=tries)
            yield against_goal(
                f"screen_{name}",
                f"{what}: p95 in the database, {size.people:,} people, {size.schools:,} schools,"
                f" {size.teams:,} teams",
                "ms",
                [answer["p95"]],
                20.0,
                median=answer["median"],
                most=answer["most"],
                p95_of_cpu=answer["cpu"],
                statements=answer["statements"],
            )


def _facts(size: Size) -> dict[str, int]:
    return {
        "people": size.people,
        "schools": size.schools,
        "regions": size.regions,
        "districts": size.districts,
        "first_school": size.first_school,
        "first_district": size.first_district,
        "teams": size.teams,
    }
