"""What does not fit one message is read on, and nothing of it is lost."""

import asyncio
from dataclasses import make_dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.forms import engine
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.parts import ROUTE, fit, fit_delivered
from bot.chat.screen import Attachment, Choice, Listing, Screen, choice
from bot.chat.traits import Traits
from bot.chat.turn import Turn
from bot.core.i18n import Voice
from bot.core.text import count_units
from bot.files.kinds import FileKind
from tests.chat.form_runner import FormRunner

NARROW = replace(
    TELEGRAM, edits=False, toasts=False, menu=False, choices=10, list_size=6, entries_size=4,
    text_with_choices=1024,
)  # fmt: skip
VOICE = Voice()
AGAIN = choice("", "practices.open", 12)
WORDS = st.text("ابجد lr.\n😀", max_size=400)
LONG = st.lists(WORDS, max_size=12).map("\n\n".join)


def actions(count: int) -> tuple[Choice, ...]:
    return tuple(choice(f"فعل {n}", "act", n) for n in range(count))


SCREENS = st.builds(
    Screen,
    text=LONG,
    title=st.text("عنوان ", max_size=60),
    quote=LONG,
    footer=st.text("ذيل ", max_size=60),
    actions=st.integers(0, 10).map(actions),
    listing=st.none()
    | st.integers(1, 6).map(lambda n: Listing(actions(n), choice("قبل", "p"), choice("بعد", "n"))),
    again=st.just(AGAIN),
)


def all_parts(screen: Screen, traits: Traits) -> list[Screen]:
    """The parts, by following what leads on from each, as a reader does."""
    found = {1: fit(screen, traits, VOICE)}
    ahead = [1]
    while ahead:
        for each in found[ahead.pop()].actions:
            if each.route == ROUTE and (number := int(each.args[0])) not in found:
                found[number] = fit(screen, traits, VOICE, number)
                ahead.append(number)
    return [found[number] for number in sorted(found)]


def bare(*texts: str) -> str:
    return "".join("".join(texts).split())


@pytest.mark.parametrize("traits", [TELEGRAM, NARROW], ids=["wide", "narrow"])
@given(screen=SCREENS)
def test_every_word_and_action_is_in_some_part_and_each_part_fits(
    traits: Traits, screen: Screen
) -> None:
    parts = all_parts(screen, traits)
    # A part of actions alone says what it is, where no title does: nothing is sent without words.
    more = VOICE.say("More actions")
    told = bare(*(each for part in parts for each in (part.text, part.quote) if each != more))
    assert all(part.title or part.text for part in parts[1:])
    assert told == bare(screen.text, screen.quote)
    offered = {each for part in parts for each in part.choices}
    assert set(screen.choices) <= offered
    for part in parts:
        texts = (part.title, part.text, part.quote, part.footer)
        assert sum(map(count_units, texts)) <= (
            traits.text_with_choices if part.choices else traits.text
        )
        assert len(part.choices) <= traits.choices


@given(screen=SCREENS)
def test_a_delivered_message_fits_and_opens_the_rest(screen: Screen) -> None:
    told = fit_delivered(screen, NARROW, VOICE)
    assert len(told.choices) <= NARROW.choices
    if told != screen:
        assert (AGAIN.route, AGAIN.args) in {(each.route, each.args) for each in told.actions}


def test_what_fits_is_left_as_it_is() -> None:
    screen = Screen("نص", again=AGAIN).with_actions(actions(10))
    assert fit(screen, NARROW, VOICE) == screen
    assert fit_delivered(screen, NARROW, VOICE) == screen


def test_the_result_of_a_press_stands_in_the_first_part() -> None:
    screen = Screen("كلمة " * 600, again=AGAIN).with_actions(actions(2)).with_result("تم.")
    first, second, *_ = all_parts(screen, NARROW)
    assert first.footer.startswith("تم.")
    assert "تم." not in second.footer


def test_a_channel_without_a_menu_offers_its_words_as_actions() -> None:
    screen = Screen("أهلًا", menu=(choice("لقاءاتي", "meetings.mine"),))
    shown = fit(screen, NARROW, VOICE)
    assert shown.actions == screen.menu
    assert not shown.menu
    assert fit(screen, TELEGRAM, VOICE) == screen


def test_a_file_that_does_not_stand_beside_its_words_has_a_button() -> None:
    opens = choice("فتح المرفق", "announce.file", 3)
    file = Attachment(FileKind.PHOTO, ref="x", opens=opens)
    beside = Screen(quote="كلمة " * 150, attachment=file)
    assert fit_delivered(beside, NARROW, VOICE) == beside
    long = replace(beside, quote="كلمة " * 220)
    shown = fit_delivered(long, TELEGRAM, VOICE)
    assert shown.attachment is None
    assert shown.actions == (opens,)
    assert shown.quote == long.quote


@pytest.mark.parametrize("traits", [TELEGRAM, NARROW], ids=["wide", "narrow"])
def test_a_mark_stays_on_what_is_long_around_its_text(traits: Traits) -> None:
    """However long the title is, or what else the footer says."""
    long = "عنوان طويل جدًا " * (traits.text_with_choices // 20)
    for title, above in ((long, ""), ("", long), ("عنوان", "")):
        screen = Screen(text="كلمات " * 2000, title=title, footer=above, again=AGAIN)
        shown = fit_delivered(screen.with_result("✅ اطّلعت على هذا الإعلان."), traits, VOICE)
        assert shown.footer.endswith("✅ اطّلعت على هذا الإعلان.")
        assert fit(shown, traits, VOICE) == shown, "it stands in one message"


def test_which_of_many_answers_to_change_is_read_on() -> None:
    """A form of fifteen, too many for one button each in the review, where a message has room
    for ten choices."""
    names = [f"answer{n}" for n in range(15)]
    fields = tuple(TextField(name=name, label=name, question=f"{name}?") for name in names)
    draft = make_dataclass("Draft", [(name, str) for name in names], frozen=True)
    form = Form(
        name="test.long", version=1, title="A form", send="Send", fields=fields, draft=draft,
        finish=never,
    )  # fmt: skip
    runner = FormRunner(form)
    runner.begins()
    for name in names:
        runner.answers(f"it is {name}")
    runner.presses("Edit")
    parts = all_parts(runner.screen, NARROW)
    assert max(len(part.choices) for part in parts) <= NARROW.choices
    assert {f"✏️ {name}" for name in names} < {each.label for part in parts for each in part.choices}
    # Where it is drawn anew, its buttons stay those that stand elsewhere.
    shown = runner.screen
    assert shown.again is not None
    runner.screen = asyncio.run(engine.press(runner.turn(), *shown.again.args))
    assert runner.labels() == runner.labels(shown)
    runner.presses_old(shown, "✏️ answer14")
    assert runner.screen.text.startswith("answer14?")


async def never(turn: Turn, draft: object) -> Screen:
    raise AssertionError
