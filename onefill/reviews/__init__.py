"""Where a submission stands, who may do what to it, what officers remark, and by when."""

from onefill.reviews.case import CASE, Act, Case, PhaseCase, Remark, RemarkState
from onefill.reviews.moves import Deed, Move, Ruling, moves, ruled

__all__ = ["CASE", "Act", "Case", "Deed", "Move", "PhaseCase", "Remark", "RemarkState", "Ruling", "moves", "ruled"]
