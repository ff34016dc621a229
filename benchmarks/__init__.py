"""How long the main jobs take, beside the bare libraries doing the same: ``python -m benchmarks``."""
