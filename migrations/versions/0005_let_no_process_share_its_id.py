"""Let no process share its id: one that is lent to a worker is lent by it."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("process_id_key", "process", ["id"])


def downgrade() -> None:
    op.drop_constraint("process_id_key", "process", type_="unique")
