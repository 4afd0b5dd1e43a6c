"""Faces are found and covered for good. No person stands model: what is found here is drawn."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.files import faces
from bot.files.faces import Face
from bot.files.pictures import PictureTrouble, clean_picture

installed = pytest.mark.skipif(
    not faces.can_hide_faces(), reason="the extra that finds faces is not installed (make faces)"
)
SKIN, HAIR, LIPS = (224, 172, 135), (40, 25, 20), (176, 72, 72)


def draw_child(draw: ImageDraw.ImageDraw, x: int, y: int, r: float) -> None:
    """A head of some two `r` in width, with shoulders."""
    draw.rectangle((x - 1.3 * r, y + 1.2 * r, x + 1.3 * r, y + 4 * r), fill=(60, 80, 120))
    draw.rectangle((x - 0.3 * r, y + 0.9 * r, x + 0.3 * r, y + 1.4 * r), fill=(205, 155, 120))
    draw.ellipse((x - 1.1 * r, y - 1.45 * r, x + 1.1 * r, y + 0.6 * r), fill=HAIR)
    draw.ellipse((x - 0.85 * r, y - 1.1 * r, x + 0.85 * r, y + 1.15 * r), fill=SKIN)
    draw.chord((x - 0.9 * r, y - 1.25 * r, x + 0.9 * r, y + 0.3 * r), 200, 340, fill=HAIR)
    for side in (-0.36, 0.36):
        eye, line = x + side * r, y - 0.1 * r
        white = (eye - 0.17 * r, line - 0.09 * r, eye + 0.17 * r, line + 0.09 * r)
        draw.ellipse(white, fill=(245, 245, 245))
        draw.ellipse((eye - 0.08 * r, white[1], eye + 0.08 * r, white[3]), fill=HAIR)
        brow = (eye - 0.24 * r, line - 0.32 * r, eye + 0.24 * r, line + 0.05 * r)
        draw.arc(brow, 200, 340, fill=(50, 30, 25), width=max(1, int(0.07 * r)))
    nose = [(x - 0.04 * r, y), (x - 0.15 * r, y + 0.38 * r), (x + 0.15 * r, y + 0.38 * r)]
    draw.polygon(nose, fill=(193, 148, 116))
    draw.ellipse((x - 0.3 * r, y + 0.58 * r, x + 0.3 * r, y + 0.78 * r), fill=LIPS)


HEADS = ((200, 200, 60), (800, 200, 40), (250, 520, 30), (600, 520, 20))


def classroom() -> Image.Image:
    picture = Image.new("RGB", (1000, 700), (190, 200, 205))
    for head in HEADS:
        draw_child(ImageDraw.Draw(picture), *head)
    return picture.filter(ImageFilter.GaussianBlur(1.5))


@installed
async def test_small_and_large_faces_are_found_and_nothing_of_them_is_left(tmp_path: Path) -> None:
    given, kept = tmp_path / "given", tmp_path / "kept"
    classroom().save(given, "PNG")
    result = await clean_picture(given, kept, hiding=True)
    assert result.faces == len(HEADS)
    shown = Image.open(kept).convert("RGB")
    for x, y, r in HEADS:
        # Eyes, nose and mouth: one colour, the same for everybody.
        features = shown.crop((x - r // 2, y - r // 4, x + r // 2, y + r * 3 // 4))
        assert features.getcolors() == [(features.width * features.height, faces.COVER)]
    assert shown.getpixel((500, 100)) == (190, 200, 205), "the rest is as it was"


@installed
async def test_a_board_has_no_face(tmp_path: Path) -> None:
    picture = Image.new("RGB", (800, 600), (30, 70, 50))
    draw = ImageDraw.Draw(picture)
    for line in range(50, 550, 60):
        draw.line((60, line, 700 - line // 2, line + 8), fill="white", width=4)
    picture.save(tmp_path / "given", "PNG")
    assert (await clean_picture(tmp_path / "given", tmp_path / "kept", hiding=True)).faces == 0


@pytest.mark.skipif(faces.can_hide_faces(), reason="the extra that finds faces is installed")
async def test_without_the_extra_nothing_is_shown_as_if_it_were_hidden(tmp_path: Path) -> None:
    classroom().save(tmp_path / "given", "PNG")
    with pytest.raises(PictureTrouble):
        await clean_picture(tmp_path / "given", tmp_path / "kept", hiding=True)
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_covers_a_face_is_wider_than_the_face(mode: str) -> None:
    picture = Image.effect_noise((200, 200), 90).convert(mode)
    before = picture.copy()
    faces.cover(picture, Face(60, 50, 120, 130, 0.9))
    found = picture.convert("RGB")
    assert found.crop((70, 55, 110, 125)).getcolors() == [(40 * 70, faces.COVER)]
    assert found.getpixel((48, 90)) == faces.COVER, "hair and ears"
    assert picture.crop((0, 0, 40, 200)).tobytes() == before.crop((0, 0, 40, 200)).tobytes()


def test_a_face_at_the_edge_is_covered_as_far_as_it_is_seen() -> None:
    picture = Image.new("RGB", (100, 100), "white")
    faces.cover(picture, Face(-30, -30, 30, 30, 0.9))
    assert picture.getpixel((0, 0)) == faces.COVER
    assert picture.getpixel((99, 99)) == (255, 255, 255)


def test_one_face_that_was_found_twice_is_one() -> None:
    sure, again, other = (
        Face(10, 10, 50, 60, 0.9),
        Face(12, 11, 52, 58, 0.4),
        Face(60, 10, 90, 50, 0.3),
    )
    assert faces.told_apart([other, again, sure]) == [sure, other]


@pytest.mark.parametrize("size", [(2048, 1536), (1536, 2048), (2048, 20), (64, 48), (1, 1)])
def test_every_picture_is_looked_at_in_a_size_that_the_model_takes(size: tuple[int, int]) -> None:
    for longest in faces.LOOKS:
        width, height = faces.looked_at(size, longest)
        assert width % 32 == height % 32 == 0
        assert 32 <= min(width, height) <= max(width, height) <= longest


def test_what_the_model_answers_is_read() -> None:
    np = pytest.importorskip("numpy")
    heat, scale, offset = (np.zeros(shape, np.float32) for shape in ((8, 8), (2, 8, 8), (2, 8, 8)))
    heat[2, 5], heat[6, 1], heat[0, 0] = 0.9, 0.3, 0.1
    scale[:, 2, 5] = np.log(3), np.log(2)
    offset[:, 2, 5] = 0.25, -0.25
    sure, unsure = faces.decode(heat, scale, offset)
    # The middle is (5 - 0.25 + 0.5, 2 + 0.25 + 0.5) cells of 4 pixels; 2 cells wide and 3 high.
    assert tuple(sure) == pytest.approx((17, 5, 25, 17, 0.9))
    assert tuple(unsure) == pytest.approx((4, 24, 8, 28, 0.3))


def described(name: bytes, *sizes: int) -> bytes:
    dimensions = b"".join(b"\x0a\x02\x08" + bytes([size]) for size in sizes)
    return b"\x0a" + bytes([len(name)]) + name + b"\x12\x16\x0a\x14\x08\x01\x12\x10" + dimensions


def test_the_model_takes_every_size_and_only_ours_is_taken(tmp_path: Path) -> None:
    outputs = [described(b"%d" % name, 10, 1, 8, 8) for name in range(537, 541)]
    model = b"weights" + described(b"input.1", 10, 3, 32, 32) + b"".join(outputs)
    free = faces.of_any_size(model)
    assert len(free) == len(model)
    open_dimension, three = b"\x0a\x02\x1a\0", b"\x0a\x02\x08\3"
    assert open_dimension + three + open_dimension * 2 in free
    assert free.count(open_dimension) == 3 * 5
    path = tmp_path / "centerface.onnx"
    path.write_bytes(model)
    with pytest.raises(ImportError):
        faces.read_model(path)
