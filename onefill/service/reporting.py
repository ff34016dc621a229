"""What nobody expected: logged under an id, and told so to whoever waits."""

import logging
import secrets
import traceback

log = logging.getLogger("onefill")


def places_of(error: BaseException) -> str:
    """Kind of an error and where it happened; its message may hold what somebody typed."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {places}"


def report(error: BaseException) -> str:
    """Log an unexpected error under a new id, which is returned.

    Only where it happened is logged, not its message: messages may hold what somebody typed.
    """
    number = f"{secrets.choice('ABCDEFGHJKLMNPQRTUVWXY')}{secrets.randbelow(9) + 1}-{secrets.randbelow(9000) + 1000}"
    log.error("%s %s", number, places_of(error))
    return number


def said(number: str) -> str:
    """What the person is told of an unexpected error."""
    return f"出了点问题，已记下（{number}）。内容没丢，请再试"
