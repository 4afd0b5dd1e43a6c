"""Lists of people and units that somebody brings, who stands on them, and how they come to their
place; and the order of units by name, 2 before 10.

On the way back the lists go, and with them whoever has not claimed a place: they had agreed to
nothing.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql")
AT_ONCE = 1_000
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_tries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False, comment="0: the code was nobody's"),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_claim_tries_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claim_tries"),
        comment="wrong codes and names of the last day",
    )
    op.create_index(
        "ix_claim_tries_person_id", "claim_tries", ["person_id", "tried_at"], unique=False
    )
    op.create_index("ix_claim_tries_tried_at", "claim_tries", ["tried_at"], unique=False)
    op.create_index("ix_claim_tries_unit_id", "claim_tries", ["unit_id", "tried_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_by", ID, nullable=True, comment="empty: by the command line"),
        sa.Column("title", sa.String(length=100), nullable=False, comment="the name of the file"),
        sa.Column(
            "columns",
            sa.Text(),
            nullable=False,
            comment="the headings that were understood, or not",
        ),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("parts_done", sa.Integer(), nullable=False, comment="of what is under way"),
        sa.Column("rows", ID, nullable=False),
        sa.Column("fresh", ID, nullable=False),
        sa.Column("known", ID, nullable=False),
        sa.Column("wrong", ID, nullable=False),
        sa.Column("added", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "worked_at", sa.BigInteger(), nullable=False, comment="when the last piece was done"
        ),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name="fk_imports_made_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index(
        "ix_imports_busy",
        "imports",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state IN ('adding', 'undoing')"),
        postgresql_where=sa.text("state IN ('adding', 'undoing')"),
    )
    op.create_index("ix_imports_made_by", "imports", ["made_by"], unique=False)
    op.create_table(
        "import_parts",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="rows with what they say, packed",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_parts_import_id_imports"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_parts"),
        comment="a table in pieces, until it is added or dropped",
    )
    op.create_table(
        "imported_people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column(
            "listed_as",
            sa.String(length=64),
            nullable=False,
            comment="a hash of what tells them apart",
        ),
        sa.Column(
            "folded",
            sa.String(length=64),
            nullable=False,
            comment="of the same in one spelling, or empty",
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("family", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column(
            "subjects",
            sa.String(length=160),
            nullable=False,
            comment="codes with a space between two",
        ),
        sa.Column("stages", sa.String(length=60), nullable=False),
        sa.Column("staff_number", sa.String(length=24), nullable=False),
        sa.Column(
            "phone_digest", sa.String(length=64), nullable=False, comment="keyed; never the number"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "slip_seed",
            sa.String(length=32),
            nullable=True,
            comment="with the server's key it makes the codes",
        ),
        sa.Column("slip_digest", sa.String(length=64), nullable=True, comment="of the code, keyed"),
        sa.Column("slip_until", sa.BigInteger(), nullable=True),
        sa.Column("proven_by", ID, nullable=True, comment="who is just taking the place"),
        sa.Column("proven_until", sa.BigInteger(), nullable=True),
        sa.Column(
            "wrong_tries", sa.Integer(), nullable=False, comment="since the last code was made"
        ),
        sa.Column("claimed_by", ID, nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "gave_role",
            sa.String(length=32),
            nullable=True,
            comment="which the claim brought, to be undone with it",
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["people.id"], name="fk_imported_people_claimed_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_imported_people_import_id_imports"
        ),
        sa.ForeignKeyConstraint(
            ["proven_by"], ["people.id"], name="fk_imported_people_proven_by_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_imported_people_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_imported_people"),
        sa.UniqueConstraint("slip_digest", name="uq_imported_people_slip_digest"),
        comment="who stands on a list, and has agreed to nothing",
    )
    op.create_index(
        "ix_imported_people_claimed_by", "imported_people", ["claimed_by"], unique=False
    )
    op.create_index(
        "ix_imported_people_folded", "imported_people", ["unit_id", "folded"], unique=False
    )
    op.create_index("ix_imported_people_import_id", "imported_people", ["import_id"], unique=False)
    op.create_index(
        "ix_imported_people_open",
        "imported_people",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_imported_people_phone_digest", "imported_people", ["phone_digest"], unique=False
    )
    op.create_index("ix_imported_people_proven_by", "imported_people", ["proven_by"], unique=False)
    op.create_index(
        "uq_imported_people_unit_id", "imported_people", ["unit_id", "listed_as"], unique=True
    )
    op.create_table(
        "imported_units",
        sa.Column("import_id", ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_imported_units_import_id_imports"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_imported_units_unit_id_units"),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_imported_units"),
        comment="which unit a line of a list is",
    )
    op.create_index("ix_imported_units_unit_id", "imported_units", ["unit_id"], unique=False)
    op.add_column(
        "units",
        sa.Column(
            "sort_key",
            KEY,
            server_default="",
            nullable=False,
            comment="see arabic/order.py",
        ),
    )
    _fill_keys()
    op.create_index("ix_units_sort_key", "units", ["sort_key"], unique=False)


def _fill_keys() -> None:
    units = sa.table(
        "units", sa.column("id", ID), sa.column("name", sa.String), sa.column("sort_key", KEY)
    )
    connection = op.get_bind()
    change = (
        units.update()
        .where(units.c.id == sa.bindparam("number"))
        .values(sort_key=sa.bindparam("key"))
    )
    last = 0
    while rows := connection.execute(
        sa.select(units.c.id, units.c.name)
        .where(units.c.id > last)
        .order_by(units.c.id)
        .limit(AT_ONCE)
    ).all():
        connection.execute(change, [{"number": row.id, "key": _key(row.name)} for row in rows])
        last = rows[-1].id


LETTERS = str.maketrans(
    "ٱىةیےېکڪہھەۃپڤگڭچ" + "٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹",
    "ايهيييككههههبفككج" + "0123456789" * 2,
    "\u0640\u06e5\u06e6",
)


def _key(name: str) -> str:
    """What arabic/order.py made of a name at this revision."""
    text = unicodedata.normalize("NFKD", name)
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    folded = unicodedata.normalize("NFKC", kept.casefold().translate(LETTERS))
    words = re.findall(r"[^\W_]+", folded)
    return " ".join(word.zfill(8) if word.isdecimal() else word for word in words)[:400]


def downgrade() -> None:
    op.drop_index("ix_units_sort_key", table_name="units")
    op.drop_column("units", "sort_key")
    op.drop_table("imported_units")
    op.drop_table("imported_people")
    op.drop_table("import_parts")
    op.drop_table("imports")
    op.drop_table("claim_tries")
