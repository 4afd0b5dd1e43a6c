"""What members, leads and askers are told, each in their own voice."""

from datetime import datetime

from bot.chat.screen import Choice, Screen, alternatives, choice, lines
from bot.core.i18n import N_, Voice
from bot.core.text import unlinked
from bot.delivery.notice import Haste, NoticeKind
from bot.features.communities.models import TeamPart
from bot.features.communities.queries import notices as notice_queries
from bot.features.communities.queries.notices import (
    DeclinedFacts,
    EditFacts,
    HeirFacts,
    LeadFacts,
    MemberFacts,
    RequestFacts,
    RoleCardFacts,
    ToldAs,
)
from bot.features.communities.queries.teams import Team
from bot.features.people.queries.people import name_acting, name_of
from bot.packs.organisation import subject_labels

PARTS = {
    TeamPart.NAME: N_("the name"),
    TeamPart.THEME: N_("the theme"),
    TeamPart.GOALS: N_("the goals"),
    TeamPart.NORMS: N_("the norms"),
    TeamPart.FORM_OF_WORK: N_("the kind of work"),
    TeamPart.MODE: N_("the way of meeting"),
    TeamPart.SUBJECTS: N_("the subjects"),
}


def _open(voice: Voice, team: Team) -> list[Choice]:
    return [choice(voice.say("Open the team"), "teams.page", team.id)]


def _find(voice: Voice) -> list[Choice]:
    return [choice(voice.say("Find a team"), "teams.find", 0)]


def asked(voice: Voice, facts: RequestFacts, now: datetime) -> Screen:
    """Somebody would like to join."""
    request, team, work = facts.request, facts.team, facts.work
    who = request.person
    text = voice.say(
        "{name} asks to join {team}.",
        about=who.voice.gender,
        name=name_of(voice, who),
        team=team.name,
    )
    place = ""
    if work is not None:
        place = voice.say(
            "Subject: {subject}. Place of work: {unit}.",
            subject=subject_labels(voice, work.subjects),
            unit=work.unit.name,
        )
    return Screen(
        title=voice.say("A request to join"), text=lines(text, place), quote=unlinked(request.word)
    ).with_actions(
        alternatives(
            choice(voice.say("Accept"), "teams.accept", request.id),
            choice(voice.say("Decline"), "teams.decline", request.id),
        ),
        _open(voice, team),
    )


def accepted(voice: Voice, team: Team, now: datetime) -> Screen:
    text = voice.say("Good news: you now belong to {team}. Welcome!", team=team.name)
    return Screen(text=text).with_actions(_open(voice, team))


def declined(voice: Voice, facts: DeclinedFacts, now: datetime) -> Screen:
    """With the lead's reason."""
    text = voice.say(
        "Your request to join {team} was not accepted this time. The lead writes:",
        team=facts.team.name,
    )
    return Screen(text=text, quote=facts.reason).with_actions(_find(voice))


def joined(voice: Voice, facts: MemberFacts, now: datetime) -> Screen:
    """Somebody came by the link."""
    who, team = facts.who, facts.team
    text = voice.say(
        "{name} joined {team} by the link.",
        about=who.voice.gender,
        name=name_of(voice, who),
        team=team.name,
    )
    return Screen(text=text).with_actions(_open(voice, team))


def left(voice: Voice, facts: MemberFacts, now: datetime) -> Screen:
    who, team = facts.who, facts.team
    text = voice.say(
        "{name} has left {team}.",
        about=who.voice.gender,
        name=name_of(voice, who),
        team=team.name,
    )
    return Screen(text=text).with_actions(_open(voice, team))


def removed(voice: Voice, team: Team, now: datetime) -> Screen:
    text = voice.say(
        "You no longer belong to {team}: its lead ended your membership. You can join another"
        " team at any time.",
        team=team.name,
    )
    return Screen(text=text).with_actions(_find(voice))


def handed_over(voice: Voice, facts: LeadFacts, now: datetime) -> Screen:
    """To the new lead and the old one in their own words."""
    by, new, team = facts.by, facts.new, facts.team
    if facts.told_as is ToldAs.NEW:
        text = voice.say(
            "{name} has handed the lead of {team} over to you.",
            about=by.voice.gender,
            name=name_of(voice, by),
            team=team.name,
        )
    elif facts.told_as is ToldAs.FORMER:
        text = voice.say(
            "You have handed the lead of {team} over to {name}. Thank you for leading.",
            team=team.name,
            name=name_of(voice, new),
        )
    else:
        text = voice.say(
            "{name} now leads {team}.",
            about=new.voice.gender,
            name=name_of(voice, new),
            team=team.name,
        )
    return Screen(text=text).with_actions(_open(voice, team))


def appointed(voice: Voice, facts: LeadFacts, now: datetime) -> Screen:
    """Somebody above the team has chosen its lead; to the new lead and to whoever has led it in
    their own words."""
    by, new, team = facts.by, facts.new, facts.team
    if facts.told_as is ToldAs.NEW:
        text = voice.say(
            "{name} has appointed you to lead {team}. All the best!",
            about=by.voice.gender,
            name=name_acting(voice, by, facts.behalf),
            team=team.name,
        )
    elif facts.told_as is ToldAs.FORMER:
        text = voice.say(
            "{by} has given the lead of {team} to {name}. You stay a member. Thank you for"
            " leading.",
            about=by.voice.gender,
            by=name_acting(voice, by, facts.behalf),
            team=team.name,
            name=name_of(voice, new),
        )
    else:
        text = voice.say(
            "{name} now leads {team}.",
            about=new.voice.gender,
            name=name_of(voice, new),
            team=team.name,
        )
    return Screen(text=text).with_actions(_open(voice, team))


