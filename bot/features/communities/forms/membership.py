"""The forms about belonging to a team: asking to join, declining, role cards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import TextField
from bot.chat.forms.form import Form, Permit
from bot.chat.forms.reading import Question
from bot.chat.screen import Screen, choice, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.forms.fields import ProposingField
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries import unreached as unreached_queries
from bot.features.communities.rights import members as member_rights
from bot.features.communities.rights import teams as team_rights
from bot.features.people.queries import people as people_queries

TEAM = Known("team", int)
MEMBERSHIP = Known("membership", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    team: int
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    membership: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCard:
    membership: int
    responsibility: str = ""


async def _may_ask(turn: Turn, answers: Answers) -> None:
    await team_rights.access_team_to_ask(turn.tx, turn.person, answers.need(TEAM))


async def _ask(turn: Turn, draft: Request) -> Screen:
    asked = await membership_actions.ask_to_join(turn.tx, turn.person, draft.team, draft.word)
    text = turn.say("Your request has gone to the team's lead. I will tell you the answer.")
    if await unreached_queries.is_unheard(turn.tx, asked):
        text = turn.say(
            "Your request is noted, but our message about it has not reached the team's lead. It"
            " is best to get in touch directly. I will tell you the answer."
        )
    return Screen(text=text).with_actions(
        choice(turn.say("Open the team"), "teams.page", asked.team_id),
        choice(turn.say("My teams"), "teams.mine"),
    )


@dataclass(frozen=True, kw_only=True)
class WordField(TextField):
    """A word to the lead, with what the team is about: skipping it asks without a word."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        team = await team_queries.visible_team(turn.tx, turn.person, answers.need(TEAM))
        about = turn.say("{team}: {theme}", team=team.name, theme=team.theme)
        return replace(asked, text=paragraphs(about, asked.text))


ASK = Form(
    name="teams.ask",
    version=1,
    title=N_("Ask to join"),
    draft=Request,
    known=(TEAM,),
    fields=(
        WordField(
            name="word",
            label=N_("Your word"),
            question=N_("A word to the lead? For example what you would like to bring in."),
            optional=True,
            most=500,
            multiline=True,
        ),
    ),
    finish=_ask,
    send=N_("Send"),
    permit=_may_ask,
    review=False,
)


def _for_membership(check: Callable[[Turn, int], Awaitable[None]]) -> Permit:
    async def permit(turn: Turn, answers: Answers) -> None:
        await check(turn, answers.need(MEMBERSHIP))

    return permit


async def _may_decline(turn: Turn, membership_id: int) -> None:
    await member_rights.access_request(turn.tx, turn.person, membership_id)


async def _decline(turn: Turn, draft: Declining) -> Screen:
    done = await membership_actions.decline_request(
        turn.tx, turn.person, draft.membership, draft.reason
    )
    name = people_queries.name_of(turn.voice, done.person)
    text = turn.say(
        "Declined. {name} reads your reason.", about=done.person.voice.gender, name=name
    )
    return Screen(text=text).with_actions(
        choice(turn.say("Requests"), "teams.requests", done.team_id),
        choice(turn.say("Open the team"), "teams.page", done.team_id),
    )


@dataclass(frozen=True, kw_only=True)
class DecliningField(ProposingField):
    """The reason, with whose request it is: the answer declines it at once."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        asked = await super().ask(turn, answers)
        request = await member_queries.membership(turn.tx, answers.need(MEMBERSHIP))
        assert request is not None
        name = people_queries.name_of(turn.voice, request.person)
        whose = turn.say("You are declining the request of {name}.", name=name)
        return replace(asked, text=paragraphs(whose, asked.text))


DECLINE = Form(
    name="teams.decline",
    version=1,
    title=N_("Decline a request"),
    draft=Declining,
    known=(MEMBERSHIP,),
    fields=(
        DecliningField(
            name="reason",
            label=N_("Reason"),
            question=N_("For which reason? Choose or write it; your colleague will read it."),
            most=500,
            multiline=True,
            proposals=(
                N_("The team is complete for now."),
                N_("The team works on another subject or stage."),
                N_("Let us speak first, then ask again."),
            ),
        ),
    ),
    finish=_decline,
    send=N_("Send"),
    leave=N_("Do not reply yet"),
    permit=_for_membership(_may_decline),
    review=False,
)


async def _may_write_card(turn: Turn, membership_id: int) -> None:
    await member_rights.access_member(turn.tx, turn.person, membership_id)


async def _write_card(turn: Turn, draft: RoleCard) -> Screen:
    done = await membership_actions.set_responsibility(
        turn.tx, turn.person, draft.membership, draft.responsibility
    )
    screen = await turn.show("teams.member", done.id)
    return screen.with_notice(turn.say("Saved on the role card."))


CARD = Form(
    name="teams.card",
    version=1,
    title=N_("Role card"),
    draft=RoleCard,
    known=(MEMBERSHIP,),
    fields=(
        ProposingField(
            name="responsibility",
            label=N_("Responsibility"),
            question=N_(
                "What does this member look after? Choose or write it; «Skip» leaves the card"
                " empty."
            ),
            optional=True,
            most=200,
            proposals=(
                N_("Prepares the agenda"),
                N_("Writes the minutes"),
                N_("Collects evidence and figures"),
                N_("Provides the materials"),
                N_("Follows up what was agreed"),
            ),
        ),
    ),
    finish=_write_card,
    send=N_("Save"),
    permit=_for_membership(_may_write_card),
    review=False,
)
