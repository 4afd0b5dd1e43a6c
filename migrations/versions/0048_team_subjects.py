"""For which subjects a team works.

Whoever founded one by a role for some subjects did so for these; of all others it is not known, and
they work for all.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# Few roles are for some subjects, and only teams of their holders are looked at.
FOUNDED = """
SELECT teams.id, roles.subject
FROM roles
JOIN units top ON top.id = roles.unit_id
JOIN teams ON teams.created_by = roles.person_id
JOIN units place ON place.id = teams.unit_id AND place.path LIKE top.path || '%'
WHERE roles.state = 'active' AND roles.role IN ('lead', 'principal', 'supervisor')
    AND roles.person_id IN (SELECT person_id FROM roles WHERE subject IS NOT NULL)
"""


def upgrade() -> None:
    comment = "for which it works; empty: for all"
    op.add_column("teams", sa.Column("subjects", sa.String(200), comment=comment))
    bind, found = op.get_bind(), dict[int, list[str | None]]()
    for number, subject in bind.execute(sa.text(FOUNDED)):
        found.setdefault(number, []).append(subject)
    narrowed = [
        {
            "id": number,
            "subjects": ",".join(sorted({code for each in held for code in each.split(",")})),
        }
        for number, held in found.items()
        if all(held)
    ]
    if narrowed:
        bind.execute(sa.text("UPDATE teams SET subjects = :subjects WHERE id = :id"), narrowed)


def downgrade() -> None:
    op.drop_column("teams", "subjects")
