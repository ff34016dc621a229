"""An ordinary user to run a program as, where the tests run as root: rights of files count for it."""

import os

#: It may still go through folders that are closed to others, as is the whole of some freshly made machines.
_MAY_LOOK = (
    "--clear-groups",
    "--securebits=+no_setuid_fixup",  # else access() forgets it
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)


def ordinary() -> tuple[str, str] | None:
    """User and group; nothing when whoever runs the tests is ordinary already."""
    if os.name != "posix" or os.getuid() != 0:
        return None
    import pwd

    names = {user.pw_name for user in pwd.getpwall()}
    return ("postgres", "postgres") if "postgres" in names else ("nobody", "nogroup")


def as_ordinary() -> list[str]:
    """What stands before a command so that it runs as that user."""
    who = ordinary()
    return ["setpriv", f"--reuid={who[0]}", f"--regid={who[1]}", *_MAY_LOOK] if who else []
