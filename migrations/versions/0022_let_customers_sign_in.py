"""Let customers sign in to the shop."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("kind", sa.String(length=20), nullable=False, server_default="staff"))
    op.alter_column("user", "kind", server_default=None)
    op.add_column("user", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("user", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(op.f("user_tenant_id_contact_id_key"), "user", ["tenant_id", "contact_id"])


def downgrade() -> None:
    op.execute("delete from \"user\" where kind = 'customer'")
    op.drop_constraint(op.f("user_tenant_id_contact_id_key"), "user", type_="unique")
    for name in ("contact_id", "account_id", "kind"):
        op.drop_column("user", name)
