"""What comes from Telegram, read field by field."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram.updates import (
    ALLOWED_UPDATES,
    UnreadableUpdate,
    arrival,
    read_json,
    read_update,
)
from bot.chat.incoming import Address, Incoming, IncomingFile, IncomingKind
from bot.files.kinds import FileKind

USER = {"id": 11, "is_bot": False, "first_name": "مريم", "last_name": "ع", "language_code": "ar"}
CHAT = {"id": 11, "type": "private", "first_name": "مريم"}
GROUP = {"id": -1001, "type": "supergroup", "title": "معلمات"}


def read(**update: Any) -> Incoming:
    return read_update(json.dumps({"update_id": 5, **update}))


def message(chat: dict[str, Any] = CHAT, **content: Any) -> dict[str, Any]:
    return {"message_id": 7, "date": 1, "chat": chat, "from": USER, **content}


def test_a_text_comes_with_who_wrote_it() -> None:
    assert read(message=message(text="السلام عليكم")) == Incoming(
        address=Address("telegram", "11"),
        kind=IncomingKind.TEXT,
        text="السلام عليكم",
        message="7",
        written=1,
        name="مريم ع",
        language="ar",
    )


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("/start abc", "/start abc"),
        ("/start@halqa_bot abc", "/start abc"),
        ("/help@halqa_bot", "/help"),
        ("/help@", "/help"),
        ("/start a/b@c", "/start a/b@c"),
        ("اكتبوا إلى x@y.z", "اكتبوا إلى x@y.z"),
        ("a\0b", "ab"),
    ],
)
def test_a_command_loses_the_name_of_the_bot(written: str, read_as: str) -> None:
    assert read(message=message(text=written)).text == read_as


def test_words_that_hide_an_address_come_with_it() -> None:
    words = "🌱 سجلوا هنا اليوم، أو example.org"
    link = {"type": "text_link", "offset": 9, "length": 3, "url": "https://evil.example/x"}
    plain = {"type": "text_link", "offset": 23, "length": 11, "url": "https://example.org/"}
    told = "🌱 سجلوا هنا (https://evil.example/x) اليوم، أو example.org"
    assert read(message=message(text=words, entities=[plain, link])).text == told
    odd = [{"type": "text_link", "offset": 10**9, "length": -4, "url": "https://x.example"}]
    assert read(message=message(text="أهلًا", entities=odd)).text == "أهلًا (https://x.example)"


def test_a_photo_is_taken_in_its_largest_size() -> None:
    sizes = [
        {"file_id": "small", "width": 90, "height": 90, "file_size": 900},
        {"file_id": "large", "width": 900, "height": 900, "file_size": 9000},
        {"file_id": "middle", "width": 300, "height": 300},
    ]
    photo = read(message=message(photo=sizes, caption="سبورة اليوم"))
    assert (photo.kind, photo.text) == (IncomingKind.FILE, "سبورة اليوم")
    assert photo.file == IncomingFile(FileKind.PHOTO, "large", mime="image/jpeg", size=9000)


@pytest.mark.parametrize("kind", ["document", "voice", "audio", "video"])
def test_files_of_every_kind(kind: str) -> None:
    sent = {"file_id": "f", "file_name": "خطة.pdf", "mime_type": "a/b", "file_size": 5}
    file = read(message=message(**{kind: sent | {"duration": 3}})).file
    assert file == IncomingFile(FileKind(kind), "f", "خطة.pdf", "a/b", 5, 3)


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s"}},
        {"location": {"latitude": 1, "longitude": 2}},
        {"poll": {"id": "1"}},
        {"dice": {"value": 3}},
        {"animation": {"file_id": "a"}, "document": {"file_id": "a"}},
        {"video_note": {"file_id": "n"}},
        {"something_newer_than_this_bot": {}},
    ],
)
def test_what_the_bot_does_not_take_is_told_apart(content: dict[str, Any]) -> None:
    assert read(message=message(**content)).kind is IncomingKind.UNREADABLE


@pytest.mark.parametrize(("units", "full"), [(4095, False), (4096, True)])
def test_a_text_that_fills_a_message_may_be_cut_in_a_word(units: int, full: bool) -> None:
    assert read(message=message(text="ن" * units)).full is full
    assert read(message=message(text="🌱" * (units // 2) + "ن" * (units % 2))).full is full


@pytest.mark.parametrize("chat", ["group", "supergroup", "channel"])
def test_being_put_into_a_group_is_told_apart(chat: str) -> None:
    change = {"from": USER, "date": 1, "chat": GROUP | {"type": chat}}
    joins = {"old_chat_member": {"status": "left"}, "new_chat_member": {"status": "member"}}
    rises = {
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": "administrator"},
    }
    told = read(my_chat_member=change | joins)
    assert told.kind is (IncomingKind.IGNORED if chat == "channel" else IncomingKind.GROUP)
    assert told.language == "ar"
    assert read(my_chat_member=change | rises).kind is IncomingKind.IGNORED


def test_an_edit_carries_the_new_text() -> None:
    edited = read(edited_message=message(text="الأحد لا الاثنين"))
    assert (edited.kind, edited.text, edited.message) == (
        IncomingKind.EDITED,
        "الأحد لا الاثنين",
        "7",
    )
    assert read(edited_message=message(photo=[], caption="جديد")).text == "جديد"


def test_an_edit_was_written_when_it_was_changed() -> None:
    assert read(edited_message=message(text="الأحد", edit_date=900)).written == 900
    assert read(edited_message=message(text="الأحد")).written is None


@pytest.mark.parametrize("date", [None, 0, -5, 1.5, "1", True, 2**64])
def test_a_time_that_is_none_is_not_known(date: object) -> None:
    assert read(message={**message(text="a"), "date": date}).written is None


def test_nobody_knows_when_a_button_was_pressed() -> None:
    assert press(message=message(text="؟")).written is None


@pytest.mark.parametrize("more", [{}, {"game_short_name": "x"}, {"data": ""}])
def test_a_press_of_a_button_that_bears_nothing_is_a_press(more: dict[str, Any]) -> None:
    pressed = read(callback_query={"id": "1", "from": USER, **more})
    assert (pressed.kind, pressed.choice, pressed.press) == (IncomingKind.CHOICE, "", "1")


def press(**more: Any) -> Incoming:
    return read(callback_query={"id": "99", "from": USER, "data": "token", **more})


def test_a_press_names_its_button_and_message() -> None:
    pressed = press(message=message(text="؟"))
    assert (pressed.kind, pressed.choice) == (IncomingKind.CHOICE, "token")
    assert (pressed.press, pressed.message) == ("99", "7")
    assert pressed.address == Address("telegram", "11")


def test_a_press_tells_all_buttons_of_its_message_in_reading_order() -> None:
    arabic = [{"text": "ربما", "callback_data": "b"}, {"text": "سأحضر", "callback_data": "a"}]
    english = [{"text": "Yes", "callback_data": "a"}, {"text": "No", "callback_data": "b"}]
    link = [{"text": "رابط", "url": "https://meet.example.org/abc"}]
    other = [{"text": "نسخ", "copy_text": {"text": "x"}}]
    markup = {"inline_keyboard": [arabic, english, link, other]}
    pressed = press(message=message(text="؟", reply_markup=markup))
    assert pressed.buttons == (
        ("سأحضر", "a", ""),
        ("ربما", "b", ""),
        ("Yes", "a", ""),
        ("No", "b", ""),
        ("رابط", "", "https://meet.example.org/abc"),
        ("نسخ", "", ""),
    )
    assert press(message=message(text="؟")).buttons == ()


def test_the_words_over_a_pressed_button_stay_at_the_door() -> None:
    """They may name others, or show a code; what is under them is read as before."""
    markup = {"inline_keyboard": [[{"text": "ربما", "callback_data": "b"}]]}
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    for words, on_file in (("text", False), ("caption", True)):
        content: dict[str, Any] = {words: "سر ٥٥٦٠١٢", "entities": bold, "reply_markup": markup}
        shown = message(**content)
        query = {"id": "9", "from": USER, "data": "b", "message": shown}
        body = arrival({"update_id": 5, "callback_query": query}).body
        assert "سر" not in body
        pressed = read_update(body)
        assert pressed == read(callback_query=query)
        assert (pressed.on_file, pressed.buttons) == (on_file, (("ربما", "b", ""),))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"message": None},
        {"inline_message_id": "x"},
        {"message": {"chat": CHAT, "message_id": 7, "date": 0}},
        {"message": message(GROUP, text="؟")},
    ],
)
def test_a_press_without_a_message_to_change_is_answered_in_the_persons_own_chat(
    more: dict[str, Any],
) -> None:
    pressed = press(**more)
    assert (pressed.kind, pressed.message) == (IncomingKind.CHOICE, "")
    assert pressed.address == Address("telegram", "11")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("kicked", IncomingKind.BLOCKED),
        ("member", IncomingKind.RETURNED),
        ("left", IncomingKind.IGNORED),
    ],
)
def test_blocking_and_returning(status: str, kind: IncomingKind) -> None:
    change = {"chat": CHAT, "from": USER, "date": 1, "new_chat_member": {"status": status}}
    assert read(my_chat_member=change).kind is kind
    assert read(my_chat_member=change | {"chat": GROUP}).kind is IncomingKind.IGNORED


def test_groups_and_channels_are_left_alone() -> None:
    assert read(message=message(GROUP, text="مرحبا")).kind is IncomingKind.IGNORED
    assert read(edited_message=message(GROUP, text="مرحبا")).kind is IncomingKind.IGNORED
    post = {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "خبر"}
    assert read(channel_post=post).kind is IncomingKind.IGNORED


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"message": None},
        {"message": {}},
        {"message": message(text=5)},
        {"message": message(text="x") | {"message_id": "7"}},
        {"message": message({"id": True, "type": "private"}, text="x")},
        {"message": message(photo=[])},
        {"message": message(photo=[{"file_id": ""}])},
        {"message": message(document={})},
        {"callback_query": {"from": USER, "data": "token"}},
        {"callback_query": {"id": "1", "from": USER, "data": 5}},
        {"inline_query": {"id": "1", "from": USER}},
    ],
)
def test_what_lacks_something_says_so(update: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdate):
        read(**update)


def test_an_arrival_knows_its_key_and_its_sender() -> None:
    for name in ALLOWED_UPDATES:
        arrived = arrival({"update_id": 5, name: {"from": USER}})
        assert (arrived.key, arrived.sender) == ("5", "11")
        assert json.loads(arrived.body)[name]["from"]["first_name"] == "مريم"


@pytest.mark.parametrize("odd", [{}, [], None, 3, {"update_id": "5"}, {"update_id": 10**40}])
def test_an_arrival_without_a_number_is_known_by_its_content(odd: Any) -> None:
    first, again = arrival(odd), arrival(odd)
    assert first == again
    assert first.key.startswith("?")
    assert first.sender == ""
    assert first.key != arrival({"another": 1}).key


def test_half_a_surrogate_pair_is_stored_and_then_set_aside() -> None:
    update = read_json(rb'{"update_id": 5, "message": {"from": {"id": 11}, "text": "\ud83d"}}')
    arrived = arrival(update)
    assert (arrived.key, arrived.sender) == ("5", "11")
    assert arrived.body.isascii()
    with pytest.raises(UnreadableUpdate):
        read_update(arrived.body)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
KNOWN = st.sampled_from(
    [
        "update_id", "message", "edited_message", "callback_query", "my_chat_member", "from", "id",
        "chat", "type", "text", "photo", "document", "file_id", "message_id", "data", "date",
        "new_chat_member", "status", "caption", "contact", "phone_number",
        "reply_to_message", "first_name", "language_code", "duration",
    ]
)  # fmt: skip
LIKELY = st.recursive(
    st.sampled_from(["private", "x", 7, 0, None, True]) | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KNOWN, inner, max_size=6),
    max_leaves=30,
)


def digest(text: str) -> str:
    return f"<{text[-3:]}>"


@pytest.mark.parametrize(
    ("contact", "mark"),
    [
        ({"phone_number": "+966501234567", "user_id": 11, "vcard": "966501234567"}, "<567>"),
        ({"phone_number": "966501234567", "user_id": 11, "first_name": "مريم"}, "<567>"),
        ({"phone_number": "966501234567", "user_id": 12}, ""),
        ({"phone_number": "966501234567"}, ""),
        ({"phone_number": "966501234567", "user_id": "11"}, ""),
        ({"phone_number": 966501234567, "user_id": 11}, ""),
        ("966501234567", ""),
    ],
)
def test_a_number_stays_at_the_door(contact: Any, mark: str) -> None:
    update = {"update_id": 5, "message": message(contact=contact)}
    for makes in (digest, None):
        body = arrival(update, makes).body
        assert "50123" not in body
        incoming = read_update(body)
        assert (incoming.kind, incoming.contact) == (IncomingKind.CONTACT, (makes and mark) or "")
    # Nor does one that somebody else's message has, or the one that is answered.
    inside = message(contact=contact)
    for other in (
        {"message": message(text="نعم", reply_to_message=inside)},
        {"edited_message": message(text="نعم", external_reply=inside)},
        {"callback_query": {"from": USER, "message": message(reply_to_message=inside)}},
    ):
        assert "50123" not in arrival({"update_id": 6, **other}, digest).body


@given(ANY_JSON | LIKELY)
@example({"update_id": 5, "message": {"from": [], "chat": {"id": 1, "type": "private"}}})
def test_whatever_comes_is_stored_and_is_either_read_or_refused(update: Any) -> None:
    arrived = arrival(update)
    assert len(arrived.key) <= 64
    assert len(arrived.sender) <= 64
    try:
        incoming = read_update(arrived.body)
    except UnreadableUpdate:
        return
    assert isinstance(incoming.text, str)
    assert incoming.address.id.lstrip("-").isdigit()


@given(
    st.fixed_dictionaries({"update_id": st.integers(0, 2**31)}),
    st.fixed_dictionaries(
        {},
        optional={
            "text": st.text() | st.integers(),
            "caption": st.text() | st.none(),
            "photo": LIKELY,
            "document": LIKELY,
            "voice": LIKELY,
            "from": st.just(USER) | LIKELY,
            "chat": st.just(CHAT) | LIKELY,
        },
    ),
)
def test_an_almost_right_message_is_either_read_or_refused(
    update: dict[str, Any], content: dict[str, Any]
) -> None:
    body = arrival(update | {"message": message() | content}).body
    try:
        assert read_update(body).kind in IncomingKind
    except UnreadableUpdate:
        assert body


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_nothing(source: bytes) -> None:
    value = read_json(source)
    try:
        expected = orjson.loads(source)
    except orjson.JSONDecodeError:
        return
    assert value == expected
