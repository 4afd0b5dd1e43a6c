"""One's data as a page to read, on a telephone too: what is meant for people, under headings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape

from bot.chat.acts import by_name
from bot.chat.personal import ExportedRow
from bot.chat.screen import Attachment, Screen, choice
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase, Voice
from bot.features.people.actions import export as export_actions
from bot.features.people.forms.fields import COUNTRY_NAMES, FORMS_OF_ADDRESS, LANGUAGES
from bot.features.people.queries.units import units_by_id
from bot.files.kinds import FileKind
from bot.packs.organisation import (
    role_label,
    stage_labels,
    subject_labels,
)
from bot.packs.roles import Role

JSON = "halqa.json"
PAGE = "halqa.html"

TITLES = {
    "people": N_("You"),
    "profiles": N_("Where you work"),
    "placements": N_("How you came to your unit"),
    "unit_requests": N_("Places of work that you asked to be added"),
    "roles": N_("Your roles"),
    "addresses": N_("Your accounts"),
    "memberships": N_("Your teams"),
    "teams": N_("Teams that you founded"),
    "meetings": N_("Meetings that you called"),
    "meeting_answers": N_("Your answers to invitations"),
    "practices": N_("Practices that you shared"),
    "practice_evidence": N_("What shows your practices"),
    "practice_thanks": N_("Your thanks"),
    "announcements": N_("Announcements that you wrote"),
    "files": N_("Your files"),
    "practice_searches": N_("Your last searches"),
    "conversations": N_("Forms that you have begun"),
    "updates": N_("What you wrote to me of late"),
    "manners": N_("When I may write to you"),
    "invitations": N_("Your invitations"),
    "calendar_days": N_("Days that you entered"),
    "imports": N_("Lists that you brought"),
    "imported_people": N_("Your place in a list"),
    "audit_trail": N_("My log"),
}
"""What has words or says something to people; the rest stands in the JSON alone."""
COLUMNS = {
    "name": N_("Name"),
    "gender": N_("Form of address"),
    "language": N_("Language"),
    "country": N_("Country"),
    "unit_id": N_("Unit"),
    "below_id": N_("Unit"),
    "title": N_("Title"),
    "theme": N_("Theme"),
    "goals": N_("Goals"),
    "norms": N_("Norms"),
    "purpose": N_("Purpose"),
    "agenda": N_("Agenda"),
    "text": N_("Text"),
    "subject": N_("Subject"),
    "stage": N_("Stage"),
    "subjects": N_("Subject"),
    "stages": N_("Stage"),
    "role": N_("Role"),
    "staff_number": N_("Staff number"),
    "words": N_("Words"),
    "difficulty": N_("Difficulty"),
    "actions_taken": N_("Steps"),
    "result": N_("Result"),
    "responsibility": N_("Role card"),
    "word": N_("Your word"),
    "reason": N_("Reason"),
    "voucher_name": N_("Who knows you"),
    "place": N_("Place"),
    "link": N_("Link"),
    "starts_at": N_("Begins"),
    "ends_at": N_("Ends"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "quiet_from": N_("Quiet from"),
    "quiet_until": N_("Quiet until"),
    "registered_at": N_("Registered"),
    "created_at": N_("Begun"),
    "came_at": N_("Came"),
    "granted_at": N_("Given"),
    "shared_at": N_("Shared"),
    "answered_at": N_("Answered"),
    "searched_at": N_("Searched"),
    "received_at": N_("Received"),
    "thanked_at": N_("Thanked"),
    "made_at": N_("Sent"),
    "at": N_("When"),
    "action": N_("What"),
    "channel": N_("Channel"),
    "external": N_("Number of the chat"),
    "forms": N_("Answers"),
    "body": N_("As it arrived"),
}


def _roles(voice: Voice, codes: Sequence[str]) -> str:
    """A role held anywhere in the organisation, or within a team."""
    return voice.join(
        role_label(voice, Role(code), voice.gender) if code in set(Role) else Phrase(code)
        for code in codes
    )


def _one_of(labels: Mapping[str, str]) -> Callable[[Voice, Sequence[str]], str]:
    return lambda voice, codes: voice.join([voice.text(labels.get(code, code)) for code in codes])


_LABELS: Mapping[str, Callable[[Voice, Sequence[str]], str]] = {
    "subject": subject_labels,
    "subjects": subject_labels,
    "stage": stage_labels,
    "stages": stage_labels,
    "role": _roles,
    "gender": _one_of(FORMS_OF_ADDRESS),
    "language": _one_of(LANGUAGES),
    "country": _one_of(COUNTRY_NAMES),
}
"""Codes that there are words for."""
_PLACES = ("unit_id", "below_id")
"""Numbers of units, which people know by their names."""
_STYLE = (
    "body{font:1rem/1.7 system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1rem;"
    "overflow-wrap:anywhere}h2{margin:2rem 0 .5rem}dl{border-block-start:1px solid #ccc;margin:0;"
    "padding:.5rem 0}dt{color:#555;font-size:.9rem}dd{margin:0 0 .5rem;white-space:pre-wrap}"
)


async def export(turn: Turn) -> Screen:
    """Everything of the reader's as a page to read; the same for machines is one press away."""
    found = await export_actions.read_own_data(turn.tx, turn.person, turn.router.personal)
    file = await export_actions.keep_page(
        turn.tx, turn.installation.files, turn.person, await _page(turn, found), PAGE
    )
    text = turn.say("Your data, as a page that opens in any browser.")
    shown = Attachment(FileKind.DOCUMENT, name=PAGE, file=file)
    return Screen(text=text, attachment=shown).with_actions(
        choice(turn.say("For machines (JSON)"), "people.export_json"),
        choice(turn.say("Back"), "people.data"),
    )


