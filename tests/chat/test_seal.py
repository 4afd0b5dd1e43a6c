"""Buttons cannot be forged, read, or pressed by somebody else."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.seal import Seal, token_bytes

SEAL = Seal("a key of thirty-two characters…!")
ARGS = st.lists(st.text(alphabet="abcdefghij0123456789-", max_size=4), max_size=3).map(tuple)


@given(st.integers(1, 2**40), st.sampled_from(["f", "menu", "meetings.rsvp"]), ARGS)
def test_a_token_opens_for_its_person_alone(person: int, route: str, args: tuple[str, ...]) -> None:
    token = SEAL.close(person, route, args)
    assert len(token.encode()) == token_bytes(route, args)
    assert SEAL.open(person, token) == (route, args)
    assert SEAL.open(person + 1, token) is None
    assert Seal("another key of thirty-two letters").open(person, token) is None


@given(st.text(alphabet="abcdefghij0123456789-", max_size=9))
def test_a_token_tells_whether_it_hangs_on_a_screen(text: str) -> None:
    screen = SEAL.close(1, "menu", (text,), of_screen=True)
    delivered = SEAL.close(1, "menu", (text,))
    assert SEAL.open(1, screen) == SEAL.open(1, delivered) == ("menu", (text,))
    assert SEAL.unseal(1, screen) == ("menu", (text,), True)
    assert SEAL.unseal(1, delivered) == ("menu", (text,), False)
    assert SEAL.unseal(2, screen) is None


@given(st.text(max_size=80))
def test_whatever_a_client_sends_never_opens(text: str) -> None:
    assert SEAL.open(1, text) is None


def test_a_changed_token_does_not_open() -> None:
    token = SEAL.close(1, "menu", ())
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert SEAL.open(1, changed) is None


def test_the_route_cannot_be_read() -> None:
    assert "menu" not in SEAL.close(1, "menu", ())
