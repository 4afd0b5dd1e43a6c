"""Reading a pack: TOML that an officer can write, and every fault of it with its line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.packs.named import LANGUAGES, NamedThing, Names

LONGEST_NAME = 60
LONGEST_CODE = 20
_CODE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}")
_HEADER = re.compile(r"\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_ABOUT = ("m", "f", "neutral")


@dataclass(frozen=True, slots=True)
class PackFault:
    """What is wrong in a file, and in which line of it (1 is the first)."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class UnreadablePack(Exception):
    """A pack that nothing can be taken from; `faults` in the order of their lines."""

    def __init__(self, faults: list[PackFault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of named things that a pack holds."""

    name: str
    codes: frozenset[str] | None = None
    """The only codes there may be, all of which have to be there; None: any."""
    required: frozenset[str] = frozenset()
    by_gender: bool = False
    """Whether a name may depend on whom it is about."""


Things = dict[str, NamedThing]


def read_pack(path: Path, sections: tuple[Section, ...]) -> dict[str, Things]:
    """The things of each section, by code, in the order of the file.

    :raises UnreadablePack: with every fault that was found.
    :raises OSError: there is no such file, or it cannot be opened.
    """
    file = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadablePack([PackFault(file, 1, "the file is not UTF-8")]) from None
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadablePack([_syntax_fault(file, text, error)]) from error
    reader = _PackReader(file, _lines(text), sections)
    read = reader.read(given)
    if reader.faults:
        raise UnreadablePack(sorted(reader.faults, key=lambda fault: fault.line))
    return read


def _syntax_fault(file: str, text: str, error: tomllib.TOMLDecodeError) -> PackFault:
    found = re.search(r"line (\d+)", str(error))
    # At the end of the file it says so in words.
    line = int(found[1]) if found else len(text.splitlines())
    return PackFault(file, max(line, 1), f"not TOML: {re.sub(r' [(]at .*', '', str(error))}")


def _lines(text: str) -> Mapping[tuple[str, ...], int]:
    """In which line each table and each key stands; those within braces have that of their key."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line.strip()):
            parts = header[1].split(".")
            table = tuple(part.strip().strip("\"'") for part in parts)
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1]), number)
    return found


class _PackReader:
    def __init__(
        self, file: str, lines: Mapping[tuple[str, ...], int], sections: tuple[Section, ...]
    ) -> None:
        self._file = file
        self._lines = lines
        self._sections = {section.name: section for section in sections}
        self.faults: list[PackFault] = []

    def read(self, given: Mapping[str, Any]) -> dict[str, Things]:
        for name in given.keys() - self._sections.keys():
            self._fault((name,), f"{name} is not known here: {_listed(self._sections)}")
        return {
            section.name: self._section(section, given.get(section.name))
            for section in self._sections.values()
        }

    def _section(self, section: Section, given: Any) -> Things:
        if not isinstance(given, dict) or not given:
            self._fault((section.name,), f"there are no {section.name}")
            return {}
        codes = section.codes
        for missing in sorted((codes or section.required) - given.keys()):
            self._fault((section.name,), f"{section.name}.{missing} is missing")
        things = {}
        for code, said in given.items():
            place: tuple[str, ...] = (section.name, code)
            if codes is not None and code not in codes:
                self._fault(place, f"{code} is not known: {_listed(sorted(codes))}")
            elif not _CODE.fullmatch(code):
                self._fault(
                    place,
                    f"a code is at most {LONGEST_CODE} small Latin letters, digits and _: {code}",
                )
            elif not isinstance(said, dict):
                self._fault(place, f"{section.name}.{code} has to be a table with its names")
            else:
                things[code] = self._thing(section, code, said)
        for place, name in self._said_twice(section.name, things):
            self._fault(place, f"«{name}» is the name of another one as well")
        return things

    def _thing(self, section: Section, code: str, said: Mapping[str, Any]) -> NamedThing:
        place = (section.name, code)
        for key in said.keys() - {*LANGUAGES, "offered"}:
            self._fault((*place, key), f"{key} is not known: {_listed((*LANGUAGES, 'offered'))}")
        offered = said.get("offered", True)
        if not isinstance(offered, bool):
            self._fault((*place, "offered"), "offered is true or false, without quotes")
        names = {}
        for language in LANGUAGES:
            if language not in said:
                self._fault(place, f"{section.name}.{code} has no name in {language}")
                continue
            names[language] = self._names(section, (*place, language), said[language])
        return NamedThing(code, names, bool(offered))

    def _names(self, section: Section, place: tuple[str, ...], said: Any) -> Names:
        forms = said
        if isinstance(said, str):
            forms = dict.fromkeys(_ABOUT, said)
        elif not section.by_gender or not isinstance(said, dict) or said.keys() != set(_ABOUT):
            one = "a text in quotes"
            self._fault(
                place, f"{one}, or {{ m = …, f = …, neutral = … }}" if section.by_gender else one
            )
            return Names("", "", "")
        for name in forms.values():
            if not isinstance(name, str) or not name.strip():
                self._fault(place, "the name is empty")
            elif len(name) > LONGEST_NAME:
                self._fault(place, f"the name is longer than {LONGEST_NAME} characters")
            elif not name.isprintable() or name != name.strip():
                self._fault(
                    place, "line breaks, control characters and spaces beside it are no name"
                )
        return Names(**{form: str(name) for form, name in forms.items()})

    @staticmethod
    def _said_twice(section: str, things: Things) -> Iterator[tuple[tuple[str, ...], str]]:
        for language in LANGUAGES:
            seen: set[str] = set()
            for thing in things.values():
                if thing.offered and (names := thing.names.get(language)) and names.neutral:
                    if names.neutral in seen:
                        yield (section, thing.code, language), names.neutral
                    seen.add(names.neutral)

    def _fault(self, place: tuple[str, ...], what: str) -> None:
        while place and place not in self._lines:
            place = place[:-1]
        fault = PackFault(self._file, self._lines.get(place, 1), what)
        if fault not in self.faults:
            self.faults.append(fault)


def _listed(names: Any) -> str:
    return ", ".join(names)
