"""What is kept in git for the guide: pictures, the texts in them, and the words it quotes."""

from pathlib import Path

from tests.guide.quoting import DOCS, language, pages, quotes, source
from tests.guide.telling import Guide

PICTURES = DOCS / "guide" / "pictures"
QUOTES = PICTURES / "quotes.txt"


def texts(guide: Guide) -> dict[Path, str]:
    """Every kept text as it reads today."""
    kept = {PICTURES / f"{name}.txt": text for name, text in guide.shown.items()}
    return kept | {QUOTES: quoted_today()}


def quoted_today() -> str:
    """A line for each text of the bot that a page quotes: language, words, and what they say."""
    lines = set()
    for page in pages():
        spoken = language(page)
        for quote in quotes(page):
            if said := source(quote, spoken):
                lines.add("\t".join((spoken, quote, said.partition("\n")[0])))
    return "".join(f"{line}\n" for line in sorted(lines))


def lost() -> list[str]:
    """What a page quotes and the bot says no more."""
    return [
        f"{page.relative_to(DOCS.parent)}: «{quote}»"
        for page in pages()
        for quote in quotes(page)
        if not source(quote, language(page))
    ]


def keep(guide: Guide, taken: dict[str, bytes], *, anew: bool) -> int:
    """Write pictures and texts, and take away what no story shows any more. A picture whose text
    reads as before stays as it is, unless all are wanted `anew`: two of one screen are never alike
    to the last point. How many pictures were written."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    kept = texts(guide)
    for path in PICTURES.iterdir():
        if path.with_suffix(".txt") not in kept:
            path.unlink()
    written = 0
    for name, picture in taken.items():
        shown, said = PICTURES / f"{name}.png", PICTURES / f"{name}.txt"
        stands = shown.exists() and said.exists() and said.read_text("utf-8") == kept[said]
        if anew or not stands:
            shown.write_bytes(picture)
            written += 1
    for path, text in kept.items():
        path.write_text(text, "utf-8")
    return written
