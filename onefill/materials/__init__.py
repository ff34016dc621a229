"""What must be handed in, what was, and whether it will do."""

from onefill.materials.checklist import Checklist, ItemState, Known, Standing, checklist, entry_id
from onefill.materials.supply import MATERIALS, UNSORTED, Page, Supplied, digest_of, supplied_of

__all__ = [
    "MATERIALS",
    "UNSORTED",
    "Checklist",
    "ItemState",
    "Known",
    "Page",
    "Standing",
    "Supplied",
    "checklist",
    "digest_of",
    "entry_id",
    "supplied_of",
]
