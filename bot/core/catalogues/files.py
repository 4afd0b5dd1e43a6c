"""The catalogues on disk: `.po` files read strictly, `.mo` files made from them."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser

from bot.core.catalogues.source import CatalogueProblem

# The order of the Arabic forms is pinned, since tools disagree on the last two.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);",
    "en": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One entry of a catalogue: its text, in one or several plural forms."""

    msgid: str
    plural: str | None
    context: str | None
    forms: tuple[str, ...]
    fuzzy: bool


@dataclass(slots=True)
class PoFile:
    """One catalogue file as read, with what was wrong in reading it."""

    path: Path
    entries: list[CatalogueEntry] = field(default_factory=list)
    findings: list[CatalogueProblem] = field(default_factory=list)

    @property
    def locale(self) -> str:
        return self.path.parents[1].name

    @property
    def domain(self) -> str:
        return self.path.stem

    @property
    def language(self) -> str:
        return language_of(self.locale)

    @property
    def place(self) -> str:
        return place_of(self.locale, self.domain)

    def note(self, msgid: str, problem: str) -> None:
        self.findings.append(CatalogueProblem(self.place, msgid, problem))


def language_of(locale: str) -> str:
    return locale.split("_", 1)[0]


def place_of(locale: str, domain: str) -> str:
    return f"locales/{locale}/LC_MESSAGES/{domain}.po"


def count_forms(language: str) -> int:
    """How many plural forms a language has; 2 where no rule is pinned."""
    rule = re.match(r"nplurals=(\d+)", PLURAL_FORMS.get(language, ""))
    return int(rule[1]) if rule else 2


class _StrictCatalog(Catalog):
    """A catalogue that remembers entries written twice; Babel merges them in silence."""

    def __init__(self, locale: str) -> None:
        super().__init__(locale=locale)
        self.twice: list[str] = []

    def __setitem__(self, id: str | list[str] | tuple[str, ...], message: Message) -> None:  # noqa: A002
        msgid = id if isinstance(id, str) else id[0]
        if msgid and self.get(msgid, message.context) is not None:
            self.twice.append(msgid)
        super().__setitem__(id, message)


def read_po(path: Path) -> PoFile:
    """One `.po` file. What cannot be read becomes a finding, not an error."""
    po = PoFile(path)
    catalog = _StrictCatalog(po.locale)
    try:
        with path.open("rb") as file:
            PoFileParser(catalog, abort_invalid=True).parse(file)
    except (PoFileError, ValueError) as error:
        po.note("", f"cannot be read: {error}")
        return po
    for msgid in catalog.twice:
        po.note(msgid, "stands twice")
    for obsolete in catalog.obsolete.values():
        po.note(_split(obsolete.id)[0], "is commented out: remove it")
    for message in catalog:
        msgid, plural = _split(message.id)
        text = message.string or ""
        forms = (text,) if isinstance(text, str) else tuple(form or "" for form in text)
        if msgid:
            po.entries.append(CatalogueEntry(msgid, plural, message.context, forms, message.fuzzy))
    if problem := _find_header_problem(po.language, path.read_text("utf-8")):
        po.note("", problem)
    return po


def _split(msgid: str | list[str] | tuple[str, ...]) -> tuple[str, str | None]:
    return (msgid, None) if isinstance(msgid, str) else (msgid[0], msgid[1])


def _find_header_problem(language: str, source: str) -> str:
    """Babel fills a missing header by itself, so the text of the file is asked."""
    wanted = PLURAL_FORMS.get(language)
    if wanted is None:
        return f"is for {language}, whose plural rule is not pinned"
    header = source.split("\n\n", 1)[0]
    written = "".join(re.findall(r'^"(.*)"$', header, re.MULTILINE))
    rule = re.search(r"Plural-Forms:(.*?)\\n", written)
    if rule and "".join(rule[1].split()) == "".join(wanted.split()):
        return ""
    return f"needs the header Plural-Forms: {wanted}"


def list_po(root: Path) -> list[Path]:
    return sorted((root / "locales").glob("*/LC_MESSAGES/*.po"))


def list_stale(root: Path) -> list[Path]:
    """Every `.po` whose `.mo` is missing or older."""
    return [
        path
        for path in list_po(root)
        if not (target := path.with_suffix(".mo")).exists()
        or target.stat().st_mtime_ns <= path.stat().st_mtime_ns
    ]


def compile_stale(root: Path) -> list[Path]:
    """Make the `.mo` of every `.po` that is newer than it, and remove those without a `.po`, since
    the bot reads every `.mo` it finds. Others may read meanwhile: files change in one step.

    :returns: the files made.
    :raises PoFileError: a catalogue that cannot be read.
    """
    made = []
    for path in list_stale(root):
        target = path.with_suffix(".mo")
        catalog = Catalog(locale=path.parents[1].name)
        with path.open("rb") as source:
            PoFileParser(catalog, abort_invalid=True).parse(source)
        fresh = target.with_suffix(f".{os.getpid()}.part")
        with fresh.open("wb") as file:
            write_mo(file, catalog)
        fresh.replace(target)
        made.append(target)
    for orphan in (root / "locales").glob("*/LC_MESSAGES/*.mo"):
        if not orphan.with_suffix(".po").exists():
            orphan.unlink()
    return made
