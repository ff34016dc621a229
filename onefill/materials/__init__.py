"""What must be handed in, what was, and whether it will do."""

from onefill.materials.checklist import Known, checklist, entry_id
from onefill.materials.items import Checklist, ItemState, Standing
from onefill.materials.supply import (
    MATERIALS,
    UNSORTED,
    Leaf,
    Page,
    Supplied,
    digest_of,
    joined,
    placed,
    run_of,
    supplied_of,
)

__all__ = [
    "MATERIALS",
    "UNSORTED",
    "Checklist",
    "ItemState",
    "Known",
    "Leaf",
    "Page",
    "Standing",
    "Supplied",
    "checklist",
    "digest_of",
    "entry_id",
    "joined",
    "placed",
    "run_of",
    "supplied_of",
]
