"""What the short form leaves out on PostgreSQL, others ask there."""

from pathlib import Path

from tests.short_form import LEFT_OUT, choose, read, shape, write


def test_only_how_many_values_there_are_makes_no_other_statement() -> None:
    one = "SELECT name FROM people WHERE id IN ($1::INTEGER) AND state = $2::VARCHAR"
    many = (
        "SELECT name\n FROM people WHERE id IN ($1::INTEGER, $2::INTEGER) AND state = $3::VARCHAR"
    )
    assert shape(one) == shape(many) == "SELECT name FROM people WHERE id IN (?) AND state = ?"
    assert shape("INSERT INTO a VALUES (?, ?), (?, ?)") == shape("INSERT INTO a VALUES (?, ?)")
    assert shape("RELEASE SAVEPOINT sa_savepoint_12") == shape("RELEASE SAVEPOINT sa_savepoint_3")


def test_another_column_or_condition_is_another_statement() -> None:
    statements = (
        "SELECT name FROM people WHERE id = $1",
        "SELECT name FROM people WHERE id = $1 AND state = $2",
        "SELECT name, id FROM people WHERE id = $1",
        "SELECT name FROM people WHERE id < $1",
    )
    assert len({shape(each) for each in statements}) == len(statements)


def test_a_test_is_left_out_while_two_others_ask_what_it_asks() -> None:
    asked = {
        "dear": frozenset({"a", "b"}),
        "second": frozenset({"a", "b"}),
        "third": frozenset({"a", "b"}),
        "alone": frozenset({"a", "c"}),  # nobody else asks for c
    }
    seconds = {"dear": 3.0, "second": 2.0, "third": 1.0, "alone": 9.0}
    assert choose(asked, seconds) == {"dear"}


def test_a_test_of_which_nothing_was_seen_stays() -> None:
    assert choose({"silent": frozenset()}, {"silent": 1.0}) == set()


def test_the_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    names = {"tests/a.py::test_one[postgresql]", "tests/b.py::test_two[postgresql-3]"}
    write(tmp_path / "list.txt", names)
    assert read(tmp_path / "list.txt") == names


def test_only_tests_on_postgresql_are_left_out() -> None:
    left_out = read(LEFT_OUT)
    assert left_out
    assert all("postgresql" in name.partition("[")[2] for name in left_out)
