"""Numbers that are no times: of a room, a class, a letter, of people and pages, of a list."""

from __future__ import annotations

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.setting import (
    LEVELS,
    bare_forms,
    is_common,
    is_counted,
    is_counted_person,
    is_numbered,
    is_place,
    is_ranked,
)
from bot.arabic.dates.lexicon.spelling import word_set
from bot.arabic.dates.read.amounts import Tokens, read_ordinal
from bot.arabic.dates.read.days import read_calendar
from bot.arabic.dates.read.facts import WrittenDate
from bot.arabic.dates.read.kinds import is_context, is_figure, is_filler, is_time, is_word, next_at
from bot.arabic.dates.read.names import is_adjective, is_name
from bot.arabic.dates.read.tokens import Shape, Token

_NAMED_PAIR = (Shape.SHORT_DATE, Shape.DASHED, Shape.DOTTED)
_SURE_MARKS = word_set("الساعه ساعه عالساعه للساعه بالساعه")
_LOOSE_MARKS = word_set("مع a at h @ علي ع m3a ma3a")
_STROKES = word_set("/ × x * _")
_LIST_MARKS = word_set(". ) ( : /")
_LETTERS_DATE = word_set(
    "و في ب بتاريخ تاريخ المؤرخ المؤرخه الصادر الصادره المورخ المورخه du le de"
)
_NAMED_BY_DATES = word_set(
    "مدرسه متوسطه ثانويه ابتدائيه اعداديه مجموعه مؤسسه شارع ساحه حي زنقه سوق rue place "
    "avenue ecole lycee college"
)
_WITH_CLASSES = word_set("فصل صف قسم فوج شعبه قاعه غرفه حجره class classe room salle groupe group")
_OF = word_set("ديال ديالت د نتاع متاع حق dyal dial")
_NUMBER_WORDS = word_set("رقم الرقم numero n no رقمها رقمه برقم")
_RANKS = (Sense.ORDINAL, Sense.ORDINAL_BARE, Sense.HOUR_NAME)
_CALENDARS = (Sense.MONTH, Sense.HIJRI_MONTH)
_ONE_OF = word_set("احد احدي احدى واحد")
_WORDS_AND_TIMES = word_set("السنه سنه سنوات الوحده وحده للوحده")
_BEFORE_A_NUMBER = word_set("( : ° b")
_PHONE, _YEAR = 7, 4
_LAST_HOUR = 24


