//! The value of one dimension for one case: a code for programs, a Swedish label for people.

use hemgang_core::{
    directory::{Directory, Law, Unit, UnitKind},
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    common::{AgeGroup, Cut, CutValue, Destination, Sex, Specialty},
    planning::NoticeKind,
};

use crate::definition::{Case, Part, UNALLOCATED};

/// Monday first, as jiff numbers them.
const WEEKDAYS: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

/// Where a case falls in a dimension.
pub fn value(cut: Cut, case: &Case, directory: &Directory) -> CutValue {
    let unit = |id: Option<&HsaId>| {
        let Some(id) = id else { return unallocated() };
        let name = directory.unit(id, case.on).map(|unit| unit.name.clone());
        (id.to_string(), name.unwrap_or_else(|| id.to_string()))
    };
    let (code, label) = match cut {
        Cut::Municipality => municipality(case.municipality.as_ref(), directory),
        Cut::Liable => municipality(case.liable.as_ref(), directory),
        Cut::Residence => municipality(case.residence.as_ref(), directory),
        Cut::Area => {
            let participating = case.municipality.as_ref();
            match participating.and_then(|code| directory.municipality(code)?.area.clone()) {
                Some(area) => (area.clone(), area),
                None => unallocated(),
            }
        }
        Cut::Hospital => unit(case.hospital.as_ref()),
        Cut::Ward => unit(case.ward.as_ref()),
        Cut::Month => {
            let month = format!("{:04}-{:02}", case.on.year(), case.on.month());
            (month.clone(), month)
        }
        Cut::Weekday => {
            let day = usize::from(case.on.weekday().to_monday_zero_offset().unsigned_abs());
            ((day + 1).to_string(), WEEKDAYS.get(day).copied().unwrap_or_default().to_owned())
        }
        Cut::Destination => destination(case.destination),
        Cut::Specialty | Cut::Unspecified => specialty(case.specialty),
        Cut::Sex => sex(case.sex),
        Cut::AgeGroup => age_group(case.age_group),
        Cut::NoticeKind => notice(case).map_or_else(unallocated, |(kind, _)| notice_kind(kind)),
        Cut::Party => notice(case).map_or_else(unallocated, |(_, unit)| party(directory.unit(unit, case.on))),
    };
    CutValue { cut: cut.into(), code, label }
}

fn municipality(code: Option<&MunicipalityCode>, directory: &Directory) -> (String, String) {
    let Some(code) = code else { return unallocated() };
    let name = directory.municipality(code).map(|municipality| municipality.name.clone());
    (code.to_string(), name.unwrap_or_else(|| "Utanför länet".to_owned()))
}

fn destination(destination: Destination) -> (String, String) {
    let label = match destination {
        Destination::Unspecified => return unallocated(),
        Destination::Home => "Ordinärt boende",
        Destination::HomeWithCare => "Ordinärt boende med nya insatser",
        Destination::ShortTermCare => "Korttidsplats",
        Destination::CareHome => "Särskilt boende",
        Destination::OtherHospital => "Annat sjukhus i gruppen",
        Destination::OtherHospitalGroup => "Annan sjukhusgrupp",
        Destination::Deceased => "Avliden",
        Destination::Other => "Annat",
    };
    (destination.as_str_name().trim_start_matches("DESTINATION_").to_owned(), label.to_owned())
}

fn specialty(specialty: Specialty) -> (String, String) {
    let label = match specialty {
        Specialty::Unspecified => return unallocated(),
        Specialty::Somatic => "Somatisk",
        Specialty::Psychiatric => "Psykiatrisk",
    };
    (specialty.as_str_name().trim_start_matches("SPECIALTY_").to_owned(), label.to_owned())
}

fn sex(sex: Sex) -> (String, String) {
    let label = match sex {
        Sex::Unspecified | Sex::Unknown => return unallocated(),
        Sex::Female => "Kvinna",
        Sex::Male => "Man",
    };
    (sex.as_str_name().trim_start_matches("SEX_").to_owned(), label.to_owned())
}

/// Of a case that is a notice, its kind and the unit that it was delivered to.
fn notice(case: &Case) -> Option<(NoticeKind, &HsaId)> {
    match &case.planned.as_ref()?.part {
        Part::Notice { kind, recipient, .. } => Some((*kind, recipient)),
        Part::Plan | Part::Meeting(_) => None,
    }
}

