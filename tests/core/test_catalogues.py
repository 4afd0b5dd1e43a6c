"""The catalogue checks: each rule catches what it is for, and a good catalogue passes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from bot.core.catalogues import PLURAL_FORMS, check, compile_stale, extract, update

PROJECT = Path(__file__).resolve().parents[2]
CODE = """
def show(voice, n):
    voice.say("Welcome, {name}", name="Noura")
    voice.count("{n} member of {team}", "{n} members of {team}", n, team="x")
"""
WELCOME_AR = 'msgid "Welcome, {name}"\nmsgstr "مرحبًا {name}"\n'
MEMBERS_AR = """
msgid "{n} member of {team}"
msgid_plural "{n} members of {team}"
msgstr[0] "لا أعضاء في {team}"
msgstr[1] "عضو واحد في {team}"
msgstr[2] "عضوان في {team}"
msgstr[3] "{n} أعضاء في {team}"
msgstr[4] "{n} عضوًا في {team}"
msgstr[5] "{n} عضو في {team}"
"""


class Project:
    """A project in a temporary folder: code on one side, catalogues on the other."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def code(self, source: str, path: str = "bot/features/teams/screens.py") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, "utf-8")

    def po_path(self, locale: str, domain: str) -> Path:
        return self.root / "locales" / locale / "LC_MESSAGES" / f"{domain}.po"

    def po(self, locale: str, body: str, domain: str = "teams", forms: str | None = None) -> None:
        path = self.po_path(locale, domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        rule = PLURAL_FORMS[locale[:2]] if forms is None else forms
        header = (
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
            f'"Plural-Forms: {rule}\\n"\n'
        )
        path.write_text(f"{header}\n{body}", "utf-8")

    def problems(self, locale: str = "ar") -> list[str]:
        return [
            f"{finding.msgid}: {finding.problem}"
            for finding in check(self.root)
            if f"/{locale}/" in finding.place or finding.place.startswith("bot/")
        ]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose catalogues are in order."""
    made = Project(tmp_path)
    made.code(CODE)
    made.po("ar", WELCOME_AR + MEMBERS_AR)
    update(tmp_path)
    assert check(tmp_path) == []
    return made


def test_messages_go_to_the_domain_of_their_slice(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.code('voice.say("a")', "bot/features/teams/screens.py")
    project.code('TITLE = N_("b")', "bot/features/people/forms/name.py")
    project.code('voice.count("c", "cs", n)', "bot/arabic/when.py")
    project.code('say.voice.say("d" if x else "e")', "bot/chat/engine.py")
    project.code('voice.say("f")', "bot/features/__init__.py")
    project.code('voice.say("z")', "bot/simulator/page.py")
    found = {(m.domain, m.msgid, m.plural) for m in extract(tmp_path).messages.values()}
    assert found == {
        ("teams", "a", None),
        ("people", "b", None),
        ("arabic", "c", "cs"),
        ("halqa", "d", None),
        ("halqa", "e", None),
        ("halqa", "f", None),
    }


def test_a_message_remembers_all_its_places(tmp_path: Path) -> None:
    Project(tmp_path).code('voice.say("a")\nvoice.say("a")\n')
    (message,) = extract(tmp_path).messages.values()
    path = "bot/features/teams/screens.py"
    assert message.places == (f"{path}:1", f"{path}:2")


@pytest.mark.parametrize(
    "source",
    [
        "voice.say(title)",
        'voice.say(f"Hello {name}")',
        'voice.say("a" if x else title)',
        "voice.count(one, many, n)",
        'voice.count("one", many, n)',
        "N_(title)",
        "voice.say(*texts)",
    ],
)
def test_a_text_that_is_no_literal_is_reported(tmp_path: Path, source: str) -> None:
    Project(tmp_path).code(source)
    (finding,) = extract(tmp_path).findings
    assert "not a literal" in finding.problem
    assert finding.place == "bot/features/teams/screens.py:1"


@pytest.mark.parametrize(
    "source",
    ['"a,b".count(",")', "select(func.count(row.id))", "voice.text(title)", "voice.counted(*x, n)"],
)
def test_other_calls_are_no_messages(tmp_path: Path, source: str) -> None:
    Project(tmp_path).code(source)
    extraction = extract(tmp_path)
    assert extraction.messages == {}
    assert extraction.findings == []


def test_a_text_said_where_it_is_marked_counts_once(tmp_path: Path) -> None:
    Project(tmp_path).code('voice.say(N_("a"))')
    extraction = extract(tmp_path)
    assert [message.msgid for message in extraction.messages.values()] == ["a"]
    assert extraction.findings == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('voice.say("a {name")', "braces that do not match"),
        ('voice.say("a {}")', "not a plain name"),
        ('voice.say("a")\nvoice.count("a", "b", n)', "has another plural, or none"),
    ],
)
def test_texts_that_cannot_be_filled_are_reported(
    tmp_path: Path, source: str, problem: str
) -> None:
    Project(tmp_path).code(source)
    assert any(problem in finding.problem for finding in extract(tmp_path).findings)


def test_a_missing_message_is_found(project: Project) -> None:
    project.code(CODE + '    voice.say("Goodbye")\n')
    assert project.problems("ar") == [
        "Goodbye: is missing; it is said in bot/features/teams/screens.py:5"
    ]
    assert project.problems("en") == project.problems("ar")


def test_a_message_may_stand_in_the_shared_domain(project: Project) -> None:
    project.po("ar", WELCOME_AR, "halqa")
    project.po("ar", MEMBERS_AR)
    assert project.problems() == []


def test_domains_must_agree_on_a_text_that_they_share(project: Project) -> None:
    project.po("ar", WELCOME_AR.replace("مرحبًا", "أهلًا"), "halqa")
    assert project.problems() == ["Welcome, {name}: reads otherwise in halqa.po"]


def test_a_leftover_is_found(project: Project) -> None:
    project.po("ar", WELCOME_AR + MEMBERS_AR + '\nmsgid "Old"\nmsgstr "قديم"\n')
    project.po("ar", '\nmsgid "Older"\nmsgstr "أقدم"\n', "halqa")
    assert project.problems() == [
        "Older: is left over: its code does not say it",
        "Old: is left over: its code does not say it",
    ]


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(lambda po: po.replace("مرحبًا {name}", ""), "is empty", id="empty"),
        pytest.param(lambda po: f"#, fuzzy\n{po}", "is fuzzy", id="fuzzy"),
        pytest.param(lambda po: f"{po}\n{WELCOME_AR}", "stands twice", id="twice"),
        pytest.param(
            lambda po: f'{po}\n#~ msgid "Old"\n#~ msgstr "قديم"\n',
            "is commented out",
            id="obsolete",
        ),
        pytest.param(
            lambda po: po.replace("مرحبًا {name}", "مرحبًا"), "lacks the placeholder name", id="lost"
        ),
        pytest.param(
            lambda po: po.replace("مرحبًا {name}", "مرحبًا {name} {school}"),
            "has the placeholder school",
            id="strange",
        ),
        pytest.param(
            lambda po: po.replace("مرحبًا {name}", "مرحبًا {name"), "braces that do not", id="braces"
        ),
        pytest.param(
            lambda po: po.replace("مرحبًا {name}", "مرحبًا, {name}"), "Latin mark ','", id="comma"
        ),
        pytest.param(
            lambda po: po.replace('msgstr[2] "عضوان في {team}"\n', ""),
            "is empty in plural form 2",
            id="form-gone",
        ),
        pytest.param(
            lambda po: po.replace('msgstr[2] "عضوان في {team}"', 'msgstr[2] ""'),
            "is empty in plural form 2",
            id="form-empty",
        ),
        pytest.param(
            lambda po: po.replace("{n} أعضاء", "أعضاء"),
            "lacks the placeholder n in plural form 3",
            id="figure",
        ),
        pytest.param(
            lambda po: po.replace("عضوان في {team}", "عضوان"),
            "lacks the placeholder team in plural form 2",
            id="figureless-form",
        ),
        pytest.param(
            lambda po: f'msgctxt "m"\n{po}',
            "lacks the forms of address f, neutral",
            id="one-gender",
        ),
        pytest.param(
            lambda po: f'{po}\nmsgctxt "f"\n{WELCOME_AR}',
            "stands both with and without a form of address",
            id="both",
        ),
        pytest.param(
            lambda po: f'msgctxt "plural"\n{po}', "unknown forms of address plural", id="context"
        ),
        pytest.param(lambda po: f"{po}\nnonsense", "cannot be read", id="broken"),
    ],
)
def test_a_fault_in_a_catalogue_is_found(project: Project, change: Change, problem: str) -> None:
    project.po("ar", change(WELCOME_AR + MEMBERS_AR))
    assert any(problem in line for line in project.problems()), project.problems()


def test_three_forms_of_address_are_complete(project: Project) -> None:
    three = "\n".join(f'msgctxt "{who}"\n{WELCOME_AR}' for who in ("m", "f", "neutral"))
    project.po("ar", three + MEMBERS_AR)
    assert project.problems() == []
    counted = "\n".join(f'msgctxt "{who}"{MEMBERS_AR}' for who in ("m", "f", "neutral"))
    project.po("ar", f"{three}\n{counted}")
    assert project.problems() == []


@pytest.mark.parametrize(
    "forms",
    [
        "nplurals=2; plural=(n != 1);",
        PLURAL_FORMS["ar"].replace(" && n%100<=99", ""),
        "",
    ],
)
def test_another_plural_rule_is_found(project: Project, forms: str) -> None:
    project.po("ar", WELCOME_AR, forms=forms)
    assert any("needs the header Plural-Forms" in line for line in project.problems())


def test_an_overlay_holds_only_what_differs(project: Project) -> None:
    project.po("ar_MA", WELCOME_AR.replace("مرحبًا", "أهلًا"))
    assert project.problems("ar_MA") == []
    project.po("ar_MA", WELCOME_AR + '\nmsgid "Unknown"\nmsgstr "مجهول"\n')
    assert project.problems("ar_MA") == [
        "Unknown: overlays nothing in ar",
        "Welcome, {name}: only repeats ar",
    ]


def test_update_adds_what_is_missing_and_touches_nothing_else(project: Project) -> None:
    before = "# A note of the translator.\n" + WELCOME_AR + MEMBERS_AR
    project.po("ar", before)
    kept = project.po_path("ar", "teams").read_text("utf-8")
    project.code(
        CODE + '    voice.say("Say \\"hi\\"\\nnow")\n    voice.count("{n} a", "{n} as", n)\n'
    )

    report = update(project.root)

    assert report == [
        "locales/ar/LC_MESSAGES/teams.po: 2 added",
        "locales/en/LC_MESSAGES/teams.po: 2 added",
    ]
    assert project.po_path("ar", "teams").read_text("utf-8").startswith(kept.rstrip("\n"))
    assert project.problems("en") == []
    assert project.problems("ar") == ['Say "hi"\nnow: is empty', "{n} a: is empty"]
    assert update(project.root) == []


def test_update_says_what_another_slice_says_as_it_does(project: Project) -> None:
    """What two slices say reads alike in both, so nobody has to copy it; but it is listed, since
    it may mean another thing there."""
    project.code(CODE + '    voice.say("Withdraw it")\n', "bot/features/twinning/screens.py")
    place = "locales/ar/LC_MESSAGES/twinning.po"
    assert update(project.root) == [
        f"{place}: 3 added",
        f"{place}: 'Welcome, {{name}}' is said as in teams.po: «مرحبًا {{name}}»",
        f"{place}: '{{n}} member of {{team}}' is said as in teams.po: «{{n}} عضو في {{team}}»",
        "locales/en/LC_MESSAGES/twinning.po: 3 added",
    ]
    assert project.problems() == ["Withdraw it: is empty"]
    assert project.problems("en") == []


def test_update_reports_leftovers_and_keeps_them(project: Project) -> None:
    project.code('voice.say("Welcome, {name}", name=x)')
    assert [line.split(": ", 1)[0] for line in update(project.root)] == [
        "locales/ar/LC_MESSAGES/teams.po",
        "locales/en/LC_MESSAGES/teams.po",
    ]
    assert "عضوان" in project.po_path("ar", "teams").read_text("utf-8")


def test_only_stale_catalogues_are_compiled(project: Project) -> None:
    source = project.po_path("ar", "teams")
    target = source.with_suffix(".mo")
    assert target in compile_stale(project.root)
    assert compile_stale(project.root) == []
    with target.open("rb") as file:
        welcome = read_mo(file).get("Welcome, {name}")
    assert welcome is not None
    assert welcome.string == "مرحبًا {name}"

    newer = target.stat().st_mtime_ns + 1
    os.utime(source, ns=(newer, newer))
    assert compile_stale(project.root) == [target]


def test_a_compiled_catalogue_without_its_source_is_removed(project: Project) -> None:
    compile_stale(project.root)
    source = project.po_path("ar", "teams")
    source.unlink()
    compile_stale(project.root)
    assert not source.with_suffix(".mo").exists()


def test_the_command_line_fails_where_something_is_to_be_put_right(project: Project) -> None:
    def run(task: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "bot.core.catalogues", task, "--root", str(project.root)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    assert run("check") == (0, "catalogues: in order\n")
    assert run("compile")[0] == 0
    project.code(CODE + '    voice.say("Goodbye")\n')
    code, printed = run("check")
    assert code == 1
    assert "'Goodbye' is missing" in printed
    assert run("update")[1].count("1 added") == 2
