"""Writes `docs/rights.md`: the tables of rights as somebody reads them who does not program.

    python -m tests.rights.page

The page holds what stands in the `*_rules.py`, and nothing that was found out by running the bot.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from bench.mutants.table import STATES
from tests.rights.completeness import TABLES
from tests.rights.engine import GATE, OPEN, SHOWN, WITHOUT, YES, Line, Rule
from tests.rights.groups import ANYBODY, Who
from tests.rights.offers import PAGES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
HEADINGS = {
    "people": "People, roles, invitations and units",
    "teams": "Teams, and searching",
    "practices": "Practices",
    "meetings": "Meetings",
    "announcements": "Announcements",
    "imports": "Lists, and the places that they keep",
    "manners": "When people are written to, and the calendars of units",
}
KINDS = {
    "action": "Acts",
    "route": "Pages and buttons",
    "begin": "Forms, when they are opened",
    "finish": "Forms, when they are sent",
    "job": "What falls due",
    "ability": "Abilities",
}
OUTCOMES = {YES: "yes", SHOWN: "sees it", WITHOUT: "gets the page without it", GATE: "registers"}
INTRODUCTION = f"""\
# Who may do what

Written by `python -m tests.rights.page` from the rules in `tests/rights/*_rules.py`: change those,
and not this page. The rules are written by hand from what Halqa promises. The tests let everybody
of a cast try every way on every thing in every state, and compare what comes of it.

Of each table the first line that fits decides. «Anybody else» is whoever no line above it means.
*When* names the states of the thing in which a line holds; an empty one means in all of them.
*What comes of it* is one of these:

- «yes»: it is done, or they are asked whether to do it; «then it is …»: the state that follows
- «no»: it is refused. Whoever pressed reads why; in brackets is the code of that sentence
- «sees it»: the page opens and tells of the thing; «gets the page without it»: the page opens, and
  says nothing of it
- «registers»: they are asked to register

Below each table is what it was tried with, by the names in the code: *acts* are what the database
is asked to do, whoever asks; an *ability* is what a screen asks before it shows a button, and
whoever gets a «no» has not got it. A word in brackets after a name is a special case: (old) is a
link or a button from before.

Whoever is not registered is asked to register, on every page but those that are open to all:
{", ".join(f"`{name}`" for name in sorted(OPEN))}.
A right is asked anew at each press, also of an old button.
"""


def render() -> str:
    """The whole page."""
    assert sorted(HEADINGS) == sorted(TABLES)
    parts = [INTRODUCTION, _glossary()]
    for name in HEADINGS:
        parts += _slice(name)
    return "\n".join([*parts, _buttons()])


def _rules(name: str) -> tuple[Rule, ...]:
    rules: tuple[Rule, ...] = import_module(f"tests.rights.{name}_rules").RULES
    return rules


def _glossary() -> str:
    groups = [
        group
        for name in HEADINGS
        for rule in _rules(name)
        for line in rule.lines
        for group in _parts(line.who)
    ]
    explained = {group.words: group.means for group in groups if group.means}
    rows = [(words, explained[words]) for words in sorted(explained)]
    said = (
        "A role is held at a unit and reaches everything below it. A lead teacher holds such"
        " a role; the lead of a team leads that team alone, whatever their role."
    )
    return f"## Who is meant\n\n{said}\n\n{_table(('Words', 'Meaning'), rows)}"


def _parts(group: Who) -> Iterator[Who]:
    yield group
    for part in group.parts:
        yield from _parts(part)


def _slice(name: str) -> Iterator[str]:
    rules = import_module(f"tests.rights.{name}_rules")
    assert rules.__doc__
    yield f"## {HEADINGS[name]}\n\n{rules.__doc__.strip()}\n"
    for rule in _rules(name):
        yield _rule(rule)
    if unasked := import_module(f"tests.rights.{name}_ways").TABLE.unasked:
        rows = [(f"`{way.partition(' ')[2]}`", why) for way, why in unasked.items()]
        yield f"### What asks nobody's right\n\n{_table(('Act', 'Why'), rows)}"


def _rule(rule: Rule) -> str:
    """One rule: its sentence, who gets what, and the ways that it is about."""
    who = [_first(rule.lines[0].who), *(line.who.words for line in rule.lines[1:])]
    if any(line.states for line in rule.lines):
        head: tuple[str, ...] = ("Who", "When", "What comes of it")
        when = [", ".join(line.states) for line in rule.lines]
        rows: list[tuple[str, ...]] = list(zip(who, when, map(_outcome, rule.lines), strict=True))
    else:
        head = ("Who", "What comes of it")
        rows = list(zip(who, map(_outcome, rule.lines), strict=True))
    return f"### {rule.says}\n\n{_table(head, rows)}\n{_ways(rule.ways)}\n"


def _first(group: Who) -> str:
    """The words of a group before which no other was named."""
    return "anybody" if group is ANYBODY else group.words


def _outcome(line: Line) -> str:
    if line.outcome in OUTCOMES:
        return OUTCOMES[line.outcome]
    if "." not in line.outcome:
        return f"yes: then it is {line.outcome}"
    why = f": {STATES[line.outcome]}" if line.outcome in STATES else ""
    return f"no{why} (`{line.outcome}`)"


def _ways(ways: Iterable[str]) -> str:
    """The ways by their kinds, one line each."""
    named: dict[str, list[str]] = {}
    for way in ways:
        kind, _, name = way.partition(" ")
        plain, _, look = name.partition("#")
        told = f"`{plain}` ({look})" if look else f"`{plain}`"
        named.setdefault(KINDS[kind], []).append(told)
    return "\n".join(
        f"- {kind}: {', '.join(named[kind])}" for kind in KINDS.values() if kind in named
    )


def _buttons() -> str:
    """Where a page shows less or more than what may be done."""
    rows = [
        (f"`{offer.route}`", _first(each.who), ", ".join(each.states), shown, each.outcome)
        for page in PAGES
        for offer in page.offers
        for lines, shown in ((offer.kept_back, "no"), (offer.shown_anyway, "yes"))
        for each in lines
    ]
    said = (
        "A page shows a button to whoever may do what it leads to. Where it shows less, or more,"
        " stands here."
    )
    table = _table(("Button", "Who", "When", "Is it shown?", "Why"), rows)
    return f"## Buttons\n\n{said}\n\n{table}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
