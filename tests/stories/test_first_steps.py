"""The first minutes with the bot."""

from tests.town import Town


async def test_somebody_new_is_welcomed(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    print(maryam.transcript())
    maryam.sees("خصوصية")
