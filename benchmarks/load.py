"""Many people at once: ``python -m benchmarks.load [--people 30]``.

Each person is a WebSocket session that speaks as the browser does, on a class of fifty of its own: every few seconds a
text is posted to the draft route and handed to Streamlit. What is measured is the time from there until the server has
drawn what it changes, as the session sees it; at the end every text must be kept.
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.measuring import seconds
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.ui.pulse import WATCHED
from store import EVERYTHING

HOME = Path(__file__).resolve().parents[1]
TOKEN = re.compile(r'data-token="([^"]+)"')
#: Texts that anybody may change without another field appearing or going.
EDITED = ("site_address", "head_teacher", "plan_date")
PATIENCE = 90
#: What the server says at the end of a run; one that another one takes over from says something else.
DRAWN = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Told:
    """What a session has seen and kept."""

    record: str
    token: str = ""
    boxes: dict[str, tuple[str, str]] = field(default_factory=dict)
    opened: float = 0
    taken: list[float] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)


class Person:
    """One session."""

    def __init__(self, address: str, told: Told) -> None:
        self._address = address
        self.told = told
        self._state = BackMsg().rerun_script.widget_states
        self._count = int(time.time() * 1000)

    async def work(self, edits: int, think: float, wait: float) -> None:
        """Open the class, then edit it now and again."""
        await asyncio.sleep(wait)
        stream = f"ws://{self._address}/_stcore/stream"
        async with websockets.connect(
            stream,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            origin=websockets.Origin(f"http://{self._address}"),
        ) as line:
            self.told.opened = await self._run(line)
            beating = asyncio.create_task(self._beat())
            for number in range(edits):
                await asyncio.sleep(random.uniform(0.5, 1.5) * think)
                await self._edit(line, number)
            beating.cancel()

    async def _beat(self) -> None:
        """Ask whether others have changed something, as the page script does."""
        while True:
            await asyncio.sleep(WATCHED["record"][1])
            await asyncio.to_thread(self._ask)

    def _ask(self) -> None:
        request = urllib.request.Request(f"http://{self._address}/of/pulse/record/{self.told.record}")
        request.add_header("x-onefill-token", self.told.token)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert json.load(answer)["pulse"]

    async def _edit(self, line: websockets.ClientConnection, number: int) -> None:
        path = random.choice(sorted(self.told.boxes))
        text = f"2026-11-{number % 28 + 1:02d}" if path.endswith("_date") else f"第 {number} 次改成的字"
        widget, fragment = self.told.boxes[path]
        self.told.typed[path] = text
        began = time.perf_counter()
        await asyncio.to_thread(self._post, path, text)
        states = [state for state in self._state.widgets if state.id == widget]
        state = states[0] if states else self._state.widgets.add(id=widget)
        state.string_value = text
        await self._run(line, fragment)
        self.told.taken.append(time.perf_counter() - began)

    def _post(self, path: str, text: str) -> None:
        self._count += 1
        change = {"path": path, "text": text, "sequence": self._count}
        body = {"token": self.told.token, "record": self.told.record, "seen": None, "changes": [change]}
        request = urllib.request.Request(f"http://{self._address}/of/drafts", json.dumps(body).encode())
        request.add_header("origin", f"http://{self._address}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert not json.load(answer)["refused"]

    async def _run(self, line: websockets.ClientConnection, fragment: str = "") -> float:
        """Ask for a run; seconds until it has been drawn."""
        message = BackMsg()
        message.rerun_script.query_string = f"record={self.told.record}&section=basics"
        message.rerun_script.page_name = "fill"
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.CopyFrom(self._state)
        began = time.perf_counter()
        await line.send(message.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await asyncio.wait_for(line.recv(), PATIENCE))
            if told.WhichOneof("type") == "delta":
                self._see(told)
            elif told.WhichOneof("type") == "script_finished" and told.script_finished in DRAWN:
                return time.perf_counter() - began

    def _see(self, message: ForwardMsg) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind == "text_input":
            for path in EDITED:
                if element.text_input.id.endswith(f"v-{self.told.record}-{path}"):
                    self.told.boxes[path] = (element.text_input.id, fragment)
        elif kind == "html" and (found := TOKEN.search(element.html.body)):
            self.told.token = found[1]


def classes(desk: Desk, count: int) -> list[str]:
    """That many classes of fifty."""
    data = desk.store.latest(sample_id("class_50"), EVERYTHING).data or {}
    return [
        desk.records.create("training_class", desk.who(), {**data, "class_no": f"440604-012-2026-{number:03d}"})
        for number in range(100, 100 + count)
    ]


@contextmanager
def serving(folder: Path, app: Path = HOME, people: str = "none") -> Iterator[tuple[str, int]]:
    """An app on a free port, ours unless another is named: its address and the process; and how people sign in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", address.rpartition(":")[2]]
    with (app / "server.log" if app != HOME else folder / "server.log").open("wb") as log:
        environment = os.environ | {"ONEFILL_DATA": str(folder), "PYTHONPATH": str(HOME), "ONEFILL_PEOPLE": people}
        server = subprocess.Popen(command, cwd=app, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://{address}/_stcore/health")
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Wait until the app answers."""
    for _ in range(PATIENCE * 2):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)


def busy(process: int) -> float:
    """Seconds of processor time that a process has taken."""
    times = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


async def crowd(address: str, records: list[str], edits: int, think: float) -> list[Told]:
    """Everybody at work."""
    people = [Person(address, Told(record)) for record in records]
    await asyncio.gather(*(one.work(edits, think, number * 0.3) for number, one in enumerate(people)))
    return [one.told for one in people]


def lost(folder: Path, told: list[Told]) -> int:
    """How many of the last texts of a field are not kept."""
    desk = open_desk(Settings(data=folder))
    kept = {one.record: {f.path: f.shown for f in desk.records.fields(one.record, "basics")} for one in told}
    desk.store.close()
    return sum(
        not kept[one.record][path].strip()
        or (not path.endswith("_date") and kept[one.record][path].replace(" ", "") != text.replace(" ", ""))
        for one in told
        for path, text in one.typed.items()
    )


def main() -> int:
    """Measure, and say how it went."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    options.add_argument("--people", type=int, default=30)
    options.add_argument("--edits", type=int, default=12, help="of each person")
    options.add_argument("--think", type=float, default=5, help="seconds between edits, on average")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="onefill-load-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        desk = open_desk(Settings(data=folder))
        desk.load_samples()
        records = classes(desk, asked.people + 1)
        desk.store.close()
        with serving(folder) as (address, process):
            asyncio.run(crowd(address, records[:1], 1, 0))  # what is loaded once is no session's memory
            before, began = memory(process), busy(process)
            told = asyncio.run(crowd(address, records[1:], asked.edits, asked.think))
            after, ended = memory(process), busy(process)
        missing = lost(folder, told)
    taken = sorted(second for one in told for second in one.taken)
    print(
        f"{asked.people} people, {len(taken)} edits: middle {seconds(statistics.median(taken))},"
        f" p95 {seconds(taken[int(len(taken) * 0.95)])}, longest {seconds(taken[-1])};"
        f" opening {seconds(statistics.median(one.opened for one in told))};"
        f" {seconds((ended - began) / len(taken))} of processor time an edit, with opening and asking;"
        f" {(after - before) / asked.people:.2f} MB a session; {missing} texts lost; load {os.getloadavg()[0]:.1f}"
    )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
