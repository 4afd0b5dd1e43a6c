"""What needs no mistake of its own, each with the reason."""

STATES: dict[str, str] = {
    "announcements.no_file": "there is nothing to open",
    "announcements.nobody": "there is nobody to write to",
    "announcements.over": "it has ended",
    "announcements.past": "the moment has passed",
    "announcements.sent": "it has gone out",
    "announcements.under_way": "it is going out",
    "manners.span": "the days are in the wrong order",
    "meetings.length": "it is too short or too long",
    "meetings.moved": "the answer is for another time",
    "meetings.over": "it has ended",
    "meetings.past": "the moment has passed",
    "meetings.same_time": "that is its time already",
    "meetings.team_closed": "its team has ended",
    "people.gone": "they have left",
    "people.not_a_member": "they have not registered",
    "people.not_registered": "there is no data of theirs",
    "people.registered": "they have registered already",
    "people.role_held": "they hold it already",
    "people.unit_gone": "there is no such unit",
    "practices.not_registered": "they work nowhere",
    "teams.answered": "it has been answered",
    "teams.asked": "they have asked already",
    "teams.closed": "it has ended",
    "teams.gone": "they have left the team",
    "teams.last_lead": "somebody must lead it",
    "teams.leads": "they lead it already",
    "teams.member": "they belong to it already",
    "teams.name_taken": "another team has the name",
    "teams.no_request": "nobody has asked",
    "teams.self": "it is themselves",
}
"""Refusals that no right is behind: they say how things stand, to whoever it is."""

KEPT: dict[str, str] = {
    "audit_trail": "who did what, as numbers without a name or a word",
    "calendar_days": "the days are the unit's; who entered them is a number",
    "meeting_invitations": "who was told of a meeting, as numbers",
    "meeting_reminders": "who was reminded of a meeting, as numbers",
    "meetings": "a meeting is its team's; who called it is a number",
    "teams": "a team is its members'; who founded it is a number",
}
"""Tables that name people by their numbers, and in which deleting one's data changes nothing."""
