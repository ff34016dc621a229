"""A file of a record as an answer; that it was handed out stands in the access log."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onefill.service.access import Did
from onefill.service.bag_writer import Bag
from onefill.service.desk import Desk
from onefill.service.kept_files import KeptFile
from onefill.service.shapes import Person, Produced
from onefill.ui.sending import download
from onefill.ui.shared import the_desk


async def given(
    record: str, did: Did, what: str, make: Callable[[Desk, Person], Produced | KeptFile | Bag]
) -> Response:
    """The file.

    Args:
        record: Whose.
        did: What the log calls it.
        what: Key of the paper or view; not its name, which may tell of people.
        make: Makes it.
    """

    def work() -> Produced | KeptFile | Bag:
        desk = the_desk()
        who = desk.who()
        produced = make(desk, who)
        desk.log.note(who, did, record=record, what=what)
        return produced

    return download(await run_in_threadpool(work))
