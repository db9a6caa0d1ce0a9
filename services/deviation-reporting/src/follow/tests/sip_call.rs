//! The call to a plan rests on both feeds, too: on who called, and on what became of the stay.

use hemgang_proto::{
    admission::{LegalStatus, TypeAndLegalStatusRecorded},
    planning::{
        NoticeDelivered, NoticeHeld, NoticeKind, SipInvited, SipNeed, SipNeedDecided, SipNeedDecision,
    },
};

use super::*;

each_backend!(
    another_s_call_is_the_same_in_whatever_order_the_feeds_are_read
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

/// The third day after the notice of the second day in the morning is over.
const END: i64 = 112;

fn needed(principal: &str) -> Told {
    let (principal, decision) = (principal.to_owned(), SipNeedDecision::Needed.into());
    let sip_need = Some(SipNeed { principal, decision, ..SipNeed::default() });
    P(3, Planning::SipNeedDecided(SipNeedDecided { sip_need, ..SipNeedDecided::default() }))
}

fn called(hour: i64, statutory: bool) -> Told {
    P(hour, Planning::SipInvited(SipInvited { statutory, ..SipInvited::default() }))
}

fn under(hour: i64, legal_status: LegalStatus) -> Told {
    let legal_status = legal_status.into();
    let said = TypeAndLegalStatusRecorded { legal_status, ..TypeAndLegalStatusRecorded::default() };
    A(hour, Admission::TypeAndLegalStatusRecorded(said))
}

fn delivered(t: &Story<'_>, hour: i64, (id, kind): (&str, NoticeKind)) -> Told {
    let (notice_id, kind, sent_at) = (id.to_owned(), kind.into(), Some(wire::timestamp(t.at(hour))));
    let notice = NoticeDelivered { notice_id, kind, sent_at, ..NoticeDelivered::default() };
    P(hour, Planning::NoticeDelivered(notice))
}

fn held(t: &Story<'_>, hour: i64, (id, kind): (&str, NoticeKind)) -> Told {
    let (notice_id, kind, sent_at) = (id.to_owned(), kind.into(), Some(wire::timestamp(t.at(hour))));
    P(hour, Planning::NoticeHeld(NoticeHeld { notice_id, kind, sent_at, ..NoticeHeld::default() }))
}

async fn another_s_call_is_the_same_in_whatever_order_the_feeds_are_read(suite: &Suite) {
    let t = Story::new(suite);
    let delivered = |hour, id, kind| delivered(&t, hour, (id, kind));
    let held = |hour, id, kind| held(&t, hour, (id, kind));
    let begun = |notice: Told, more: &[Told]| {
        let begun = [Story::admitted(), t.judged(1, true), Story::notice(2, &[RIGHT])];
        [&begun[..], &[needed("region"), needed("1480"), notice, called(30, false)], more].concat()
    };
    let ready = || delivered(24, "R", NoticeKind::Readiness);
    let (first, taken_back) =
        (held(20, "R1", NoticeKind::Readiness), held(21, "W1", NoticeKind::ReadinessWithdrawn));
    let again = [taken_back, held(24, "R2", NoticeKind::Readiness), called(30, false)];
    let released = [
        delivered(50, "R1", NoticeKind::Readiness),
        delivered(50, "W1", NoticeKind::ReadinessWithdrawn),
        delivered(50, "R2", NoticeKind::Readiness),
    ];
    let open =
        |met_at: Option<i64>| (SignalState::Open, met_at.map(|hour| t.at(hour)), vec![RIGHT.to_owned()]);
    let rows: [Row; 9] = [
        ("another called", begun(ready(), &[]), Some(END), vec![]),
        (
            "also where the notice was held",
            begun(held(24, "R", NoticeKind::Readiness), &[]),
            Some(END),
            vec![],
        ),
        (
            "also once the notices that were held are given",
            begun(first, &[again, released].concat()),
            Some(END),
            vec![],
        ),
        ("the contact did, too, in time", begun(ready(), &[called(40, true)]), None, vec![]),
        ("the contact did, too, late", begun(ready(), &[called(END, true)]), None, vec![open(Some(END))]),
        (
            "the readiness is withdrawn",
            begun(ready(), &[delivered(50, "W", NoticeKind::ReadinessWithdrawn)]),
            None,
            vec![],
        ),
        ("under compulsory care", begun(ready(), &[under(40, LegalStatus::Lpt)]), None, vec![]),
        (
            "and no longer",
            begun(ready(), &[under(40, LegalStatus::Lpt), under(41, LegalStatus::Hsl)]),
            Some(END),
            vec![],
        ),
        ("home before it ran out", begun(ready(), &[t.home(40)]), Some(END), vec![]),
    ];
    for (name, told, due, signals) in rows {
        let (_, _, deadline, found) = left(suite, &told).await;
        assert_eq!((deadline, found), (due.map(|hour| t.at(hour)), signals), "{name}");
    }
}
