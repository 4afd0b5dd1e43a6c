"""A toast may be lost, so what it says of a press stands on the phone as well.

Every press of every story is looked at (`tests/town.py: Phone.presses`): the words of its toast
stand on a message that is new or changed, or on the one that was pressed. Where others say so,
they are listed here. A refusal is the exception: nothing has happened, so nothing changes.
"""

import re
from collections.abc import Iterable

from tests.reading import readable

ECHOES = {
    "سُجّلت إجابتك: سأحضر": "✅ سأحضر",
    "سُجّلت إجابتك: ربما": "✅ ربما",
    "سُجّل اعتذارك": "✅ أعتذر",
    "Noted: you will attend": "✅ I will attend",
    "Noted: perhaps": "✅ Maybe",
    "Noted: you apologised": "✅ I apologise",
    "انتهى هذا الاجتماع أو أُلغي": "أُلغي هذا الاجتماع|انتهى هذا الاجتماع",
    "انتهى عمل الفريق، فلن": "أُلغي هذا الاجتماع",
    "اطّلاعك|سُجّل الاطّلاع": "✅ اطّلعت على هذا الإعلان",
    "Thank you, noted|You had told us already": "✅ You have read this announcement",
    "رائع!": "✅ جرّبتها",
    "Wonderful!": "✅ I applied it",
    "سُحبت الممارسة": "⏸",
    "حدث خلل من جهتنا": "حدث خلل من جهتنا",
}
"""What begins a toast → what says the same on the screen, each as an expression."""


def is_said(toast: str, shown: Iterable[str]) -> bool:
    """Whether the texts and labels that are `shown` say what the toast says."""
    texts = [readable(each) for each in shown]
    words = readable(toast)
    if any(words in each for each in texts):
        return True
    echoes = [said for begin, said in ECHOES.items() if re.search(begin, words)]
    return any(re.search(said, each) for said in echoes for each in texts)
