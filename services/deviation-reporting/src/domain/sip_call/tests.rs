//! Whose call was due, who called, and what that leaves.

use hemgang_core::place::HsaId;
use hemgang_proto::common::EntryReason;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn stay() -> Stay {
    Stay {
        admission_id: AdmissionId::fresh(Timestamp::UNIX_EPOCH),
        version: 1,
        hospital: HsaId::parse("SE2-H").expect("an HSA-id"),
        ward: HsaId::parse("SE2-W").expect("an HSA-id"),
        liable_municipality: None,
        state: AdmissionState::Admitted,
        legal_status: LegalStatus::Hsl,
        admitted_at: at("2026-03-20T08:00:00Z"),
        needed_since: None,
        needed_entry: EntryReason::Unspecified,
        notified_at: None,
        notified_entry: EntryReason::Unspecified,
        discharged_at: None,
        interrupted_at: None,
    }
}

fn judged(principal: &str, is_needed: bool) -> Said {
    Said::Judged { principal: principal.to_owned(), is_needed }
}

/// Of Friday 27 March 2026 in the evening: until Monday 24:00, summer time since Sunday.
fn noticed() -> Said {
    ready("2026-03-27T20:30:00Z")
}

/// A notice of its own.
fn ready(text: &str) -> Said {
    Said::Notice(format!("R {text}"), Notice::Ready { sent_at: at(text), is_live: true })
}

fn withdrawn(text: &str) -> Said {
    Said::Notice(format!("W {text}"), Notice::Withdrawn(at(text)))
}

fn another(text: &str) -> Said {
    Said::Called { at: at(text), by_contact: false }
}

fn contact(text: &str) -> Said {
    Said::Called { at: at(text), by_contact: true }
}

fn told(more: impl IntoIterator<Item = Said>) -> Standing {
    let begun = [judged("region", true), judged("1480", true), noticed()];
    let call = begun.into_iter().chain(more).fold(SipCall::untold(stay().admission_id), SipCall::heard);
    call.standing(&stay())
}

const END: &str = "2026-03-30T22:00:00Z";

#[test]
fn another_s_call_is_no_call_of_the_contact_s() {
    let owed = Standing::Owed { due_at: at(END) };
    assert_eq!(told([another("2026-03-28T08:00:00Z")]), owed);
    let late = contact("2026-03-30T22:00:00Z");
    let standing = told([another("2026-03-28T08:00:00Z"), late]);
    assert_eq!(standing, Standing::Late { due_at: at(END), met_at: at(END) });
    assert_eq!(told([another("2026-03-28T08:00:00Z"), contact("2026-03-30T21:59:59Z")]), Standing::Clear);
    assert_eq!(told([contact("2026-03-28T08:00:00Z"), another("2026-03-28T09:00:00Z")]), Standing::Clear);
}

#[test]
fn nobody_is_told_where_nobody_else_called_while_it_was_due() {
    assert_eq!(told([]), Standing::Clear, "nobody called at all: the figure says that");
    assert_eq!(told([another("2026-03-30T22:00:00Z")]), Standing::Clear, "when it was over");
    let before = [judged("region", true), judged("1480", true), another("2026-03-26T08:00:00Z"), noticed()];
    let call = before.into_iter().fold(SipCall::untold(stay().admission_id), SipCall::heard);
    assert_eq!(call.standing(&stay()), Standing::Clear, "any party may call outside a discharge");
}

