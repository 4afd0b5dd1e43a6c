"""People can be found by name, and the words of names are forgotten with them.

Spellings that no entry holds any more go, and due
work is set that reads the texts anew, as the search reads them now, and makes people findable.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FORGET_SQLITE = """
DELETE FROM search_spellings WHERE word NOT GLOB '*[^0-9a-zء-ي]*'
AND kind || '1' || word NOT IN (SELECT term FROM search_counts)
"""
FORGET_POSTGRES = """
DELETE FROM search_spellings AS s WHERE s.word ~ '^[0-9a-zء-ي]+$' AND NOT EXISTS (
    SELECT FROM (SELECT DISTINCT unnest(tokens) AS token FROM search_entries) AS held
    WHERE held.token = s.kind || '1' || s.word
)
"""

INDEX_ANEW = """
INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, payload, state, attempts)
SELECT 'people.index_anew', 'search:anew', 'texts', {now}, 0, {now}, '{{"after"\\:0}}', 'waiting', 0
WHERE EXISTS (SELECT 1 FROM profiles) OR EXISTS (SELECT 1 FROM search_entries)
"""
NOW_SQLITE = "CAST(strftime('%s', 'now') AS INTEGER) * 1000"
NOW_POSTGRES = "CAST(extract(epoch FROM now()) * 1000 AS bigint)"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(FORGET_SQLITE if on_sqlite else FORGET_POSTGRES)
    op.execute(INDEX_ANEW.format(now=NOW_SQLITE if on_sqlite else NOW_POSTGRES))


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DELETE FROM due WHERE job = 'people.index_anew'")
    if on_sqlite:
        op.execute(
            "DELETE FROM search_tokens WHERE rowid IN "
            "(SELECT id FROM search_entries WHERE kind = 'person')"
        )
    op.execute("DELETE FROM search_entries WHERE kind = 'person'")
    op.execute("DELETE FROM search_spellings WHERE kind = 'person'")
