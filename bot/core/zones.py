"""Time zones from the tzdata package alone, whatever the system's own database says.

Morocco has kept UTC+0 all year since 2026-09-20; an older system database is an hour wrong, and
the same bot would tell different times on different machines.
"""

import zoneinfo
from zoneinfo import ZoneInfo

__all__ = ["ZoneInfo", "zone"]

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as Africa/Casablanca.

    :raises zoneinfo.ZoneInfoNotFoundError: for a name that tzdata does not have.
    """
    return ZoneInfo(name)
