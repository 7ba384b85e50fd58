"""plugins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plugins", sa.JSON(none_as_null=True), server_default="[]", nullable=False))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("workers", schema=None) as batch_op:
        batch_op.drop_column("plugins")
