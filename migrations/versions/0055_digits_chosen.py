"""Whether somebody has chosen their digits, so that another language leaves them."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column(
            "digits_chosen",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="1: by the person, so another language leaves them",
        ),
    )
    # Digits that no language brings along by itself were chosen.
    op.execute(
        "UPDATE people SET digits_chosen = 1 WHERE state <> 'gone' AND numerals <> CASE"
        " WHEN language = 'ar' AND country <> 'MA' THEN 'arab' ELSE 'latn' END"
    )


def downgrade() -> None:
    op.drop_column("people", "digits_chosen")
