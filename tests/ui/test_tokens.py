"""The key that tokens are signed with: one for all programs on a folder, and whole."""

import secrets
import threading
from pathlib import Path

from onefill.ui.tokens import KEY_BYTES, sign, window_of


def test_a_key_that_another_program_is_writing_is_waited_for(tmp_path: Path) -> None:
    path, key = tmp_path / "session.key", secrets.token_bytes(KEY_BYTES)
    path.touch()
    writing = threading.Timer(0.2, path.write_bytes, [key])
    writing.start()
    assert window_of(sign("w1", tmp_path), tmp_path) == "w1"
    writing.join()
    assert path.read_bytes() == key


def test_a_key_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    path.write_bytes(b"short")
    token = sign("w1", tmp_path)
    assert window_of(token, tmp_path) == "w1"
    assert window_of(token[:-1] + ("0" if token[-1] != "0" else "1"), tmp_path) is None
    assert len(path.read_bytes()) == KEY_BYTES
