"""Lines of the log on standard error: each with the id of its request, never what anybody typed."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

from onefill.service.reporting import log, places_of

#: The id of the request that is answered, or of none.
REQUEST: ContextVar[str] = ContextVar("request", default="-")
FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"


def set_up(level: str) -> None:
    """Have everything that is logged, by whichever library, go to standard error in our words.

    Args:
        level: Of our own lines: ``info`` tells every request, ``warning`` what went wrong.
    """
    logging.setLogRecordFactory(_record)
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(FORMAT)
    formatter.default_msec_format = "%s.%03d"
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(level.upper())


def _record(*given: Any, **named: Any) -> logging.LogRecord:
    record = logging.LogRecord(*given, **named)
    record.request = REQUEST.get()
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = f"{record.getMessage()}: {places_of(error)}", ()
    record.exc_info = None
    return record
