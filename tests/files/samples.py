"""Small files of every sort, made byte by byte: sound ones, and hostile ones made of them."""

import io
import struct
import zipfile
import zlib

from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument."
MAINS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(range(64))
ELF = b"\x7fELF\2\1\1" + b"\0" * 57
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n52\n%%EOF\n"
)


def drawn(sort: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """A picture in which no two corners are alike."""
    picture = Image.new("RGB", size, "white")
    width, height = size
    picture.paste("red", (0, 0, width // 2, height // 2))
    picture.paste("blue", (width // 2, height // 2, width, height))
    out = io.BytesIO()
    picture.save(out, sort, **options)
    return out.getvalue()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def office(sort: str, more: dict[str, bytes] | None = None, *, macros: bool = False) -> bytes:
    part, kind = MAINS[sort]
    full = f"application/vnd.ms-{sort}.macroEnabled.main+xml" if macros else f"{OFFICE}{kind}"
    types = f'<Types><Override PartName="/{part}" ContentType="{full}.main+xml"/></Types>'
    members = {"[Content_Types].xml": types.encode(), "_rels/.rels": b"<Relationships/>"}
    return zipped(members | {part: b"<document/>"} | (more or {}))


def apk() -> bytes:
    return zipped({"AndroidManifest.xml": b"\3\0\x08\0", "classes.dex": b"dex\n035\0" + b"\0" * 50})


def jar() -> bytes:
    return zipped({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "A.class": b"\xca\xfe"})


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def boxed(brand: bytes, *handlers: bytes) -> bytes:
    """A film or recording with a track for each handler (`vide`, `soun`)."""
    tracks = b"".join(
        box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + handler + b"\0" * 13)))
        for handler in handlers
    )
    head = box(b"ftyp", brand + b"\0\0\2\0" + b"isom" + brand)
    return head + box(b"moov", box(b"mvhd", b"\0" * 100) + tracks) + box(b"mdat", b"frames" * 20)


def ogg(pages: int = 3) -> bytes:
    made = []
    for page in range(pages):
        body = b"OpusHead" + b"\1" * 11 if page == 0 else b"sound" * 20
        head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 if page == 0 else 0, 0, 7, page, 0, 1)
        made.append(head + bytes([len(body)]) + body)
    return b"".join(made)


def mp3(frames: int = 6, *, tagged: bool = True) -> bytes:
    frame = b"\xff\xfb\x90\0" + b"\x55" * (144 * 128000 // 44100 - 4)
    tag = b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 if tagged else b""
    return tag + frame * frames


def aac(frames: int = 6) -> bytes:
    size = 40
    head = bytes([0xFF, 0xF1, 0x50, 0x80 | size >> 11, size >> 3 & 255, (size & 7) << 5 | 31, 0xFC])
    return (head + b"\x21" * (size - 7)) * frames


def wav() -> bytes:
    body = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    body += b"data" + struct.pack("<I", 100) + b"\x80" * 100
    return b"RIFF" + struct.pack("<I", len(body)) + body


def element(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">Q", len(content) | 1 << 56) + content


def webm(codec: bytes = b"V_VP9", kind: bytes = b"webm") -> bytes:
    head = element(b"\x1a\x45\xdf\xa3", b"\x42\x82" + bytes([0x80 | len(kind)]) + kind)
    entry = b"\x86" + bytes([0x80 | len(codec)]) + codec
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", entry))
    return head + element(b"\x18\x53\x80\x67", tracks + element(b"\x1f\x43\xb6\x75", b"x" * 50))


def chunk(name: bytes, content: bytes) -> bytes:
    sum_of = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_of)


def pixel_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few KB that unpacks to gigabytes."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width // 8 + 1)) for _ in range(1000))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = rows + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def heic() -> bytes:
    from pillow_heif import from_pillow

    out = io.BytesIO()
    from_pillow(Image.open(io.BytesIO(drawn("PNG", (320, 240))))).save(out, quality=70)
    return out.getvalue()


TEXT = "الصف الرابع: تحسّن مستوى القراءة\nمن ٦٠ إلى ٨٥ بالمئة\n"
SOUND_FILES: dict[str, tuple[bytes, str, str]] = {
    "lesson.jpg": (drawn("JPEG"), "picture", "image/jpeg"),
    "progressive.jpg": (drawn("JPEG", progressive=True), "picture", "image/jpeg"),
    "board.png": (drawn("PNG"), "picture", "image/png"),
    "card.webp": (drawn("WEBP"), "picture", "image/webp"),
    "sharp.webp": (drawn("WEBP", lossless=True), "picture", "image/webp"),
    "IMG_0001.HEIC": (heic(), "picture", "image/heic"),
    "plan.pdf": (PDF, "document", "application/pdf"),
    "plan.docx": (office("docx"), "document", f"{OFFICE}wordprocessingml.document"),
    "levels.xlsx": (office("xlsx"), "document", f"{OFFICE}spreadsheetml.sheet"),
    "slides.pptx": (office("pptx"), "document", f"{OFFICE}presentationml.presentation"),
    "notes.txt": (TEXT.encode(), "document", "text/plain"),
    "marked.txt": (TEXT.encode("utf-8-sig"), "document", "text/plain"),
    "wide.txt": (TEXT.encode("utf-16"), "document", "text/plain"),
    "excel.csv": ("المستوى,العدد\nمتقدم,7\n".encode("cp1256"), "document", "text/csv"),
    "voice.ogg": (ogg(), "recording", "audio/ogg"),
    "song.mp3": (mp3(), "recording", "audio/mpeg"),
    "bare.mp3": (mp3(tagged=False), "recording", "audio/mpeg"),
    "talk.aac": (aac(), "recording", "audio/aac"),
    "talk.wav": (wav(), "recording", "audio/wav"),
    "memo.m4a": (boxed(b"M4A ", b"soun"), "recording", "audio/mp4"),
    "call.m4a": (boxed(b"mp42", b"soun"), "recording", "audio/mp4"),
    "lesson.mp4": (boxed(b"isom", b"vide", b"soun"), "film", "video/mp4"),
    "lesson.mov": (boxed(b"qt  ", b"vide"), "film", "video/quicktime"),
    "lesson.webm": (webm(), "film", "video/webm"),
    "voice.weba": (webm(b"A_OPUS"), "recording", "audio/webm"),
}
"""By a name that fits: the bytes, the sort and the mime type."""
