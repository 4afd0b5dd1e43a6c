"""What kind of thing a message is, by the fields that it has.

Telegram adds kinds every few months. So each that is known is named here, and one that is not is
told apart by its name: what somebody shows to the bot is called after the thing, what Telegram
notes in the chat after what has happened.
"""

import re
from typing import Any

from bot.chat.incoming import IncomingKind

ABOUT = frozenset(
    (
        *("message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat"),
        *("sender_boost_count", "sender_business_bot", "sender_tag", "receiver_user"),
        *("ephemeral_message_id", "date", "guest_query_id", "business_connection_id", "chat"),
        *("forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message"),
        *("external_reply", "quote", "reply_to_story", "reply_to_checklist_task_id"),
        *("reply_to_poll_option_id", "via_bot", "guest_bot_caller_user", "guest_bot_caller_chat"),
        *("edit_date", "has_protected_content", "is_from_offline", "is_paid_post"),
        *("media_group_id", "author_signature", "paid_star_count", "entities", "effect_id"),
        *("link_preview_options", "suggested_post_info", "caption", "caption_entities"),
        *("show_caption_above_media", "has_media_spoiler", "reply_markup"),
    )
)
"""What is said about any message, whatever it is."""
SHOWN = frozenset(
    (
        *("animation", "live_photo", "paid_media", "sticker", "story", "video_note"),
        *("checklist", "dice", "game", "poll", "venue", "location", "invoice", "giveaway"),
        *("giveaway_winners", "passport_data", "web_app_data"),
    )
)
"""What somebody sends and the bot does not take: they are told."""
GIFTS = frozenset(("gift", "unique_gift", "successful_payment"))
"""What somebody pays for, or gives: they are thanked."""
NOTES = frozenset(
    (
        *("pinned_message", "message_auto_delete_timer_changed", "chat_background_set"),
        *("users_shared", "chat_shared", "connected_website", "write_access_allowed"),
        *("refunded_payment", "paid_message_price_changed", "direct_message_price_changed"),
        *("checklist_tasks_added", "checklist_tasks_done", "gift_upgrade_sent"),
        *("giveaway_created", "giveaway_completed", "boost_added", "managed_bot_created"),
        *("forum_topic_created", "forum_topic_edited", "forum_topic_closed"),
        *("forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden"),
        *("proximity_alert_triggered", "poll_option_added", "poll_option_deleted"),
        *("suggested_post_approved", "suggested_post_approval_failed"),
        *("suggested_post_declined", "suggested_post_paid", "suggested_post_refunded"),
        *("new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed"),
        *("new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created"),
        *("supergroup_chat_created", "channel_chat_created", "migrate_to_chat_id"),
        *("migrate_from_chat_id", "community_chat_added", "community_chat_joined"),
        *("community_chat_removed", "video_chat_scheduled", "video_chat_started"),
        *("video_chat_ended", "video_chat_participants_invited"),
    )
)
"""What Telegram itself writes into a chat: nobody waits for an answer to it."""
_HAPPENED = re.compile(
    r"_(?:\w*[^\W_e]ed|begun|done|gone|hidden|left|lost|paid|sent|set|shown|won)$"
)
"""How a note that is newer than this list is called."""


def unread_kind(message: dict[str, Any]) -> IncomingKind:
    """What a message is that brings neither words, nor a file, nor a telephone number."""
    if not SHOWN.isdisjoint(message):
        return IncomingKind.UNREADABLE
    if not GIFTS.isdisjoint(message):
        return IncomingKind.GIFT
    unknown = [name for name in message if name not in ABOUT]
    if all(name in NOTES or _HAPPENED.search(name) for name in unknown):
        return IncomingKind.IGNORED
    return IncomingKind.UNREADABLE
