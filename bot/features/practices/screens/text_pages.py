"""Long texts in pages that fit a message."""

PAGE_UNITS = 2900
"""UTF-16 units of one page; the rest of a message is for what stands around it."""


def split_pages(text: str, most: int = PAGE_UNITS) -> list[str]:
    """`text` in pages of at most `most` units, cut between paragraphs where one ends in the later
    half of a page, else between lines, sentences or words. Nothing but white space is lost."""
    pages = []
    rest = text.strip()
    while _cost(rest) > most:
        end = _fitting(rest, most)
        for mark in ("\n\n", "\n", ". ", " "):
            place = rest.rfind(mark, end // 2, end)
            if place > 0:
                end = place + len(mark.rstrip())
                break
        pages.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pages, rest] if rest or not pages else pages


def _cost(text: str) -> int:
    """UTF-16 units, and one more a line for the mark that may set its direction."""
    return len(text.encode("utf-16-le")) // 2 + text.count("\n") + 1


def _fitting(text: str, most: int) -> int:
    """How many characters from the start cost no more than `most`."""
    low, high = 1, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _cost(text[:middle]) <= most else (low, middle - 1)
    return low
