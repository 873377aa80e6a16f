"""Let an entry of a price list price its product in its own way, and feature it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("apart", sa.true()), ("featured", sa.false())):
        op.add_column("price_list_entry", sa.Column(name, sa.Boolean(), server_default=default, nullable=False))
        op.alter_column("price_list_entry", name, server_default=None)  # only for the entries that stood already
    op.add_column("price_list_entry", sa.Column("rule", sa.String(length=30), nullable=True))
    op.add_column("price_list_entry", sa.Column("percent", sa.Numeric(precision=18, scale=4), nullable=True))
    amounts = sa.Column("amounts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
    op.add_column("price_list_entry", amounts)


def downgrade() -> None:
    op.execute("delete from price_list_entry where not apart")
    for name in ("amounts", "percent", "rule", "featured", "apart"):
        op.drop_column("price_list_entry", name)
