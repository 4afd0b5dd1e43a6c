"""What a file is stands in its bytes; a name alone opens no door."""

import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.sniffing import sniff
from bot.files.unfit import FileSort, UnfitFile, UnfitReason
from tests.files import samples
from tests.files.samples import SOUND_FILES


def write(folder: Path, data: bytes) -> Path:
    path = folder / "blob"
    path.write_bytes(data)
    return path


def refused(folder: Path, data: bytes, name: str = "") -> UnfitReason:
    with pytest.raises(UnfitFile) as raised:
        sniff(write(folder, data), name)
    return raised.value.reason


@pytest.mark.parametrize("name", SOUND_FILES)
def test_what_teachers_send_is_taken(tmp_path: Path, name: str) -> None:
    data, kind, mime = SOUND_FILES[name]
    path = write(tmp_path, data)
    found = sniff(path, name)
    assert (found.kind, found.mime) == (kind, mime)
    if name != "excel.csv":
        # Without a name nothing is lost: Telegram gives photos none.
        assert sniff(path) == found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", UnfitReason.EMPTY),
        (b" \r\n\t ", UnfitReason.EMPTY),
        (samples.apk(), UnfitReason.PROGRAM),
        (samples.jar(), UnfitReason.PROGRAM),
        (samples.EXE, UnfitReason.PROGRAM),
        (samples.ELF, UnfitReason.PROGRAM),
        (samples.HTML, UnfitReason.PAGE),
        (b"\xef\xbb\xbf \n" + samples.HTML, UnfitReason.PAGE),
        (samples.HTML.decode().encode("utf-16"), UnfitReason.PAGE),
        (samples.SVG, UnfitReason.PAGE),
        (b"a word\n<script src=x></script>", UnfitReason.PAGE),
        (b"#!/bin/sh\nrm -rf /\n", UnfitReason.PAGE),
        (b"@echo off\r\ndel *.*\r\n", UnfitReason.PAGE),
        (b"[InternetShortcut]\nURL=x", UnfitReason.PAGE),
        (samples.zipped({"a.txt": b"a"}), UnfitReason.ARCHIVE),
        (b"Rar!\x1a\x07\x01\0" + b"x" * 50, UnfitReason.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, UnfitReason.ARCHIVE),
        (b"\x1f\x8b\x08\0" + b"x" * 50, UnfitReason.ARCHIVE),
        (samples.office("docx", macros=True), UnfitReason.MACROS),
        (samples.office("xlsx", {"xl/vbaProject.bin": b"x"}), UnfitReason.MACROS),
        (samples.office("pptx", {"ppt/embeddings/a.xlsm": b"x"}), UnfitReason.MACROS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, UnfitReason.OLD_OFFICE),
        (b"GIF89a" + b"\0" * 50, UnfitReason.UNKNOWN),
        (samples.boxed(b"avif"), UnfitReason.UNKNOWN),
        (samples.webm(kind=b"matroska"), UnfitReason.UNKNOWN),
        (bytes(range(256)) * 4, UnfitReason.UNKNOWN),
        ("naïve café déjà été à".encode("cp1252"), UnfitReason.UNKNOWN),
    ],
)
def test_what_does_harm_is_refused_whatever_it_is_called(
    tmp_path: Path, data: bytes, reason: UnfitReason
) -> None:
    for name in ("", "photo.jpg", "plan.pdf", "notes.txt", "plan.docx"):
        assert refused(tmp_path, data, name) is reason


BEHIND = {
    "an archive": samples.zipped({"a.txt": b"a"}),
    "a package": samples.apk(),
    "a page": samples.HTML,
    "a program": samples.EXE,
    "a PDF": samples.PDF,
}
WHOLE = [name for name, (_, kind, _) in SOUND_FILES.items() if not name.endswith((".txt", ".csv"))]


@pytest.mark.parametrize("what", BEHIND)
@pytest.mark.parametrize("name", WHOLE)
def test_two_files_in_one_are_refused(tmp_path: Path, name: str, what: str) -> None:
    data = SOUND_FILES[name][0] + BEHIND[what]
    if name == "plan.pdf" and what == "a PDF":
        # Read from its end, it is the second of the two and nothing else.
        assert sniff(write(tmp_path, SOUND_FILES[name][0] + samples.PDF)).extension == "pdf"
        return
    assert refused(tmp_path, data, name) in (
        UnfitReason.TWO_IN_ONE,
        UnfitReason.BROKEN,
        UnfitReason.PROGRAM,
        UnfitReason.ARCHIVE,
    )


