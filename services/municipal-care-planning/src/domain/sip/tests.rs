//! Whatever is done in whatever order, a plan is agreed only by all who contribute to what it says.

use hemgang_proto::planning::{ConsentDecision, ConsentKind, FollowUpOutcome};
use proptest::prelude::*;

use super::*;

const TODAY: Date = jiff::civil::date(1970, 1, 1);
const UNITS: [&str; 3] = ["SE2-V1", "SE2-S1", "SE2-H1"];

fn unit(place: usize) -> HsaId {
    HsaId::parse(UNITS[place]).expect("an HSA-id")
}

fn case_id() -> CaseId {
    CaseId::fresh(Timestamp::UNIX_EPOCH)
}

/// A plan in which these units do something; the first is responsible.
fn plan(units: &[usize]) -> SipPlan {
    let service = |place: &usize| SipService {
        what: "Hjälp hemma".to_owned(),
        unit: UNITS[*place].to_owned(),
        role: "Undersköterska".to_owned(),
        ..SipService::default()
    };
    SipPlan {
        kind: SipKind::IndividualPlan.into(),
        goals: vec!["Bo hemma".to_owned()],
        services: units.iter().map(service).collect(),
        responsible_unit: UNITS[units[0]].to_owned(),
        invitees: vec![pb::Invitee { name: "Skolan".to_owned(), ..pb::Invitee::default() }],
        ..SipPlan::default()
    }
}

fn decided(decision: Option<ConsentDecision>) -> Consents {
    let consents = Consents::none("subject".to_owned());
    let Some(decision) = decision else { return consents };
    let (kind, decision) = (ConsentKind::Sip.into(), decision.into());
    consents.with(pb::Consent { kind, decision, ..pb::Consent::default() }).0
}

fn given() -> Consents {
    decided(Some(ConsentDecision::Given))
}

fn approved(sip: Sip, place: usize) -> Result<(Sip, Vec<Event>), Error> {
    let (unit, version) = (unit(place), sip.said.0.version);
    sip.approve((&unit, &unit), version, &given(), Timestamp::UNIX_EPOCH)
}

#[test]
fn it_is_agreed_when_all_have_approved_and_an_edit_voids_that() {
    let (sip, _) = Sip::save(None, (case_id(), plan(&[0, 1])), 0, (&given(), TODAY)).expect("saved");
    assert_eq!((sip.said.0.version, sip.said.0.state()), (1, SipState::Draft));
    assert!(matches!(approved(sip.clone(), 2), Err(Error::NotContributing)));
    let (sip, events) = approved(sip, 1).expect("approved");
    assert_eq!((events.len(), sip.said.0.state()), (1, SipState::Draft));
    assert!(matches!(approved(sip.clone(), 1), Err(Error::AlreadyApproved)));
    let (sip, events) = approved(sip, 0).expect("approved");
    assert_eq!((events.len(), sip.said.0.state()), (2, SipState::Agreed));
    let agreed_at = sip.said.0.agreed_at;

    assert!(matches!(
        Sip::save(Some(&sip), (sip.case_id, plan(&[0])), 0, (&given(), TODAY)),
        Err(Error::SipChanged { version: 1 })
    ));
    let (sip, _) = Sip::save(Some(&sip), (sip.case_id, plan(&[0, 2])), 1, (&given(), TODAY)).expect("saved");
    assert_eq!((sip.said.0.state(), sip.said.0.approvals.len()), (SipState::Draft, 0));
    assert_eq!(sip.said.0.agreed_at, agreed_at, "when it first was");
    let old = sip.clone().approve((&unit(0), &unit(0)), 1, &given(), Timestamp::UNIX_EPOCH);
    assert!(matches!(old, Err(Error::SipChanged { version: 2 })));
    assert!(matches!(sip.follow_up(SipFollowUp::default()), Err(Error::SipNotAgreed { .. })));
}

