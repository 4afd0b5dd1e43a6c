"""The map of the conversation: what clashes is refused, and whom a door is shown to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.menu import MENU_SLICE
from bot.chat.router import MenuItem, Router, Slice
from bot.chat.routes import Command, Door, Link, Route
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from tests.chat.form_runner import FormRunner


async def one(turn: Turn, *args: str) -> Screen:
    return Screen(text="one")


async def other(turn: Turn, *args: str) -> Screen:
    return Screen(text="other")


@dataclass(frozen=True)
class Draft:
    name: str


async def finish(turn: Turn, draft: Draft) -> Screen:
    return Screen()


NAME = TextField(name="name", label="Name", question="What is it called?")
FORM = Form(
    name="teams.create",
    version=1,
    title="A team",
    draft=Draft,
    fields=(NAME,),
    finish=finish,
    send="Found",
)
PAGE = Route("teams.page", one)
DONE = "tests.chat.test_router.finish"
HERE, THERE = "communities (tests.chat.test_router.one)", "practices (tests.chat.test_router.other)"
CLASHES: Mapping[str, tuple[Slice, Slice, str]] = {
    "routes": (
        Slice("communities", screens=[PAGE]),
        Slice("practices", screens=[Route("teams.page", other)]),
        f"route teams.page: defined by {HERE} and by {THERE}",
    ),
    "routes of one slice": (
        Slice("communities", screens=[PAGE, PAGE]),
        Slice("practices"),
        f"route teams.page: defined by {HERE} and by {HERE}",
    ),
    "forms": (
        Slice("communities", forms=[FORM]),
        Slice("practices", forms=[FORM]),
        f"form teams.create: defined by communities ({DONE}) and by practices ({DONE})",
    ),
    "commands": (
        Slice("communities", screens=[PAGE], commands=[Command("teams", "teams.page", "")]),
        Slice("practices", commands=[Command("teams", "menu", "")]),
        "command teams: defined by communities (teams.page) and by practices (menu)",
    ),
    "words of the menu": (
        Slice("communities", screens=[PAGE], menu=[MenuItem("👥 My teams", "teams.page")]),
        Slice("practices", menu=[MenuItem("My Teams", "menu")]),
        "menu word my teams: defined by communities (teams.page) and by practices (menu)",
    ),
    "doors": (
        Slice("communities", screens=[PAGE], doors={"people.staff": [Door("A", "teams.page")]}),
        Slice("practices", doors={"people.staff": [Door("B", "teams.page")]}),
        "door on people.staff to teams.page: defined by communities (A) and by practices (B)",
    ),
    "links": (
        Slice("communities", screens=[PAGE], links=[Link("t", "teams.page")]),
        Slice("practices", links=[Link("t", "menu")]),
        "link t: defined by communities (teams.page) and by practices (menu)",
    ),
    "links of which one begins as the other": (
        Slice("communities", screens=[PAGE], links=[Link("t", "teams.page")]),
        Slice("practices", links=[Link("tp", "menu")]),
        "link tp: menu and teams.page (t) would open the same payloads",
    ),
}


@pytest.mark.parametrize("what", CLASHES)
def test_what_clashes_is_refused_with_both_names(what: str) -> None:
    first, second, told = CLASHES[what]
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        Router.of([MENU_SLICE, first, second])


@pytest.mark.parametrize(
    "astray",
    [
        Slice(commands=[Command("teams", "nowhere", "")]),
        Slice(menu=[MenuItem("Teams", "nowhere")]),
        Slice(doors={"people.staff": [Door("Teams", "nowhere")]}),
        Slice(links=[Link("t", "nowhere")]),
    ],
    ids=["command", "menu", "door", "link"],
)
def test_what_leads_nowhere_is_refused(astray: Slice) -> None:
    with pytest.raises(ValueError, match="nothing is shown at nowhere"):
        Router.of([MENU_SLICE, astray])


def test_a_door_that_needs_an_ability_is_shown_to_whoever_has_it() -> None:
    doors = [Door("Look", "teams.page"), Door("Change", "teams.edit", needs="lead")]
    router = Router.of(
        [
            MENU_SLICE,
            Slice(screens=[PAGE, Route("teams.edit", other)], doors={"teams.page": doors}),
        ]
    )
    turn = FormRunner(FORM).turn()

    def shown(*abilities: str) -> list[tuple[str, str, tuple[str, ...]]]:
        found = router.doors_on("teams.page", turn, 7, abilities=set(abilities))
        return [(each.label, each.route, each.args) for each in found]

    assert shown() == [("Look", "teams.page", ("7",))]
    assert shown("follow") == shown()
    assert shown("lead") == [*shown(), ("Change", "teams.edit", ("7",))]
    assert router.doors_on("people.staff", turn, 7) == []


def test_a_link_is_known_by_how_it_begins() -> None:
    router = Router.of([MENU_SLICE, Slice(screens=[PAGE], links=[Link("t", "teams.page")])])
    assert router.link_route("t1234") == "teams.page"
    assert router.link_route("1234") is None
    assert router.link_route("") is None
