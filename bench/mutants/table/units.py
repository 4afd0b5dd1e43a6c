"""Mistakes about units that are moved, merged and closed."""

from functools import partial

from bench.mutants.mutant import single

CHANGES = ("tests/features/test_unit_changes.py",)
ACTIONS = "bot/features/people/actions/unit_changes.py"
RIGHTS = "bot/features/people/rights/units.py"
REQUESTS = "bot/features/people/rights/unit_requests.py"
WANTED = ("tests/features/test_missing_schools.py",)

not_administrator = partial(
    single, tests=CHANGES, slice="people", refusals=("people.not_administrator",)
)

UNIT_MUTANTS = (
    single(
        "units.first",
        "Anybody who opens an empty bot becomes the one who begins it.",
        "bot/features/people/rights/units.py",
        "    if not named:\n        raise not_administrator(actor)\n",
        "    del named\n",
        ("tests/features/test_empty_installation.py",),
        slice="people",
        refusals=("people.not_administrator",),
    ),
    not_administrator(
        "units.change",
        "Anybody moves and closes any unit.",
        RIGHTS,
        "    if place is None or not await _may_change(tx, actor, place):\n",
        "    if place is None:\n",
    ),
    not_administrator(
        "units.change_own",
        "Whoever administers a unit alone takes it out of the unit that it lies below.",
        RIGHTS,
        "above = place.parent_id if place.parent_id is not None else place.id",
        "above = place.id",
    ),
    not_administrator(
        "units.move_anywhere",
        "A unit is moved to where its mover does not administer.",
        ACTIONS,
        "        await unit_rights.access_parent(tx, actor, found)\n",
        "        assert found\n",
    ),
    not_administrator(
        "units.close",
        "Anybody closes a unit.",
        ACTIONS,
        "    place = await open_unit(tx, actor, unit_id, seen)\n"
        "    await _require_rest(tx, actor, place)\n    open_below",
        "    place = await open_unit(tx, None, unit_id, seen)\n"
        "    await _require_rest(tx, actor, place)\n    open_below",
    ),
    not_administrator(
        "units.add_wanted",
        "Anybody adds what somebody asks for, where they do not administer.",
        REQUESTS,
        "    await access_unit_to_extend(tx, actor, found.below.id)\n",
        "    assert found.below\n",
        tests=WANTED,
    ),
    not_administrator(
        "units.own_wanted",
        "An administrator adds the place of work that they ask for themselves.",
        REQUESTS,
        "    if found is None or found.person.id == actor.id:\n",
        "    if found is None:\n",
        tests=WANTED,
    ),
    not_administrator(
        "units.see_wanted",
        "Anybody reads what is missing in the lists.",
        RIGHTS,
        "    raise not_administrator(actor)\n\n\nasync def access_unit_to_extend",
        "    return tops\n\n\nasync def access_unit_to_extend",
        tests=WANTED,
    ),
    not_administrator(
        "units.extend",
        "Anybody adds a unit below any other.",
        RIGHTS,
        "    if place is None or not await _may_add_units(tx, actor, place):\n",
        "    if place is None:\n",
        tests=("tests/features/test_units_in_chat.py",),
    ),
)
