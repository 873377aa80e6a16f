"""Ask for a second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "second_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        unique=["user_id"],
    )
    _table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        unique=["user_id", "mark"],
    )
    _table(
        "half_sign_in",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("known_device", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        unique=["token_hash"],
    )
    op.create_table(
        "sign_in_rules",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("sign_in_rules_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("sign_in_rules_pk")),
        sa.UniqueConstraint("tenant_id", name=op.f("sign_in_rules_tenant_id_key")),
    )


def _table(name: str, *columns: sa.Column[object], unique: list[str]) -> None:
    """A table of what belongs to a user, and goes with him."""
    op.create_table(
        name,
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["user.tenant_id", "user.id"],
            name=op.f(f"{name}_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"{name}_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"{name}_pk")),
        sa.UniqueConstraint("tenant_id", *unique, name=op.f(f"{name}_tenant_id_{'_'.join(unique)}_key")),
    )
    op.create_index(op.f(f"{name}_tenant_id_user_id_idx"), name, ["tenant_id", "user_id"], unique=False)


def downgrade() -> None:
    for name in ("sign_in_rules", "half_sign_in", "recovery_code", "second_factor"):
        op.drop_table(name)
