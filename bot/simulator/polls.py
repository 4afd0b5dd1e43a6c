"""Polls: sent and stopped by the bot, answered by persons."""

from __future__ import annotations

from typing import Any

from bot.simulator.chats import Chat, SimMessage
from bot.simulator.entities import count_units, parse
from bot.simulator.keyboards import read_inline
from bot.simulator.refusals import gone, mistake
from bot.simulator.sending import finish_message, start_message
from bot.simulator.world import SimWorld

Params = dict[str, Any]


def send_poll(world: SimWorld, params: Params) -> Params:
    """400 for a question over 300, an option over 100, or other than 1-12 options."""
    chat, message = start_message(world, params)
    question, _ = parse(params["question"], params.get("question_parse_mode"), None)
    if not 1 <= count_units(question) <= 300:
        raise mistake("poll question length must not exceed 300")
    if not 1 <= len(params["options"]) <= 12:
        raise mistake("poll must have 1-12 options")
    options = []
    for place, option in enumerate(params["options"]):
        text, _ = parse(option["text"], option.get("text_parse_mode"), None)
        if not 1 <= count_units(text) <= 100:
            raise mistake("poll options length must not exceed 100")
        options.append({"persistent_id": str(place), "text": text, "voter_count": 0})
    number = f"5{world.chats.next_number():018d}"
    kind = params.get("type", "regular")
    poll: Params = {
        "id": number,
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": params.get("is_closed", False),
        "is_anonymous": params.get("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": params.get("allows_multiple_answers", False),
        "allows_revoting": params.get("allows_revoting", kind == "regular"),
        "members_only": params.get("members_only", False),
    }
    if kind == "quiz":
        if not params.get("correct_option_ids"):
            raise mistake("quiz must have a correct option")
        poll["correct_option_ids"] = params["correct_option_ids"]
    message.details = {"poll": poll}
    return finish_message(world, chat, message, params)


def stop_poll(world: SimWorld, params: Params) -> Params:
    chat = world.reach(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None or "poll" not in message.details:
        raise gone("message with poll to stop not found")
    poll: Params = message.details["poll"]
    if poll["is_closed"]:
        raise gone("poll has already been closed")
    poll["is_closed"] = True
    message.keyboard = read_inline(params.get("reply_markup"))
    world.events.tell_message("edit", chat, message)
    return poll


def vote(world: SimWorld, chat: Chat, message: SimMessage, user_id: int, choices: list[int]) -> int:
    """A person's vote; the number of its update (`poll_answer`, or `poll` if anonymous)."""
    poll = message.details["poll"]
    if poll["is_closed"]:
        raise LookupError("the poll is closed")
    for choice in choices:
        poll["options"][choice]["voter_count"] += 1
    poll["total_voter_count"] += 1
    world.events.tell_message("edit", chat, message)
    if poll["is_anonymous"]:
        return world.updates.push("poll", poll)
    answer = {
        "poll_id": poll["id"],
        "user": chat.members[user_id].wire(),
        "option_ids": choices,
        "option_persistent_ids": [str(choice) for choice in choices],
    }
    return world.updates.push("poll_answer", answer)
