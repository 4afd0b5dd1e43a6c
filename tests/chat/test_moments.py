"""Asking for a moment: buttons for days and hours, typed Arabic, and what is refused."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.arabic.dates.lengths import read_minutes
from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import Contact
from bot.chat.forms import engine
from bot.chat.forms.drafts import check_draft
from bot.chat.forms.form import Form
from bot.chat.forms.moments import DayField, MomentField
from bot.chat.forms.reading import Given
from bot.chat.forms.times import GivenTime
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.person import Person, PersonState, Reach
from bot.chat.router import Router
from bot.chat.screen import Screen
from bot.chat.turn import Installation, Turn
from bot.core.country import country
from bot.core.i18n import Voice
from bot.core.settings import Settings
from bot.core.text import western

SUNDAY = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""Sunday 22 November 2026, 10:00 in Riyadh, 07:00 in Rabat."""


def readable(text: str) -> str:
    return western("".join(char for char in text if char not in "\u2066\u2067\u2068\u2069\u200f"))


@dataclass(frozen=True)
class AMoment:
    when: GivenTime


@dataclass(frozen=True)
class ADay:
    when: date


@dataclass
class AskedMoment:
    """A form of one question, and a person who answers it."""

    asks: MomentField | DayField
    code: str = "SA"
    now: datetime = SUNDAY
    value: str = ""
    screen: Screen = field(default_factory=Screen)
    contact: Contact = field(init=False)

    def __post_init__(self) -> None:
        pack = country(self.code)
        voice = Voice(pack.locale, "f", pack.numerals, pack.calendar, pack.timezone, pack.code)
        person = Person(1, PersonState.MEMBER, "", voice)
        self.contact = Contact(Address("test", "1"), 1, person, Reach.REACHABLE, [])

    async def _finish(self, turn: Turn, draft: Any) -> Screen:
        self.value = self.asks.dump(draft.when)
        return Screen(text="done")

    @property
    def turn(self) -> Turn:
        draft: type[Any] = ADay if isinstance(self.asks, DayField) else AMoment
        form = Form(
            name="one", version=1, title="one", draft=draft, fields=(self.asks,),
            finish=self._finish, send="send", review=False,
        )  # fmt: skip
        check_draft(form)
        settings = Settings()
        installation = Installation(settings, {self.contact.address.channel: str})
        tx = cast("Any", SimpleNamespace(now=self.now))
        incoming = Incoming(self.contact.address, IncomingKind.TEXT)
        return Turn(tx, self.contact, incoming, Router(forms={"one": form}), installation, TELEGRAM)

    async def begins(self) -> None:
        self.screen = await self.turn.begin("one")

    async def says(self, text: str) -> None:
        screen = await engine.answer(self.turn, Given(text=text))
        assert isinstance(screen, Screen)
        self.screen = screen

    async def taps(self, label: str) -> None:
        for button in self.screen.choices:
            if label in readable(button.label):
                self.screen = await engine.press(self.turn, *button.args)
                return
        raise AssertionError(f"no «{label}» among {self.labels}")

    @property
    def text(self) -> str:
        return readable(self.screen.text)

    @property
    def labels(self) -> list[str]:
        return [readable(button.label) for button in self.screen.choices]


def moment(what: str = "moment", **more: Any) -> MomentField | DayField:
    if what == "day":
        return DayField(name="when", label="when", question="متى؟", **more)
    return MomentField(name="when", label="when", question="متى؟", **more)


def given_time(saved: str) -> GivenTime:
    return MomentField(name="when", label="when", question="متى؟").load(saved)


def moment_of(saved: str) -> datetime:
    return given_time(saved).starts_at


def end_of(saved: str) -> datetime | None:
    return given_time(saved).ends_at


day_of = date.fromisoformat


@pytest.fixture
async def asked() -> AskedMoment:
    found = AskedMoment(moment())
    await found.begins()
    return found


