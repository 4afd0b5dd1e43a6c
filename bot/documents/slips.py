"""The sheet of slips that are cut apart and handed over, each to the one whose name it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.documents.press import Document, FromLeft, Square


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """`code` is its digits in groups."""

    name: str
    about: str
    code: Sequence[FromLeft]
    how: str
    link: FromLeft
    square: Square


@dataclass(frozen=True, slots=True)
class SlipPile:
    """The slips of one unit, which begin on a page of their own."""

    unit: str
    note: str
    """For whoever hands them over: how many they are, and how."""
    slips: Sequence[PrintedSlip]


@dataclass(frozen=True, slots=True)
class SlipSheet(Document):
    """Ten slips a page, lines to cut along between them."""

    template: ClassVar[str] = "slips"
    piles: Sequence[SlipPile]
