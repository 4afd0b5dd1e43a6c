"""How the command line counts, which speaks English alone."""


def counted(number: int, one: str, many: str) -> str:
    """The number with what was counted: "1 file is", "2 files are"."""
    return f"{number} {one if number == 1 else many}"