async def test_a_moment_is_chosen_with_two_buttons(asked: AskedMoment) -> None:
    assert "متى؟" in asked.text
    assert asked.labels[:8] == [
        "الأحد 22 نوفمبر", "الاثنين 23 نوفمبر", "الثلاثاء 24 نوفمبر", "الأربعاء 25 نوفمبر",
        "الخميس 26 نوفمبر", "الأحد 29 نوفمبر", "الاثنين 30 نوفمبر", "الثلاثاء 1 ديسمبر",
    ]  # fmt: skip
    await asked.taps("الاثنين 23")
    assert "الاثنين 23 نوفمبر 2026م الموافق 13 جمادى الآخرة 1448" in asked.text
    await asked.taps("4:00 عصرًا")
    assert asked.value == "2026-11-23T16:00+03:00"
    assert moment_of(asked.value) == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert end_of(asked.value) is None


async def test_hours_of_today_that_have_passed_are_not_offered(asked: AskedMoment) -> None:
    await asked.taps("الأحد 22")
    assert "10:00 صباحًا" not in asked.labels
    assert "11:00 صباحًا" in asked.labels


async def test_a_day_without_hours_left_is_not_offered() -> None:
    late = AskedMoment(moment(), now=SUNDAY + timedelta(hours=11))
    await late.begins()
    assert late.labels[0] == "الاثنين 23 نوفمبر"


async def test_later_days_are_a_press_away_and_so_is_the_way_back(asked: AskedMoment) -> None:
    await asked.taps("أيام أخرى")
    assert asked.labels[0] == "الأربعاء 2 ديسمبر"
    await asked.taps("أيام سابقة")
    assert asked.labels[0] == "الأحد 22 نوفمبر"


async def test_a_typed_moment_is_repeated_with_both_calendars_before_it_counts(
    asked: AskedMoment,
) -> None:
    await asked.says("الأحد القادم الساعة ٤ عصراً")
    assert "الأحد 29 نوفمبر 2026م الموافق 19 جمادى الآخرة 1448" in asked.text
    assert "4:00 عصرًا" in asked.text
    assert asked.value == ""
    await asked.taps("نعم")
    assert asked.value == "2026-11-29T16:00+03:00"


async def test_what_was_understood_wrongly_can_be_changed(asked: AskedMoment) -> None:
    await asked.says("الأحد القادم الساعة ٤ عصراً")
    await asked.taps("موعد آخر")
    assert "متى؟" in asked.text
    await asked.says("الاثنين ٥ عصرا")
    await asked.taps("نعم")
    assert asked.value == "2026-11-23T17:00+03:00"


async def test_a_day_alone_goes_on_to_the_hours(asked: AskedMoment) -> None:
    await asked.says("الخميس")
    assert "الخميس 26 نوفمبر" in asked.text
    await asked.taps("9:00 صباحًا")
    assert asked.value == "2026-11-26T09:00+03:00"


@pytest.mark.parametrize("typed", ["٤:٣٠ عصرا", "16:30", "الرابعة والنصف عصرا", "٤ ونص العصر"])
async def test_an_hour_typed_after_a_day_belongs_to_that_day(
    asked: AskedMoment, typed: str
) -> None:
    await asked.taps("الاثنين 30")
    await asked.says(typed)
    await asked.taps("نعم")
    assert asked.value == "2026-11-30T16:30+03:00"


async def test_another_day_typed_after_a_day_wins(asked: AskedMoment) -> None:
    await asked.taps("الاثنين 30")
    await asked.says("غدا الساعة ٩ صباحا")
    await asked.taps("نعم")
    assert asked.value == "2026-11-23T09:00+03:00"


async def test_nonsense_after_a_day_keeps_the_day(asked: AskedMoment) -> None:
    await asked.taps("الاثنين 30")
    await asked.says("كما تشاؤون يا أحبة")
    assert "الاثنين 30 نوفمبر" in asked.text
    await asked.taps("8:00 صباحًا")
    assert asked.value == "2026-11-30T08:00+03:00"


async def test_a_doubt_offers_its_readings_with_the_reason(asked: AskedMoment) -> None:
    await asked.says("الاثنين ٢٢ نوفمبر ٢٠٢٧ الساعة الخامسة")
    asked_for = [label for label in asked.labels if "إلغاء" not in label]
    assert 2 <= len(asked_for) <= 3, asked.labels
    first = asked_for[0]
    await asked.taps(first)
    assert asked.value.startswith(("2026", "2027"))


