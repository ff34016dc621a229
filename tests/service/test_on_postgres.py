"""The desk on PostgreSQL: one setting, and everything a clerk does is kept there."""

from pathlib import Path

from store import EVERYTHING
from tests.databases import Server
from tests.desks import Clock, load, make_desk


def test_a_class_is_filled_printed_and_found_again(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, clock=Clock(), store=address)
        record = load(desk, "class_50")["class_50"]
        desk.records.set(record, "paper_location", "柜 7", desk.who())
        printed = desk.documents.file(record, "training_plan", ".docx", desk.who())
        desk.records.keep_version(record, desk.who(), "定稿")
        desk.store.close()
        again = make_desk(tmp_path, clock=Clock(), store=address)
        assert again.store.latest(record, EVERYTHING).data["paper_location"] == "柜 7"
        assert record in [found.record for found in again.store.find(scope=EVERYTHING, text="家政")]
        assert again.documents.file(record, "training_plan", ".docx", again.who()).hash == printed.hash != ""
        assert again.store.verify_chains() == again.store.verify_index() == again.store.verify_files() == ()
        again.store.close()
