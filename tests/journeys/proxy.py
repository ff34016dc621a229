"""Debian's nginx on loopback, with the configurations that our pages show."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.journeys.server import HOME, free_port

NGINX = "/usr/sbin/nginx"
PATIENCE = 20


class Nginx:
    """One nginx with TLS. Whoever starts it stops it, in ``finally``."""

    def __init__(self, folder: Path, shown: str, told: Mapping[str, str]) -> None:
        """An nginx that is set up as our page says.

        Args:
            folder: Where it may write.
            shown: Words of the block that is meant, in whichever of our pages it stands.
            told: What differs here from there, e.g. addresses of servers.
        """
        self.port = free_port()
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        write_certificate(folder)
        block = block_of(shown)
        for old, new in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/nginx/": f"{folder.as_posix()}/",
            **told,
        }.items():
            assert old in block, old
            block = block.replace(old, new)
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.name == "posix" and os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{temporary}{block}}}\n",
            encoding="utf-8",
        )

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"https://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = shutil.which("nginx") or NGINX
        command = [program, "-e", f"{self.folder}/error.log", "-p", f"{self.folder}", "-c", f"{self.folder}/nginx.conf"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError((self.folder / "error.log").read_text(encoding="utf-8"))
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


def block_of(shown: str) -> str:
    """The configuration in our pages that has these words."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted((HOME / "docs").glob("*.md")))
    return next(
        block for block in re.findall(r"^```nginx\n(.*?)^```$", pages, re.DOTALL | re.MULTILINE) if shown in block
    )


def write_certificate(folder: Path) -> None:
    """A certificate that nobody but the test believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "onefill.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "onefill.key").write_bytes(key.private_bytes(*plain))
