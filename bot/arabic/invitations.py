"""Invitations of meeting programmes, pasted whole: what Zoom, Teams, Meet, Webex and Outlook write,
in Arabic, English and French. The one address that leads into the meeting is told from the others,
and the date from what stands around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.arabic.search import folding

_MEETS = re.compile(
    r"(?:[\w-]+\.)*zoom\.(?:us|com)/(?:j|w|my|s|wc/join)/"
    r"|teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet)/"
    r"|meet\.google\.com/[a-z]"
    r"|(?:[\w-]+\.)*webex\.com/(?:meet/|join/|[\w./-]*j\.php)",
    re.IGNORECASE,
)
"""What addresses that lead into a meeting begin with."""
_ADDRESS = re.compile(r"(?:https?://|www\.)?[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE)
_GOES_ON = "/=-_%&?#+"
"""An address that ends in one of these was not cut there: what follows belongs to it."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_LABELLED = re.compile(r"^[\s*•-]*(?P<label>[^:：]{2,40}?)\s*[:：]\s*(?P<value>.+)$")
_WHEN = ("time", "when", "date", "date and time", "starts", "start time", "heure", "quand",
         "horaire", "date et heure", "الوقت", "التاريخ", "الموعد", "التاريخ والوقت", "متى", "اليوم",
         "وقت البدء", "وقت الاجتماع", "تاريخ الاجتماع", "موعد الاجتماع")  # fmt: skip
_WHERE = ("where", "location", "place", "lieu", "ou", "emplacement", "المكان", "الموقع", "أين")
_CODE = ("passcode", "password", "code secret", "mot de passe", "code d acces", "رمز الدخول",
         "رمز المرور", "كلمة المرور", "كلمة السر")  # fmt: skip
_OTHER = ("meeting id", "meeting", "topic", "subject", "sujet", "objet", "id de reunion",
          "الموضوع", "عنوان الاجتماع", "معرف الاجتماع", "رقم الاجتماع")  # fmt: skip
_LABELS = {
    " ".join(folding.split_words(each)): kind
    for kind, said in (("when", _WHEN), ("where", _WHERE), ("code", _CODE), ("other", _OTHER))
    for each in said
}
_PROGRAMMES = re.compile(
    r"zoom|teams|webex|google meet|online|عبر الإنترنت|en ligne", re.IGNORECASE
)
_ZONES = {
    "SA": ("riyadh", "الرياض", "kuwait, riyadh", "الكويت, الرياض", "arab standard time", "ast",
           "arabia standard time", "توقيت السعودية", "riyad", "koweit, riyad", "مكة المكرمة",
           "توقيت مكة", "utc+03:00", "gmt+03:00", "gmt+3", "utc+3"),
    "MA": ("casablanca", "الدار البيضاء", "morocco", "المغرب", "maroc", "morocco standard time",
           "توقيت المغرب", "utc+01:00", "gmt+01:00", "gmt+1", "utc+1"),
}  # fmt: skip
"""How the time of a country is named behind a date, which then says nothing more."""
_AROUND = " .,،()[]"
_OTHER_SCHEME = re.compile(
    r"(?:javascript|data|mailto|tel|tg|blob|intent|view-source):$", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ENGLISH = (
    re.compile(
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})", re.IGNORECASE
    ),
)
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>[ap])\.?m\b\.?", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b,?|\b(?:mon|tue|wed|thu|fri|sat|sun)\b,?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PastedInvitation:
    """What is taken of one. `place` is a room beside the link; `code` what one is asked for there,
    where the link does not carry it; `when` the date and time as it was written."""

    link: str
    place: str = ""
    code: str = ""
    when: str = ""


def parted(text: str) -> tuple[list[str], list[str]]:
    """The web addresses of a text, also those glued to a word, and its other words, both in their
    order. An address may go on in Arabic letters only after a sign that stands within one."""
    links: list[str] = []
    words: list[str] = []
    for word in text.split():
        begins = _WEB.search(word)
        if begins is None:
            words.append(word)
            continue
        before, address = word[: begins.start()], word[begins.start() :]
        if _OTHER_SCHEME.search(before):
            # This address is only what something else is given.
            words.append(word)
            continue
        found = _ADDRESS.match(address)
        assert found is not None
        link = found[0] if found[0][-1] not in _GOES_ON else address
        after = address[len(link) :]
        links.append(link.rstrip(".,;:!?)'\"]"))
        words += [part for part in (before.rstrip(":(["), after) if _says(part)]
    return links, words


def _says(part: str) -> bool:
    return any(character.isalnum() for character in part)


def read_invitation(text: str) -> PastedInvitation | None:
    """What a text says that is an invitation pasted whole; None for any other text, such as an
    address with a word beside it."""
    links = list(dict.fromkeys(parted(text)[0]))
    meeting = [link for link in links if _MEETS.match(_WEB.sub("", link))]
    said = dict(_labelled(text))
    if len(meeting) != 1 or not (said or len(links) > 1):
        return None
    link, place, code = meeting[0], said.get("where", ""), said.get("code", "")
    if _WEB.search(place) or _PROGRAMMES.search(place):
        place = ""
    # The others let in whoever has the link.
    asks = "zoom." in link.casefold() and "pwd=" not in link
    return PastedInvitation(link, place, code if asks else "", said.get("when", ""))


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """By what it is, each line that says it of itself; what is said several times together."""
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = _LABELLED.match(line)
        kind = found and _LABELS.get(" ".join(folding.split_words(found["label"])))
        if found and kind:
            said.setdefault(kind, []).append(found["value"].strip())
    for kind, values in said.items():
        yield kind, " ".join(values) if kind == "when" else values[0]


def moment_in(text: str, country: str) -> str:
    """The words that say when, of an invitation pasted whole; any other text as it stands. A zone
    that is the country's own is left out; another one stays, to be asked about."""
    invitation = read_invitation(text)
    if invitation is None or not invitation.when:
        return text
    return _plain(_without_zone(invitation.when, country))


def _without_zone(when: str, country: str) -> str:
    own = sorted(_ZONES.get(country, ()), key=len, reverse=True)
    left = when.rstrip(_AROUND)
    while zone := next((each for each in own if left.casefold().endswith(each)), ""):
        before = left[: -len(zone)]
        if before[-1:].isalpha():
            break
        left = before.rstrip(_AROUND)
    return left


def _plain(when: str) -> str:
    """English dates and hours in figures, which need no language."""
    for pattern in _ENGLISH:
        if found := pattern.search(when):
            month = _MONTHS.index(found["month"].casefold()) + 1
            day = f"{found['year']}-{month:02}-{int(found['day']):02}"
            rest = _WEEKDAY.sub(" ", when[: found.start()] + " " + when[found.end() :])
            return " ".join(f"{day} {_CLOCK.sub(_on_a_dial, rest)}".replace(",", " ").split())
    return when


def _on_a_dial(found: re.Match[str]) -> str:
    hour = int(found["hour"]) % 12 + (12 if found["half"].casefold() == "p" else 0)
    return f"{hour:02}:{found['minute'] or '00'}"