@pytest.mark.parametrize("joint", ["", "ل", "لـ ", "لـ: ", "إلى "])
async def test_the_day_that_a_circular_names_twice_is_that_day(
    asked: AskedMoment, joint: str
) -> None:
    await asked.says(f"الخميس الموافق {joint}3 ديسمبر الساعة ٤ عصراً")
    assert "الخميس 3 ديسمبر 2026" in asked.text
    await asked.taps("نعم")
    assert asked.value == "2026-12-03T16:00+03:00"


async def test_a_weekday_that_is_not_its_dates_is_never_picked_for_the_person(
    asked: AskedMoment,
) -> None:
    await asked.says("الخميس الموافق لـ 4 ديسمبر الساعة ٤ عصراً")
    assert asked.labels[:2] == ["الجمعة 4 ديسمبر، 4:00 عصرًا", "الخميس 3 ديسمبر، 4:00 عصرًا"]
    await asked.taps("الخميس 3 ديسمبر")
    assert asked.value == "2026-12-03T16:00+03:00"


@pytest.mark.parametrize(
    "said", ["الخميس الموافق لـ 4 ديسمبر الساعة 9", "الخميس الموافق لـ 4 ديسمبر"]
)
async def test_an_hour_settles_no_doubt_about_the_day(asked: AskedMoment, said: str) -> None:
    await asked.says(said)
    await asked.says("الساعة 10 صباحا")
    assert asked.labels[:2] == ["الجمعة 4 ديسمبر، 10:00 صباحًا", "الخميس 3 ديسمبر، 10:00 صباحًا"]
    await asked.taps("الخميس 3 ديسمبر")
    assert asked.value == "2026-12-03T10:00+03:00"


async def test_words_not_read_settle_no_doubt_about_the_day(asked: AskedMoment) -> None:
    await asked.says("الخميس الموافق لـ 4 ديسمبر الساعة 9")
    await asked.says("قُدّم من الخميس إلى الثلاثاء")
    assert "الجمعة" not in asked.text
    assert asked.labels[:2] == ["الخميس 26 نوفمبر", "الثلاثاء 1 ديسمبر"]


async def test_an_hour_belongs_to_the_only_day_that_was_asked_about(asked: AskedMoment) -> None:
    await asked.says("تأجل من الخميس إلى الأحد")
    assert asked.labels[0] == "الأحد 29 نوفمبر"
    await asked.says("الساعة 11 صباحا")
    assert "الأحد 29 نوفمبر 2026" in asked.text
    await asked.taps("نعم")
    assert asked.value == "2026-11-29T11:00+03:00"


async def test_the_new_time_of_a_move_is_offered_and_not_the_old(asked: AskedMoment) -> None:
    await asked.says("تأجل من الخميس إلى الأحد الساعة ٤ عصراً")
    assert "ذُكر تغيير في الموعد" in asked.text
    assert asked.labels == ["الأحد 29 نوفمبر، 4:00 عصرًا", "موعد آخر", "إلغاء"]


@pytest.mark.parametrize("typed", ["من الأحد إلى الخميس", "من الأحد ل الخميس"])
@pytest.mark.parametrize("what", ["moment", "day"])
async def test_of_several_days_the_one_is_asked_for(typed: str, what: Any) -> None:
    asked = AskedMoment(moment(what=what))
    await asked.begins()
    await asked.says(typed)
    assert asked.labels[:2] == ["الأحد 29 نوفمبر", "الخميس 3 ديسمبر"]
    await asked.taps("الخميس 3 ديسمبر")
    if what == "moment":
        await asked.taps("4:00 عصرًا")
    assert asked.value == {"day": "2026-12-03", "moment": "2026-12-03T16:00+03:00"}[what]


async def test_no_two_buttons_offer_the_same_day(asked: AskedMoment) -> None:
    await asked.says("الأسبوع القادم")
    assert asked.labels == ["الأحد 29 نوفمبر", "موعد آخر", "إلغاء"]


async def test_a_moment_that_has_passed_is_refused(asked: AskedMoment) -> None:
    await asked.taps("الأحد 22")
    early = next(each for each in asked.screen.choices if "11:00" in readable(each.label))
    asked.now = SUNDAY + timedelta(hours=2)
    asked.screen = await engine.press(asked.turn, *early.args)
    assert "مضى" in asked.text
    assert asked.value == ""


