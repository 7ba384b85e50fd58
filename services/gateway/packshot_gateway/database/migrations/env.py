"""Alembic's way in: the connection, inside a transaction that holds the migration lock, is given by migrate.py."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from packshot_gateway.database.tables import Base, Time


def _render(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    # A migration stands for itself: it names SQL types, not classes of the program as it happens to be.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Time) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=_render,
)
context.run_migrations()
