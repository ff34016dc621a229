"""The command that shows and loads made-up records, or builds a whole made-up city."""

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from onefill.people import one_time_password
from onefill.service import Desk, Settings
from samples import sample_records

GOOD = 0
#: So many seconds between two lines about how far it is.
_EVERY = 5
DeskOf = Callable[[argparse.Namespace], Desk]


def add_samples(commands: Any, desk_of: DeskOf) -> None:
    """Add ``samples``."""
    samples = commands.add_parser("samples", help="看有哪些示例数据，装进来，或建一座示例城市")
    what = samples.add_mutually_exclusive_group()
    what.add_argument("--load", action="store_true", help="装进来；已经有的不动")
    what.add_argument("--city", action="store_true", help="在空的地方建一座示例城市，一步一步照真的办法办出来")
    samples.add_argument("--scale", type=float, default=1.0, metavar="倍数", help="城市多大，1 是全部，例 0.02；默认 1")
    samples.add_argument("--seed", type=int, default=1, metavar="数", help="同一个数、同一天建出来的一样；默认 1")
    samples.add_argument(
        "--day",
        type=date.fromisoformat,
        metavar="日期",
        help="城市的最后一天，例 2026-11-27；不写就是今天，下午六点以前是昨天",
    )
    samples.set_defaults(run=lambda options: _samples(options, desk_of))


def _samples(options: argparse.Namespace, desk_of: DeskOf) -> int:
    if options.city:
        return _city(options)
    samples = sample_records()
    if not options.load:
        for sample in samples:
            print(f"{sample.form:24}{sample.name}")
        print(f"共 {len(samples)} 条。加 --load 装进来，或者用 --city 建一座示例城市")
        return GOOD
    desk = desk_of(options)
    print(f"装入 {len(samples)} 条示例……", file=sys.stderr)
    print(f"新装入 {desk.load_samples()} 条，其余本来就有")
    return GOOD


def _city(options: argparse.Namespace) -> int:
    from samples.city.building import build  # no other command needs it
    from samples.city.timing import last_over

    settings, begun = Settings.from_environment(), time.monotonic()
    password = one_time_password(secrets.choice) if settings.people != "none" else ""
    told = [begun]

    def tell(done: int, of: int, day: date) -> None:
        now = time.monotonic()
        if now - told[0] >= _EVERY:
            told[0] = now
            minutes, seconds = divmod(int(now - begun), 60)
            print(f"办完 {done}/{of} 件事，城里是 {day:%Y-%m-%d}，用了 {minutes} 分 {seconds} 秒", file=sys.stderr)

    print("建示例城市……", file=sys.stderr)
    built = build(
        settings,
        scale=options.scale,
        seed=options.seed,
        until=options.day or last_over(datetime.now(UTC)),
        tell=tell,
        password=password,
    )
    options.closing.callback(built.desk.store.close)
    print("建好了：" + "、".join(f"{what} {count:,}" for what, count in built.counts.items()))
    if password:
        print(f"账号（密码都是 {password}，只显示这一次）：")
        for title, name in built.people:
            print(f"  {name}　{title}")
    return GOOD
