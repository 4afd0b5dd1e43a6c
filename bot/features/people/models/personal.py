"""What the people slice keeps of people: how it is exported, and what erasure leaves of it."""

from sqlalchemy import ColumnElement, select

from bot.chat.person import addresses
from bot.chat.personal import PersonalTable, owned_by
from bot.features.people.models import (
    erasures,
    headcounts,
    invitations,
    link_codes,
    link_tries,
    placements,
    profiles,
    role_terms,
    roles,
    searches,
    unit_changes,
    unit_requests,
    units,
)


def _of_their_roles(person_id: int) -> ColumnElement[bool]:
    own = select(roles.c.id).where(roles.c.person_id == person_id)
    return role_terms.c.role_id.in_(own)


def _typed_by_them(person_id: int) -> ColumnElement[bool]:
    own = select(addresses.c.id).where(addresses.c.person_id == person_id)
    return link_tries.c.address_id.in_(own)


PERSONAL_TABLES = (
    PersonalTable(
        units,
        kept={
            "kind name country timezone path sort_key place": "the tree of the organisation, and"
            " nobody's"
        },
    ),
    PersonalTable(
        unit_changes,
        owned_by(unit_changes.c.asked_by),
        exported="kind unit_id target_id started_at finished_at",
        withheld={"asked_by": "it is the person themselves"},
        kept={
            "kind unit_id target_id asked_by started_at finished_at": "what was done to a unit by"
            " whose decision, as numbers"
        },
    ),
    PersonalTable(
        unit_requests,
        owned_by(unit_requests.c.person_id),
        exported="below_id name besides state asked_at answered_at reason unit_id",
        withheld={
            "id person_id": "it is the person themselves",
            "told_at": "when those who add units were told",
            "answered_by": "it is somebody else",
        },
        erased="person_id below_id name besides state asked_at told_at answered_by answered_at"
        " reason unit_id",
    ),
    PersonalTable(
        profiles,
        owned_by(profiles.c.person_id),
        exported="unit_id subject stage consent_version consented_at changed_at",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id unit_id subject stage consent_version consented_at changed_at",
    ),
    PersonalTable(
        placements,
        owned_by(placements.c.person_id),
        exported="unit_id standing main besides replaces_id came_by came_at since until"
        " confirmed_at reason lies_with"
        " lies_since told_at voucher_name vouched_at",
        withheld={
            "person_id": "it is the person themselves",
            "confirmed_by decided_by decided_for voucher_id asked_by asked_for": "it is somebody"
            " else",
            "link": "whoever has it may join",
        },
        erased="standing main since until reason voucher_name link",
        kept={
            "person_id unit_id besides replaces_id asked_by asked_for came_by came_at confirmed_by"
            " confirmed_at decided_by decided_for lies_with lies_since told_at voucher_id"
            " vouched_at": "who belonged where by whose decision, as numbers",
            "standing main since until": "what had ended stays so",
        },
    ),
    PersonalTable(
        roles,
        owned_by(roles.c.person_id),
        exported="role unit_id subject state granted_at starts_at expires_at ended_at",
        withheld={
            "person_id": "it is the person themselves",
            "granted_by granted_for ended_by ended_for deputy_of": "it is somebody else",
        },
        erased="state ended_at",
        kept={
            "person_id role unit_id subject granted_by granted_for granted_at starts_at expires_at"
            " deputy_of ended_by ended_for": "by which right something was done, as numbers",
            "state ended_at": "a role that had ended stays so",
        },
    ),
    PersonalTable(
        role_terms,
        _of_their_roles,
        exported="role_id expires_at set_at",
        withheld={"set_by set_for": "it is somebody else"},
        kept={"role_id expires_at set_by set_for set_at": "how long a right was given, as numbers"},
    ),
    PersonalTable(
        headcounts,
        kept={"role subject stage": "how many people, and nobody in particular"},
    ),
    PersonalTable(
        invitations,
        owned_by(invitations.c.created_by),
        exported="unit_id role subject expires_at state created_at uses",
        withheld={
            "digest sealed": "whoever has the code is given the role",
            "created_by": "it is the person themselves",
            "used_by": "it is somebody else",
        },
        erased="state",
        kept={
            "digest sealed unit_id role subject expires_at created_at"
            " uses": "which links were given out",
            "state": "a link that had ended stays so",
            "created_by used_by": "who gave and who took it are numbers",
        },
    ),
    PersonalTable(
        searches,
        owned_by(searches.c.person_id),
        exported="words searched_at",
        withheld={"person_id": "it is the person themselves"},
        erased="person_id words searched_at",
    ),
    PersonalTable(
        erasures,
        owned_by(erasures.c.person_id),
        exported="known_since erased_at",
        withheld={"person_id": "it is the person themselves"},
        kept={
            "person_id known_since erased_at": "so that a restored backup forgets the number again;"
            " it goes when the backups of that time are gone"
        },
    ),
    PersonalTable(
        link_codes,
        owned_by(link_codes.c.person_id),
        exported="expires_at",
        withheld={
            "person_id": "it is the person themselves",
            "digest": "whoever has the code joins them",
        },
        erased="person_id digest expires_at",
    ),
    PersonalTable(
        link_tries,
        _typed_by_them,
        exported="tried_at",
        withheld={"address_id": "a number of their address"},
        erased="address_id tried_at",
    ),
)
"""Column by column: how it is exported, and what erasure leaves of it."""
