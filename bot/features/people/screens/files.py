"""Pictures, films and recordings as the head of a school sees them, and their withdrawal after a
guardian's no."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.person import Person, find_person
from bot.chat.screen import Attachment, Screen, choice, lines
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.people.actions import files as file_actions
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.notices.files import FILE_WORDS
from bot.features.people.queries import files as file_queries
from bot.features.people.queries.people import name_of
from bot.features.people.rights import files as file_rights
from bot.files.kinds import Consent, FileState
from bot.files.owned import OwnedFile

PURPOSES = {
    "practice": N_("For a practice"),
    "announcement": N_("For an announcement"),
}


async def pictures(turn: Turn, unit_id: str, page: str) -> Screen:
    """What the people of a unit show to others, each with what they said of the pupils in it."""
    place = await file_rights.access_files_at(turn.tx, turn.person, int(unit_id))
    at = page_of(turn, page)
    found, more = await file_queries.files_at(turn.tx, place.id, offset=at.offset, limit=at.size)
    if (before := at.before(found)) is not None:
        return await pictures(turn, unit_id, str(before))
    await note_views(turn.tx, turn.person, [file.owner_id for file in found], Seen.LISTED)
    text = turn.say("What colleagues here show to others. Open one to see or withdraw it.")
    if not found:
        text = turn.say("Nothing is shown from here now.")
    shown = [
        choice(await _label(turn, n, file), "people.picture", file.id)
        for n, file in enumerate(found, at.offset + 1)
    ]
    pages = turning(turn, at, "people.pictures", place.id, more=more)
    screen = Screen(title=turn.say("{unit}: pictures", unit=place.name), text=text)
    return screen.with_list(shown, *pages).with_actions(
        choice(turn.say("Back"), "people.staff", place.id, 0)
    )


async def _label(turn: Turn, number: int, file: OwnedFile) -> str:
    owner = await find_person(turn.tx, file.owner_id)
    assert owner is not None
    word = turn.voice.text(FILE_WORDS[file.kind])
    said = turn.say("{name}: {file}", name=name_of(turn.voice, owner), file=word)
    return turn.say("{number}. {title}", number=number, title=said)


async def picture(turn: Turn, file_id: str) -> Screen:
    """One of them, with the word of whoever shows it."""
    file = await file_rights.access_file(turn.tx, turn.person, int(file_id))
    await note_views(turn.tx, turn.person, [file.owner_id], Seen.LISTED)
    screen = Screen(text=await _told(turn, file))
    if file.state is FileState.WITHDRAWN:
        return screen.with_actions(choice(turn.say("Back"), "people.me")).with_notice(
            turn.say("It is withdrawn.")
        )
    shown = Attachment(file.kind, name=file.name, file=file.id) if file.is_kept else None
    screen = Screen(text=screen.text, attachment=shown)
    return screen.with_actions(
        choice(turn.say("Withdraw it"), "people.take_back", file.id),
        choice(turn.say("Back"), "people.me"),
    )


async def _told(turn: Turn, file: OwnedFile) -> str:
    """What its owner said of the pupils in it, for what it is used, and when that was."""
    owner = await find_person(turn.tx, file.owner_id)
    assert owner is not None
    when = await file_queries.answered_at(turn.tx, file.id)
    purpose = turn.voice.text(PURPOSES.get(file.purpose, N_("For another use")))
    used = turn.say("{purpose}, {when}", purpose=purpose, when=when) if when else purpose
    return lines(_said(turn, file.consent, owner), used)


def _said(turn: Turn, said: Consent, owner: Person) -> str:
    name, about = name_of(turn.voice, owner), owner.voice.gender
    match said:
        case Consent.NOBODY:
            return turn.say("{name} said: no pupil can be recognised.", about=about, name=name)
        case Consent.HIDDEN:
            return turn.say(
                "{name} had the faces hidden or kept a part, and looked at it.",
                about=about,
                name=name,
            )
        case Consent.GUARDIANS:
            return turn.say(
                "{name} said: the school holds the guardians' written consent.",
                about=about,
                name=name,
            )
        case Consent.NOT_ASKED:
            return turn.say(
                "{name} has not been asked about the pupils yet.", about=about, name=name
            )
        case _:
            return name


async def take_back(turn: Turn, file_id: str) -> Screen:
    """Ask before a file is withdrawn, which cannot be undone."""
    file = await file_rights.access_file(turn.tx, turn.person, int(file_id))
    question = turn.say(
        "Shall I withdraw {file} everywhere? It cannot be brought back, and it is taken out of the"
        " messages that show it.",
        file=turn.voice.text(FILE_WORDS[file.kind]),
    )
    return ask_first(
        await _told(turn, file),
        question,
        act=choice(turn.say("Yes, withdraw it"), "people.taken_back", file.id),
        back=no_choice(turn, "people.picture", file.id),
    )


async def taken_back(turn: Turn, file_id: str) -> Screen:
    """Withdraw it, now."""
    file = await file_actions.withdraw_file(turn.tx, turn.person, int(file_id))
    text = turn.say(
        "It is withdrawn: nobody is shown it any more, and I am taking it out of the messages that"
        " show it."
    )
    if file.owner_id != turn.person.id:
        owner = await find_person(turn.tx, file.owner_id)
        assert owner is not None
        told = turn.say("I am telling {name}.", name=name_of(turn.voice, owner))
        text = lines(text, told)
    screen = Screen(text=text)
    if file.owner_id == turn.person.id and await file_queries.came_lately(turn.tx, file.id):
        still = turn.say("The original stands in our chat still, where you sent it.")
        screen = Screen(text=lines(text, still)).with_actions(
            choice(turn.say("Delete it there"), "people.own_message", file.id)
        )
    return screen.with_actions(choice(turn.say("Back"), "people.me"))


async def own_message(turn: Turn, file_id: str) -> Screen:
    """Delete the owner's own message with the original."""
    done = await file_actions.delete_original(turn.tx, turn.person, int(file_id))
    text = (
        turn.say("I am deleting your message with the original.")
        if done
        else turn.say("I do not know that message any more. Please delete it yourself.")
    )
    return Screen(text=text).with_actions(choice(turn.say("Back"), "people.me"))
