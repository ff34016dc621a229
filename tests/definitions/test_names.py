from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.definitions.expressions import (
    ExpressionBroken,
    ExpressionError,
    compile_expression,
    compile_text,
    print_environment,
)
from onefill.definitions.names import used_names


def names(source: str, *, expression: bool = False) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for use in used_names(source, expression=expression):
        found[use.path] = found.get(use.path, False) or use.whole
    return found


@pytest.mark.parametrize(
    ("source", "whole", "asked"),
    [
        ("start_date", "start_date", ""),
        ("id_no|age(on=start_date)", "id_no start_date", ""),
        ("institution.inst_name", "institution.inst_name", ""),
        ("institution['inst_name']", "institution.inst_name", ""),
        ("sessions[0].teacher.name", "sessions[].teacher.name", "sessions"),
        ("sessions[-1].date", "sessions[].date", "sessions"),
        ("(trainees|first).name", "trainees[].name", "trainees"),
        ("trainees|length", "", "trainees"),
        ("trainees|selectattr('passed')|length", "", "trainees trainees[].passed"),
        ("trainees|selectattr('theory', 'ge', course.theory_pass)|length",
         "trainees[].theory course.theory_pass", "trainees"),
        ("trainees|selectattr('name', 'empty')|map(attribute='no')|list", "trainees[].no", "trainees trainees[].name"),
        ("sessions|sum(attribute='hours')", "sessions[].hours", "sessions"),
        ("sessions|map(attribute='teacher.name')|unique|join('、')", "sessions[].teacher.name", "sessions"),
        ("sessions|map(attribute='teacher')|map(attribute='name')|list", "sessions[].teacher.name sessions[].teacher",
         "sessions"),
        ("sessions|sort(attribute='date,time')|map(attribute='room')|list",
         "sessions[].date sessions[].time sessions[].room", "sessions"),
        ("(sessions|max(attribute='date')).room", "sessions[].date sessions[].room", "sessions"),
        ("trainees|groupby('person_class')|length", "trainees[].person_class", "trainees"),
        ("kinds|join('、')", "kinds", ""),
        ("kinds|sort|join", "kinds", ""),
        ("attendance|cell(session, trainee)", "attendance", "session trainee"),
        ("attendance|along(row)|select('eq', '到')|length", "attendance", "row"),
        ("a if b else c", "a c", "b"),
        ("(a or b).name", "a.name b.name", "a b"),
        ("a and not b is filled", "a", "b"),
        ("a is filled and b is eq(c)", "b c", "a"),
        ("(a|default(b)).name", "a.name b.name", "a b"),
        ("{'x': a, 'y': b}[c].name", "a.name b.name c", "a b"),
        ("{'x': a, 'y': b}.x.name", "a.name", "a b"),
        ("{c: a}.x.name", "a.name c", "a"),
        ("[a, b][0].name", "a.name b.name", "a b"),
        ("row[key]", "row key", ""),
        ("trainees[place].name", "trainees place", ""),
        ("trainees|map(attribute=which)|list", "trainees[] which", "trainees"),
        ("text[a:b]", "text a b", ""),
        ("a ~ b < c in d", "a b c d", ""),
        ("range(a)|sum", "a", ""),
        ("it.id == row.id", "it.id row.id", ""),
    ],
)  # fmt: skip
def test_expressions(source: str, whole: str, asked: str) -> None:
    found = compile_expression(source).names
    wholly = {use.path for use in found if use.whole}
    assert wholly == set(whole.split())
    assert {use.path for use in found} - wholly == set(asked.split())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% for t in trainees %}{{ loop.index }}{{ t.name }}{% endfor %}", "trainees trainees[].name"),
        ("{% for t in trainees if t.passed %}{{ t.no }}{% endfor %}", "trainees trainees[].passed trainees[].no"),
        ("{% for t in trainees|selectattr('passed')|sort(attribute='name') %}{{ t.cert_no }}{% endfor %}",
         "trainees trainees[].passed trainees[].name trainees[].cert_no"),
        ("{% for s in sessions %}{% for t in trainees %}{{ grid|cell(s, t) }}{{ s.date }}{% endfor %}{% endfor %}",
         "sessions trainees grid sessions[] trainees[] sessions[].date"),
        ("{% for s in a.list %}{{ s.x.y }}{% else %}{{ z }}{% endfor %}", "a.list a.list[].x.y z"),
        ("{% for key, rows in t|groupby('class') %}{{ key }}{% for r in rows %}{{ r.name }}{% endfor %}{% endfor %}",
         "t t[].class t[].name"),
        ("{% for g in t|groupby('class') %}{{ g.grouper }}{% for r in g.list %}{{ r.name }}{% endfor %}{% endfor %}",
         "t t[].class t[].name"),
        ("{% for row in t|batch(2) %}{% for x in row %}{{ x.name }}{% endfor %}{% endfor %}", "t t[] t[].name"),
        ("{% for x, y in [(a, b), (c, d)] %}{{ x.p }}{{ y.q }}{% endfor %}", "a b c d a.p b.q c.p d.q"),
        ("{% for t in ts %}{{ loop.previtem.x }}{{ loop.changed(t.y) }}{% endfor %}", "ts ts[].x ts[].y"),
        ("{% set i = institution %}{{ i.inst_name }}", "institution institution.inst_name"),
        ("{% set x = a %}{% set x = b %}{{ x.n }}", "a b b.n"),
        ("{% if q %}{% set x = a %}{% else %}{% set x = b %}{% endif %}{{ x.n }}", "q a b a.n b.n"),
        ("{% if q %}{% set x = a %}{% endif %}{{ x.n }}", "q a a.n x.n"),
        ("{% set x %}{{ a }}{% endset %}{{ x }}", "a"),
        ("{% set x | default(b) %}{{ a }}{% endset %}{{ x }}", "a b"),
        ("{% filter replace(a, b) %}{{ c }}{% endfilter %}", "a b c"),
        ("{% with x = a, y = x %}{{ x.p }}{{ y.q }}{% endwith %}", "a x a.p x.q"),
        ("{% macro m(x, y=c) %}{{ x.n }}{{ y.n }}{{ z }}{% endmacro %}{{ m(a) }}{{ m(b, y=d) }}",
         "a b c d a.n b.n c.n d.n z"),
        ("{% macro one() %}{{ two(a) }}{% endmacro %}{% macro two(x) %}{{ x.n }}{% endmacro %}{{ one() }}", "a a.n"),
        ("{% macro m() %}{{ x.n }}{% endmacro %}{% set x = a %}{{ m() }}", "a x.n a.n"),
        ("{% macro m() %}{{ caller(a) }}{% endmacro %}{% call(u) m() %}{{ u.n }}{{ b }}{% endcall %}", "a b"),
        ("{% set n = namespace() %}{% for t in u %}{% if q %}{{ n.x.p }}{% endif %}{% set n.x = t %}{% endfor %}",
         "u q u[] u[].p"),
        ("{% set n = namespace(x=a) %}{% for t in ts %}{% set n.x = n.x.up %}{% endfor %}{{ n.x.p }}", None),
        ("{% set n = namespace(x=a) %}{% for t in ts %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}", "ts a"),
        ("{% set n = namespace(x=a) %}{% for t in ts %}{% set n.x = n.x[0] %}{% endfor %}{{ n.x }}", None),
        ("{{ unknown(a, b=c) }}", "unknown a c"),
        ("text", ""),
    ],
)  # fmt: skip
def test_templates(source: str, expected: str | None) -> None:
    found = set(names(source))
    if expected is not None:
        assert found == set(expected.split())


