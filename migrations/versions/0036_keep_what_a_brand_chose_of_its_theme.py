"""Keep what a brand chose of its theme, a note for those who look back, and who published it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("tokens", JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("brand", sa.Column("note", sa.String(200), server_default="", nullable=False))
    op.add_column("brand", sa.Column("exact", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("brand", sa.Column("made_of", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("brand", sa.Column("record_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for name in ("record_id", "made_of", "exact", "note", "tokens"):
        op.drop_column("brand", name)
