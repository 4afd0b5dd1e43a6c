"""Files that stand already when a test begins; of their bytes there is no more than the hash."""

import hashlib

from bot.files.kinds import Consent, FileKind, FileState
from bot.files.tables import blobs, files
from bot.storage.transaction import Tx


async def keep_picture(
    tx: Tx,
    owner_id: int,
    key: str = "lesson",
    *,
    state: FileState = FileState.KEPT,
    said: Consent = Consent.GUARDIANS,
) -> int:
    """A picture of somebody's practice, with their word about the guardians or another; returns
    its id."""
    sha256 = hashlib.sha256(key.encode()).hexdigest()
    kept = {"sha256": sha256, "size": 1, "mime": "image/jpeg", "made_at": tx.now}
    await tx.execute(blobs.insert().values(**kept))
    return await tx.insert(
        files,
        owner_id=owner_id,
        purpose="practice",
        kind=FileKind.PHOTO,
        name="",
        mime="image/jpeg",
        size=1,
        consent=said,
        consented_at=tx.now,
        state=state,
        blob=sha256,
        channel="telegram",
        account="1",
        reference="",
        message="5",
        made_at=tx.now,
        used_at=tx.now,
        due_at=tx.now,
        attempts=1,
    )
