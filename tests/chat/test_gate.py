"""Who has not registered sees the gate, whatever they write or press."""

from bot.chat.seal import Seal
from bot.features.people.actions.units import UnitDraft, create_unit
from bot.packs.organisation import UnitGender
from tests.town import Town, telegram_of

OUTSIDE = ("start", "help", "menu", "language", "privacy", "cancel", "link", "claim")
"""Commands for everybody."""


async def _has_a_school(town: Town) -> None:
    """Before the first one is entered, the gate says so instead."""
    async with town.app.database.transaction() as tx:
        zone, girls = "Asia/Riyadh", UnitGender.GIRLS
        await create_unit(tx, None, UnitDraft("school", "مدرسة الندى", "SA", zone, girls, None))


async def test_every_command_of_the_members_leads_to_the_gate(town: Town) -> None:
    await _has_a_school(town)
    stranger = town.person("سعاد")
    await stranger.says("/start")
    inside = [name for name in town.app.router.commands if name not in OUTSIDE]
    assert len(inside) > 5
    for name in inside:
        await stranger.says(f"/{name}")
        stranger.sees("أهلًا بك في «حلقة»")
        assert stranger.buttons()[0].startswith("بدء التسجيل"), name
    await stranger.says("فرقي")
    stranger.sees("أهلًا بك في «حلقة»")


async def test_every_button_of_the_members_leads_to_the_gate(town: Town) -> None:
    """Even one that was sealed for this very person, as before they deleted their data."""
    await _has_a_school(town)
    stranger = town.person("سعاد")
    await stranger.says("/start")
    number = await town.person_id(stranger)
    seal = telegram_of(town.app)._seal
    assert isinstance(seal, Seal)
    closed = [route.name for route in town.app.router.routes.values() if not route.open]
    assert len(closed) > 80
    for name in closed:
        await stranger.says("/language")
        stranger.look()
        data, message = seal.close(number, name, ()), stranger.last().message_id
        await town.simulator.press(stranger.id, message, data, forged=True)
        await town.settles()
        stranger.sees("أهلًا بك في «حلقة»")
        stranger.sees_button("بدء التسجيل")
