"""Every way in which the catalogues may fail to say what the code says."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.core.catalogues.arabic import check_arabic, read_address_words
from bot.core.catalogues.files import (
    CatalogueEntry,
    PoFile,
    count_forms,
    language_of,
    list_po,
    place_of,
    read_po,
)
from bot.core.catalogues.source import (
    SHARED,
    CatalogueProblem,
    Extraction,
    SourceMessage,
    extract,
    list_placeholders,
    malformed,
)

GENDERS = {"m", "f", "neutral"}
# Forms that stand for one number only, so the sentence may name it without a figure.
_FIGURELESS = {"ar": {0, 1, 2}, "en": {0}, "fr": {0}}
_LATIN_MARK = re.compile(r"[\u0621-\u064a]([,;?])")


def check(root: Path) -> list[CatalogueProblem]:
    """What keeps the catalogues from saying what the code says, in order of place; each is to be
    put right. Missing or left-over texts, empty or fuzzy ones, incomplete forms of address or
    plural forms, other placeholders, a wrong plural rule, domains that disagree, overlays over
    nothing, and Arabic that speaks to a man only or counts without plural forms."""
    extraction = extract(root)
    locales = read_locales(root)
    findings = list(extraction.findings)
    for locale, files in locales.items():
        for po in files:
            findings += po.findings
            findings += _check_entries(po)
            if po.language == "ar":
                findings += check_arabic(po, _group(po), read_address_words(root))
        findings += _check_agreement(files)
        if locale != language_of(locale):
            findings += _check_overlay(files, locales.get(language_of(locale), []))
        else:
            findings += find_leftovers(files, extraction)
    for locale in list_complete(locales):
        for message in list_missing(locales.get(locale, []), extraction):
            place = place_of(locale, message.domain)
            problem = f"is missing; it is said in {message.places[0]}"
            findings.append(CatalogueProblem(place, message.msgid, problem))
    return sorted(set(findings))


def read_locales(root: Path) -> dict[str, list[PoFile]]:
    locales: dict[str, list[PoFile]] = {}
    for path in list_po(root):
        po = read_po(path)
        locales.setdefault(po.locale, []).append(po)
    return locales


def list_complete(locales: Iterable[str]) -> list[str]:
    """The languages that must hold every message: Arabic, English and any other begun."""
    return sorted({"ar", "en"} | {name for name in locales if name == language_of(name)})


def list_missing(files: list[PoFile], extraction: Extraction) -> list[SourceMessage]:
    """The messages that stand neither in their own domain nor in the shared one."""
    held = {(po.domain, entry.msgid, entry.plural) for po in files for entry in po.entries}
    return [
        message
        for message in extraction.messages.values()
        if (message.domain, message.msgid, message.plural) not in held
        and (SHARED, message.msgid, message.plural) not in held
    ]


def find_leftovers(files: list[PoFile], extraction: Extraction) -> Iterator[CatalogueProblem]:
    said = {msgid for _, msgid in extraction.messages}
    for po in files:
        for msgid in _group(po):
            shared = po.domain == SHARED and msgid in said
            if not shared and (po.domain, msgid) not in extraction.messages:
                yield CatalogueProblem(po.place, msgid, "is left over: its code does not say it")


def _group(po: PoFile) -> dict[str, list[CatalogueEntry]]:
    grouped: dict[str, list[CatalogueEntry]] = {}
    for entry in po.entries:
        grouped.setdefault(entry.msgid, []).append(entry)
    return grouped


def _check_entries(po: PoFile) -> Iterator[CatalogueProblem]:
    for msgid, entries in _group(po).items():
        contexts = {entry.context for entry in entries}
        named = {context for context in contexts if context is not None}
        if None in contexts and named:
            yield CatalogueProblem(
                po.place, msgid, "stands both with and without a form of address"
            )
        elif named and (lost := GENDERS - named):
            yield CatalogueProblem(po.place, msgid, f"lacks the forms of address {_listed(lost)}")
        if strange := named - GENDERS:
            yield CatalogueProblem(
                po.place, msgid, f"has unknown forms of address {_listed(strange)}"
            )
        for entry in entries:
            for problem in _check_entry(po.language, entry):
                address = f", said to {entry.context}" if entry.context else ""
                yield CatalogueProblem(po.place, msgid, problem + address)


def _check_entry(language: str, entry: CatalogueEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "is fuzzy"
    if not any(entry.forms):
        yield "is empty"
        return
    wanted_forms = 1 if entry.plural is None else count_forms(language)
    if len(entry.forms) != wanted_forms:
        yield f"has {len(entry.forms)} plural forms, {language} needs {wanted_forms}"
    for index, text in enumerate(entry.forms):
        where = "" if entry.plural is None else f" in plural form {index}"
        figureless = bool(where) and index in _FIGURELESS.get(language, ())
        for problem in _check_text(language, entry, text, figureless):
            yield problem + where


def _check_text(language: str, entry: CatalogueEntry, text: str, figureless: bool) -> Iterator[str]:
    if not text:
        yield "is empty"
    elif problem := malformed(text):
        yield problem
    elif not malformed(entry.msgid, entry.plural):
        wanted = list_placeholders(entry.msgid) | list_placeholders(entry.plural or "")
        names = list_placeholders(text)
        if lost := wanted - names - ({"n"} if figureless else set()):
            yield f"lacks the placeholder {_listed(lost)}"
        if strange := names - wanted:
            yield f"has the placeholder {_listed(strange)}, which the code does not fill"
    if language == "ar" and (mark := _LATIN_MARK.search(text)):
        yield f"has the Latin mark {mark[1]!r} after an Arabic letter"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _check_agreement(files: list[PoFile]) -> Iterator[CatalogueProblem]:
    """All domains of a locale are read into one, so they must agree on a text that they share."""
    known: dict[str, tuple[PoFile, set[tuple[str | None, tuple[str, ...]]]]] = {}
    for po in files:
        for msgid, entries in _group(po).items():
            texts = {(entry.context, entry.forms) for entry in entries}
            first, wanted = known.setdefault(msgid, (po, texts))
            if texts != wanted:
                yield CatalogueProblem(po.place, msgid, f"reads otherwise in {first.path.name}")


def _check_overlay(files: list[PoFile], base: list[PoFile]) -> Iterator[CatalogueProblem]:
    known = {(entry.msgid, entry.plural) for po in base for entry in po.entries}
    said = {(entry.msgid, entry.context, entry.forms) for po in base for entry in po.entries}
    for po in files:
        for msgid, entries in _group(po).items():
            if any((msgid, entry.plural) not in known for entry in entries):
                yield CatalogueProblem(po.place, msgid, f"overlays nothing in {po.language}")
            elif all((msgid, entry.context, entry.forms) in said for entry in entries):
                yield CatalogueProblem(po.place, msgid, f"only repeats {po.language}")
