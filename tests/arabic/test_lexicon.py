"""The words of the profession: Halqa's own, and those that an installation adds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.arabic.search.lexicon import loan_sound, read_lexicon, use_lexicon
from bot.core.errors import SettingsError
from bot.storage.transaction import Tx
from tests.arabic.search_texts import put, refs, tx

__all__ = ["tx"]


@pytest.fixture
def added(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "words.tsv"
    use_lexicon(None)


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    use_lexicon(path)


async def test_an_officer_adds_words_of_the_region(tx: Tx, added: Path) -> None:
    await put(tx, "حلقة النقاش المسائية", "نادي القراءة", "كلام آخر")
    assert await refs(tx, "ديوانية تربوية") == []
    write(added, "# our words\n\nحلقة النقاش\tsame\tديوانية تربوية\tحلقة النقاش\n")
    assert await refs(tx, "الديوانيات التربوية") == [1]


async def test_an_added_line_joins_a_meaning_that_halqa_has(tx: Tx, added: Path) -> None:
    await put(tx, "التغذية الراجعة بعد النشاط", "كلام آخر")
    write(added, "تغذية راجعة\tsame\tصدى العمل\n")
    assert await refs(tx, "صدى العمل") == [1]


async def test_a_word_that_means_something_else_here_is_taken_away(tx: Tx, added: Path) -> None:
    await put(tx, "حجج من أعمال الطلاب", "كلام آخر")
    assert await refs(tx, "شواهد") == [1]
    write(added, "شاهد\tnever\tشاهد\tشواهد\nملف إنجاز\tnever\tشاهد\tشواهد\n")
    assert await refs(tx, "شواهد") == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("معلم\tsame\n", "line 1: needs a meaning, a kind and words, with tabs between"),
        ("# x\nمعلم,same,أستاذ\n", "line 2: needs a meaning, a kind and words, with tabs between"),
        ("معلم\tequal\tأستاذ\n", "line 1: the second column must be same, loan, related, never"),
        ("\tsame\tأستاذ\n", "line 1: the first column, the meaning, is empty"),
        ("معلم\tsame\t\t \n", "line 1: no words stand after the kind"),
        ("معلم\tsame\t؟!\n", "line 1: each phrase has 1 to 8 words"),
        (f"معلم\tsame\t{'كلمة ' * 9}\n", "line 1: each phrase has 1 to 8 words"),
    ],
)
def test_what_is_wrong_in_a_lexicon_is_named(added: Path, written: str, said: str) -> None:
    added.write_text(written, "utf-8")
    with pytest.raises(SettingsError) as caught:
        use_lexicon(added)
    assert str(caught.value) == f"HALQA_LEXICON_FILE: {added}, {said}"


def test_a_lexicon_that_cannot_be_read_is_named(added: Path) -> None:
    with pytest.raises(SettingsError, match=r"HALQA_LEXICON_FILE: .*cannot be read"):
        use_lexicon(added)
    added.write_bytes("معلم\tsame\tأستاذ".encode("cp1256"))
    with pytest.raises(SettingsError, match="must be a text in UTF-8"):
        use_lexicon(added)


def test_a_lexicon_saved_by_a_spreadsheet_is_read(added: Path) -> None:
    """With a byte order mark, lines that end as on Windows, and empty cells at their ends."""
    added.write_bytes("معلم\tsame\tأستاذ\t\t\r\n\t\t\t\r\n".encode("utf-8-sig"))
    (meaning,) = read_lexicon((added,)).meanings
    assert (meaning.name, len(meaning.same)) == ("معلم", 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("فيدباك", "feedback"),
        ("الفيد باك", "feedback"),
        ("بورتفوليو", "portfolios"),
        ("كوتشينج", "coaching"),
        ("كوتشنق", "كوتشينغ"),
        ("روبركس", "rubrics"),
        ("الروبريك", "rubric"),
        ("كريتكل ثنكنق", "critical thinking"),
        ("ليسن ستدي", "lesson study"),
        ("فليبد كلاس روم", "flipped classroom"),
    ],
)
def test_a_borrowed_word_sounds_the_same_in_either_script(one: str, other: str) -> None:
    assert loan_sound(one) == loan_sound(other)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("الكوتشينق", "المرافقة التربوية للأستاذ المتدرب"),
        ("port folio", "ملفات الإنجاز توثق نمو المتعلم"),
        ("روبركس", "سلالم التقدير توضح المعايير"),
        ("تسيير القسم", "إدارة الصف الهادئة"),
        ("المقاربات الفارقية", "تنويع المهام حسب حاجات المتعلمين"),
        ("وش اسوي عشان تحميس الطلاب", "عززت دافعيتهم بأهداف قصيرة"),
        ("ملاحضة الزميل", "زرت زملائي وكانت الزيارات التبادلية نافعة"),
        ("الدافعيّت", "التحفيز الداخلي أبقى"),
    ],
)
async def test_one_countrys_words_find_anothers(tx: Tx, query: str, text: str) -> None:
    await put(tx, "كلام آخر لا صلة له", text)
    assert await refs(tx, query) == [2]
