"""Codes of invitations and of teams' links are kept by their digest alone: whoever finds the
database opens nothing with it. What was given out goes on working, and cannot be shown again; going
down, it ends."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Table, its code, and what takes its place.
CODES = (
    ("invitations", "code", "digest", "sealed", "for whoever gave it out"),
    ("teams", "link_code", "link_digest", "link_sealed", "for whoever leads"),
)
WAS = {"invitations": "what the link carries", "teams": "whoever has it may join"}
AT_ONCE = 1000


def upgrade() -> None:
    for table, code, digest, sealed, _ in CODES:
        op.add_column(table, sa.Column(digest, sa.String(64), nullable=True))
        op.add_column(table, sa.Column(sealed, sa.String(120), nullable=True))
        _fill(table, code, digest, sealed)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"uq_{table}_{code}", type_="unique")
            batch.drop_column(code)
            batch.alter_column(digest, existing_type=sa.String(64), nullable=False)
            batch.alter_column(sealed, existing_type=sa.String(120), nullable=False)
            batch.create_unique_constraint(f"uq_{table}_{digest}", [digest])
    _comment(forward=True)


def _fill(table: str, code: str, digest: str, sealed: str) -> None:
    bind = op.get_bind()
    read = sa.text(
        f"SELECT id, {code} FROM {table} WHERE id > :last ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608
    )
    write = sa.text(f"UPDATE {table} SET {digest} = :digest, {sealed} = '' WHERE id = :id")  # noqa: S608
    last = 0
    while rows := bind.execute(read, {"last": last}).all():
        bind.execute(write, [{"id": row[0], "digest": _digest(row[1])} for row in rows])
        last = rows[-1][0]


def _digest(code: str) -> str:
    return blake2b(code.encode(), digest_size=32).hexdigest()


def _comment(*, forward: bool) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    short, long, sealing = sa.String(32), sa.String(64), sa.String(120)
    for table, code, digest, sealed, whose in CODES:
        if forward:
            op.alter_column(table, digest, existing_type=long, comment="of the link's code")
            op.alter_column(table, sealed, existing_type=sealing, comment=f"the code, {whose}")
        else:
            op.alter_column(table, code, existing_type=short, comment=WAS[table])


def downgrade() -> None:
    for table, code, digest, sealed, _ in CODES:
        op.add_column(table, sa.Column(code, sa.String(32), nullable=True))
        # Nobody's link: a digest says nothing about its code.
        op.execute(f"UPDATE {table} SET {code} = 'x' || substr({digest}, 1, 31)")  # noqa: S608
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"uq_{table}_{digest}", type_="unique")
            batch.drop_column(digest)
            batch.drop_column(sealed)
            batch.alter_column(code, existing_type=sa.String(32), nullable=False)
            batch.create_unique_constraint(f"uq_{table}_{code}", [code])
    _comment(forward=False)
