"""The Hijri day that a person counts by, and French among the languages."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _say_languages(comment: str, before: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("people", "language", comment=comment, existing_comment=before)


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column(
            "hijri_shift",
            sa.Integer(),
            nullable=True,
            comment="days from Umm al-Qura; empty: as the country has it",
        ),
    )
    _say_languages("ar, en, fr", "ar, en")


def downgrade() -> None:
    _say_languages("ar, en", "ar, en, fr")
    op.drop_column("people", "hijri_shift")