class Figures:
    """The figures of a text. `aside` are the places of those that are no times, and of the words
    that they belong to; `doubtful` of those that may be a time or not."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.doubtful: set[int] = set()
        self.timed = any(_is_clock(tokens, at) for at in range(len(tokens)))
        self.aside: set[int] = set()
        at = 0
        while at < len(tokens):
            after = self._after(at)
            self.aside.update(range(at, after))
            at = max(after, at + 1)

    def _after(self, at: int) -> int:
        """The index after a word and the number that is its own, or after a number that is no time;
        `at` itself where neither stands there."""
        token = self._tokens[at]
        if token.shape is Shape.SHORT_DATE and at and self._tokens[at - 1].text == "la":
            return at + 1  # the class 3/4: a date is masculine
        if self._is_name_of_an_end(at):
            return at + 2
        if is_word(token) or token.text in _WORDS_AND_TIMES:
            return self._after_word(at)
        if is_name(self._tokens, at) or is_adjective(self._tokens, at):
            return at + 1
        if token.text in _ONE_OF and self._word_at(at + 1):
            article = self._tokens[at + 1].text.startswith("ال")
            marked = at > 0 and Sense.DAY_MARK in self._tokens[at - 1].senses
            return at + 1 if article and not marked else at
        if is_figure(token):
            return self._after_figure(at)
        return at

    # A word and its number

    def _after_word(self, at: int) -> int:
        text = self._tokens[at].text
        numbered, place, ranked = is_numbered(text), is_place(text), is_ranked(text)
        if not (numbered or place or ranked or text in _WORDS_AND_TIMES):
            return at
        number, called = self._number_after(at)
        if number is None:
            return at
        token = self._tokens[number]
        rank = any(sense in token.senses for sense in _RANKS)
        if token.shape in _NAMED_PAIR:
            return self._after_pair(at, number, numbered=numbered or called)
        if rank or token.shape is not Shape.NUMBER:
            if not is_figure(token) or not (rank or numbered or called):
                return at
            return self._after_rank(at, number, sure=numbered or ranked or text in _WORDS_AND_TIMES)
        if self._names_date(number + 1):
            dated = not _NAMED_BY_DATES.isdisjoint(bare_forms(text))
            return self._after_dated_name(at, number) if dated else at
        if numbered or called:
            if not called and self._says_hour(number + 1):
                self.doubtful.add(number)
                return at
            return self._after_letters_date(at, self._after_strokes(number + 1))
        if place and (len(token.text) > 2 or token.numbers[0] > _LAST_HOUR):
            return number + 1
        if place and not self._says_hour(number + 1):
            self.doubtful.add(number)
        return at

    def _number_after(self, at: int) -> tuple[int | None, bool]:
        """Where the number of a word stands, past what describes the word, and whether "number" was
        said before it."""
        called = self._tokens[at].text in _NUMBER_WORDS
        index = at + 1
        described = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.text in _NUMBER_WORDS:
                called = True
            elif is_word(token) and token.text.startswith("ال") and described < 2:
                described += 1
            elif not (is_filler(token) and token.text in _BEFORE_A_NUMBER):
                break
            index += 1
        if index >= len(self._tokens):
            return None, called
        token = self._tokens[index]
        fits = is_figure(token) or token.shape in _NAMED_PAIR
        return (index if fits else None), called

    def _after_rank(self, at: int, number: int, *, sure: bool) -> int:
        after = number + 1
        while self._has(after, Sense.TEEN):
            after += 1
        if any(self._has(after, sense) for sense in _CALENDARS):
            return at
        if self._word_at(after) and not LEVELS.isdisjoint(bare_forms(self._tokens[after].text)):
            return after + 1
        if self._says_hour(after):
            if sure:
                self.doubtful.add(number)
            return at
        if sure or self.timed or not self._has(number, Sense.HOUR_NAME):
            return after
        self.doubtful.add(number)
        return at

    def _after_dated_name(self, at: int, number: int) -> int:
        """ "20 August School" is a name; "at the school on 20 August" is not."""
        text = self._tokens[at].text
        if text.startswith(("ال", "بال", "لل", "وال", "فال")) or number != at + 1:
            return at
        month = next_at(self._tokens, number + 1)
        others = [
            i for i in range(len(self._tokens)) if i not in (number, month) and self._is_day(i)
        ]
        if others:
            return month + 1
        self.doubtful.update((number, month))
        return at

    def _after_pair(self, at: int, number: int, *, numbered: bool) -> int:
        """Past "3/2" of a class; beside no other day, or after a stage, it may be the date."""
        stage = not LEVELS.isdisjoint(bare_forms(self._tokens[at].text))
        if not numbered or stage:
            return at
        classes = not _WITH_CLASSES.isdisjoint(bare_forms(self._tokens[at].text))
        days = any(self._is_day(i) for i in range(len(self._tokens)) if i != number)
        if not days or not classes:
            self.doubtful.add(number)
            return at
        return self._after_more(number + 1)

    def _after_more(self, index: int) -> int:
        """Past the numbers of further classes: "2/1 and 2/2"."""
        while (
            self._has(index, Sense.AND)
            and index + 1 < len(self._tokens)
            and self._tokens[index + 1].shape in _NAMED_PAIR
        ):
            index += 2
        return index

    def _is_name_of_an_end(self, at: int) -> bool:
        """ "The end-of-year feast", beside a day of its own."""
        edge = self._has(at, Sense.EDGE_END) or self._has(at, Sense.EDGE_START)
        if not (edge and at and is_word(self._tokens[at - 1])):
            return False
        period = self._has(at + 1, Sense.PERIOD) or self._has(at + 1, Sense.YEAR_MARK)
        return period and any(
            self._is_day(i) for i in range(len(self._tokens)) if i not in (at, at + 1)
        )

    def _after_strokes(self, index: int) -> int:
        """Past "/1448" and "×25" of a letter's number."""
        while (
            index + 1 < len(self._tokens)
            and (self._tokens[index].text in _STROKES or self._tokens[index].shape is Shape.DASH)
            and self._tokens[index + 1].shape in (Shape.NUMBER, *_NAMED_PAIR)
        ):
            index += 2
        while (
            index < len(self._tokens)
            and self._tokens[index].shape is Shape.NUMBER
            and len(self._tokens[index].text) > 2
        ):
            index += 1
        return index

    def _after_letters_date(self, at: int, index: int) -> int:
        """Past the date of a letter that is referred to, where the text has another day."""
        follows = index
        while follows < len(self._tokens) and (
            self._tokens[follows].text in _LETTERS_DATE
            or (is_filler(self._tokens[follows]) and self._tokens[follows].text in "( )")
        ):
            follows += 1
        if follows == index or follows >= len(self._tokens):
            return index
        dated = read_calendar(self._tokens, follows)
        if dated is None or not isinstance(dated[0][0], WrittenDate):
            return index
        after = dated[1]
        others = (i for i in range(len(self._tokens)) if not follows <= i < after)
        if not any(self._is_day(i) for i in others):
            return index
        eras = (Sense.HIJRI_ERA, Sense.GREGORIAN_ERA)
        return after + 1 if any(self._has(after, era) for era in eras) else after

    # A number and what it counts

    def _after_figure(self, at: int) -> int:
        token = self._tokens[at]
        before = self._tokens[at - 1] if at else None
        after = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        if token.shape is Shape.NUMBER and len(token.text) >= _PHONE:
            return at + 1
        if self._is_school_year(at):
            return at + 3
        if token.shape is Shape.NUMBER and len(token.text) == _YEAR and self._word_at(at - 1):
            return at + 2 if self._has(at + 1, Sense.HIJRI_ERA) else at + 1
        if before is not None and before.text in _SURE_MARKS:
            return at
        ranked = read_ordinal(self._tokens, at)
        if ranked is not None and ranked[1] > at + 1:
            named = self._names_date(ranked[1]) or not self._word_at(at - 1)
            return at if named else ranked[1]
        dated = before is not None and any(s in before.senses for s in _CALENDARS)
        if dated and token.shape is Shape.NUMBER and len(token.text) == _YEAR:
            return at
        if before is not None and before.text in _OF and self._word_at(at - 2):
            year = after is not None and not LEVELS.isdisjoint(bare_forms(after.text))
            if Sense.HOUR_NAME in token.senses and not year:
                self.doubtful.add(at)  # the teacher of the fifth year
            return at + 2 if year else at
        if after is not None and is_context(after):
            return self._before_word(at, token, before, after)
        if (before is None or not is_time(before)) and self._opens_item(at):
            return at + 1
        if before is not None and is_context(before):
            return self._after_plain_word(at, token, before)
        return at

    def _before_word(self, at: int, token: Token, before: Token | None, after: Token) -> int:
        rank = any(sense in token.senses for sense in _RANKS)
        if token.shape is Shape.NUMBER and not token.text.isdigit():
            return at + 1  # "3rd"
        if not rank and not token.text.startswith("ال") and is_counted(after.text):
            return self._after_count(at, before, after)
        if rank and not LEVELS.isdisjoint(bare_forms(after.text)):
            return at + 2
        if before is not None and is_word(before) and not self._has(at, Sense.HOUR_NAME):
            if rank:
                return at + 1
            self.doubtful.add(at)
            return at
        if Sense.HOUR_NAME in token.senses:
            return self._after_plain_word(at, token, before) if before and is_word(before) else at
        if Sense.ORDINAL_BARE in token.senses or Sense.ORDINAL in token.senses:
            return at
        if before is not None and Sense.DAY_MARK in before.senses:
            return at
        marked = before is not None and (before.text in _LOOSE_MARKS or is_time(before))
        if not (marked and is_common(after.text)):
            self.doubtful.add(at)
        return at

    def _after_count(self, at: int, before: Token | None, after: Token) -> int:
        """ "With three teachers" is no hour; "until 12" and "at ten lessons" may be."""
        if before is None or not before.senses:
            return at + 2
        ends = any(s in before.senses for s in (Sense.TO, Sense.TO_PREFIX, Sense.FROM))
        meets = before.text in _LOOSE_MARKS and not is_counted_person(after.text)
        if ends or meets:
            self.doubtful.add(at)
            return at
        return at + 2

    def _after_plain_word(self, at: int, token: Token, before: Token) -> int:
        """A number after a word and before none: the hour of a meeting, or one of many."""
        if self._says_hour(at + 1) or self._names_date(at + 1):
            return at
        if Sense.CARDINAL in token.senses and token.senses[Sense.CARDINAL] == 1:
            return at + 1
        if Sense.HOUR_NAME in token.senses:
            if not before.text.endswith(("ه", "ات")) or is_common(before.text):
                return at
            if self.timed:
                return at + 1
            self.doubtful.add(at)
            return at
        if Sense.ORDINAL in token.senses or Sense.ORDINAL_BARE in token.senses:
            return at + 1
        self.doubtful.add(at)
        return at

    def _opens_item(self, at: int) -> bool:
        """Whether the number is that of an item of a list: "1- welcome"."""
        mark = at + 1
        if not (self._has(mark, Sense.FILLER) and self._tokens[mark].text in _LIST_MARKS) and not (
            mark < len(self._tokens) and self._tokens[mark].shape is Shape.DASH
        ):
            return False
        follows = next_at(self._tokens, mark + 1)
        return self._word_at(follows) and self._tokens[at].shape is Shape.NUMBER

    def _is_school_year(self, at: int) -> bool:
        if at + 2 >= len(self._tokens):
            return False
        first, stroke, second = self._tokens[at : at + 3]
        numbers = first.shape is Shape.NUMBER and second.shape is Shape.NUMBER
        joined = stroke.text in _STROKES or stroke.shape is Shape.DASH
        return numbers and joined and len(first.text) == _YEAR and len(second.text) == _YEAR

    # What stands at a place

    def _word_at(self, index: int) -> bool:
        return 0 <= index < len(self._tokens) and is_context(self._tokens[index])

    def _has(self, index: int, sense: Sense) -> bool:
        return 0 <= index < len(self._tokens) and sense in self._tokens[index].senses

    def _is_day(self, index: int) -> bool:
        token = self._tokens[index]
        if token.shape in (Shape.FULL_DATE, Shape.SHORT_DATE):
            return True
        return any(
            sense in token.senses for sense in (Sense.WEEKDAY, Sense.DAY_OFFSET, *_CALENDARS)
        )

    def _names_date(self, index: int) -> bool:
        index = next_at(self._tokens, index)
        if self._has(index, Sense.FROM):
            index += 1
        return any(self._has(index, sense) for sense in _CALENDARS)

    def _says_hour(self, index: int) -> bool:
        """Whether minutes, a part of the day or the end of a span follow a number."""
        spans = any(self._has(index, sense) for sense in (Sense.TO, Sense.TO_PREFIX))
        dash = index < len(self._tokens) and self._tokens[index].shape is Shape.DASH
        if (spans or dash) and index + 1 < len(self._tokens):
            return is_figure(self._tokens[index + 1])
        if self._has(index, Sense.AND) or self._has(index, Sense.LESS):
            return self._has(index + 1, Sense.FRACTION)
        index = next_at(self._tokens, index)
        return self._has(index, Sense.PART) or self._has(index, Sense.SPOKEN_PRAYER)


def _is_clock(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    if token.shape in (Shape.TIME, Shape.FRENCH_TIME):
        return True
    if token.text not in _SURE_MARKS and token.text not in _LOOSE_MARKS:
        return False
    follows = next_at(tokens, at + 1)
    return follows < len(tokens) and is_figure(tokens[follows])
