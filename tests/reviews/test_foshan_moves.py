"""Every step of every form of the Foshan pack, for every role: what is allowed written out by hand, all else refused.

The tables below are the contract; the YAML must say the same.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from onefill.errors import OneFillError
from onefill.reviews import Case, Deed, Remark, ruled
from onefill.reviews.case import DRAFT, PhaseCase
from onefill.reviews.errors import GuardFailed, NotNow, NotYours
from onefill.reviews.moves import action_of, phase_of
from tests.desks import our_packs
from tests.reviews.foshan import PEOPLE

#: By phase and stage: what each role may do there. A role that is not named may do nothing.
ALLOWED: Mapping[str, Mapping[tuple[str, str], Mapping[str, str]]] = {
    "application": {
        ("apply", "draft"): {"responsible": "submit_application"},
        ("apply", "handed_to_district"): {
            "clerk": "withdraw_application",
            "responsible": "withdraw_application",
            "district_officer": "take_up return_application",
            "district_leader": "return_application",
        },
        ("apply", "to_correct"): {"responsible": "submit_application"},
        ("apply", "received"): {
            "district_officer": "first_review return_application",
            "district_leader": "return_application",
        },
        ("apply", "examined"): {
            "district_officer": "return_application",
            "district_leader": "recommend not_recommend return_application",
        },
        ("apply", "recommended"): {"district_officer": "report_to_city", "district_leader": "report_to_city"},
        ("apply", "reported"): {"city_officer": "city_pass city_refuse return_to_district city_return"},
        ("apply", "approved"): {"city_officer": "publish", "district_officer": "publish"},
        ("apply", "published"): {"city_officer": "record_province", "district_officer": "record_province"},
        ("apply", "recorded"): {},
        ("apply", "not_recommended"): {},
        ("apply", "city_refused"): {},
        ("approved", "draft"): {"clerk": "send_approved", "responsible": "send_approved"},
        ("approved", "approved_sent"): {
            "clerk": "withdraw_approved",
            "responsible": "withdraw_approved",
            "district_officer": "return_approved keep_approved",
            "city_officer": "return_approved keep_approved",
        },
        ("approved", "approved_back"): {"clerk": "send_approved", "responsible": "send_approved"},
        ("approved", "filed_away"): {},
    },
    "earlier_grants": {
        ("earlier", "draft"): {"responsible": "send_earlier"},
        ("earlier", "earlier_sent"): {
            "clerk": "withdraw_earlier",
            "responsible": "withdraw_earlier",
            "city_officer": "enter_earlier return_earlier refuse_earlier",
        },
        ("earlier", "earlier_back"): {"responsible": "send_earlier"},
        ("earlier", "earlier_entered"): {"city_officer": "undo_earlier"},
        ("earlier", "earlier_undone"): {},
        ("earlier", "earlier_refused"): {},
    },
    "training_class": {
        ("filing", "draft"): {"responsible": "submit_filing"},
        ("filing", "filing_sent"): {
            "clerk": "withdraw_filing",
            "responsible": "withdraw_filing",
            "district_officer": "review_filing return_filing",
            "district_leader": "return_filing",
        },
        ("filing", "filing_to_correct"): {"responsible": "submit_filing"},
        ("filing", "filing_reviewed"): {
            "district_officer": "return_filing",
            "district_leader": "approve_filing refuse_filing return_filing",
        },
        ("filing", "filed"): {"responsible": "ask_change"},
        ("filing", "filing_refused"): {},
        ("filing", "change_asked"): {
            "clerk": "drop_change",
            "responsible": "drop_change",
            "district_officer": "grant_change deny_change",
            "district_leader": "grant_change deny_change",
        },
        ("filing", "change_open"): {"responsible": "submit_change"},
        ("filing", "change_sent"): {
            "clerk": "withdraw_change",
            "responsible": "withdraw_change",
            "district_officer": "return_change",
            "district_leader": "approve_change return_change",
        },
        ("certificates", "draft"): {"responsible": "submit_certificates"},
        ("certificates", "codes_asked"): {
            "clerk": "withdraw_certificates",
            "responsible": "withdraw_certificates",
            "district_officer": "review_certificates return_certificates",
            "district_leader": "return_certificates",
        },
        ("certificates", "codes_to_correct"): {"responsible": "submit_certificates"},
        ("certificates", "codes_reviewed"): {
            "district_officer": "return_certificates",
            "district_leader": "approve_certificates refuse_certificates return_certificates",
        },
        ("certificates", "codes_wanted"): {
            "city_officer": "assign_codes city_return_certificates",
            "centre_officer": "assign_codes",
        },
        ("certificates", "coded"): {
            "clerk": "hand_codes",
            "responsible": "hand_codes",
            "district_officer": "register_certificates",
        },
        ("certificates", "codes_filled"): {"district_officer": "register_certificates return_codes"},
        ("certificates", "registered"): {"district_officer": "register_certificates"},
        ("certificates", "codes_refused"): {},
        ("archive", "draft"): {"clerk": "close_archive", "responsible": "close_archive"},
        ("archive", "archived"): {
            "responsible": "reopen_archive ask_disposal",
            "district_leader": "hold_archive release_archive",
        },
        ("archive", "disposal_asked"): {"district_leader": "hold_archive refuse_disposal approve_disposal"},
        ("archive", "disposal_approved"): {},
    },
    "inspection": {
        ("check", "draft"): {"inspector": "hand_up_record"},
        ("check", "record_handed"): {
            "inspector": "take_back_record",
            "district_leader": "return_record close_record order_rectify stop_new_classes bar_at_once revoke_at_once",
        },
        ("check", "record_back"): {"inspector": "hand_up_record"},
        ("check", "no_problem"): {},
        ("check", "rectifying"): {
            "district_leader": "bar_class revoke_qualification lift_measures lift_bar restore_qualification "
            "order_again report_removal transfer_case"
        },
        ("check", "measures_lifted"): {
            "district_leader": "bar_class revoke_qualification lift_bar restore_qualification order_again "
            "report_removal transfer_case"
        },
        ("check", "removal_reported"): {
            "district_leader": "transfer_case",
            "city_officer": "confirm_removal refuse_removal",
        },
        ("check", "struck_off"): {"district_leader": "transfer_case", "city_officer": "restore_institution"},
        ("recheck", "draft"): {"inspector": "hand_up_recheck"},
        ("recheck", "recheck_handed"): {
            "inspector": "take_back_recheck",
            "district_leader": "return_recheck confirm_rectified confirm_not_rectified",
        },
        ("recheck", "recheck_back"): {"inspector": "hand_up_recheck"},
        ("recheck", "rectified"): {},
        ("recheck", "not_rectified"): {},
    },
    "course": {
        ("standard", "draft"): {"centre_officer": "receive_standard"},
        ("standard", "standard_received"): {
            "centre_officer": "return_standard send_to_province note_filing refuse_standard"
        },
        ("standard", "standard_back"): {"centre_officer": "receive_standard"},
        ("standard", "standard_at_province"): {"centre_officer": "note_filing refuse_standard"},
        ("standard", "standard_filed"): {},
        ("standard", "standard_refused"): {},
        ("catalogue", "draft"): {"centre_officer": "propose_listing"},
        ("catalogue", "listing_asked"): {"city_officer": "return_listing list_course delist_course"},
        ("catalogue", "listing_back"): {"centre_officer": "propose_listing", "city_officer": "delist_course"},
        ("catalogue", "in_catalogue"): {"city_officer": "delist_course", "centre_officer": "revise_listing"},
        ("catalogue", "out_of_catalogue"): {"centre_officer": "revise_listing"},
    },
    "certificate_reissue": {
        ("reissuing", "draft"): {"responsible": "reissue", "district_officer": "district_reissue"},
        ("reissuing", "reissued"): {"responsible": "undo_reissue"},
        ("reissuing", "reissued_by_district"): {"district_officer": "undo_district_reissue"},
        ("reissuing", "reissue_undone"): {},
    },
    "certificate_recall": {
        ("recall", "draft"): {"inspector": "ask_recall"},
        ("recall", "recall_asked"): {"district_leader": "return_recall decide_recall refuse_recall"},
        ("recall", "recall_back"): {"inspector": "ask_recall"},
        ("recall", "recalled"): {"district_leader": "undo_recall"},
        ("recall", "recall_undone"): {},
        ("recall", "not_recalled"): {},
    },
    "district_guidance": {
        ("guidance", "draft"): {"centre_officer": "send_opinion"},
        ("guidance", "opinion_sent"): {"district_officer": "answer_opinion", "district_leader": "answer_opinion"},
        ("guidance", "reply_given"): {"centre_officer": "ask_again"},
        ("district_reply", "draft"): {"centre_officer": "close_reply"},
        ("district_reply", "replied"): {"centre_officer": "reopen_reply"},
    },
}
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PLACES = [(form, *place) for form, places in ALLOWED.items() for place in places]


@pytest.mark.parametrize("form", ALLOWED)
def test_every_stage_of_the_form_is_in_the_table(form: str) -> None:
    definition = our_packs().form(form)
    stages = {(phase_of(definition, one.phase), one.key) for one in definition.stages}
    assert set(ALLOWED[form]) == stages | {(phase.key, DRAFT) for phase in definition.phases}


@pytest.mark.parametrize(("form", "phase", "stage"), PLACES)
def test_each_role_may_do_what_is_written_and_nothing_else(form: str, phase: str, stage: str) -> None:
    definition = our_packs().form(form)
    expected = {(role, action) for role, actions in ALLOWED[form][phase, stage].items() for action in actions.split()}
    may = {
        (role, action.key)
        for role in PEOPLE
        for action in definition.actions
        if phase_of(definition, action.phase) == phase and not refused(form, action.key, phase, stage, role)
    }
    assert may == expected


def refused(form: str, key: str, phase: str, stage: str, role: str) -> bool:
    """Whether the role or the stage forbids it; what the facts forbid is another matter."""
    definition = our_packs().form(form)
    action = action_of(definition, key)
    case = Case(phases={phase: PhaseCase(stage=stage, round=1)})
    deed = Deed(
        who=role, roles={role}, when=NOW, opinion="同意", reason="有理由", day=date(2026, 12, 1), rank=1, confirmed=True
    )
    noted = [Remark(id="r", phase=phase, at="", label="整份材料", what="缺页", by=role, when=NOW)]
    try:
        ruled(definition, case, action, deed, facts={"case": {}}, noted=noted)
    except (NotNow, NotYours):
        return True
    except GuardFailed:
        return False
    except OneFillError as other:  # nothing else may keep it back
        raise AssertionError(f"{key} {role}") from other
    return False
