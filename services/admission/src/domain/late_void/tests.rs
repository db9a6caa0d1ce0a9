//! What a stay is after a void that is told late, and which deaths of its person are of it.

use hemgang_core::{id::AdmissionId, place::HsaId, redacted::Redacted};
use hemgang_proto::{
    admission::{AdmissionState, AdmissionType, LegalStatus, MunicipalitySource},
    common::{Destination, Receiver, Sex, Specialty, Transport},
};
use jiff::ToSpan as _;

use super::*;
use crate::domain::{
    course::Carried,
    description::{Death, DetailsRecorded},
    patient::PatientId,
    quality::{Raised, TimeFaults},
    recorded::Recorded,
};

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + hour.hours()
}

fn hsa_id(text: &str) -> HsaId {
    HsaId::parse(text).expect("an HSA-id")
}

/// A stay that began at noon and was admitted last then.
fn stay() -> Episode {
    Episode {
        admission_id: AdmissionId::fresh(at(12)),
        version: 1,
        patient_id: PatientId::fresh(at(12)),
        visit_authority: String::new(),
        visit_value: String::new(),
        name: Redacted::default(),
        address: Redacted::default(),
        birth_date: None,
        sex: Sex::Unknown,
        hospital: hsa_id("SE1-H"),
        ward: hsa_id("SE1-A"),
        specialty: Specialty::Somatic,
        admission_type: AdmissionType::Unknown,
        legal_status: LegalStatus::Hsl,
        state: AdmissionState::Admitted,
        admitted_at: at(12),
        registered_at: at(12),
        void_registered_at: None,
        after_void: None,
        admitted_recorded: at(12).into(),
        residence_municipality: None,
        liable_municipality: None,
        municipality_source: MunicipalitySource::Unspecified,
        listed_unit: None,
        quality_flags: Vec::new(),
        expected_discharge: None,
        needs_social_services: false,
        needs_health_care: false,
        needs_outpatient: false,
        needs_assessed_at: None,
        needs_assessed_by: None,
        notices: 0,
        agreed_at: None,
        agreed_destination: Destination::Unspecified,
        transport: Transport::Unspecified,
        received_by: Receiver::Unspecified,
        discharge_notice_at: None,
        discharged_at: None,
        destination: Destination::Unspecified,
        on_leave_since: None,
        movements: 1,
        expected_recorded: None,
        details_recorded: DetailsRecorded::default(),
    }
}

fn death(hour: i64, recorded: i64) -> (Death, Recorded) {
    (Death { at: at(hour), time_faults: TimeFaults::default() }, at(recorded).into())
}

#[test]
fn a_death_of_the_person_is_of_a_stay_that_had_begun_and_was_not_void() {
    let after_void = Episode { after_void: Some(at(15)), ..stay() };
    for (stay, death, state) in [
        (stay(), death(13, 14), AdmissionState::Deceased),
        (stay(), death(12, 14), AdmissionState::Deceased),
        (stay(), death(11, 14), AdmissionState::Admitted),
        (after_void.clone(), death(13, 15), AdmissionState::Admitted),
        (after_void, death(13, 16), AdmissionState::Deceased),
    ] {
        let begun = vec![stay.admission()];
        let Carried { episode, movements, events, .. } =
            stay.died(std::slice::from_ref(&death), begun.clone());
        let is_of_it = usize::from(state == AdmissionState::Deceased);
        assert_eq!((episode.state, movements.len(), events.len()), (state, is_of_it, is_of_it), "{death:?}");
        // Told again it says nothing new.
        let all = [begun, movements].concat();
        assert!(episode.died(&[death], all).movements.is_empty());
    }
}

#[test]
fn what_was_recorded_by_the_void_goes_and_what_was_recorded_since_stands() {
    let first = stay();
    let begun = first.admission();
    let told = |kind, hour, number, ward: Option<&str>| Movement {
        kind,
        number,
        moved_at: at(hour),
        registered_at: at(hour),
        hospital: ward.map(|_| hsa_id("SE1-H")),
        ward: ward.map(hsa_id),
        ..begun.clone()
    };
    let again = Movement { moved_at: at(12), ..told(MovementKind::Admission, 17, 4, Some("SE1-B")) };
    let all = [
        begun.clone(),
        told(MovementKind::Transfer, 13, 2, Some("SE1-C")),
        told(MovementKind::LeaveStart, 14, 3, None),
        again.clone(),
        told(MovementKind::LeaveStart, 18, 5, None),
    ];
    let of = |all: &[Movement]| {
        let raised = |hour| Raised {
            flag: QualityFlag::ImplausibleTime,
            about: MovementKind::Transfer,
            registered_at: at(hour),
        };
        let (movements, quality_flags) = (5, vec![raised(13), raised(18)]);
        let stay = Episode { registered_at: at(17), movements, quality_flags, ..first.clone() };
        stay.after(&Course::of(all))
    };
    let Since { episode, gone, events, .. } = of(&all).admitted_since(at(16), &all).expect("a change");
    assert_eq!((episode.ward.as_str(), episode.on_leave_since), ("SE1-B", Some(at(18))));
    assert_eq!((gone.as_slice(), episode.after_void), (&all[..3], Some(at(16))));
    assert_eq!(episode.quality_flags.iter().map(|raised| raised.registered_at).collect::<Vec<_>>(), [at(18)]);
    assert!(matches!(events.as_slice(), [(_, Event::PatientTransferred(_))]), "{events:?}");
    // That void, or one before it, is known by now.
    for known in [16, 15] {
        assert!(episode.clone().admitted_since(at(known), &all[3..]).is_none());
    }
    // Of a leave that never was is told, too.
    let Since { episode, events, .. } = of(&all[..4]).admitted_since(at(16), &all[..4]).expect("a change");
    assert_eq!(episode.on_leave_since, None);
    assert!(events.iter().any(|(_, event)| matches!(event, Event::MovementCancelled(_))), "{events:?}");
}
