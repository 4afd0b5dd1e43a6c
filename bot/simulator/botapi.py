"""The Bot API: which method does what, and one request from its faults to its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator import editing, polls, sending
from bot.simulator.entities import count_units
from bot.simulator.faults import BREAKS
from bot.simulator.files import SimUpload
from bot.simulator.ledger import BotRequest
from bot.simulator.refusals import (
    Refusal,
    forbidden,
    gone,
    mistake,
    query_too_old,
    webhook_active,
)
from bot.simulator.validation import ApiSchema
from bot.simulator.world import SimWorld

Params = dict[str, Any]
Method = Callable[[SimWorld, Params], Any]

_SENDS = {
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendVoice",
    "sendAudio",
    "sendVideo",
    "sendMediaGroup",
    "sendLocation",
    "sendPoll",
    "copyMessage",
    "forwardMessage",
}
_CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
LONGEST_POLL = 50


def get_me(world: SimWorld, params: Params) -> Params:
    return world.bot


def set_webhook(world: SimWorld, params: Params) -> bool:
    world.webhook.check(params)
    _take_over(world, params)
    if "allowed_updates" in params:
        world.updates.allowed = params["allowed_updates"]
    world.webhook.open(
        params["url"], params.get("secret_token", ""), params.get("max_connections", 40)
    )
    return True


def delete_webhook(world: SimWorld, params: Params) -> bool:
    world.webhook.stop()
    _take_over(world, params)
    return True


def _take_over(world: SimWorld, params: Params) -> None:
    if params.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.resend_all()


def get_webhook_info(world: SimWorld, params: Params) -> Params:
    return world.webhook.describe()


def leave_server(world: SimWorld, params: Params) -> bool:
    return True


def answer_callback(world: SimWorld, params: Params) -> bool:
    if count_units(params.get("text", "")) > 200:
        raise mistake("MESSAGE_TOO_LONG")
    press = world.open_press(params["callback_query_id"])
    if press is None:
        raise query_too_old()
    if press.answered:
        return True
    press.answered = True
    if text := params.get("text"):
        person = world.chats.chat(press.user.id)
        person.toasts.append(text)
        alert = params.get("show_alert", False)
        world.events.publish("toast", person.id, text=text, alert=alert)
    return True


def send_chat_action(world: SimWorld, params: Params) -> bool:
    chat = world.reach(params["chat_id"])
    if params["action"] not in _CHAT_ACTIONS:
        raise mistake("wrong parameter action in request")
    world.events.publish("typing", chat.id)
    return True


def get_file(world: SimWorld, params: Params) -> Params:
    return world.files.describe(params["file_id"])


def _scope(params: Params) -> tuple[Params | None, str]:
    return params.get("scope"), params.get("language_code", "")


def set_commands(world: SimWorld, params: Params) -> bool:
    world.profile.set_commands(params["commands"], *_scope(params))
    world.events.publish("users")
    return True


def get_commands(world: SimWorld, params: Params) -> list[dict[str, str]]:
    return world.profile.commands(*_scope(params))


def delete_commands(world: SimWorld, params: Params) -> bool:
    world.profile.delete_commands(*_scope(params))
    world.events.publish("users")
    return True


def set_profile_text(field: str) -> Method:
    def set_text(world: SimWorld, params: Params) -> bool:
        world.profile.set_text(field, params.get(field, ""), params.get("language_code", ""))
        return True

    return set_text


def get_profile_text(field: str) -> Method:
    def get_text(world: SimWorld, params: Params) -> dict[str, str]:
        return {field: world.profile.text(field, params.get("language_code", ""))}

    return get_text


def set_menu_button(world: SimWorld, params: Params) -> bool:
    button = params.get("menu_button", {"type": "default"})
    world.profile.menu_buttons[params.get("chat_id")] = button
    return True


def get_chat(world: SimWorld, params: Params) -> Params:
    chat = world.reach(params["chat_id"])
    return {
        **chat.wire(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }


def get_chat_member(world: SimWorld, params: Params) -> Params:
    chat = world.reach(params["chat_id"])
    if params["user_id"] == world.bot["id"]:
        return {"status": "member", "user": world.wire.bot}
    user = chat.members.get(params["user_id"])
    if user is None:
        raise gone("user not found")
    return {"status": "member", "user": user.wire()}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": leave_server,
    "close": leave_server,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_media("photo"),
    "sendDocument": sending.send_media("document"),
    "sendVoice": sending.send_media("voice"),
    "sendAudio": sending.send_media("audio"),
    "sendVideo": sending.send_media("video"),
    "sendMediaGroup": sending.send_media_group,
    "sendLocation": sending.send_location,
    "sendPoll": polls.send_poll,
    "stopPoll": polls.stop_poll,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageMedia": editing.edit_media,
    "editMessageReplyMarkup": editing.edit_keyboard,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_message,
    "unpinChatMessage": editing.unpin_message,
    "setMessageReaction": editing.react,
    "answerCallbackQuery": answer_callback,
    "sendChatAction": send_chat_action,
    "getFile": get_file,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": set_profile_text("name"),
    "setMyDescription": set_profile_text("description"),
    "setMyShortDescription": set_profile_text("short_description"),
    "getMyDescription": get_profile_text("description"),
    "getMyShortDescription": get_profile_text("short_description"),
    "setChatMenuButton": set_menu_button,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
}


class BotApi:
    """Answers requests. What it gives is the body of the answer and what befalls it:
    the HTTP status, and the name of the fault that breaks the connection ("" for none)."""

    def __init__(self, world: SimWorld, table: ApiSchema) -> None:
        self._world = world
        self._table = table

    async def answer(
        self, called: str, given: Params, parts: dict[str, SimUpload], gone_away: Callable[[], bool]
    ) -> tuple[int, Params, str]:
        """One request; `gone_away` tells whether its client has hung up meanwhile."""
        world, fault = self._world, ""
        params: Params = given
        try:
            called = self._table.name_method(called)
            fields, _ = self._table.methods[called]
            # the faults of a server strike whatever was asked, even what is wrong
            drawn = world.faults.draw(called, given)
            if isinstance(drawn, Refusal):
                fault = str(drawn.code)
                raise drawn
            fault = drawn or ""
            if fault == "reset_before":
                self._note(called, given, fault=fault)
                return 200, {}, fault
            if parts:
                # a part that is no parameter is one that some attach:// points at
                named = {name: part for name, part in parts.items() if name in fields}
                given = {**given, **named}
            params = self._table.check(called, given)
            self._admit(called, params)
            result = await self._perform(called, params, parts)
        except Refusal as refusal:
            if not (refusal.code == 409 and gone_away()):
                self._note(called, params, refusal=refusal, fault=fault)
            return refusal.code, refusal.body(), fault if fault in BREAKS else ""
        self._note(called, params, result=result, fault=fault)
        return 200, {"ok": True, "result": result}, fault

    async def follow(self, call: Params) -> None:
        """Performs the method that a bot put into its answer to a webhook call."""
        given = {name: value for name, value in call.items() if name != "method"}
        await self.answer(call["method"], given, {}, lambda: False)

    async def _perform(self, called: str, params: Params, parts: dict[str, SimUpload]) -> Any:
        if called == "getUpdates":
            return await self._poll(params)
        if parts:
            params = {**params, "#parts": parts}
        return METHODS[called](self._world, params)

    def _poll(self, params: Params) -> Awaitable[list[Params]]:
        if self._world.webhook.url:
            raise webhook_active()
        updates = self._world.updates
        if "allowed_updates" in params:
            updates.allowed = params["allowed_updates"]
        limit = params.get("limit", 100)
        if not 1 <= limit <= 100:
            limit = 100
        timeout = min(max(params.get("timeout", 0), 0), LONGEST_POLL)
        return updates.poll(params.get("offset", 0), limit, timeout)

    def _admit(self, called: str, params: Params) -> None:
        world = self._world
        if called not in _SENDS or not world.gate.rates.enforce:
            return
        chat_id = params["chat_id"]
        if isinstance(chat_id, str):
            raise gone("chat not found")
        if chat_id == world.bot["id"]:
            raise forbidden("bots can't send messages to bots")
        count = len(params["media"]) if called == "sendMediaGroup" else 1
        paid = bool(params.get("allow_paid_broadcast"))
        refusal = world.gate.admit(chat_id, count=count, paid=paid)
        if refusal is not None:
            raise refusal

    def _note(
        self,
        called: str,
        params: Params,
        *,
        result: Any = None,
        refusal: Refusal | None = None,
        fault: str = "",
    ) -> None:
        made = result.get("message_id") if isinstance(result, dict) else None
        self._world.ledger.note(
            BotRequest(
                method=called,
                params=params,
                ok=refusal is None and fault != "reset_before",
                error_code=refusal.code if refusal else None,
                description=refusal.description if refusal else "",
                at=self._world.now(),
                fault=fault,
                result=made,
                careless=refusal is not None and refusal.careless,
            )
        )
