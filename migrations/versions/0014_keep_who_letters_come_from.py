"""Keep who letters come from, and what may be read of those that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_sender",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column(
            "encryption",
            sa.Enum("starttls", "tls", "none", "if_offered", name="encryption", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("username", sa.String(length=254), nullable=False),
        sa.Column("password_sealed", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("mail_sender_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("mail_sender_pk")),
        sa.UniqueConstraint("tenant_id", name=op.f("mail_sender_tenant_id_key")),
    )
    op.create_table(
        "envelope",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "process_id"],
            ["process.tenant_id", "process.id"],
            name=op.f("envelope_tenant_id_process_id_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("envelope_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("envelope_pk")),
    )
    for columns in (["kind", "written_at"], ["process_id"], ["written_at"]):
        name = "_".join(["envelope", "tenant_id", *columns, "idx"])
        op.create_index(op.f(name), "envelope", ["tenant_id", *columns], unique=False)


def downgrade() -> None:
    op.drop_table("envelope")
    op.drop_table("mail_sender")