async def test_a_typed_moment_that_has_passed_is_not_taken(asked: AskedMoment) -> None:
    await asked.says("٢٠ نوفمبر ٢٠٢٦ الساعة ٩ صباحا")
    assert "نعم، صحيح" not in asked.labels
    assert asked.value == ""


async def test_a_slip_of_the_year_is_noticed(asked: AskedMoment) -> None:
    await asked.says("٣ ديسمبر ٢٠٦٢ الساعة ٩ صباحا")
    assert "السنة" in asked.text


async def test_a_typed_end_is_kept(asked: AskedMoment) -> None:
    await asked.says("غدا من ٤ إلى ٥ عصرا")
    assert "من 4:00 عصرًا إلى 5:00 عصرًا" in asked.text
    await asked.taps("نعم")
    assert asked.value == "2026-11-23T16:00+03:00/2026-11-23T17:00+03:00"
    assert end_of(asked.value) == datetime(2026, 11, 23, 14, tzinfo=UTC)


async def test_a_prayer_leads_to_the_hours_with_its_time(asked: AskedMoment) -> None:
    await asked.says("غدا بعد العصر")
    assert "صلاة العصر" in asked.text
    await asked.taps("4:00 عصرًا")
    assert asked.value == "2026-11-23T16:00+03:00"


async def test_of_a_recurrence_the_first_time_is_taken(asked: AskedMoment) -> None:
    await asked.says("كل ثلاثاء ١٠ صباحا")
    assert "الأول" in asked.text
    await asked.taps("نعم")
    assert asked.value == "2026-11-24T10:00+03:00"


async def test_a_moroccan_has_another_weekend_other_months_and_another_zone() -> None:
    asked = AskedMoment(moment(), code="MA")
    await asked.begins()
    assert "الجمعة 27 نونبر" in asked.labels
    assert not [label for label in asked.labels if "السبت" in label]
    await asked.says("الجمعة 10h30")
    await asked.taps("نعم")
    assert moment_of(asked.value) == datetime(2026, 11, 27, 10, 30, tzinfo=UTC)


async def test_a_day_is_taken_without_an_hour() -> None:
    asked = AskedMoment(moment(what="day"))
    await asked.begins()
    await asked.says("بعد أسبوع")
    await asked.taps("نعم")
    assert day_of(asked.value) == date(2026, 11, 29)
    await asked.begins()
    await asked.taps("الثلاثاء 24")
    assert day_of(asked.value) == date(2026, 11, 24)


async def test_days_gone_by_are_offered_where_the_past_is_asked_for() -> None:
    asked = AskedMoment(moment(what="day", future=False))
    await asked.begins()
    assert asked.labels[:2] == ["الأحد 22 نوفمبر", "الخميس 19 نوفمبر"]
    await asked.taps("الخميس 19")
    assert asked.value == "2026-11-19"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("٥٠", 50), ("ساعة ونصف", 90), ("ساعتين", 120), ("لمدة ٤٥ دقيقة", 45),
     ("ساعة", 60), ("لا أدري", None), ("", None), ("99999", None)],
)  # fmt: skip
def test_a_length_is_read_from_words(text: str, minutes: int | None) -> None:
    assert read_minutes(text, "SA") == minutes


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("الساعة 4 الأحد أو الاثنين", "2026-11-29"),
        ("الأحد الساعة الرابعة كذا وكذا", "2026-11-29"),
        ("بعد غد الساعة الرابعة أو الخامسة", "2026-11-24"),
    ],
)
async def test_of_a_day_that_is_in_doubt_the_hour_is_left_aside(words: str, day: str) -> None:
    asked = AskedMoment(moment(what="day"))
    await asked.begins()
    await asked.says(words)
    await asked.taps(asked.labels[0])
    assert asked.value == day


@pytest.mark.parametrize("hours", ["T16:00+03:00", "T16:00+03:00/2026-11-29T17:00+03:00"])
def test_a_day_that_was_saved_with_an_hour_or_two_is_read(hours: str) -> None:
    field = DayField(name="when", label="when", question="متى؟")
    assert field.load(f"2026-11-29{hours}") == date(2026, 11, 29)
