"""Print the figures as a table: ``python -m benchmarks [name …]``."""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import FIGURES
from benchmarks.measuring import Figure, Result, row


def main() -> int:
    """Measure all figures, or those named."""
    known = [figure.key for figure in FIGURES]
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("figures", nargs="*", metavar="name", help=f"which: {', '.join(known)}; all by default")
    asked = options.parse_args().figures or known
    if unknown := set(asked) - set(known):
        options.error(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(row("figure", "limit", "best", "middle", "plain", "ratio"))
    print(row("---", "---", "---", "---", "---", "---"))
    missed = [figure.title for figure in FIGURES if figure.key in asked and not _told(figure)]
    if missed:
        print(f"\nabove their limit: {'; '.join(missed)}", file=sys.stderr)
    return 0


def _told(figure: Figure) -> bool:
    with tempfile.TemporaryDirectory(prefix="onefill-benchmark-", ignore_cleanup_errors=True) as folder:
        result: Result = figure.measure(Path(folder))
    print(result.row(figure), flush=True)
    return result.best <= figure.limit


if __name__ == "__main__":
    sys.exit(main())
