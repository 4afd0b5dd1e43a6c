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


def moments(uid: str, start: str, end: str, title: str, *more: str) -> str:
    """An entry with the hours that some programs write for whole days: what stands after DTSTART
    and after DTEND."""
    written = event(uid, "0", "", title, *more)
    return written.replace(";VALUE=DATE:0", f"{start}\nDTEND{end}")


def folded(data: bytes) -> bytes:
    """The file with its lines cut after 74 bytes, wherever in a letter that is."""
    lines = []
    for line in data.split(b"\r\n"):
        pieces = [line[at : at + 74] for at in range(0, len(line), 74)] or [b""]
        lines.append(b"\r\n ".join(pieces))
    return b"\r\n".join(lines)
