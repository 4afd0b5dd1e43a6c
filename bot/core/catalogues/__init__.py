"""The translation catalogues as files: what the code says, what they hold, and where they differ.

A message belongs to the domain of the code that says it, one file a slice:
`locales/<locale>/LC_MESSAGES/<domain>.po`. A text that several slices say may stand once in the
shared domain `halqa` instead. A language (`ar`, `en`) is complete; a locale with a country
(`ar_MA`) is an overlay that holds only what differs.

On the command line: `python -m bot.core.catalogues check|update|compile`.
"""

from bot.core.catalogues.checks import check
from bot.core.catalogues.files import PLURAL_FORMS, compile_stale, list_stale
from bot.core.catalogues.source import CatalogueProblem, SourceMessage, extract
from bot.core.catalogues.updates import update

__all__ = [
    "PLURAL_FORMS",
    "CatalogueProblem",
    "SourceMessage",
    "check",
    "compile_stale",
    "extract",
    "list_stale",
    "update",
]