def test_a_program_in_the_middle_of_a_pdf_is_found(tmp_path: Path) -> None:
    data = samples.PDF + samples.EXE + b"\n%%EOF\n"
    assert refused(tmp_path, data) is UnfitReason.TWO_IN_ONE
    assert refused(tmp_path, samples.EXE + samples.PDF) is UnfitReason.PROGRAM


def test_a_pdf_that_was_updated_is_whole(tmp_path: Path) -> None:
    update = b"2 0 obj\n<< >>\nendobj\nxref\n0 0\ntrailer\n<< >>\nstartxref\n9\n%%EOF\r\n"
    assert sniff(write(tmp_path, samples.PDF + update)).mime == "application/pdf"
    assert refused(tmp_path, samples.PDF + update[:30]) is UnfitReason.BROKEN


def test_what_cameras_write_behind_a_picture_is_known(tmp_path: Path) -> None:
    picture, film = samples.drawn("JPEG"), samples.boxed(b"mp42", b"vide")
    for behind in (b"\0" * 500, b"\xff" * 3, picture, b"\0" * 12 + picture + picture, film):
        assert sniff(write(tmp_path, picture + behind), "a.jpg").extension == "jpg"
    blocks = b"\0\0\x30\x0a" + b"MotionPhoto_Data" + film
    directory = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0x0A30, len(blocks), len(blocks))
    trailer = blocks + directory + struct.pack("<I", len(directory)) + b"SEFT"
    assert sniff(write(tmp_path, picture + trailer)).extension == "jpg"
    other = samples.HTML + trailer
    assert refused(tmp_path, picture + other) is UnfitReason.TWO_IN_ONE


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (samples.drawn("JPEG"), "lesson.pdf"),
        (samples.drawn("JPEG"), "lesson.jpg.exe"),
        (samples.drawn("JPEG"), "lesson.exe. "),
        (samples.drawn("PNG"), "lesson.apk"),
        (samples.drawn("PNG"), "les\u202egnp.exe"),
        (samples.PDF, "plan.docx"),
        (samples.office("docx"), "plan.zip"),
        (samples.office("docx"), "plan.docm"),
        (samples.office("xlsx"), "levels.docx"),
        (samples.TEXT.encode(), "run.js"),
        (samples.TEXT.encode(), "run.bat"),
        (samples.TEXT.encode(), "page.html"),
        (samples.mp3(), "voice.ogg"),
        (samples.boxed(b"isom", b"vide"), "lesson.mp3"),
    ],
)
def test_a_name_that_promises_something_else_is_refused(
    tmp_path: Path, data: bytes, name: str
) -> None:
    assert refused(tmp_path, data, name) is UnfitReason.MISNAMED


@pytest.mark.parametrize(
    "name",
    [
        "",
        "صورة الحصة",
        "د. أحمد",
        "2026.12.01",
        "../../etc/passwd",
        "a/b\\c.jpg",
        "x.JPEG",
        "x.png",
    ],
)
def test_a_name_decides_nothing_else(tmp_path: Path, name: str) -> None:
    assert sniff(write(tmp_path, samples.drawn("JPEG")), name).extension == "jpg"


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = samples.office("docx", {"word/media/a.bin": b"\0" * 30_000_000})
    assert len(bomb) < 100_000
    assert refused(tmp_path, bomb) is UnfitReason.HEAVY
    many = samples.office("docx", {f"word/{n}": b"" for n in range(5_001)})
    assert refused(tmp_path, many) is UnfitReason.HEAVY


def test_a_file_that_was_made_to_keep_us_busy_is_refused(tmp_path: Path) -> None:
    jpeg, png = samples.drawn("JPEG"), samples.drawn("PNG")
    words = b"\xff\xfe\0\2" * 100_001
    assert refused(tmp_path, jpeg[:2] + words + jpeg[2:]) is UnfitReason.HEAVY
    assert refused(tmp_path, png[:33] + samples.chunk(b"teXt", b"") * 100_001) is UnfitReason.HEAVY
    webp = b"WEBP" + b"ABCD\0\0\0\0" * 100_001
    data = b"RIFF" + struct.pack("<I", len(webp)) + webp
    assert refused(tmp_path, data) is UnfitReason.HEAVY
    # Filling is followed at once, however long it is.
    filled = jpeg[:2] + b"\xff" * 5_000_000 + jpeg[2:]
    assert sniff(write(tmp_path, filled)).extension == "jpg"
    lies = bytearray(samples.office("docx"))
    struct.pack_into("<H", lies, len(lies) - 12, 50_000)
    assert refused(tmp_path, bytes(lies)) is UnfitReason.HEAVY