def test_lines() -> None:
    uses = compile_text("{{ a }}\n{% for t in ts %}\n{{ t.x }} {{ a }}\n{% endfor %}").names
    assert [(use.path, use.line) for use in uses] == [("a", 1), ("ts", 2), ("ts[].x", 3), ("a", 3)]


def test_source_that_cannot_be_read() -> None:
    with pytest.raises(ExpressionBroken):
        used_names("{% for %}")
    with pytest.raises(ExpressionBroken):
        used_names("a +", expression=True)


# -- whatever is read when a template runs was foretold -------------------------------------------------------------


class Watched(Mapping[str, Any]):
    """A record that notes which of its facts are read: ``r`` is a record, ``l`` a list of records, ``v`` a value."""

    def __init__(self, path: str, read: set[str], depth: int = 0) -> None:
        self.path, self.read, self.depth = path, read, depth

    def __getitem__(self, key: str) -> Any:
        if key not in ("rlvxyz" if not self.path else "rlv"):
            raise KeyError(key)
        path = f"{self.path}.{key}".removeprefix(".")
        if key in "rlv":  # A name that the template may set is looked up beforehand, read or not.
            self.read.add(path)
        if key == "v" or self.depth > 12:
            return len(path)
        below = Watched(f"{path}[]" if key == "l" else path, self.read, self.depth + 1)
        return [below, below] if key == "l" else below

    def __iter__(self) -> Iterator[str]:
        return iter(("r", "l", "v"))

    def __len__(self) -> int:
        return 3

    def __str__(self) -> str:
        return str(self["v"])

    def __hash__(self) -> int:
        return hash(self.path)


