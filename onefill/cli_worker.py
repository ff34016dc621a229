"""The command that works off slow work, where several programs share it."""

import argparse
import signal
import sys
from collections.abc import Callable
from typing import Any

from onefill.service import Desk
from onefill.service.log_lines import set_up

MOST = 16


def add_worker(commands: Any, desk: Callable[[argparse.Namespace], Desk]) -> None:
    """Add ``worker``."""
    what = "做慢的事（成套材料、打包、大批导入），几台可以一起做；数据在 PostgreSQL 时才用得上"
    worker = commands.add_parser("worker", help=what, description=what)
    worker.add_argument(
        "--most", metavar="几件", type=int, choices=range(1, MOST + 1), default=2, help=f"同时做几件，1—{MOST}，默认 2"
    )
    worker.set_defaults(run=lambda options: _work(options, desk(options)))


def _work(options: argparse.Namespace, desk: Desk) -> int:
    worker = desk.worker(options.most)
    set_up(desk.settings.log)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: worker.stop())
    print(f"在等要做的事，同时做 {options.most} 件。按 Ctrl+C 停下", file=sys.stderr, flush=True)
    worker.run()
    print("停下了，没有做完的留给别的程序", file=sys.stderr)
    return 0