def test_a_document_cut_short_is_called_broken(tmp_path: Path) -> None:
    whole = samples.office("docx")
    assert refused(tmp_path, whole[:-30], "plan.docx") is UnfitReason.BROKEN
    assert refused(tmp_path, whole[:10], "plan.docx") is UnfitReason.BROKEN
    assert refused(tmp_path, whole + b"#", "plan.docx") is UnfitReason.TWO_IN_ONE


def test_members_that_share_their_bytes_or_lie_are_refused(tmp_path: Path) -> None:
    data = bytearray(samples.office("docx", {"word/a.bin": b"a" * 1000, "word/b.bin": b"b" * 1000}))
    with zipfile.ZipFile(write(tmp_path, bytes(data))) as packed:
        first, second = packed.getinfo("word/a.bin"), packed.getinfo("word/b.bin")
    place = data.rindex(b"word/b.bin") - 46
    assert data[place : place + 4] == b"PK\1\2"
    shared = data.copy()
    struct.pack_into("<I", shared, place + 42, first.header_offset)
    assert refused(tmp_path, bytes(shared)) in (UnfitReason.HEAVY, UnfitReason.BROKEN)
    lying = data.copy()
    struct.pack_into("<I", lying, place + 24, second.file_size - 1)
    assert refused(tmp_path, bytes(lying)) is UnfitReason.BROKEN


def test_what_stands_in_a_document_belongs_there(tmp_path: Path) -> None:
    for member in ("../../evil.txt", "/etc/passwd", "C:\\evil.txt"):
        assert refused(tmp_path, samples.office("docx", {member: b"x"})) is UnfitReason.BROKEN
    for member in ("word/a.exe", "word/a.html", "word/a.vbs"):
        assert refused(tmp_path, samples.office("docx", {member: b"x"})) is UnfitReason.TWO_IN_ONE
    both = samples.office("docx", {"xl/workbook.xml": b"<x/>"})
    assert refused(tmp_path, both) is UnfitReason.TWO_IN_ONE
    assert refused(tmp_path, samples.office("docx", {"classes.dex": b"x"})) is UnfitReason.PROGRAM


def test_a_recording_that_says_how_long_it_is_must_be_whole(tmp_path: Path) -> None:
    whole = samples.mp3(tagged=False)
    stated = bytearray(whole)
    stated[36:52] = b"Info" + struct.pack(">III", 3, 6, len(whole))
    assert sniff(write(tmp_path, bytes(stated))).extension == "mp3"
    assert refused(tmp_path, bytes(stated[:-300])) is UnfitReason.BROKEN


CUT = [name for name in WHOLE if not name.endswith((".mp3", ".aac"))]


@given(data=st.data())
def test_a_file_cut_short_is_never_taken_for_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(CUT))
    whole = SOUND_FILES[name][0]
    kept = data.draw(st.integers(1, len(whole) - 1))
    path = write(tmp_path_factory.getbasetemp(), whole[:kept])
    try:
        found = sniff(path, name)
    except UnfitFile:
        return
    # What ends between two parts is whole: pages of sound, and an end of line behind a PDF.
    assert found.extension == "ogg" or whole[kept:].strip() == b""


@given(data=st.data())
def test_two_whole_files_are_one_only_where_their_format_says_so(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    first, second = (data.draw(st.sampled_from(WHOLE)) for _ in range(2))
    path = write(tmp_path_factory.getbasetemp(), SOUND_FILES[first][0] + SOUND_FILES[second][0])
    try:
        found = sniff(path)
    except UnfitFile:
        return
    sort = SOUND_FILES[first][1]
    assert found.kind == sort
    if sort == "picture":
        # Behind a JPEG stands what is lost when it is drawn anew.
        assert found.extension == "jpg"
    else:
        assert found.mime == SOUND_FILES[second][2] or found.kind is not FileSort.DOCUMENT


@given(junk=st.binary(min_size=1, max_size=300), data=st.data())
def test_whatever_is_sent_is_taken_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, data: st.DataObject
) -> None:
    whole = SOUND_FILES[data.draw(st.sampled_from(sorted(SOUND_FILES)))][0]
    at = data.draw(st.integers(0, len(whole)))
    replaced = data.draw(st.booleans())
    made = whole[:at] + junk + whole[at + (len(junk) if replaced else 0) :]
    path = write(tmp_path_factory.getbasetemp(), made)
    with suppress(UnfitFile):
        sniff(path, data.draw(st.sampled_from(["", "a.jpg", "a.docx", "a"])))
