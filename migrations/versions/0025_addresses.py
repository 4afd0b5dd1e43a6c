"""A person may have several addresses, of which one is preferred; an address may have several keys.

On the way back everybody is written to at the reachable address that they used first, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "addresses",
        sa.Column(
            "preferred",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="1: where they are written to first; one of each person's",
        ),
    )
    op.add_column(
        "addresses",
        sa.Column(
            "linked_at",
            sa.BigInteger(),
            nullable=True,
            comment="when it was joined to another of the same person",
        ),
    )
    # Where somebody had several, it is the one that messages went to.
    op.execute(
        "UPDATE addresses SET preferred = 0 WHERE id <> COALESCE("
        "(SELECT min(b.id) FROM addresses b WHERE b.person_id = addresses.person_id"
        " AND b.reach = 'reachable'),"
        " (SELECT min(b.id) FROM addresses b WHERE b.person_id = addresses.person_id))"
    )
    op.create_index(
        "uq_addresses_preferred",
        "addresses",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("preferred = 1"),
        postgresql_where=sa.text("preferred = 1"),
    )
    op.create_table(
        "address_aliases",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column(
            "external",
            sa.String(length=64),
            nullable=False,
            comment="another key of the same chat",
        ),
        sa.Column("address_id", ID, nullable=False),
        sa.Column(
            "left_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when the chat has another; empty: both are its own",
        ),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name="fk_address_aliases_address_id_addresses",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel", "external", name="pk_address_aliases"),
        comment="by what else an address is known, since a channel's key of a chat may change",
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_address_aliases_address_id", "address_aliases", ["address_id"], unique=False
    )
    op.create_index("ix_address_aliases_left_at", "address_aliases", ["left_at"], unique=False)
    op.create_table(
        "link_codes",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="never the code itself"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_link_codes_person_id_people"
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_link_codes"),
        sa.UniqueConstraint("digest", name="uq_link_codes_digest"),
        comment="one-time codes that join another address to a person; the newest of each counts",
    )
    op.create_table(
        "link_tries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("address_id", ID, nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name="fk_link_tries_address_id_addresses"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_link_tries"),
        comment="codes that were typed wrong within the last hour",
    )
    op.create_index("ix_link_tries_tried_at", "link_tries", ["tried_at"], unique=False)


def downgrade() -> None:
    op.drop_table("link_tries")
    op.drop_table("link_codes")
    op.drop_table("address_aliases")
    op.drop_index("uq_addresses_preferred", table_name="addresses")
    op.drop_column("addresses", "linked_at")
    op.drop_column("addresses", "preferred")
