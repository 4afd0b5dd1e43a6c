"""This bot with a form of five questions, in every other way as it runs in production."""

import logging
import os
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

from bench.children import obey, setup
from bench.script import ENDING, QUESTIONS, TITLE
from bot.app import App, running
from bot.channels.telegram import rates
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form
from bot.chat.routes import Command, Route
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core import event_loop
from bot.core.clock import Clock
from bot.core.log import set_up_logging
from bot.core.settings import Settings

Draft = make_dataclass("Draft", [(f"q{i}", str) for i in range(len(QUESTIONS))], frozen=True)


async def _finish(turn: Turn, draft: object) -> Screen:
    return Screen(text=ENDING)


async def _begin(turn: Turn) -> Screen:
    return await turn.begin(FORM.name)


FORM = Form(
    name="bench",
    version=1,
    title=TITLE,
    draft=Draft,
    fields=tuple(
        TextField(name=f"q{i}", label=f"q{i}", question=question)
        for i, question in enumerate(QUESTIONS)
    ),
    finish=_finish,
    send="",
    review=False,
    open=True,
)


def settings_for(url: str, database: str, directory: str, postgresql: str = "") -> Settings:
    """Settings of a bot at a server of the benchmark; `database` is a SQLite file, unless there is
    the URL of a `postgresql`."""
    return Settings.of(
        {
            "telegram_token": "123456:BENCHMARK",
            "telegram_api_url": url,
            "database_url": postgresql or f"sqlite+aiosqlite:///{database}",
            "data_dir": directory,
        }
    )


async def build(given: dict[str, Any]) -> App:
    """The bot with the form, without the platform's rates: the server has none."""
    directory = str(Path(given["database"]).parent)
    postgresql = given.get("postgresql", "")
    settings = settings_for(given["url"], given["database"], directory, postgresql)
    set_up_logging("WARNING", "text")
    logging.getLogger("bot").setLevel(logging.WARNING)
    limits = rates(overall=None, per_chat=None, per_group_minute=None)
    app = await App.build(settings, Clock(), limits=limits)
    app.router.forms[FORM.name] = FORM
    app.router.routes["bench"] = Route("bench", _begin, open=True)
    app.router.commands["form"] = Command("form", "bench", "")
    return app


async def main() -> None:
    given = setup()
    app = await build(given)
    async with running(app):
        await obey({})


if __name__ == "__main__":
    if profile := os.environ.get("BENCH_PROFILE"):
        import cProfile

        cProfile.run("event_loop.run(main())", profile)
    else:
        event_loop.run(main())