#[test]
fn an_individual_plan_needs_consent_and_another_does_not() {
    let refused = decided(Some(ConsentDecision::Refused));
    let save = |kind: SipKind, consents| {
        let plan = SipPlan { kind: kind.into(), ..plan(&[0]) };
        Sip::save(None, (case_id(), plan), 0, (consents, TODAY))
    };
    assert!(matches!(save(SipKind::IndividualPlan, &refused), Err(Error::SipRefused)));
    let approve =
        |sip: Sip, consents: &Consents| sip.approve((&unit(0), &unit(0)), 1, consents, Timestamp::UNIX_EPOCH);
    let nothing = decided(None);
    let (undecided, _) = save(SipKind::IndividualPlan, &nothing).expect("a draft");
    assert!(matches!(approve(undecided.clone(), &nothing), Err(Error::SipConsentMissing)));
    assert!(matches!(approve(undecided, &refused), Err(Error::SipRefused)));
    let (compulsory, _) = save(SipKind::CoordinatedCarePlan, &refused).expect("a draft");
    let (agreed, _) = approve(compulsory, &refused).expect("approved");
    assert_eq!(agreed.said.0.state(), SipState::Agreed);
}

#[test]
fn no_words_are_told_or_logged_and_blanking_takes_them() {
    let (sip, event) = Sip::save(None, (case_id(), plan(&[0, 1])), 0, (&given(), TODAY)).expect("saved");
    let told = format!("{event:?}{sip:?}{:?}", sip.clone().blanked().shown());
    for word in ["Bo hemma", "Hjälp hemma", "Undersköterska", "Skolan"] {
        assert!(!told.contains(word), "{word}");
        assert!(format!("{:?}", sip.shown()).contains(word));
    }
    assert!(told.contains("SE2-S1"));
    let kept: Said = sip.said.to_string().parse().expect("kept");
    assert_eq!(kept, sip.said);
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Does {
    Save(Vec<usize>),
    Approve(usize, i32),
    FollowUp,
    Close(usize),
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        1 => proptest::sample::subsequence(vec![0, 1, 2], 1..=3).prop_map(Does::Save),
        4 => (0_usize..3, 0_i32..2).prop_map(|(unit, behind)| Does::Approve(unit, behind)),
        1 => Just(Does::FollowUp),
        1 => (0_usize..3).prop_map(Does::Close),
    ]
}

proptest! {
    #[test]
    fn a_plan_never_is_what_it_may_not_be(steps in prop::collection::vec(does(), 1..40)) {
        let mut sip: Option<Sip> = None;
        for step in steps {
            let before = sip.clone();
            let stands = before.as_ref().map_or(0, |sip| sip.said.0.version);
            let after = match (step, before.clone()) {
                (Does::Save(units), _) => {
                    Sip::save(before.as_ref(), (case_id(), plan(&units)), stands, (&given(), TODAY)).map(|(sip, _)| sip)
                }
                (_, None) => continue,
                (Does::Approve(place, behind), Some(sip)) => {
                    let by = unit(place);
                    let done = sip.approve((&by, &by), stands - behind, &given(), Timestamp::UNIX_EPOCH);
                    done.map(|(sip, _)| sip)
                }
                (Does::FollowUp, Some(sip)) => {
                    let outcome = FollowUpOutcome::Continues.into();
                    sip.follow_up(SipFollowUp { outcome, ..SipFollowUp::default() }).map(|(sip, _)| sip)
                }
                (Does::Close(place), Some(sip)) => {
                    let done = sip.close(&unit(place), SipCloseReason::GoalsMet, Timestamp::UNIX_EPOCH);
                    done.map(|(sip, _)| sip)
                }
            };
            let Ok(after) = after else { continue };
            let (said, was) = (after.shown(), before.map(|sip| sip.shown()).unwrap_or_default());
            prop_assert_eq!(after.version, before_version(sip.as_ref()) + 1);
            prop_assert!(was.state() != SipState::Closed, "what is closed stays as it is");
            let approved: BTreeSet<_> = said.approvals.iter().map(|approval| approval.unit.clone()).collect();
            let all: BTreeSet<_> = said.contributing_units.iter().cloned().collect();
            prop_assert_eq!(approved.len(), said.approvals.len(), "nobody approves twice");
            prop_assert!(approved.is_subset(&all));
            if said.state() != SipState::Closed {
                prop_assert_eq!(said.state() == SipState::Agreed, approved == all);
            }
            prop_assert!(said.follow_ups.len() == was.follow_ups.len() || was.state() == SipState::Agreed);
            prop_assert_eq!(said.agreed_at.is_some(), after.agreed_on.is_some());
            sip = Some(after);
        }
    }
}

fn before_version(sip: Option<&Sip>) -> i64 {
    sip.map_or(0, |sip| sip.version)
}
