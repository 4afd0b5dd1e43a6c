"""Routes for a failure suite that drives a simulator in a process of its own."""

from __future__ import annotations

from dataclasses import asdict, fields
from itertools import islice
from typing import Any

from bot.simulator.ledger import BotRequest
from bot.simulator.persons import Persons
from bot.simulator.rates import Rates
from bot.simulator.wire import page_message

Json = dict[str, Any]


class Suite:
    """Reads are GET, changes POST, all under /sim/. `LookupError` for a route it lacks."""

    def __init__(self, persons: Persons) -> None:
        self._persons = persons
        self._world = persons.world

    def read(self, parts: list[str], query: dict[str, str]) -> Any:
        match parts:
            case ["requests"]:
                return self._requests(query)
            case ["refused"]:
                return [_request(request) for request in self._world.ledger.refused]
            case ["counts"]:
                return self._counts()
            case ["deliveries"]:
                return self._deliveries(int(query.get("since", 0)))
            case ["messages", chat_id]:
                chat = self._world.chats.chat(int(chat_id))
                return [page_message(message) for message in chat.messages.values()]
            case ["faults"]:
                return asdict(self._world.faults)
            case ["rates"]:
                return asdict(self._world.gate.rates)
        raise LookupError(f"no route GET /sim/{'/'.join(parts)}")

    async def change(self, parts: list[str], body: Any) -> Any:
        match parts:
            case ["bulk"]:
                return {"made": [await self._act(one) for one in body]}
            case ["faults"]:
                self._world.faults.change(body)
                return asdict(self._world.faults)
            case ["rates"]:
                return self._set_rates(body)
            case ["updates"]:
                updates = body if isinstance(body, list) else [body]
                return {"made": [await self._persons.push_raw(update) for update in updates]}
            case ["groups"]:
                self._persons.add_group(body["id"], body["title"], body.get("members", []))
                return {"ok": True}
            case ["groups", group_id, "migrate"]:
                await self._persons.migrate_group(int(group_id), body["to"])
                return {"ok": True}
            case ["reset"]:
                self._world.ledger.clear()
                self._world.deliveries.clear()
                return {"ok": True}
        raise LookupError(f"no route POST /sim/{'/'.join(parts)}")

    async def _act(self, act: Json) -> int | str:
        """`{user_id, text}`, or `{user_id, press, message_id?}`: without a message the newest
        one that has this button; or `{user_id, block|unblock: true}`."""
        user_id, persons = act["user_id"], self._persons
        if "text" in act:
            sent = await persons.send_text(user_id, act["text"], chat_id=act.get("chat_id"))
            return sent.message_id
        if "press" in act:
            number = act.get("message_id") or self._newest_with(user_id, act["press"])
            forged = bool(act.get("forged"))
            return await persons.press(user_id, number, act["press"], forged=forged)
        if act.get("block"):
            return await persons.block(user_id)
        if act.get("unblock"):
            return await persons.unblock(user_id)
        raise ValueError(f"nothing to do in {act}")

    def _newest_with(self, user_id: int, data: str) -> int:
        messages = self._world.chats.chat(user_id).messages
        for message in reversed(messages.values()):
            if message.has_button(data):
                return message.message_id
        raise LookupError(f"no message of {user_id} has a button with {data!r}")

    def _set_rates(self, body: Json) -> Json:
        rates = self._world.gate.rates
        for name, value in body.items():
            if name not in {field.name for field in fields(Rates)}:
                raise ValueError(f"no rate is called {name}")
            setattr(rates, name, value)
        return asdict(rates)

    def _requests(self, query: dict[str, str]) -> list[Json]:
        """The last `limit` (200) requests, oldest first, of one `method` if named."""
        wanted, limit = query.get("method"), int(query.get("limit", 200))
        newest = (
            request
            for request in reversed(self._world.ledger.requests)
            if wanted is None or request.method == wanted
        )
        return [_request(request) for request in islice(newest, limit)][::-1]

    def _counts(self) -> Json:
        world = self._world
        return {
            "methods": world.ledger.counts,
            "refused": len(world.ledger.refused),
            "delivered": {chat.id: chat.delivered for chat in world.chats if chat.delivered},
            "pending_updates": len(world.updates),
            "confirmed_updates": world.updates.confirmed,
            "dropped_updates": world.updates.dropped,
        }

    def _deliveries(self, since: int) -> Json:
        """Every message of the bot as `[chat, number, text]`, in order, from place `since`."""
        made = self._world.deliveries
        return {"next": len(made), "messages": made[since:]}


def _request(request: BotRequest) -> Json:
    return {
        "method": request.method,
        "params": request.params,
        "ok": request.ok,
        "error_code": request.error_code,
        "description": request.description,
        "at": request.at,
        "fault": request.fault,
        "result": request.result,
    }
