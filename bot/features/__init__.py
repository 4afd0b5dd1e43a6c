"""The features, in the order in which their words stand in the menu, and what each adds."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.chat.forms.form import Form
from bot.chat.personal import Personal
from bot.chat.router import MenuItem, Slice
from bot.chat.routes import Command, Door, Link, Route
from bot.delivery.notice import NoticeKind, gather
from bot.features import (
    announcements,
    calendars,
    communities,
    imports,
    meetings,
    notification_settings,
    people,
    practices,
    search,
)
from bot.scheduling.events import DueJob, DueWork, Listener, SliceWork, join
from bot.storage.derived import Derived


class Feature(Protocol):
    """The lists of a slice, by which alone it is known."""

    @property
    def __name__(self) -> str: ...
    @property
    def SCREENS(self) -> Sequence[Route]: ...  # noqa: N802 - as the slices write it
    @property
    def FORMS(self) -> Sequence[Form[Any]]: ...  # noqa: N802
    @property
    def COMMANDS(self) -> Sequence[Command]: ...  # noqa: N802
    @property
    def MENU(self) -> Sequence[MenuItem]: ...  # noqa: N802
    @property
    def DOORS(self) -> Mapping[str, Sequence[Door]]: ...  # noqa: N802
    @property
    def LINKS(self) -> Sequence[Link]: ...  # noqa: N802
    @property
    def NOTICES(self) -> Sequence[NoticeKind[Any]]: ...  # noqa: N802
    @property
    def JOBS(self) -> Sequence[DueJob]: ...  # noqa: N802
    @property
    def EVENTS(self) -> Sequence[Listener]: ...  # noqa: N802
    @property
    def DERIVED(self) -> Sequence[Derived]: ...  # noqa: N802
    @property
    def PERSONAL(self) -> Personal: ...  # noqa: N802


FEATURES: tuple[Feature, ...] = (
    communities,
    meetings,
    practices,
    search,
    announcements,
    people,
    imports,
    notification_settings,
    calendars,
)


def slices(features: Sequence[Feature] = FEATURES) -> list[Slice]:
    """What the features add to the conversation."""
    return [
        Slice(
            name=_name(feature),
            screens=feature.SCREENS,
            forms=feature.FORMS,
            commands=feature.COMMANDS,
            menu=feature.MENU,
            doors=feature.DOORS,
            links=feature.LINKS,
            personal=feature.PERSONAL,
        )
        for feature in features
    ]


def due_work(features: Sequence[Feature] = FEATURES) -> DueWork:
    """What the features do when something falls due, and when something happens in another one.

    :raises ValueError: as `join`.
    """
    return join(SliceWork(_name(each), each.JOBS, each.EVENTS) for each in features)


def notice_kinds(features: Sequence[Feature] = FEATURES) -> dict[str, NoticeKind[Any]]:
    """What the features tell other people, by the names of the kinds.

    :raises ValueError: as `gather`; or a kind bears the name of another slice.
    """
    for feature in features:
        for kind in feature.NOTICES:
            if not kind.name.startswith(f"{_name(feature)}."):
                raise ValueError(f"{kind.name} is a notice of {_name(feature)}")
    return gather(kind for feature in features for kind in feature.NOTICES)


def derived(features: Sequence[Feature] = FEATURES) -> list[Derived]:
    """Tables that are kept along with others, and could drift from them, by their names."""
    found = [each for feature in features for each in feature.DERIVED]
    return sorted(found, key=lambda each: each.table)


def personal(features: Sequence[Feature] = FEATURES) -> list[Personal]:
    """What the features keep of people, in the order in which it is erased."""
    return [feature.PERSONAL for feature in features]


def _name(feature: Feature) -> str:
    return feature.__name__.rpartition(".")[2]
