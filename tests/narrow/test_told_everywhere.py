"""Every story is told on every channel, but for those of one channel's own ways."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TOWN = {"Town", "Phone", "open_app", "town"}
FAULTS = "has faults that the simulator of Telegram plays, or counts its requests"
EDITS = "looks at what an edit leaves, or at a toast"
FORMER = "takes up what a former version has sent, which was on Telegram alone"
ROWS = "looks at rows, and the channel only brings them about"

ON_TELEGRAM = {
    "features/test_announcement_drain.py": ROWS,
    "features/test_announcement_statuses.py": "gives Telegram a status that it does not have",
    "features/test_announcements_unchanging.py": "gives Telegram the ways of a narrow channel",
    "features/test_calendar_files.py": FAULTS,
    "features/test_calendar_versions.py": FAULTS,
    "features/test_confirmations.py": FORMER,
    "features/test_confirmations_elsewhere.py": EDITS,
    "features/test_erased_authors.py": EDITS,
    "features/test_erasure.py": ROWS,
    "features/test_events.py": FORMER,
    "features/test_meetings_instants.py": ROWS,
    "features/test_meetings_together.py": "counts a crowd's messages, which headlines double",
    "features/test_notices_in_quiet_times.py": ROWS,
    "features/test_addresses.py": "both accounts are Telegram's, which can hold several",
    "features/test_addresses_elsewhere.py": "a second channel stands beside Telegram",
    "features/test_addresses_races.py": ROWS,
    "features/test_files_in_line.py": EDITS,
    "features/test_former_forms.py": FORMER,
    "features/test_guardians_no.py": EDITS,
    "features/test_import_numbers.py": "a key below the chat, which only Telegram has, is pressed",
    "features/test_pictures_of_announcements.py": EDITS,
    "features/test_pupils_in_pictures.py": "pictures are drawn anew, which takes its time once",
    "features/test_search_rights.py": ROWS,
    "features/test_unreached.py": "somebody blocks the bot, which Telegram tells at once",
    "stories/test_answers.py": FAULTS,
    "stories/test_bad_input.py": "people change what they wrote, and send what only Telegram has",
    "stories/test_colliding_turns.py": ROWS,
    "stories/test_delivered_messages.py": EDITS,
    "stories/test_edits.py": EDITS,
    "stories/test_floods.py": FAULTS,
    "stories/test_forgetting.py": ROWS,
    "stories/test_half_filled_forms.py": EDITS,
    "stories/test_lost_connections.py": FAULTS,
    "stories/test_presses.py": FAULTS,
    "stories/test_refused_messages.py": FAULTS,
    "stories/test_taps.py": "counts taps, which are more where less has room on a message",
    "stories/test_traces.py": FAULTS,
    "stories/test_typed_words.py": "people reply to a message, and change what they wrote",
    "stories/test_unlooked_for.py": "people send what only Telegram has",
    "stories/test_upgrade.py": FORMER,
    "stories/test_upgrade_buttons.py": FORMER,
    "stories/test_upgrade_forms.py": FORMER,
    "stories/test_wide_reach.py": FORMER,
    "stories/test_words_in_the_log.py": FAULTS,
}
"""Modules without a single story on every channel, each with why. Nothing is added here because it
is simpler: what `sees` is given must be true on both."""


def stories_on_one_channel(root: Path) -> set[str]:
    """The modules that tell stories of a town, and none of them on every channel."""
    found = set()
    for path in [*root.glob("features/test_*.py"), *root.glob("stories/test_*.py")]:
        source = path.read_text("utf-8")
        imported = {
            alias.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom) and node.module == "tests.town"
            for alias in node.names
        }
        if imported & TOWN and "mark.every_channel" not in source:
            found.add(path.relative_to(root).as_posix())
    return found


def test_a_story_is_told_on_every_channel() -> None:
    assert stories_on_one_channel(TESTS) == set(ON_TELEGRAM)


@pytest.mark.parametrize(("mark", "found"), [("", 1), ("pytest.mark.every_channel", 0)])
def test_a_planted_story_of_one_channel_is_found(tmp_path: Path, mark: str, found: int) -> None:
    (tmp_path / "stories").mkdir()
    planted = tmp_path / "stories" / "test_planted.py"
    planted.write_text(f"from tests.town import Town\n\n{mark}\n", "utf-8")
    assert len(stories_on_one_channel(tmp_path)) == found
