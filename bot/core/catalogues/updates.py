"""Bringing new messages of the code into the catalogues."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import normalize

from bot.core.catalogues.checks import find_leftovers, list_complete, list_missing, read_locales
from bot.core.catalogues.files import (
    PLURAL_FORMS,
    CatalogueEntry,
    PoFile,
    count_forms,
    place_of,
)
from bot.core.catalogues.source import CatalogueProblem, SourceMessage, extract

_SOURCE_LANGUAGE = "en"
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class _Said:
    """How one domain of a locale says a text."""

    domain: str
    entries: list[CatalogueEntry]


_Sayings = Mapping[tuple[str, str | None], _Said]


def update(root: Path) -> list[str]:
    """Append the messages that are missing: as another domain of the locale says them; else empty,
    in English as the code has them. What stands in the files stays as it is; nothing is removed.

    :returns: a line for each file that grew, one for each text that it says as another domain
        does, since it may mean another thing here, and one for each text left over.
    """
    extraction = extract(root)
    locales = read_locales(root)
    report = []
    for locale in list_complete(locales):
        files = locales.get(locale, [])
        said = _said_elsewhere(files)
        fresh: dict[str, list[SourceMessage]] = {}
        for message in list_missing(files, extraction):
            fresh.setdefault(message.domain, []).append(message)
        for domain, messages in fresh.items():
            place = place_of(locale, domain)
            _append(root / place, locale, messages, said)
            report.append(f"{place}: {len(messages)} added")
            if locale != _SOURCE_LANGUAGE:
                report += [str(each) for each in _taken_over(place, messages, said)]
        report += [str(finding) for finding in find_leftovers(files, extraction)]
    return report


def _taken_over(
    place: str, messages: list[SourceMessage], said: _Sayings
) -> Iterator[CatalogueProblem]:
    """The texts that come along with another domain's translation, and how it reads."""
    for message in messages:
        if found := said.get((message.msgid, message.plural)):
            text = found.entries[0].forms[-1]
            problem = f"is said as in {found.domain}.po: «{text}»"
            yield CatalogueProblem(place, message.msgid, problem)


def _append(path: Path, locale: str, messages: list[SourceMessage], said: _Sayings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text("utf-8").rstrip("\n") if path.exists() else _write_header(locale)
    entries = (
        _write_entry(message, each)
        for message in messages
        for each in _entries_of(locale, message, said)
    )
    added = "".join(f"\n\n{entry}" for entry in entries)
    path.write_text(f"{old}{added}\n", "utf-8")


def _write_header(locale: str) -> str:
    return "\n".join(
        [
            'msgid ""',
            'msgstr ""',
            f'"Language: {locale}\\n"',
            '"MIME-Version: 1.0\\n"',
            '"Content-Type: text/plain; charset=utf-8\\n"',
            '"Content-Transfer-Encoding: 8bit\\n"',
            f'"Plural-Forms: {PLURAL_FORMS[locale]}\\n"',
        ]
    )


def _said_elsewhere(files: Sequence[PoFile]) -> _Sayings:
    """What the locale says of each text already: of several domains the first."""
    said: dict[tuple[str, str | None], _Said] = {}
    for po in files:
        own: dict[tuple[str, str | None], _Said] = {}
        for entry in (each for each in po.entries if any(each.forms) and not each.fuzzy):
            key = entry.msgid, entry.plural
            own.setdefault(key, _Said(po.domain, [])).entries.append(entry)
        said = own | said
    return said


def _entries_of(locale: str, message: SourceMessage, said: _Sayings) -> list[CatalogueEntry]:
    found = said.get((message.msgid, message.plural))
    return found.entries if found else [_blank(locale, message)]


def _blank(locale: str, message: SourceMessage) -> CatalogueEntry:
    own = locale == _SOURCE_LANGUAGE
    if message.plural is None:
        forms: tuple[str, ...] = (message.msgid if own else "",)
    else:
        forms = (message.msgid, message.plural) if own else ("",) * count_forms(locale)
    return CatalogueEntry(message.msgid, message.plural, None, forms, fuzzy=False)


def _write_entry(message: SourceMessage, entry: CatalogueEntry) -> str:
    lines = ["#, python-brace-format"] if "{" in message.msgid + (message.plural or "") else []
    if entry.context is not None:
        lines.append(f"msgctxt {normalize(entry.context, width=_WIDTH)}")
    lines.append(f"msgid {normalize(message.msgid, width=_WIDTH)}")
    if message.plural is None:
        lines.append(f"msgstr {normalize(entry.forms[0], width=_WIDTH)}")
    else:
        lines.append(f"msgid_plural {normalize(message.plural, width=_WIDTH)}")
        for index, text in enumerate(entry.forms):
            lines.append(f"msgstr[{index}] {normalize(text, width=_WIDTH)}")
    return "\n".join(lines)
