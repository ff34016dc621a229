"""What is true: typed values, links, defaults, computed values, conditions, checks, differences."""

from onefill.facts.differences import Difference, differences, differences_between
from onefill.facts.plan import FormPlan
from onefill.facts.printing import PrintView, facts_hash
from onefill.facts.sheet import Finding, Sheet

__all__ = [
    "Difference",
    "Finding",
    "FormPlan",
    "PrintView",
    "Sheet",
    "differences",
    "differences_between",
    "facts_hash",
]
