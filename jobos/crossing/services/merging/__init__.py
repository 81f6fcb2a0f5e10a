"""Merging a finished staging database into ours, in one transaction that the caller owns.

Every table is carried over as it is into a temporary one (`carrying`). Then everything is decided before anything is
written: which rows came over before, whose owner waits or was deleted here, which meet a row that is here (`deciding`,
and for people and the directory `people` and `directory`). What changed its key, or died, is in `key_map`, through which
foreign keys go. Then the rest is inserted, what was met is told to the ledger whole, and what it can add to the row
that is here is added (`writing`). At last every source row gets its fate (`fates`), and the account is checked.
"""

from jobos.crossing.services.merging.account import AccountError
from jobos.crossing.services.merging.merging import lock_tables, merge
from jobos.crossing.services.merging.session import Clash, Merged, Trust

__all__ = ["AccountError", "Clash", "Merged", "Trust", "lock_tables", "merge"]
