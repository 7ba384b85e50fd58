"""The database: tables, migrations, and one module of queries per noun. Only the gateway knows it."""

from packshot_gateway.database.engine import Database
from packshot_gateway.database.migrate import migrate

__all__ = ["Database", "migrate"]
