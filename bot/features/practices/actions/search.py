"""What is found of practices: each as it stands now."""

from bot.arabic.search import index as search_index
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.queries.practices import Practice
from bot.features.practices.queries.search import ARABIC, KIND, scope_of
from bot.packs import organisation
from bot.storage.transaction import Tx


async def index_practice(tx: Tx, practice: Practice) -> None:
    """Make a shared practice findable as it stands; any other one unfindable."""
    if not practice.is_shared:
        await search_index.forget(tx, KIND, practice.id)
        return
    title, *texts = (await practice_queries.texts_of(tx, [practice.id]))[practice.id]
    # The subject is found by its Arabic name too.
    texts.append(organisation.subject_label(ARABIC, practice.subject))
    scope = await scope_of(tx, practice)
    text = "\n".join(texts)
    await search_index.index(tx, search_index.SearchEntry(KIND, practice.id, title, text, scope))


async def forget_practice(tx: Tx, practice_id: int) -> None:
    """Make a practice unfindable that is about to go."""
    await search_index.forget(tx, KIND, practice_id)