#[test]
fn nothing_is_owed_to_whom_no_plan_is_to_be_made_with() {
    let call = || another("2026-03-28T08:00:00Z");
    for said in [
        judged("1480", false),
        judged("region", false),
        Said::Answered { is_refused: true },
        withdrawn("2026-03-29T08:00:00Z"),
    ] {
        assert_eq!(told([call(), said.clone()]), Standing::Clear, "{said:?}");
    }
    let answered = [call(), Said::Answered { is_refused: true }, Said::Answered { is_refused: false }];
    assert_ne!(told(answered), Standing::Clear);
    assert_ne!(told([call(), withdrawn(END)]), Standing::Clear, "it had run out");
    let heard = [judged("region", true), judged("1480", true), noticed(), call()];
    let call = heard.into_iter().fold(SipCall::untold(stay().admission_id), SipCall::heard);
    for legal_status in [LegalStatus::Lpt, LegalStatus::Lrv] {
        assert_eq!(call.standing(&Stay { legal_status, ..stay() }), Standing::Clear);
    }
    let left = |state, discharged_at| Stay { state, discharged_at: Some(at(discharged_at)), ..stay() };
    assert_eq!(call.standing(&left(AdmissionState::Deceased, "2026-03-29T08:00:00Z")), Standing::Clear);
    assert_ne!(call.standing(&left(AdmissionState::Discharged, "2026-03-29T08:00:00Z")), Standing::Clear);
    assert_eq!(call.standing(&Stay { state: AdmissionState::Voided, ..stay() }), Standing::Clear);
    let broken_off = |text| Stay { interrupted_at: Some(at(text)), ..stay() };
    assert_eq!(call.standing(&broken_off("2026-03-29T08:00:00Z")), Standing::Clear);
    assert_ne!(call.standing(&broken_off(END)), Standing::Clear, "it had run out");
}

#[test]
fn the_first_notice_gives_the_time_until_the_readiness_is_withdrawn() {
    let call = || another("2026-03-28T08:00:00Z");
    assert_eq!(told([call(), ready("2026-03-29T08:00:00Z")]), Standing::Owed { due_at: at(END) });
    let again = [call(), withdrawn("2026-03-29T08:00:00Z"), ready("2026-04-10T08:00:00Z")];
    assert_eq!(told(again.clone()), Standing::Clear, "who called then called for another readiness");
    let anew = again.into_iter().chain([another("2026-04-11T08:00:00Z")]);
    assert_eq!(told(anew), Standing::Owed { due_at: at("2026-04-13T22:00:00Z") });
    let paper = Notice::Ready { sent_at: at("2026-04-10T08:00:00Z"), is_live: false };
    let paper = Said::Notice("paper".to_owned(), paper);
    let entered = [withdrawn("2026-03-29T08:00:00Z"), paper, another("2026-04-11T08:00:00Z")];
    assert_eq!(told(entered), Standing::Clear, "nobody can act on a paper any more");
}

#[test]
fn a_notice_counts_when_it_was_held_and_not_again_when_it_is_released() {
    let released = |said, text| match said {
        Said::Notice(id, Notice::Ready { .. }) => {
            Said::Notice(id, Notice::Ready { sent_at: at(text), is_live: true })
        }
        Said::Notice(id, Notice::Withdrawn(_)) => Said::Notice(id, Notice::Withdrawn(at(text))),
        said => said,
    };
    let (taken_back, again) = (withdrawn("2026-03-28T08:00:00Z"), ready("2026-03-29T08:00:00Z"));
    let stands = [taken_back.clone(), again.clone(), another("2026-03-30T08:00:00Z")];
    let owed = Standing::Owed { due_at: at("2026-04-01T22:00:00Z") };
    assert_eq!(told(stands.clone()), owed);
    let given = [noticed(), taken_back, again].map(|said| released(said, "2026-03-31T08:00:00Z"));
    for all in [given.to_vec(), [given.clone(), given.clone()].concat(), given.into_iter().rev().collect()] {
        for some in 1..=all.len() {
            let told = told(stands.clone().into_iter().chain(all[..some].iter().cloned()));
            assert_eq!(told, owed, "{:?}", &all[..some]);
        }
    }
}

#[test]
fn a_call_counts_when_it_was_and_not_when_it_is_told() {
    let (by_another, late) = (another("2026-03-28T08:00:00Z"), contact("2026-04-01T08:00:00Z"));
    let paper = contact("2026-03-28T09:00:00Z");
    assert_eq!(told([by_another.clone(), late.clone(), paper.clone()]), Standing::Clear);
    assert_eq!(told([by_another, paper, late]), Standing::Clear);
    let before = another("2026-03-27T08:00:00Z");
    assert_eq!(told([before]), Standing::Clear, "from before the notice, entered after it");
    let (live, paper) = (another("2026-04-01T08:00:00Z"), another("2026-03-28T08:00:00Z"));
    assert_eq!(told([live, paper]), Standing::Owed { due_at: at(END) });
}
