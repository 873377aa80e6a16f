"""Keep what the pages of a shop said before.

What they say today is their first version: else it would be gone with the next one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TODAY = """insert into page_version (tenant_id, id, slug, language, number, title, text, written_at)
    select tenant_id, gen_random_uuid(), slug, language, 1, title, text, updated_at from page"""


def upgrade() -> None:
    op.create_table(
        "page_version",
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("page_version_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("page_version_pk")),
        sa.UniqueConstraint(
            "tenant_id", "slug", "language", "number", name=op.f("page_version_tenant_id_slug_language_number_key")
        ),
    )
    op.execute("alter table page no force row level security")  # the owner sees all; raised again after this
    op.execute(TODAY)
    op.execute("alter table page force row level security")


def downgrade() -> None:
    op.drop_table("page_version")
