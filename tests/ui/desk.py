"""A desk in memory over a small pack of its own, so that no test knows a real business."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache, reduce
from pathlib import Path

from PIL import Image

from onefill.problems import Problem
from onefill.service.desk import Desk, Settings, open_desk
from onefill.service.runners import Runner

PACK = """\
pack: shop
title: 小店
forms: [order, customer]
cases: [order]
roles:
  - {key: seller, title: 店员, reach: own}
  - {key: owner, title: 店主, reach: all}
  - {key: keeper, title: 管账号的, reach: all, actions: [accounts]}
menus:
  - {title: 客户, forms: [customer]}
"""
CUSTOMER = """\
form: customer
title: 客户
label: "{{ name }}"
sections:
  - key: basics
    title: 基本信息
    fields:
      - {key: name, label: 名称, required: true}
"""
ORDER = """\
form: order
title: 订单
help: 一张单子填一份
label: "{{ number }}"
phases: [{key: first, title: 下单}, {key: last, title: 收货}]
sections:
  - key: basics
    title: 订单信息
    fields:
      - {key: number, label: 单号, required: true, hint: 写在单子右上角}
      - {key: customer, label: 客户, type: link, form: customer, required: true}
      - {key: day, label: 日期, type: date, required: true}
      - {key: way, label: 送法, type: choice, options: [自取, 送货], required: true}
      - {key: address, label: 送到哪里, when: "way == '送货'", required: true, wide: true}
      - {key: pieces, label: 件数, type: number, min: 1, max: 99, decimals: 0, unit: 件, required: true}
      - {key: twice, label: 两倍, type: number, value: "pieces * 2", explain: 件数乘二, help: 来回各一次}
      - {key: memo, label: 备注, type: long_text}
  - key: goods
    title: 货物
    label: "{{ what }}"
    repeat: {min: 1, max: 60}
    fields:
      - {key: what, label: 品名, required: true}
      - {key: price, label: 单价（元）, type: money}
      - {key: length, label: 字数, type: number, value: "what|length", explain: 品名的字数}
  - key: days
    title: 日子
    label: "{{ name }}"
    repeat: {min: 0, max: 9}
    from: last
    fields:
      - {key: name, label: 哪天}
  - key: ticks
    title: 点货
    from: last
    grid: [days, goods]
    field: {type: choice, options: [到, 缺]}
documents:
  - {key: sheet, title: 汇总单, from: first}
"""
#: What an order may have besides: what is handed in, and who decides.
HANDED_IN = """\
documents:
  - {key: sheet, title: 汇总单, template: sheet.docx, from: first}
materials:
  - {key: receipt, title: 收据, kind: upload, max_mb: 1, hint: 拍照也行, clause: 店规 3}
  - {key: signed, title: 汇总单扫描件, kind: scan, document: sheet}
  - {key: card, title: 会员卡, kind: original, when: "pieces > 5", otherwise: 五件以内不用带}
  - {key: kept, title: 货物登记, kind: register, section: goods}
stages:
  - {key: asked, title: 等店主看, holder: office, days: 3}
  - {key: back, title: 退回改, holder: owner, days: 2}
  - {key: done, title: 已成交, holder: done, passed: true}
actions:
  - {key: ask, title: 交给店主, kind: submit, from: [draft, back], to: asked, by: [seller], declares: 数目都点过}
  - {key: take, title: 撤回, kind: withdraw, from: [asked], to: draft, by: [seller]}
  - {key: back, title: 退回, kind: return, from: [asked], to: back, by: [owner]}
  - {key: agree, title: 成交, kind: pass, from: [asked], to: done, by: [owner]}
"""
CHINA = timezone(timedelta(hours=8))


def clock() -> datetime:
    """A day that does not move."""
    return datetime(2026, 11, 24, 10, 42, tzinfo=CHINA)


def no_office(files: Mapping[str, bytes], *_args: object, **_named: object) -> dict[str, bytes | Problem]:
    """No office program is needed here."""
    return dict(files)


def a_desk(folder: Path, *instead: tuple[str, str], runner: Runner | None = None, store: str = "memory:") -> Desk:
    """A desk over the small pack.

    Args:
        folder: Of the test.
        instead: What its order says, and what it shall say instead.
        runner: Has slow work done.
        store: Address of where it keeps.
    """
    order = reduce(lambda text, pair: text.replace(*pair), instead, ORDER)
    pack = folder / "forms" / "shop"
    pack.mkdir(parents=True)
    for name, text in (("pack", PACK), ("order", order), ("customer", CUSTOMER)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "templates" / "shop").mkdir(parents=True)
    settings = Settings(data=folder / "data", forms=folder / "forms", templates=folder / "templates", store=store)
    return open_desk(settings, now=clock, engine=no_office, runner=runner)


def filled_order(desk: Desk) -> str:
    """An order in which nothing is wanting but what is handed in."""
    who = desk.who()
    customer = desk.records.create("customer", who, {"name": "甲商行"})
    order = desk.records.create("order", who)
    typed = {"number": "A-7", "customer": customer, "day": "20261130", "way": "自取", "pieces": "3"}
    for path, text in typed.items():
        desk.records.set(order, path, text, who)
    desk.records.add_row(order, "goods", who, {"what": "钉子", "price": "3"})
    return order


@cache
def scan(shade: int = 250) -> bytes:
    """A page of paper as a scanner gives it."""
    made = io.BytesIO()
    Image.new("RGB", (1240, 1754), (shade, shade, shade)).save(made, "PNG", dpi=(150, 150))
    return made.getvalue()
