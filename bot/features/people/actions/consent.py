"""Asking those who registered under an older privacy notice whether they agree to today's."""

from sqlalchemy import select, update

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.errors import Refused
from bot.features.people.actions.people import CONSENT_VERSION
from bot.features.people.models import profiles
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import search as people_search
from bot.storage import audit
from bot.storage.audit import audit_trail
from bot.storage.transaction import Tx

_PUT_OFF = "people.put_off_notice"


async def has_agreed(tx: Tx, person_id: int) -> bool:
    """Whether the person agreed to today's notice; nobody else has anything to agree to."""
    version = select(profiles.c.consent_version).where(profiles.c.person_id == person_id)
    return (await tx.scalar(version) or CONSENT_VERSION) >= CONSENT_VERSION


async def is_to_be_asked(tx: Tx, person_id: int) -> bool:
    """Whether the notice has not been offered yet to somebody who agreed to an older one."""
    if await has_agreed(tx, person_id):
        return False
    put_off = select(audit_trail.c.details).where(
        audit_trail.c.action == _PUT_OFF, audit_trail.c.subject_id == person_id
    )
    answered = await tx.scalars(put_off)
    return all(details["version"] != CONSENT_VERSION for details in answered)


async def agree_to_notice(tx: Tx, person: Person) -> None:
    """From now on the person's school finds them by their name.

    :raises Refused: "people.not_registered" for who has no data to agree about.
    """
    await tx.lock("person", person.id)
    if await people_queries.profile(tx, person.id) is None:
        raise Refused("people.not_registered", person.voice.say("You are not registered."))
    await tx.execute(
        update(profiles)
        .where(profiles.c.person_id == person.id)
        .values(consent_version=CONSENT_VERSION, consented_at=tx.now)
    )
    await audit.record(tx, person.id, "people.agree", person.id, version=CONSENT_VERSION)
    await people_search.index_person(tx, person.id)


async def put_off_notice(tx: Tx, person: Person) -> None:
    """Not to be asked again about this notice; /privacy keeps the way to agree."""
    await audit.record(tx, person.id, _PUT_OFF, person.id, version=CONSENT_VERSION)


def agreement(turn: Turn) -> Choice:
    return choice(turn.say("I agree"), "people.agree")


def offer(turn: Turn, greeting: str) -> Screen:
    """What is new in the notice, after a greeting; the answer is free."""
    news = turn.say(
        "One thing is new in how your data is treated: if you agree, colleagues in your school can"
        " find you by your name and see your subject and place of work. If not, everything stays"
        " as it is. More: /privacy"
    )
    screen = Screen(text=paragraphs(greeting, news, turn.say("Do you agree?")))
    return screen.with_rows([agreement(turn), choice(turn.say("Not now"), "people.later")])


async def agree(turn: Turn) -> Screen:
    await agree_to_notice(turn.tx, turn.person)
    thanks = turn.say("Thank you! From now on your colleagues in your school can find you.")
    return Screen(text=thanks, menu=await turn.router.menu_rows(turn))


async def later(turn: Turn) -> Screen:
    await put_off_notice(turn.tx, turn.person)
    return await turn.show(turn.router.home)
