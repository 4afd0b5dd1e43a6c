"""What is made of a fetched file before it is kept."""

import asyncio
from pathlib import Path

from bot.files.consent import PARTS
from bot.files.formats.content import require
from bot.files.kinds import Consent, FileKind
from bot.files.pictures import clean_picture
from bot.files.sniffing import sniff
from bot.files.unfit import FileSort, Sniffed, UnfitFile, UnfitReason
from bot.files.wanted import Prepared, UnfitContent, Wanted

SORTS = {
    FileKind.PHOTO: FileSort.PICTURE,
    FileKind.VOICE: FileSort.RECORDING,
    FileKind.AUDIO: FileSort.RECORDING,
    FileKind.VIDEO: FileSort.FILM,
}


async def prepare(wanted: Wanted, draft: Path) -> Prepared:
    """See what the file is by its content, and draw a picture anew: without faces, or only a part
    of it, where its owner wants that.

    :raises UnfitContent:
    """
    try:
        found = await asyncio.to_thread(sniff, draft, wanted.name)
        _check_kind(wanted, found)
        if found.kind is not FileSort.PICTURE:
            return Prepared(draft, found.mime)
        drawn = draft.with_name(f"{draft.name}.drawn")
        hiding = wanted.consent is Consent.HIDING
        part = PARTS.get(wanted.part)
        result = await clean_picture(draft, drawn, hiding=hiding and part is None, crop=part)
    except UnfitFile as unfit:
        raise UnfitContent(unfit.reason) from unfit
    return Prepared(drawn, result.mime)


def _check_kind(wanted: Wanted, found: Sniffed) -> None:
    """It is what its owner was asked about."""
    expected = SORTS.get(wanted.kind)
    if expected is not None and found.kind is not expected:
        raise UnfitFile(UnfitReason.MISNAMED)
    if wanted.consent is Consent.HIDING and found.kind is not FileSort.PICTURE:
        raise UnfitFile(UnfitReason.MISNAMED)
    if wanted.consent is Consent.NEEDLESS and wanted.kind is FileKind.DOCUMENT:
        # A picture that did not look like one: nobody was asked about the pupils in it.
        require(found.kind is FileSort.DOCUMENT, UnfitReason.MISNAMED)
