"""Whatever a screen says, the narrow channel takes each of its parts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.parts import ROUTE, fit, fit_delivered
from bot.chat.screen import Attachment, Choice, Listing, Screen, choice
from bot.core.clock import FrozenClock
from bot.core.i18n import Voice
from bot.files.kinds import FileKind
from bot.simulator import SimUser
from tests.narrow.channel import NARROW, write
from tests.narrow.platform import NarrowPlatform
from tests.town import MORNING

VOICES = (Voice(), Voice(locale="fr", numerals="latn"), Voice(locale="en", numerals="latn"))
AGAIN = choice("", "practices.open", 12)
LETTERS = st.sampled_from("ابجد lrAB7/.:؟-_@\n😀\u2066\u2069\u200f")
WORDS = st.text(LETTERS, max_size=300) | st.sampled_from(
    ["/help /menu /cancel " * 20, "2026-11-22 " * 40, "https://example.org/a?b=c\n" * 30, "ا" * 900]
)
LONG = st.lists(WORDS, max_size=8).map("\n\n".join)
LABELS = st.text("ابجد lr", min_size=1, max_size=24).map(lambda label: f"«{label[:22]}»")


def choices(count: int, label: str, url: str = "") -> tuple[Choice, ...]:
    web = (Choice(label, url=url),) if url else ()
    return (*web, *(choice(label, "act", n, hint=label * 4) for n in range(count)))


def listing(count: int, label: str) -> Listing | None:
    turning = (choice("قبل", "turn", 1), choice("بعد", "turn", 3))
    items = tuple(choice(f"{n}. {label * 5}", "item", n) for n in range(count))
    return Listing(items, *turning) if count else None


SCREENS = st.builds(
    Screen,
    title=LONG | st.just("عنوان"),
    text=LONG.map(lambda text: f"نص {text}"),
    quote=LONG,
    footer=LONG | st.just("ذيل"),
    actions=st.builds(
        choices, st.integers(0, 24), LABELS, st.sampled_from(["", "https://example.org/abc"])
    ),
    listing=st.builds(listing, st.integers(0, 24), LABELS),
    menu=st.integers(0, 7).map(
        lambda count: tuple(choice("كلمة", "menu", n) for n in range(count))
    ),
    attachment=st.none()
    | st.just(Attachment(FileKind.PHOTO, ref="file"))
    | st.just(Attachment(FileKind.PHOTO, ref="file", opens=choice("فتح", "open"))),
    again=st.just(AGAIN),
)


def narrow() -> NarrowPlatform:
    platform = NarrowPlatform(FrozenClock(MORNING).now)
    platform.add_user(SimUser(7, "مريم"))
    platform.chats["7"].heard_at = MORNING
    kept = platform._keep("photo", b"content", "")
    platform.files["file"] = kept
    return platform


def token(of: Choice) -> str:
    return f"{of.route} {of.args}"


def shown(screen: Screen, voice: Voice) -> None:
    """The platform takes it, or the test fails."""
    narrow().send("7", write(replace(screen, rtl=voice.language == "ar"), token))


@given(screen=SCREENS, voice=st.sampled_from(VOICES))
def test_every_part_is_taken_and_nothing_is_lost(screen: Screen, voice: Voice) -> None:
    ahead, seen, offered = [1], set[int](), set[Choice]()
    words = ""
    while ahead:
        number = ahead.pop()
        seen.add(number)
        part = fit(screen, NARROW, voice, number)
        shown(part, voice)
        offered |= set(part.choices)
        words += part.title + part.text + part.quote + part.footer
        leading = {int(each.args[0]) for each in part.choices if each.route == ROUTE}
        ahead += leading - seen - set(ahead)
    assert {c for c in (*screen.choices, *screen.menu) if not c.url} <= offered
    assert all(each.url in words for each in screen.choices if each.url)


@given(screen=SCREENS, voice=st.sampled_from(VOICES))
def test_a_delivered_message_is_taken(screen: Screen, voice: Voice) -> None:
    shown(fit_delivered(screen, NARROW, voice), voice)


def test_the_channel_shortens_the_label_of_an_entry_and_says_it_whole_below() -> None:
    long = "12. مجتمع الرياضيات في مدرسة الندى"
    screen = Screen("نص", listing=Listing((choice(long, "item", 1),)))
    entry = write(screen, token)["list"][0]
    assert len(entry["label"]) <= 24
    assert entry["hint"] == long
