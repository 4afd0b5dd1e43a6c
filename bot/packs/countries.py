"""The pack of each country: its own words for subjects, stages, roles and kinds of unit.

They come with the program, as `<country>.toml` beside this file. A folder of the installation's own
(`HALQA_PACKS_DIR`) may hold files of the same names, each of which takes the place of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.country import COUNTRIES
from bot.core.errors import SettingsError
from bot.packs.named import NamedThing
from bot.packs.reading import PackFault, Section, Things, UnreadablePack, read_pack
from bot.packs.roles import Role

OURS = Path(__file__).parent
OTHER = "other"
"""The subject of whoever finds none; what is no longer named is called so as well."""
SECTIONS = (
    Section("subjects", required=frozenset({OTHER})),
    Section("stages"),
    Section("roles", codes=frozenset(role.value for role in Role), by_gender=True),
    Section("units"),
)


@dataclass(frozen=True, slots=True)
class CountryPack:
    """Each by code, in the order in which they are offered."""

    country: str
    subjects: Mapping[str, NamedThing]
    stages: Mapping[str, NamedThing]
    roles: Mapping[str, NamedThing]
    units: Mapping[str, NamedThing]


class _Folder:
    """Where the installation keeps packs of its own; set once, before the first is asked for."""

    own: Path | None = None


def use_packs(own: Path | None) -> None:
    """Take from now on the packs of this folder in place of ours of the same name.

    :raises SettingsError: with every fault of them; nothing is changed then.
    """
    if faults := find_faults(own):
        raise SettingsError("\n".join(f"HALQA_PACKS_DIR: {fault}" for fault in faults))
    _Folder.own = own
    packs.cache_clear()
    known.cache_clear()


def find_faults(own: Path | None) -> list[PackFault]:
    """What is wrong with the packs, those of the folder in place of ours."""
    try:
        read_packs(own)
    except UnreadablePack as error:
        return error.faults
    return []


@cache
def packs() -> Mapping[str, CountryPack]:
    """By country."""
    return read_packs(_Folder.own)


def pack_of(country: str) -> CountryPack:
    """The country's own; that of the first where it has none."""
    return packs().get(country) or next(iter(packs().values()))


@cache
def known(section: str) -> Mapping[str, NamedThing]:
    """Everything of a section that any pack names, by code: who reads it may live elsewhere."""
    found: Things = {}
    for pack in packs().values():
        for code, thing in getattr(pack, section).items():
            found.setdefault(code, thing)
    return found


def read_packs(own: Path | None) -> Mapping[str, CountryPack]:
    """The packs as they are with those of this folder, by country.

    :raises UnreadablePack: with every fault of all of them.
    """
    faults: list[PackFault] = []
    found: dict[str, CountryPack] = {}
    names = {country: f"{country.lower()}.toml" for country in COUNTRIES}
    if own is not None:
        faults += _strangers(own, set(names.values()))
    for country, name in names.items():
        path = own / name if own is not None and (own / name).exists() else OURS / name
        try:
            found[country] = CountryPack(country, **read_pack(path, SECTIONS))
        except UnreadablePack as error:
            faults += error.faults
        except OSError as error:
            faults.append(PackFault(name, 1, f"cannot be read: {error.strerror}"))
    if faults:
        raise UnreadablePack(faults)
    return found


def _strangers(own: Path, expected: set[str]) -> list[PackFault]:
    """A file that takes the place of none of ours would be read by nobody."""
    try:
        found = sorted(path.name for path in own.iterdir() if path.suffix.lower() == ".toml")
    except OSError as error:
        return [PackFault(own.name, 1, f"the folder cannot be read: {error.strerror}")]
    said = ", ".join(sorted(expected))
    strange = [name for name in found if name not in expected]
    return [PackFault(name, 1, f"no pack has this name: {said}") for name in strange]
