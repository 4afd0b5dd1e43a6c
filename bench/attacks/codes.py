"""Guessed codes: slips of a list and their second proof, the linking of accounts, and the links of
invitations and teams; what is refused, after how many tries, and how long a guess takes."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bench.attacks.deeds import found_team, link_of
from bench.attacks.figures import Figures
from bench.attacks.stage import Stage, stage
from bench.attacks.tools import Tools
from bot.chat.intake.flood import PER_SECOND
from bot.features.imports.actions import claims, slips
from bot.features.imports.models import (
    ImportKind,
    ImportState,
    ListedState,
    claim_tries,
    imported_people,
    imports,
)
from bot.features.people.actions import addresses as linking
from bot.features.people.actions.invitations import create_invitation
from bot.features.people.models import link_tries, placements
from bot.packs.roles import Role
from bot.storage.secret_codes import CODE_BYTES

DAY = timedelta(days=1)
OPEN_SLIPS = 5_000
"""Of a department on its first day: so many codes are right at once."""
FAMILY = "الزهراني"


async def _lists(here: Stage, number: int) -> list[str]:
    """So many people on a list, each with a code that holds: their codes."""
    head = await here.member("Amal", Role.PRINCIPAL)
    actor = await here.person_of(head)
    async with here.app.database.transaction() as tx:
        brought = await tx.insert(
            imports, kind=ImportKind.PEOPLE, state=ImportState.DONE, title="list.csv", columns={},
            parts=1, parts_done=1, rows=number, fresh=number, known=0, wrong=0, added=number,
            created_at=tx.now, worked_at=tx.now,
        )  # fmt: skip
        shared = {
            "import_id": brought, "unit_id": here.school.id, "state": ListedState.OPEN,
            "folded": "", "family": FAMILY, "role": Role.TEACHER, "subjects": "mathematics",
            "stages": "primary", "staff_number": "", "phone_digest": "", "created_at": tx.now,
            "wrong_tries": 0,
        }  # fmt: skip
        rows = [
            shared | {"id": n, "listed_as": str(n), "name": f"نورة {FAMILY}"}
            for n in range(1, number + 1)
        ]
        await tx.execute(insert(imported_people), rows)
        made = [await slips.make_slip(tx, actor, n, here.digest) for n in range(1, number + 1)]
    return [each.code for each in made]


async def guess_slips(folder: Path, tools: Tools) -> Figures:
    """Codes of slips by chance, from more and more accounts; whoever has a right one and has not
    guessed gets in all the same."""
    figures = Figures("slips", "codes of slips, guessed from one new account after another")
    dice, days = tools.dice("slips"), tools.size(3, 1)
    few, more = claims.MOST_BLIND // claims.MOST_OWN, tools.size(50, 4)
    async with stage(folder) as here:
        right = set(await _lists(here, tools.size(200, 20)))
        looked_at = refused = 0
        for _ in range(days):
            for _ in range(few + more):
                thief = here.stranger()
                for _ in range(claims.MOST_OWN + 1):
                    guess = f"{dice.randrange(10**slips.CODE_DIGITS):0{slips.CODE_DIGITS}}"
                    if guess in right:
                        continue
                    figures.tried += 1
                    said = await thief.says(guess)
                    refused += "Too much" in said
                    figures.through += "family name" in said
            tries = await here.count(claim_tries)
            looked_at += tries
            most = claims.MOST_BLIND + more
            figures.expect(tries <= most, f"{tries} were looked at in a day, of {most}")
            said = await here.stranger().says(next(iter(right)))
            figures.expect("family name" in said, f"a right code opens nothing: {said!r}")
            await here.moves(DAY + timedelta(minutes=1))
        figures.expect(await here.count(placements) == 1, "somebody took a place")
    found_in = 10**slips.CODE_DIGITS / OPEN_SLIPS / claims.MOST_BLIND_EVER
    figures.measured = {
        "looked at in a day": f"{looked_at // days}, of {few + more} accounts",
        "answered that there were too many": refused,
        f"days until one of {OPEN_SLIPS:,} codes is found, on average, at the most in a day": round(
            found_in
        ),
        "then": f"{slips.MOST_OF_SLIP} tries at the family's name or a second code of"
        f" {slips.HEAD_DIGITS} digits",
    }
    return figures


async def prove_falsely(folder: Path, tools: Tools) -> Figures:
    """A slip that was found, without its second proof: common family names, and second codes."""
    figures = Figures("proofs", "the second proof of slips that were found, guessed")
    dice = tools.dice("proofs")
    names = ("العتيبي", "القحطاني", "الشمري", "الحربي", "الغامدي", "الدوسري", "العنزي", "المالكي")
    async with stage(folder) as here:
        ended = most = 0
        first, *others = await _lists(here, tools.size(13, 5))
        owner = here.stranger("Owner")
        await owner.says(first)
        said = await owner.says(FAMILY)
        figures.expect(_is_proven(said), f"the right name proves nothing: {said!r}")
        for code in others:
            tries = 0
            for _ in range(3):
                thief = here.stranger()
                said = await thief.says(code)
                while "family name" in said and tries < 20:
                    guess = f"{dice.randrange(10**6):06}" if tries % 2 else dice.choice(names)
                    said = await thief.says(guess)
                    figures.through += _is_proven(said)
                    figures.tried += 1
                    tries += 1
            ended += "no longer valid" in said or "Too much" in said
            most = max(most, tries)
            await here.moves(DAY + timedelta(minutes=1))
        figures.expect(await here.count(placements) == 1, "somebody took a place")
        figures.expect(most <= slips.MOST_OF_SLIP, f"{most} tries at one slip")
        figures.measured = {"most tries at one slip": most, "closed after them": ended}
    return figures


def _is_proven(said: str) -> bool:
    """Whether the registration for the place begins."""
    return "How your data is treated" in said


async def guess_linking(folder: Path, tools: Tools) -> Figures:
    """Codes that join an account to a person's, within the hour in which they count."""
    figures = Figures("linking", "codes that link an account, guessed from many accounts")
    dice = tools.dice("linking")
    async with stage(folder) as here:
        owners = [await here.member(f"Owner {n}") for n in range(tools.size(10, 2))]
        right = set()
        for owner in owners:
            person = await here.person_of(owner)
            async with here.app.database.transaction() as tx:
                digest = here.digest
                right.add(await linking.make_code(tx, person, digest))
        for _ in range(linking.TRIES_OF_ALL // linking.TRIES + tools.size(10, 2)):
            thief = here.stranger()
            for _ in range(linking.TRIES + 1):
                guess = f"{dice.randrange(10**linking.CODE_DIGITS):0{linking.CODE_DIGITS}}"
                if guess in right:
                    continue
                figures.tried += 1
                said = await thief.says(f"/link {guess}")
                figures.through += "linked" in said.lower()
        looked_at = await here.count(link_tries)
        figures.expect(looked_at <= linking.TRIES_OF_ALL, f"{looked_at} looked at in an hour")
        told = [each for owner in owners for each in owner.received() if "linked" in each.text]
        figures.expect(not told, "somebody's account was linked")
        await here.moves(linking.TRY_LIFE)
        person = await here.person_of(owners[0])
        async with here.app.database.transaction() as tx:
            code = await linking.make_code(tx, person, here.digest)
        said = await here.stranger().says(f"/link {code}")
        figures.expect("linked" in said.lower(), f"a right code links nothing: {said!r}")
    alive = linking.CODE_LIFE.total_seconds() / 3600
    chance = linking.TRIES_OF_ALL * alive / 10**linking.CODE_DIGITS
    figures.measured = {
        "looked at in an hour, of all together": looked_at,
        "chance that a code is found while it lives": f"1 in {round(1 / chance):,}",
    }
    return figures


async def guess_links(folder: Path, tools: Tools) -> Figures:
    """Links of invitations and teams by chance: only how much one may send bounds the tries."""
    figures = Figures("links", "codes of invitations and teams, guessed")
    dice = tools.dice("links")
    async with stage(folder) as here:
        lead = await here.member("Maryam", Role.LEAD)
        await found_team(lead)
        thief, member = here.stranger(), await here.member("Sara")
        known = re.compile(r"[A-Za-z0-9_-]{12}")
        before = await here.count(placements)
        for _ in range(tools.size(1_000, 40)):
            for phone in (thief, member):
                for prefix in ("t", "i"):
                    code = tools.base64(dice.randbytes(CODE_BYTES))
                    assert known.fullmatch(code)
                    figures.tried += 1
                    said = await phone.says(f"/start {prefix}{code}")
                    figures.through += _opens(said)
        figures.expect(await here.count(placements) == before, "somebody took a place")
        async with here.app.database.transaction() as tx:
            code = await create_invitation(tx, None, here.school.id, Role.LEAD, DAY)
        for phone, sound in ((thief, code), (member, code), (member, await link_of(lead))):
            said = await phone.says(f"/start {sound}")
            figures.expect(_opens(said), f"a right code opens nothing: {said!r}")
    bits, accounts = CODE_BYTES * 8, 1_000
    years = 2**bits / 10_000 / (PER_SECOND * accounts) / 86_400 / 365
    figures.measured = {
        "entropy": f"{bits} bits",
        "years until one of 10,000 is found by 1,000 accounts": f"{years:,.0f}",
    }
    return figures


def _opens(said: str) -> bool:
    """Whether a link led to what it is for."""
    return "you are invited" in said.lower()
