"""Addresses of stores."""

from pathlib import Path

import pytest

from store import AddressUnknown, open_store
from store.platform import path_from_address


@pytest.mark.parametrize("address", ["", "tinydb://", "tinydb:///", "sqlite:///x", "/srv/onefill", "memory"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressUnknown):
        open_store(address)


@pytest.mark.parametrize(
    ("platform", "text", "path"),
    [
        ("linux", "/srv/one fill/数据", "/srv/one fill/数据"),
        ("linux", "/C:/data", "/C:/data"),
        ("win32", "/C:/data/store", "C:/data/store"),
        ("win32", "/d:/数据", "d:/数据"),
        ("win32", "//server/share", "//server/share"),
    ],
)
def test_an_address_names_a_folder_also_on_windows(
    monkeypatch: pytest.MonkeyPatch, platform: str, text: str, path: str
) -> None:
    monkeypatch.setattr("store.platform.sys.platform", platform)
    found = path_from_address(text)
    monkeypatch.undo()
    assert found == Path(path)
