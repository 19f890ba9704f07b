"""How this package is lent the records database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

Records = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction: it commits at the end of the block and rolls back on an error."""
