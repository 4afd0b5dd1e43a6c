"""`docs/rights.md` says what the tables of rights say."""

from importlib import import_module

from tests.rights.completeness import TABLES
from tests.rights.engine import ways_of
from tests.rights.page import PAGE, render


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(), "write it anew: python -m tests.rights.page"


def test_it_tells_of_every_rule_and_every_way() -> None:
    text = render()
    for name in TABLES:
        rules = import_module(f"tests.rights.{name}_rules").RULES
        assert [rule.says for rule in rules if f"### {rule.says}\n" not in text] == []
        names = {way.partition(" ")[2].partition("#")[0] for way in ways_of(rules)}
        assert {each for each in names if f"`{each}`" not in text} == set()
