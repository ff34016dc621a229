"""A form as its author wrote it, drawn to be read: sections, fields with types, conditions and ways of counting."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from onefill.definitions.model import Check, FieldDefinition, Form, Lookup, Section
from onefill.ui.html import chip, esc, icon

#: What a field type is called on the screen.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "text": "文字",
        "long_text": "几行文字",
        "number": "数",
        "money": "金额",
        "percent": "百分数",
        "date": "日期",
        "time_range": "起止时间",
        "choice": "选一项",
        "choices": "选几项",
        "person_name": "人名",
        "resident_id": "身份证",
        "hkmtp": "港澳通行证号码",
        "twtp": "台湾通行证号码",
        "passport": "护照号码",
        "permanent_residence": "永久居留证号码",
        "identity": "各种证件的号码",
        "uscc": "信用代码",
        "mobile": "手机",
        "phone": "电话号码",
        "url": "网址",
        "document_number": "公文的号",
        "file": "文件",
        "link": "引用",
        "row": "指向一行",
    }
)
EXPRESSION = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
LEVELS = {
    "error": ("red", "error", "要改"),
    "warning": ("amber", "warning", "提醒"),
    "advice": ("blue", "info", "建议"),
}


def drawing(form: Form, titles: Mapping[str, str]) -> str:
    """The whole form.

    Args:
        form: Its definition.
        titles: What each form is called.
    """
    phases = {phase.key: phase.title for phase in form.phases}
    parts = [_section(section, number, phases, titles) for number, section in enumerate(form.sections, 1)]
    parts += [_listed("查别的办件", [_lookup(lookup, titles) for lookup in form.lookups])]
    parts += [_listed("校验", [_check(check, phases) for check in form.checks])]
    return "".join(parts)


def code(words: object) -> str:
    """A name or an expression, as the author wrote it."""
    return f"<code data-i18n-skip translate='no'>{esc(words)}</code>"


def _section(section: Section, number: int, phases: Mapping[str, str], titles: Mapping[str, str]) -> str:
    marks = "".join(f"<span>{mark}</span>" for mark in _section_marks(section, phases))
    hint = f'<p class="hint">{esc(section.hint)}</p>' if section.hint else ""
    fields = "".join(_field(field, phases, titles) for field in section.fields)
    return (
        f'<section class="ds"><h3>{number}　{esc(section.title)} {code(section.key)}</h3>'
        f'<p class="marks">{marks}</p>{hint}<div class="dfs">{fields}</div></section>'
    )


def _section_marks(section: Section, phases: Mapping[str, str]) -> Iterator[str]:
    if section.repeat is not None:
        unique = "、".join(section.repeat.unique)
        yield f"一张表，{section.repeat.min}—{section.repeat.max} 行" + (f"，{code(unique)} 不能重复" if unique else "")
    if section.grid is not None and section.field is not None:
        yield f"一片方格：{code(section.grid[0])} × {code(section.grid[1])}，每格{_type(section.field.type)}"
        if section.field.options:
            yield f"选项：{esc('、'.join(section.field.options))}"
    if section.label:
        yield f"一行叫 {code(section.label)}"
    if section.from_:
        yield f"从“{esc(phases.get(section.from_, section.from_))}”起"
    if section.when:
        yield f"成立才显示：{code(section.when)}"


def _field(field: FieldDefinition, phases: Mapping[str, str], titles: Mapping[str, str]) -> str:
    optional = "（选填）" if field.required is False and field.typed else ""
    wide = " wide" if field.wide or field.type == "long_text" else ""
    marks = "".join(f"<span>{mark}</span>" for mark in _field_marks(field, phases, titles))
    return (
        f'<div class="df{wide}"><div class="lb">{esc(field.label)}{optional} {code(field.key)}</div>'
        f'{_box(field)}<p class="marks">{marks}</p></div>'
    )


def _box(field: FieldDefinition) -> str:
    unit = f" <small>{esc(field.unit)}</small>" if field.unit else ""
    made = field.number.value if field.number else field.value
    if made is not None:
        return f'<div class="bx calc">{icon("function")} {code(made)}{unit}</div>'
    if isinstance(field.options, tuple):
        return f'<div class="bx">{esc("　".join(field.options))}</div>'
    return f'<div class="bx mut">{esc(field.example) or "　"}{unit}</div>'


def _type(name: str) -> str:
    return f"{esc(TYPES.get(name, name))} {code(name)}"


def _field_marks(field: FieldDefinition, phases: Mapping[str, str], titles: Mapping[str, str]) -> Iterator[str]:
    yield _type(field.type)
    if field.form:
        yield f"引用“{esc(titles.get(field.form, field.form))}”{'，可以选多个' if field.many else ''}"
    for words, written in (
        ("成立才显示", field.when),
        ("成立才必填", field.required if isinstance(field.required, str) else None),
        ("没有填时取", field.default),
        ("选项", field.options if isinstance(field.options, str) else None),
        ("候选要满足", field.where),
        ("列出的候选", field.offers),
        ("只列出停在这些环节的", "、".join(field.stages)),
        ("指向", field.of),
        ("证件类型看", field.by),
        ("格式", field.pattern),
    ):
        if written:
            yield f"{words}：{code(written)}"
    yield from _limits(field, phases)


def _limits(field: FieldDefinition, phases: Mapping[str, str]) -> Iterator[str]:
    if field.min is not None or field.max is not None:
        yield f"范围 {_number(field.min)}—{_number(field.max)}"
    if field.max_length is not None:
        yield f"最多 {field.max_length} 个字"
    if field.decimals is not None:
        yield f"最多 {field.decimals} 位小数"
    if field.from_:
        yield f"从“{esc(phases.get(field.from_, field.from_))}”起要填"
    for words, on in (
        ("个人信息", field.private),
        ("可以查找", field.index),
        ("留给手写", field.blank == "ink"),
        ("不显示", field.quiet),
    ):
        if on:
            yield words
    for words in (field.explain, field.hint):
        if words:
            yield f"“{esc(words)}”"


def _number(limit: object) -> str:
    return "" if limit is None else esc(limit)


def _check(check: Check, phases: Mapping[str, str]) -> str:
    colour, sign, word = LEVELS[check.level]
    where = [f"从“{esc(phases.get(check.from_, check.from_))}”起"] if check.from_ else []
    where += [f"{code(check.each)} 的每一行"] if check.each else []
    where += [f"成立才查：{code(check.when)}"] if check.when else []
    where += [f"这一天以前才查：{code(check.before)}"] if check.before else []
    marks = "".join(f"<span>{mark}</span>" for mark in where)
    return (
        f"<li>{chip(colour, sign, word)} {code(check.id)}<div>{code(check.expect)}</div>"
        f'<div>{_text(check.message)}。{_text(check.remedy)}</div><p class="marks">{marks}</p></li>'
    )


def _text(words: str) -> str:
    """A text, its expressions set apart."""
    return "".join(code(part) if number % 2 else esc(part) for number, part in enumerate(EXPRESSION.split(words)))


def _lookup(lookup: Lookup, titles: Mapping[str, str]) -> str:
    if lookup.form is None:
        return f"<li>{code(lookup.key)}　这份办件所属单位的代码，从最上一级起</li>"
    asked = {"count": "有几条", "exists": "有没有", "newest": "最新的一条", "named": "有没有、同一个单位的叫什么"}[
        lookup.answer
    ]
    by = "，".join(f"{code(key)} 等于 {code(value)}" for key, value in lookup.match.items())
    return f"<li>{code(lookup.key)}　“{esc(titles.get(lookup.form, lookup.form))}”里{asked}：{by}</li>"


def _listed(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return f'<section class="ds"><h3>{esc(title)}</h3><ul class="dl">{"".join(lines)}</ul></section>'