async def export_json(turn: Turn) -> Screen:
    """The same as JSON, complete."""
    found = await export_actions.read_own_data(turn.tx, turn.person, turn.router.personal)
    file = await export_actions.keep_json(
        turn.tx, turn.installation.files, turn.person, found, JSON
    )
    shown = Attachment(FileKind.DOCUMENT, name=JSON, file=file)
    return Screen(text=turn.say("Your data as JSON, complete."), attachment=shown).with_actions(
        choice(turn.say("Back"), "people.data")
    )


async def _page(turn: Turn, found: Mapping[str, Sequence[ExportedRow]]) -> str:
    """The page, in the reader's language and direction, without anything from elsewhere."""
    voice = turn.voice
    told = [row for table in TITLES for row in found.get(table, ())]
    numbers = {int(row[name]) for row in told for name in _PLACES if row.get(name)}
    places = {number: place.name for number, place in (await units_by_id(turn.tx, numbers)).items()}
    sections = []
    for table, title in TITLES.items():
        named = [
            {**row, **{name: places.get(row[name]) for name in _PLACES if row.get(name)}}
            for row in found.get(table, ())
        ]
        rows = [drawn for row in named if (drawn := _row(turn, row))]
        if rows:
            sections.append(f"<h2>{escape(voice.text(title))}</h2>{''.join(rows)}")
    heading = escape(turn.say("My data"))
    way = "rtl" if voice.language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{voice.language}" dir="{way}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{heading}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{heading}</h1>{''.join(sections)}</body></html>"
    )


def _row(turn: Turn, row: ExportedRow) -> str:
    """One row as pairs of a name and what stands there; empty where nothing does."""
    pairs = [
        f"<dt>{escape(turn.voice.text(label))}</dt>"
        f'<dd dir="auto">{escape(_value(turn, name, row[name]))}</dd>'
        for name, label in COLUMNS.items()
        if row.get(name) not in (None, "", [], {})
    ]
    return f"<dl>{''.join(pairs)}</dl>" if pairs else ""


def _value(turn: Turn, name: str, value: object) -> str:
    if name == "action":
        act = by_name(each for part in turn.router.personal for each in part.acts).get(str(value))
        return turn.voice.text(act.label) if act else str(value)
    if name in _LABELS:
        codes = [value] if isinstance(value, str) else value
        assert isinstance(codes, Iterable)
        return _LABELS[name](turn.voice, [str(each) for each in codes])
    if (isinstance(value, str) and name.endswith("_at")) or name == "at":
        return turn.say("{at}", at=datetime.fromisoformat(str(value)))
    if isinstance(value, list):
        return "\n".join(_plain(each) for each in value)
    return str(value)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(_plain(each) for each in value.values() if each not in (None, ""))
    return str(value)
