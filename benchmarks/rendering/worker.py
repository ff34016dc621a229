"""One engine at one paper, in a process of its own: ``worker ENGINE TEMPLATE FACTS OUTPUT RUNS`` prints its figures."""

import io
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

Render = Callable[[Mapping[str, Any]], bytes]


def onefill(template: Path) -> Render:
    """Ours: compiled once."""
    from onefill.rendering import compile_template

    return compile_template(template.read_bytes(), template.name).render


def docxtpl(template: Path) -> Render:
    """As its manual shows it, with the escaping that other engines do unasked."""
    from docxtpl import DocxTemplate

    data = template.read_bytes()

    def render(facts: Mapping[str, Any]) -> bytes:
        document = DocxTemplate(io.BytesIO(data))
        document.render(dict(facts), autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return render


def openpyxl(template: Path) -> Render:
    """A program that writes the cells itself."""
    from benchmarks.rendering.sheets import written

    return partial(written, template.read_bytes())


def xltpl(template: Path) -> Render:
    """Its template read once, as its manual shows it."""
    from xltpl.writerx import BookWriter  # type: ignore[import-not-found]

    writer = BookWriter(str(template))

    def render(facts: Mapping[str, Any]) -> bytes:
        writer.render_book([facts])
        out = io.BytesIO()
        writer.save(out)
        return out.getvalue()

    return render


ENGINES: dict[str, Callable[[Path], Render]] = {
    "onefill": onefill,
    "docxtpl": docxtpl,
    "openpyxl": openpyxl,
    "xltpl": xltpl,
}


def main() -> None:
    engine, template, facts_file, output, runs = sys.argv[1:]
    facts = json.loads(Path(facts_file).read_text(encoding="utf-8"))
    render = ENGINES[engine](Path(template))
    Path(output).write_bytes(render(facts))
    taken = []
    for _ in range(int(runs)):
        began = time.perf_counter()
        render(facts)
        taken.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"ms": taken, "kib": peak()}))


def peak() -> int:
    """The most memory this program held, in KiB; getrusage would count what held the process before it as well."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