fn notice_kind(kind: NoticeKind) -> (String, String) {
    let label = match kind {
        NoticeKind::Unspecified => return unallocated(),
        NoticeKind::Admission => "Inskrivningsmeddelande",
        NoticeKind::ExpectedDischarge => "Beräknad utskrivning",
        NoticeKind::Transfer => "Omflyttning",
        NoticeKind::Readiness => "Utskrivningsklar",
        NoticeKind::ReadinessWithdrawn => "Återtagen utskrivningsklar",
        NoticeKind::Discharge => "Utskrivningsmeddelande",
        NoticeKind::Departure => "Utskriven",
        NoticeKind::Death => "Avliden",
        NoticeKind::Voided => "Makulerad",
        NoticeKind::LeaveStarted => "Permission",
        NoticeKind::LeaveEnded => "Åter från permission",
        NoticeKind::DischargeCancelled => "Återtagen utskrivning",
        NoticeKind::CareRequest => "Vårdbegäran",
        NoticeKind::PlanningMeeting => "Kallelse till planeringsmöte",
        NoticeKind::SipInvitation => "Kallelse till SIP",
        NoticeKind::MeetingRescheduled => "Ombokat möte",
        NoticeKind::MeetingCancelled => "Avbokat möte",
        NoticeKind::CareContact => "Fast vårdkontakt",
        NoticeKind::SipNeed => "Behov av SIP",
        NoticeKind::PlanningAnswer => "Planeringssvar",
        NoticeKind::OutpatientReadiness => "Öppenvårdens beredskap",
        NoticeKind::ReceivingConfirmed => "Tar emot",
        NoticeKind::DischargeInformation => "Information vid utskrivning",
        NoticeKind::SipSaved => "SIP att justera",
        NoticeKind::SipAgreed => "SIP upprättad",
        NoticeKind::SipFollowedUp => "SIP uppföljd",
        NoticeKind::SipClosed => "SIP avslutad",
        NoticeKind::Misdirected => "Felsänt",
        NoticeKind::CurrentServices => "Pågående insatser",
        NoticeKind::Message => "Meddelande",
        NoticeKind::MessageCorrected => "Rättat meddelande",
        NoticeKind::Decision => "Beslut",
        NoticeKind::CaseInterrupted => "Avbrott i processen",
        NoticeKind::CaseClosed => "Avslutat ärende",
        NoticeKind::CaseReopened => "Återöppnat ärende",
        NoticeKind::SipInvitationAnswered => "Svar på kallelse till SIP",
        NoticeKind::ReceiptMissing => "Utebliven kvittens",
        NoticeKind::HomecomingContactMissing => "Utebliven kontakt efter hemgång",
    };
    (kind.as_str_name().trim_start_matches("NOTICE_KIND_").to_owned(), label.to_owned())
}

fn party(unit: Option<&Unit>) -> (String, String) {
    let Some(unit) = unit else { return unallocated() };
    let (code, label) = match (unit.kind, unit.law) {
        (UnitKind::Outpatient, _) => ("OUTPATIENT", "Öppenvård"),
        (UnitKind::MunicipalUnit, Some(Law::Hsl)) => {
            ("MUNICIPAL_HEALTH_CARE", "Kommunal hälso- och sjukvård")
        }
        (UnitKind::MunicipalUnit, _) => ("SOCIAL_SERVICES", "Socialtjänst"),
        (UnitKind::MunicipalReception, _) => ("MUNICIPALITY", "Kommunens mottagning"),
        (UnitKind::Hospital | UnitKind::Ward, _) => return unallocated(),
    };
    (code.to_owned(), label.to_owned())
}

/// The codes sort as the ages do.
fn age_group(group: AgeGroup) -> (String, String) {
    let code = match group {
        AgeGroup::Unspecified => return unallocated(),
        AgeGroup::UpTo17 => "0-17",
        AgeGroup::From18To64 => "18-64",
        AgeGroup::From65To79 => "65-79",
        AgeGroup::From80 => "80+",
    };
    (code.to_owned(), format!("{} år", code.replace('-', "–")))
}

fn unallocated() -> (String, String) {
    (UNALLOCATED.to_owned(), "Ej fördelad".to_owned())
}
