"""The second proof of somebody who claims the place that a list keeps for them."""

from dataclasses import dataclass

from bot.chat.forms.answers import Known
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.imports.actions import claims
from bot.features.imports.actions.claims import ClaimResult
from bot.features.imports.screens import claiming

LISTED = Known("listed", int)
FIRST = Known("first", str, optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody gives as the second proof."""

    listed: int
    proof: str
    first: str = ""
    """What the first proof was; a form of a former version does not say it, and ends."""


async def _prove(turn: Turn, draft: Proof) -> Screen:
    found = await claims.prove(
        turn.tx,
        turn.person,
        draft.listed,
        draft.proof,
        turn.installation.digest,
        first=draft.first,
    )
    if found.result is ClaimResult.PROVEN and found.listed is not None:
        return await claiming.proven(turn, found.listed)
    said = claiming.failed(turn, found)
    if found.result is ClaimResult.WRONG and found.left:
        again = await turn.begin(PROVE.name, listed=draft.listed, first=draft.first)
        return again.with_notice(said.text)
    return said


PROVE = Form(
    name="imports.prove",
    version=1,
    title=N_("Your place"),
    draft=Proof,
    known=(LISTED, FIRST),
    fields=(
        TextField(
            name="proof",
            label=N_("Family name"),
            question=N_(
                "What is your family name, as your school writes it? Or write the second code that"
                " the head of your school gave you."
            ),
            least=2,
            most=80,
            words=False,
        ),
    ),
    finish=_prove,
    send=N_("Send it"),
    review=False,
    open=True,
)