BLOCKS = (
    "{{%- for {v} in {e} %}}{b}{{% endfor %}}", "{{% for {v} in {e} if {f} %}}{b}{{% endfor %}}",
    "{{% if {e} %}}{b}{{% else %}}{c}{{% endif %}}", "{{% set {v} = {e} %}}", "{{% set {v} = {e} %}}{b}",
    "{{% set n.{v} = {e} %}}", "{{% with {v} = {e} %}}{b}{{% endwith %}}", "{{% set {v} %}}{b}{{% endset %}}",
    "{{% macro {v}(x) %}}{b}{{% endmacro %}}{{{{ {v}({e}) }}}}", "{{% macro m(x, y={e}) %}}{b}{{% endmacro %}}",
    "{{{{ m({e}, {f}) }}}}", "{{% call(y) m({e}) %}}{b}{{% endcall %}}", "{{{{ {e} }}}}", "{{{{ ({e}).v }}}}",
    "{{% for x, y in {e} %}}{b}{{% endfor %}}", "{{% macro k() %}}{b}{{{{ caller({e}) }}}}{{% endmacro %}}",
    "{{% call(x) k() %}}{b}{{% endcall %}}", "{{% filter replace({e}, {f}) %}}{b}{{% endfilter %}}",
)  # fmt: skip
FORMS = (
    "{e}.r", "{e}.l", "{e}.v", "{e}['r']", "{e}[0]", "{e}[-1]", "{e}[0].v", "({e} if {f} else {g})", "({e} or {f})",
    "({e} and {f})", "[{e}, {f}]", "({e}, {f})", "{{'r': {e}, 'v': {f}}}", "({e}|default({f}))", "({e}|first)",
    "({e}|last).v", "({e}|map(attribute='r')|list)", "({e}|map(attribute='l.0')|list)", "({e}|sort(attribute='v'))",
    "({e}|selectattr('v'))", "({e}|rejectattr('r.v'))", "({e}|groupby('v'))", "({e}|groupby('v'))[0].list",
    "({e}|groupby('r.v'))[0][1]", "({e}|batch(1))", "({e}|slice(1))[0]", "({e}|max(attribute='v'))",
    "({e}|sum(attribute='v'))",
    "({e}|join(',', attribute='r.v'))", "({e}|reverse)", "({e}|unique(attribute='v'))", "({e}|length)", "{e}[{f}]",
    "({e} is filled)", "({e} == {f})", "({e} ~ {f})", "({e} + {f})", "(not {e})", "{e}[0:1]", "n.{v}", "loop.previtem",
    "loop.nextitem", "loop.cycle({e}, {f})", "caller({e})", "namespace(r={e}).r", "({e}|map('first')|list)",
)  # fmt: skip
variables = st.sampled_from("xyz")
atoms = st.sampled_from(["r", "l", "v", "x", "y", "z", "l", "r", "loop", "n.x"])


def filled(forms: tuple[str, ...], **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(forms).flatmap(
        lambda form: st.fixed_dictionaries({key: part for key, part in parts.items() if f"{{{key}}}" in form}).map(
            lambda given: form.format(**given)
        )
    )


expressions = st.recursive(atoms, lambda inner: filled(FORMS, e=inner, f=inner, g=inner, v=variables), max_leaves=6)
bodies = st.recursive(
    expressions.map("{{{{ ({}) }}}}".format),
    lambda inner: st.lists(
        filled(BLOCKS, e=expressions, f=expressions, b=inner, c=inner, v=variables), min_size=1, max_size=4
    ).map("".join),
    max_leaves=8,
)


def foretold(path: str, uses: dict[str, bool]) -> bool:
    if path in uses or any(use.startswith((f"{path}.", f"{path}[")) for use in uses):
        return True
    return any(whole and path.startswith((f"{use}.", f"{use}[")) for use, whole in uses.items())


@given(bodies)
@settings(max_examples=150, deadline=None)
def test_every_fact_that_is_read_was_foretold(body: str) -> None:
    source = "{% set n = namespace(x=r, y=l, z=v) %}{% macro m(x, y=l) %}{{ x.v }}{% endmacro %}" + body
    environment = print_environment(False)
    read: set[str] = set()
    with suppress(ExpressionError):
        environment.from_string(source).render(Watched("", read))
    if read:
        uses = names(source)
        assert [path for path in read if not foretold(path, uses)] == []
