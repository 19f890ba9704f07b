"""The versions of this package's tables, run by Alembic."""
