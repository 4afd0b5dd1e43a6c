"""The composition root: the only module that knows every other, and joins them into one bot."""

import asyncio
import gc
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import filing
from bot.arabic.search.lexicon import use_lexicon
from bot.channels.administrators import read_administrators
from bot.channels.plugin import ChannelPlugin, Intake, OpenChannel, Receiver
from bot.channels.telegram import PLUGIN as TELEGRAM
from bot.chat.dialogue import Dialogue
from bot.chat.intake.dispatcher import Dispatcher
from bot.chat.intake.flood import FloodGate
from bot.chat.menu import MENU_SLICE
from bot.chat.profile import profile_of
from bot.chat.router import Router
from bot.chat.seal import Seal
from bot.chat.turn import Installation
from bot.core.clock import Clock
from bot.core.errors import SettingsError
from bot.core.settings import DATABASE_FILE, Settings
from bot.delivery.limits import Limits
from bot.delivery.notice import NoticeKind, gather
from bot.delivery.sender import Sender
from bot.features import due_work, notice_kinds, slices
from bot.features.notification_settings.queries import settings as settings_queries
from bot.files.fetching import Fetcher
from bot.files.folder import open_folder
from bot.packs.countries import use_packs
from bot.replies import OutboxReplies
from bot.scheduling import due
from bot.scheduling.ticker import Ticker
from bot.storage.database import Database, open_database
from bot.storage.lock import DatabaseLock, take_lock
from bot.storage.secret_codes import SecretCodes
from bot.storage.whereabouts import close_to_group
from bot.tidying import SEALING, tidying
from bot.web import Part, WebServer, cannot_listen

if TYPE_CHECKING:
    from bot.simulator import Memory, Simulator

log = logging.getLogger(__name__)

PLUGINS: Sequence[ChannelPlugin] = (TELEGRAM,)
"""Every channel that there is, the one first that an address without a channel belongs to."""
SECRET_KEY_FILE = "secret.key"  # noqa: S105 - the name of a file


def build_router() -> Router:
    """The whole map of the conversation."""
    return Router.of([MENU_SLICE, *slices()])


