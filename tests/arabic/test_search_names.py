"""Searching for people by name, on both databases; and the words that are forgotten."""

import asyncio

import pytest

from bot.arabic.search.index import SearchEntry, forget, index, reindex
from bot.core.clock import Clock
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.arabic.search_texts import put, refs, spellings, tx

__all__ = ["tx"]


async def test_a_word_is_forgotten_with_the_last_entry_that_holds_it(tx: Tx) -> None:
    await put(tx, "خرائط ذهنية", "خرائط المفاهيم")
    await put(tx, "خرائط ذهنية", kind="team")
    await forget(tx, "practice", 1)
    assert await spellings(tx) == {"خرايط", "خرائط", "مفاهيم"}
    await index(tx, SearchEntry("practice", 2, "", "جداول المفاهيم"))
    assert await spellings(tx) == {"مفاهيم", "جداول"}
    await forget(tx, "practice", 2)
    assert await spellings(tx) == set()
    assert "خرائط" in await spellings(tx, "team")


async def test_words_stay_and_go_rightly_when_two_change_entries_at_once(
    postgresql_url: str,
) -> None:
    """Whoever deletes the last entry with a word, or brings it back, waits for the other one."""
    database = await open_database(postgresql_url, Clock())

    async def change(ref: int, text: str, came: asyncio.Event, go: asyncio.Event) -> None:
        async with database.transaction() as tx:
            came.set()
            await go.wait()
            await (index(tx, SearchEntry("team", ref, text)) if text else forget(tx, "team", ref))

    async def at_once(*changes: tuple[int, str]) -> set[str]:
        go, came = asyncio.Event(), [asyncio.Event() for _ in changes]
        tasks = [
            asyncio.create_task(change(*each, here, go))
            for each, here in zip(changes, came, strict=True)
        ]
        for here in came:
            await here.wait()
        go.set()
        await asyncio.gather(*tasks)
        async with database.reading() as tx:
            return await spellings(tx, "team")

    for _ in range(5):
        assert await at_once((1, "خرائط"), (2, "خرائط")) == {"خرايط", "خرائط"}
        assert await at_once((1, ""), (2, "")) == set()
        await at_once((1, "خرائط"))
        assert await at_once((1, ""), (2, "خرائط")) == {"خرايط", "خرائط"}
        assert await at_once((2, "جداول"), (1, "خرائط")) == {"جداول", "خرايط", "خرائط"}
        assert await at_once((1, ""), (2, "")) == set()
    await database.close()


async def test_words_read_anew_are_the_same_words(tx: Tx) -> None:
    await index(tx, SearchEntry("practice", 1, "خرائط ذهنية", "نص طويل", scope="team 1"))
    await index(tx, SearchEntry("person", 1, "مريم", scope="at 1"))
    await index(tx, SearchEntry("team", 1, "حلقة القراءة"))
    await index(tx, SearchEntry("unit", 1, "مدرسة الندى", scopes=("below 7",)))
    assert [await reindex(tx, after, 2) for after in (0, 2)] == [2, 4]
    assert await refs(tx, "الندى", kind="unit", scopes=["below 7"]) == [1]
    assert await refs(tx, "خريطة ذهنية", scopes=["team 1"]) == [1]
    assert await refs(tx, "خريطة ذهنية", scopes=["team 2"]) == []
    assert await refs(tx, "قراءات", kind="team") == [1]
    assert await refs(tx, "مريم", kind="person", scopes=["at 1"]) == [1]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("عبد الرحمن", "عبدالرحمن السالم"),
        ("عبدالرحمن", "عبد الرحمٰن السالم"),
        ("فاطمه الزهراء", "فاطمة الزهرا"),
        ("ساره", "سارا أحمد"),
        ("ليلا", "ليلى العمري"),
        ("احمد", "أحمد"),
        ("العمري", "ليلى عمري"),
        ("العمري ليلى", "ليلى بنت سعد العمري"),
        ("خدي", "خديجة الفاسي"),
        ("مؤمن", "مومن"),
        ("Mohamed", "محمد العلوي"),
        ("محمد العلوي", "Mohammed Alaoui"),
        ("Mohammed", "Muhamad"),
        ("Khadija El Fassi", "خديجة الفاسي"),
        ("Abderrahman", "عبد الرحمن"),
        ("Aicha", "عائشة"),
        ("Youssef", "يوسف"),
        ("الهام", "إلهام العتيبي"),
        ("Ilham", "إلهام العتيبي"),
        ("إله", "إلهام العتيبي"),
        ("إلها", "إلهام العتيبي"),
        ("Elhami", "إلهامي"),
        ("Ilyas", "إلياس بنعلي"),
        ("إليا", "إلياس بنعلي"),
        ("جواه", "جواهر العمري"),
        ("Osman", "عثمان الغامدي"),
        ("Othman", "عثمان الغامدي"),
        ("عثمان", "Osman Karim"),
        ("Osman", "Othman Karim"),
        ("Gamal", "جمال فهمي"),
        ("Jamal", "جمال فهمي"),
        ("Jamal", "Gamal Fahmy"),
        ("Kacem", "قاسم التازي"),
        ("Kassem", "قاسم التازي"),
        ("Qasim", "Kacem Tazi"),
        ("Nacer", "ناصر"),
        ("Cherif", "شريف"),
        ("Essadiq", "الصديق"),
        ("Ennaji", "ناجي"),
        ("Ezzedine", "Ezzeddine"),
        ("Essam", "عصام"),
    ],
)
async def test_a_name_is_found_however_it_is_written(tx: Tx, query: str, name: str) -> None:
    await put(tx, "زينب بوعزة", name, kind="person")
    assert await refs(tx, query, kind="person") == [2]


async def test_names_are_not_read_as_texts(tx: Tx) -> None:
    """No stems, no roots, no synonyms: معلم is nobody's أستاذ when it is a name."""
    await put(tx, "كريم المعلم", "كريمة الأستاذ", "حسين ناصر", "منصور حسن", kind="person")
    assert await refs(tx, "المعلم", kind="person") == [1]
    assert await refs(tx, "حسن", kind="person") == [4]
    assert await refs(tx, "ناصر", kind="person") == [3]


async def test_a_second_sound_does_not_come_before_the_first(tx: Tx) -> None:
    await put(tx, "ثامر", "سامر", kind="person")
    assert (await refs(tx, "Samir", kind="person"))[0] == 2


async def test_a_full_name_finds_nobody_who_bears_but_a_part_of_it(tx: Tx) -> None:
    await put(tx, "محمد الغامدي", "محمد القرني", "سعد الغامدي", kind="person")
    assert await refs(tx, "الغامدي محمد", kind="person") == [1]
    assert sorted(await refs(tx, "محمد", kind="person")) == [1, 2]
    assert sorted(await refs(tx, "محمد الشهري", kind="person")) == [1, 2]


async def test_an_entry_may_lie_in_several_scopes(tx: Tx) -> None:
    await index(tx, SearchEntry("person", 1, "مريم", scope="at 7", scopes=("below 1", "below 7")))
    for scope in ("at 7", "below 1", "below 7"):
        assert await refs(tx, "مريم", kind="person", scopes=[scope]) == [1]
    assert await refs(tx, "مريم", kind="person", scopes=["at 1", "below 2"]) == []