def lead_gone(voice: Voice, facts: HeirFacts, now: datetime) -> Screen:
    """To everybody left in a team whose only lead is gone."""
    heir, team = facts.heir, facts.team
    if facts.is_reader:
        text = voice.say(
            "{team} has a new lead. As its longest-standing member you lead it now; you may hand"
            " the lead over.",
            team=team.name,
        )
    else:
        text = voice.say(
            "{team} has a new lead: {name}.",
            about=heir.voice.gender,
            team=team.name,
            name=name_of(voice, heir),
        )
    return Screen(text=text).with_actions(_open(voice, team))


def role_card(voice: Voice, facts: RoleCardFacts, now: datetime) -> Screen:
    """What a member looks after from now on."""
    by, team = facts.by, facts.team
    news = voice.say(
        "{name} wrote on your role card in {team}:",
        about=by.voice.gender,
        name=name_of(voice, by),
        team=team.name,
    )
    return Screen(text=news, quote=facts.text).with_actions(_open(voice, team))


def edited(voice: Voice, facts: EditFacts, now: datetime) -> Screen:
    """What binds the members has changed."""
    by, team = facts.by, facts.team
    changed = voice.join([voice.text(PARTS[part]) for part in PARTS if part in facts.parts])
    text = voice.say(
        "{name} has changed in {team}: {parts}.",
        about=by.voice.gender,
        name=name_of(voice, by),
        team=team.name,
        parts=changed,
    )
    return Screen(text=text).with_actions(_open(voice, team))


def closed(voice: Voice, team: Team, now: datetime) -> Screen:
    text = voice.say(
        "{team} has ended its work. Thank you for your part in it; what was shared stays.",
        team=team.name,
    )
    return Screen(text=text).with_actions(_open(voice, team))


def unanswered(voice: Voice, team: Team, now: datetime) -> Screen:
    """The team has ended while a request was still waiting."""
    text = voice.say(
        "{team} has ended its work before your request was answered. Perhaps another team suits"
        " you.",
        team=team.name,
    )
    return Screen(text=text).with_actions(_find(voice))


def unheard(voice: Voice, team: Team, now: datetime) -> Screen:
    """To whoever asked: nobody who leads the team was reached."""
    text = voice.say(
        "Our message about your request to join {team} has not reached the team's lead. Your"
        " request still waits; it is best to get in touch directly.",
        team=team.name,
    )
    return Screen(text=text).with_actions(_open(voice, team))


ANSWERED = N_("There is news of your request to join a team.")
LED = N_("There is news of who leads your team.")

ASKED = NoticeKind(
    "communities.asked",
    notice_queries.asked,
    asked,
    headline=N_("A request to join your team waits for you."),
    haste=Haste.DAY,
)
"""To each lead."""
ACCEPTED = NoticeKind(
    "communities.accepted", notice_queries.accepted, accepted, headline=ANSWERED, haste=Haste.DAY
)
"""To the asker."""
DECLINED = NoticeKind(
    "communities.declined", notice_queries.declined, declined, headline=ANSWERED, haste=Haste.DAY
)
"""To the asker."""
JOINED = NoticeKind("communities.joined", notice_queries.joined, joined, haste=Haste.DAY)
"""To each lead."""
LEFT = NoticeKind("communities.left", notice_queries.left, left, haste=Haste.DAY)
"""To each lead."""
REMOVED = NoticeKind(
    "communities.removed",
    notice_queries.removed,
    removed,
    headline=N_("A membership of yours in a team has ended."),
    haste=Haste.DAY,
)
"""To whoever was removed."""
HANDED_OVER = NoticeKind(
    "communities.handed_over",
    notice_queries.handed_over,
    handed_over,
    headline=LED,
    haste=Haste.DAY,
)
"""To everybody in the team."""
APPOINTED = NoticeKind(
    "communities.appointed", notice_queries.appointed, appointed, headline=LED, haste=Haste.DAY
)
"""To everybody in the team but whoever appointed."""
LEAD_GONE = NoticeKind(
    "communities.lead_gone", notice_queries.lead_gone, lead_gone, headline=LED, haste=Haste.DAY
)
"""To everybody who is left."""
ROLE_CARD = NoticeKind(
    "communities.role_card", notice_queries.role_card, role_card, haste=Haste.DAY
)
"""To the member."""
EDITED = NoticeKind("communities.edited", notice_queries.edited, edited, haste=Haste.DAY)
"""To the members."""
CLOSED = NoticeKind(
    "communities.closed",
    notice_queries.closed,
    closed,
    headline=N_("A team of yours has ended its work."),
    haste=Haste.DAY,
)
"""To the members."""
UNANSWERED = NoticeKind(
    "communities.unanswered",
    notice_queries.unanswered,
    unanswered,
    headline=ANSWERED,
    haste=Haste.DAY,
)
"""To those who had asked."""
UNHEARD = NoticeKind(
    "communities.unheard", notice_queries.unheard, unheard, headline=ANSWERED, haste=Haste.DAY
)
"""To whoever has asked, if the message of it reached no lead."""