def load_secret_key(settings: Settings) -> str:
    """The key that seals buttons: as set, or made once and kept in the data directory."""
    if settings.secret_key:
        return settings.secret_key.reveal()
    path = settings.data_dir / SECRET_KEY_FILE
    if not path.exists():
        prepare_data_dir(settings)
        _make_key(path)
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    """A new key, whole and closed to others from the start; if a bot that starts beside us was
    faster, its key stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _is_ours(folder: Path) -> bool:
    """Whether nothing but the bot lives in a folder, as far as that can be seen: one that somebody
    named by mistake, their home say, stays as open as it was."""
    names = {path.name for path in folder.iterdir()}
    return not names or SECRET_KEY_FILE in names or DATABASE_FILE in names


def prepare_data_dir(settings: Settings) -> Path:
    """The data directory, made if it is missing, and closed to everybody but its owner.

    :raises SettingsError: when it cannot be made or written to.
    """
    folder = settings.data_dir
    try:
        # What people wrote and the key are for nobody else on the machine.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(folder):
            close_to_group(folder, 0o700)
    except OSError as error:
        raise SettingsError(
            f"HALQA_DATA_DIR: cannot be used ({error.strerror}): name a folder that the bot's user"
            " may write to"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError("HALQA_DATA_DIR: cannot be written to: give it to the bot's user")
    return settings.data_dir


def channels_of(settings: Settings) -> list[ChannelPlugin]:
    """The channels that the settings name a bot of.

    :raises SettingsError: one of their settings is wrong.
    """
    return [plugin for plugin in PLUGINS if plugin.is_set(settings)]


def require_channel(settings: Settings) -> None:
    """:raises SettingsError: when there is no channel to speak through."""
    if not channels_of(settings):
        raise SettingsError("; ".join(plugin.missing for plugin in PLUGINS))


def open_channels(
    settings: Settings, seal: Seal, limits: Limits | None = None
) -> dict[str, OpenChannel]:
    """The channels of the settings, by name; none is connected yet.

    :raises SettingsError: when there is none.
    """
    require_channel(settings)
    return {
        plugin.name: plugin.open(settings, seal, limits=limits) for plugin in channels_of(settings)
    }


COLLECTED_AFTER = (10_000, 20, 50)
"""New objects after which the collector looks through the youngest, and how often until it looks
further: a message makes about a hundred, hardly any of them in a circle."""


@dataclass(slots=True)
class App:
    """One running bot. Make it with `build`, then `start`, and at the end `stop`."""

    settings: Settings
    clock: Clock
    database: Database
    router: Router
    files: Fetcher
    channels: Mapping[str, OpenChannel]
    dispatcher: Dispatcher
    sender: Sender
    ticker: Ticker
    receivers: Mapping[str, Receiver]
    web: WebServer
    lock: DatabaseLock | None = None
    """What keeps others from the database; taken at the start where whoever runs us has not."""

    @classmethod
    async def build(
        cls,
        settings: Settings,
        clock: Clock,
        *,
        limits: Limits | None = None,
        flood: FloodGate | None = None,
        kinds: Sequence[NoticeKind[Any]] = (),
    ) -> "App":
        """Join the parts. The database must be migrated already. `limits` and `flood` replace what
        the platforms allow and what flood protection allows, for tests that are faster than people;
        `kinds` are notices beside those of the slices.

        :raises SettingsError: when there is no channel, or lexicon or packs cannot be read.
        """
        require_channel(settings)
        use_lexicon(settings.lexicon_file)
        use_packs(settings.packs_dir)
        prepare_data_dir(settings)
        key = load_secret_key(settings)
        seal = Seal(key)
        router = build_router()
        work = due_work()
        channels = open_channels(settings, seal, limits)
        unchanging = {name for name, each in channels.items() if not each.traits.edits}
        url = settings.resolved_database_url()
        database = await open_database(url, clock, work.listeners, unchanging, SecretCodes(key))
        worker = f"{os.getpid()}-{secrets.token_hex(3)}"
        sender = Sender(
            database,
            channels,
            clock,
            worker=worker,
            store=filing.store_of(settings),
            kinds=gather([*notice_kinds().values(), *kinds]),
            rest_of=settings_queries.rest_of,
        )
        replies = OutboxReplies(sender, channels, worker)
        links = {name: each.link for name, each in channels.items()}
        administrators = read_administrators(settings, [plugin.name for plugin in PLUGINS])
        accounts = {name: each.account for name, each in channels.items()}
        installation = Installation(settings, links, administrators, seal.digest, accounts)
        dialogue = Dialogue(database, router, seal, replies, installation)
        dispatcher = Dispatcher(database, dialogue, channels, flood, worker=worker, clock=clock)
        files = filing.make_fetcher(database, settings, clock, channels, worker)
        tasks = [tidying(settings), SEALING, filing.sweeping(settings)]
        ticker = Ticker(database, clock, work.jobs, tasks, worker=worker)
        intake = Intake(database, dispatcher.wake, worker, key)
        receivers = {name: each.receiver(intake) for name, each in channels.items()}
        parts: dict[str, Part] = {
            "dispatcher": dispatcher, "postman": sender, "ticker": ticker, "files": files,
        }  # fmt: skip
        web = WebServer(database, clock, receivers, parts)
        return cls(
            settings, clock, database, router, files, channels, dispatcher, sender, ticker,
            receivers, web,
        )  # fmt: skip

    async def start(self, *, serve: bool = False) -> None:
        """Open the channels, recover what the last run left, then take new updates. `serve` opens
        the web server, which a webhook opens anyway.

        :raises SettingsError: a platform does not know us, another bot runs on the same SQLite
            file, or the port is taken.
        """
        if self.lock is None:
            self.lock = take_lock(self.database.url)
        await open_folder(self.database, filing.store_of(self.settings))
        for channel in self.channels.values():
            await channel.start()
        mounts = [each.mount for each in self.receivers.values() if each.mount]
        if serve or mounts:
            await self.web.start(self.settings.listen_host, self.settings.listen_port, *mounts)
        await self.sender.start()
        await self.files.start()
        await self.ticker.start()
        await self.dispatcher.start()
        profile = profile_of(self.router, self.settings.country)
        for name, channel in self.channels.items():
            await self.receivers[name].start()
            channel.announce(profile)
        log.info("started", extra={"action": "app.started"})

    async def stop(self) -> None:
        """Take nothing new, finish what has begun, close. What waits stays in the database."""
        for receiver in self.receivers.values():
            await receiver.stop()
        await self.web.stop()
        await self.dispatcher.stop()
        await self.ticker.stop()
        await self.files.stop()
        await self.sender.stop()
        for channel in self.channels.values():
            await channel.stop()
        await self.database.close()
        if self.lock:
            self.lock.release()
        log.info("stopped", extra={"action": "app.stopped"})

    async def idle(self) -> None:
        """Return when nothing is left to do for the present moment. Updates that the platform
        still holds are not waited for."""
        for _ in range(2):
            # Each may make work for the next, so a quiet second round is the proof.
            await self.dispatcher.idle()
            await self.files.idle()
            await self.ticker.idle()
            await self.sender.idle()

    async def next_event(self) -> datetime | None:
        """When the next reminder, or anything else that people notice, is due."""
        async with self.database.reading() as tx:
            return await due.next_event(tx)


async def run_on_channels(
    settings: Settings,
    stopped: asyncio.Event,
    tell: Callable[[str], None],
    lock: DatabaseLock | None = None,
) -> None:
    """Run the bot on every channel of the settings until `stopped`; `lock` is that of its database,
    where it is taken already."""
    app = await App.build(settings, Clock())
    app.lock = lock
    async with running(app, serve=True):
        tell(f"Halqa runs as {', '.join(each.link('') for each in app.channels.values())}")
        await stopped.wait()


async def run_in_simulator(
    settings: Settings,
    stopped: asyncio.Event,
    tell: Callable[[str], None],
    lock: DatabaseLock | None = None,
) -> None:
    """Run the bot with a Telegram on this machine and a small fictional department in it; a further
    run goes on where the last one ended.

    :raises SettingsError: the port is taken, or the database is that of real people.
    """
    # A bot on Telegram has none of it.
    from bot import demo
    from bot.simulator import Faults, Simulator, SimUser

    clock = Clock()
    # The page offers to move time; after a restart nothing may seem to lie in the future.
    lent = demo.LentClock(clock)
    # Names of files are made by chance: those of a run that was killed are not all written down.
    simulator = Simulator(clock=lent, faults=Faults(seed=secrets.randbits(32)))
    memory = memory_of(settings)
    latest = await demo.examine(settings.resolved_database_url(), memory.phones())
    if latest is None:
        # Its phones have nothing to do with the department that is made now.
        memory.forget()
    clock.move_to(demo.continued(clock.now(), simulator.recall(memory), latest))
    try:
        await _listen(simulator, settings)
        connected = settings.but(
            telegram_token=simulator.token,
            telegram_api_url=simulator.url,
            telegram_webhook_url=None,
        )
        app = await App.build(connected, clock)
        app.lock = lock
        people = await demo.fill(app.database)
        for person in [*people, *await demo.others(app.database, memory.phones())]:
            known: dict[str, Any] = person.as_user()
            simulator.add_user(SimUser(**known), started=person.is_known)
        async with running(app):
            lent.app = app
            tell(f"Halqa is ready. Open {simulator.url} in a browser; Ctrl-C ends it.")
            await stopped.wait()
    finally:
        await simulator.stop()


async def refuse_real_people(settings: Settings) -> None:
    """That the database is nobody's but the page's, before anything in it is changed.

    :raises SettingsError: it is that of real people.
    """
    from bot import demo

    await demo.examine(settings.resolved_database_url(), memory_of(settings).phones())


def memory_of(settings: Settings) -> "Memory":
    """What the phones of the page showed when they were last looked at."""
    from bot.simulator import Memory

    return Memory(settings.data_dir / "simulator")


async def _listen(simulator: "Simulator", settings: Settings) -> None:
    host, port = settings.listen_host, settings.listen_port
    try:
        await simulator.start(host, port)
    except OSError as error:
        raise cannot_listen(host, port, error) from None


@asynccontextmanager
async def running(app: App, *, serve: bool = False) -> AsyncIterator[None]:
    """The bot runs inside the block and is closed after it, whatever happens."""
    try:
        await app.start(serve=serve)
        # What exists by now stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTED_AFTER)
        yield
    finally:
        await app.stop()
