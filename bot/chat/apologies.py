"""What stands in place of something that a channel refuses to show."""

from bot.chat.screen import Screen, lines
from bot.core.i18n import Voice


def without_file(screen: Screen, voice: Voice, *, unwanted: bool = False) -> Screen:
    """The screen with a line in place of its file; `unwanted`: its reader takes no recordings."""
    if unwanted:
        line = voice.say(
            "The recording could not be shown: the privacy settings of the app refuse voice"
            " messages."
        )
    else:
        line = voice.say("The file could not be shown here.")
    return screen.without_file(lines(screen.footer, line))


def without_buttons(screen: Screen, voice: Voice) -> Screen:
    """The screen without a way on, and how to go on nevertheless."""
    line = voice.say(
        "The buttons of this message could not be shown. /help shows all that I understand."
    )
    return screen.without_buttons(lambda choice: False, lines(screen.footer, line))


def unshown_answer(voice: Voice, reference: str) -> Screen:
    """In place of an answer that could not be shown in any form. What the step did is done."""
    return Screen(
        text=voice.say(
            "Your last step arrived, but the answer to it could not be shown. We have noted it as"
            " {reference}. /help shows all that I understand.",
            reference=reference,
        ),
        rtl=voice.language == "ar",
    )
