"""Records in PostgreSQL: for a city, with several servers before one database."""

from store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
