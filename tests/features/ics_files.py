"""Calendar files as a department publishes them (iCalendar, all-day entries)."""

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a department//AR
{events}END:VCALENDAR
"""


def event(uid: str, first: str, end: str, title: str, *more: str) -> str:
    given = [f"UID:{uid}", "DTSTAMP:20260901T000000Z", f"DTSTART;VALUE=DATE:{first}"]
    given += [f"DTEND;VALUE=DATE:{end}"] * bool(end) + [f"SUMMARY:{title}", *more]
    return "\n".join(["BEGIN:VEVENT", *given, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    return ICS.format(events="".join(events)).replace("\n", "\r\n").encode()
