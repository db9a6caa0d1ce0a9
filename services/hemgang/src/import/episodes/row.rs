//! An episode as a row tells of it: one request for each step that happened.

use hemgang_core::{
    day::local_day,
    person::PersonId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    admission::{self as adm, AdmissionType, LegalStatus, MunicipalitySource, QualityFlag},
    common::{self, Destination, Protection, Sex, Specialty},
    readiness as ready,
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::requests::Case;
use crate::import::rows::cells::Cells;

const SEXES: &[(&str, Sex)] = &[("female", Sex::Female), ("male", Sex::Male), ("unknown", Sex::Unknown)];
const PROTECTIONS: &[(&str, Protection)] = &[
    ("none", Protection::None),
    ("confidential", Protection::Confidential),
    ("protected_registration", Protection::ProtectedRegistration),
];
const TYPES: &[(&str, AdmissionType)] = &[
    ("planned", AdmissionType::Planned),
    ("unplanned", AdmissionType::Unplanned),
    ("unknown", AdmissionType::Unknown),
];
const SPECIALTIES: &[(&str, Specialty)] =
    &[("somatic", Specialty::Somatic), ("psychiatric", Specialty::Psychiatric)];
const ACTS: &[(&str, LegalStatus)] =
    &[("HSL", LegalStatus::Hsl), ("LPT", LegalStatus::Lpt), ("LRV", LegalStatus::Lrv)];
const DESTINATIONS: &[(&str, Destination)] = &[
    ("home", Destination::Home),
    ("home_with_care", Destination::HomeWithCare),
    ("short_term_care", Destination::ShortTermCare),
    ("care_home", Destination::CareHome),
    ("other_hospital", Destination::OtherHospital),
    ("other_hospital_group", Destination::OtherHospitalGroup),
    ("deceased", Destination::Deceased),
    ("other", Destination::Other),
];

/// An episode: its admission, and what followed. The requests name no admission yet.
#[derive(Debug)]
pub struct Episode {
    pub hospital: HsaId,
    pub admit: adm::AdmitPatientRequest,
    pub needs: Option<adm::AssessNeedsRequest>,
    pub notice: Option<adm::SendAdmissionNoticeRequest>,
    pub ready: Option<ready::ConfirmReadinessRequest>,
    pub discharge_notice: Option<adm::SendDischargeNoticeRequest>,
    pub discharge: Option<adm::DischargePatientRequest>,
}

/// Reads a row, or says all that is wrong with it.
pub fn read(mut cells: Cells<'_>, now: Timestamp) -> Result<Episode, Vec<String>> {
    let case = case(&mut cells);
    let hospital = cells.required("hospital");
    let admitted_at = cells.required_past("admitted_at", None);
    let needs = needs(&mut cells, admitted_at);
    let notice = notice(&mut cells, admitted_at, needs.as_ref());
    let ready = readiness(&mut cells, admitted_at);
    let discharge = discharge(&mut cells, admitted_at);
    let discharge_notice = discharge_notice(&mut cells, admitted_at);
    if discharge_notice.is_some() && !cells.any(&["notice_sent_at"]) {
        cells.wrong("discharge_notice_sent_at", "no unit holds an admission notice (notice_sent_at)");
    }
    let of_stay = [
        (
            "needs_assessed_at",
            needs.as_ref().and_then(|needs| needs.assessed_at.as_ref().and_then(wire::instant)),
        ),
        ("notice_sent_at", notice.as_ref().map(|(at, _)| *at)),
        ("ready_notified_at", ready.as_ref().map(|(at, ..)| *at)),
        ("discharge_notice_sent_at", discharge_notice.as_ref().map(|(at, _)| *at)),
    ];
    within(&mut cells, of_stay, discharge.as_ref().map(|(at, _)| *at));
    let admit = admit(&mut cells, admitted_at, now);
    let episode = case.zip(hospital).zip(admitted_at).map(|((case, hospital), admitted_at)| Episode {
        hospital,
        admit: case.admit(admit, admitted_at),
        needs: needs.map(|needs| case.needs(needs)),
        notice: notice.map(|(at, recipients)| case.notice(at, recipients)),
        ready: ready.map(|(at, assessed_at, assessed_by)| case.ready(at, assessed_at, &assessed_by)),
        discharge_notice: discharge_notice.map(|(at, agreed)| case.discharge_notice(at, agreed)),
        discharge: discharge.map(|(at, destination)| case.discharge(at, destination)),
    });
    episode.filter(|_| cells.faults.is_empty()).ok_or(cells.faults)
}

/// What is told of a stay was told while it lasted: the services take nothing afterwards that is stated for later.
fn within<'a>(
    cells: &mut Cells<'_>,
    told: impl IntoIterator<Item = (&'a str, Option<Timestamp>)>,
    discharged_at: Option<Timestamp>,
) {
    for (column, at) in told {
        if at.zip(discharged_at).is_some_and(|(at, left)| at > left) {
            cells.wrong(column, "lies after discharged_at");
        }
    }
}

fn case(cells: &mut Cells<'_>) -> Option<Case> {
    let mut part = |column| {
        let text = cells.filled(column)?;
        if text.chars().count() > 200 {
            cells.wrong(column, "is longer than 200 characters");
        }
        Some(text)
    };
    let (source, case_id) = (part("source"), part("case_id"));
    Some(Case { source: source?.to_owned(), case_id: case_id?.to_owned() })
}

/// Who came, and how.
fn admit(cells: &mut Cells<'_>, admitted_at: Option<Timestamp>, now: Timestamp) -> adm::AdmitPatientRequest {
    let (oid, value) = (cells.filled("person_oid"), cells.filled("person_value"));
    if let Some((oid, value)) = oid.zip(value)
        && let Err(fault) = PersonId::parse_at(oid, value, local_day(now))
    {
        cells.wrong("person_value", fault);
    }
    let person_id = oid.zip(value).map(|(oid, value)| (oid.to_owned(), value.to_owned()));
    let ward = cells.required::<HsaId>("ward");
    let residence = cells.parsed::<MunicipalityCode>("residence_municipality");
    let liable = cells.parsed::<MunicipalityCode>("liable_municipality");
    let is_stated = residence.is_some() || liable.is_some();
    let admission_type = cells.required_word("admission_type", TYPES);
    let code = |code: Option<MunicipalityCode>| code.map(|code| code.to_string()).unwrap_or_default();
    adm::AdmitPatientRequest {
        person_id: person_id.map(|(oid, value)| common::PersonId { oid, value }),
        name: cells.text("name").to_owned(),
        birth_date: cells.day("birth_date").map(wire::date),
        sex: cells.word("sex", SEXES).unwrap_or_default().into(),
        protection: cells.word("protection", PROTECTIONS).unwrap_or_default().into(),
        ward: ward.map(|ward| ward.to_string()).unwrap_or_default(),
        admitted_at: admitted_at.map(wire::timestamp),
        admission_type: admission_type.unwrap_or_default().into(),
        specialty: cells.word("specialty", SPECIALTIES).unwrap_or_default().into(),
        legal_status: cells.word("legal_status", ACTS).unwrap_or_default().into(),
        residence_municipality: code(residence),
        liable_municipality: code(liable),
        municipality_source: if is_stated { MunicipalitySource::Message.into() } else { 0 },
        quality_flags: cells.is_ambiguous.then(|| QualityFlag::AmbiguousTime.into()).into_iter().collect(),
        ..Default::default()
    }
}

fn needs(cells: &mut Cells<'_>, admitted_at: Option<Timestamp>) -> Option<adm::NeedsAssessment> {
    if !cells.any(&["needs", "needs_assessed_at", "needs_assessed_by"]) {
        return None;
    }
    let mut needs = adm::NeedsAssessment::default();
    let words = cells.filled("needs").unwrap_or_default();
    for word in words.split_whitespace().filter(|_| words != "none") {
        let known = [("social_services", 0), ("municipal_health_care", 1), ("region_outpatient_care", 2)];
        match cells.one_of("needs", word, &known) {
            Some(0) => needs.social_services = true,
            Some(1) => needs.municipal_health_care = true,
            Some(_) => needs.region_outpatient_care = true,
            None => {}
        }
    }
    let assessed_at = cells.required_past("needs_assessed_at", admitted_at);
    let assessed_by = cells.required::<HsaId>("needs_assessed_by");
    needs.assessed_at = assessed_at.map(wire::timestamp);
    needs.assessed_by = assessed_by?.to_string();
    Some(needs)
}

/// When the notice was sent, and to whom.
fn notice(
    cells: &mut Cells<'_>,
    admitted_at: Option<Timestamp>,
    needs: Option<&adm::NeedsAssessment>,
) -> Option<(Timestamp, Vec<String>)> {
    if !cells.any(&["notice_sent_at", "notice_recipients"]) {
        return None;
    }
    let may_be_needed = |needs: &adm::NeedsAssessment| {
        needs.social_services || needs.municipal_health_care || needs.region_outpatient_care
    };
    if !cells.any(&["needs"]) || needs.is_some_and(|needs| !may_be_needed(needs)) {
        cells.wrong("notice_sent_at", "nobody was judged to be needed (needs), 2 kap. 1 §");
    }
    let sent_at = cells.required_past("notice_sent_at", admitted_at);
    let mut recipients = Vec::new();
    for word in cells.filled("notice_recipients").unwrap_or_default().split_whitespace() {
        match HsaId::parse(word) {
            // A unit named twice is told once.
            Ok(unit) if !recipients.contains(&unit.to_string()) => recipients.push(unit.to_string()),
            Ok(_) => {}
            Err(fault) => cells.wrong("notice_recipients", fault),
        }
    }
    Some((sent_at?, recipients))
}

/// When the notice of readiness was given, when the physician judged, and who.
fn readiness(
    cells: &mut Cells<'_>,
    admitted_at: Option<Timestamp>,
) -> Option<(Timestamp, Option<Timestamp>, HsaId)> {
    if !cells.any(&["ready_assessed_at", "ready_assessed_by", "ready_notified_at"]) {
        return None;
    }
    let notified_at = cells.required_past("ready_notified_at", admitted_at);
    let assessed_at = cells.past("ready_assessed_at", admitted_at);
    let assessed_by = cells.required("ready_assessed_by");
    Some((notified_at?, assessed_at, assessed_by?))
}

/// When the discharge notice was sent, and the time home and destination that it told of.
fn discharge_notice(
    cells: &mut Cells<'_>,
    admitted_at: Option<Timestamp>,
) -> Option<(Timestamp, (Timestamp, Destination))> {
    let columns = ["discharge_notice_sent_at", "discharge_agreed_at", "discharge_agreed_destination"];
    if !cells.any(&columns) {
        return None;
    }
    let [sent_at, agreed_at, agreed] = columns;
    let sent_at = cells.required_past(sent_at, admitted_at);
    cells.filled(agreed_at);
    let home_at = cells.time(agreed_at);
    if home_at.zip(admitted_at).is_some_and(|(home_at, admitted_at)| home_at < admitted_at) {
        cells.wrong(agreed_at, "lies before admitted_at");
    }
    let destination = if cells.any(&[agreed]) { agreed } else { "destination" };
    // Its faults are told with the discharge.
    let faults = cells.faults.len();
    let destination = cells.required_word(destination, DESTINATIONS);
    if cells.any(&["discharged_at"]) && !cells.any(&[agreed]) {
        cells.faults.truncate(faults);
    }
    if destination == Some(Destination::Deceased) {
        cells.wrong(agreed, "is where the patient was to go, which a death is not");
    }
    Some((sent_at?, (home_at?, destination?)))
}

/// When the patient left or died, and where the patient went.
fn discharge(cells: &mut Cells<'_>, admitted_at: Option<Timestamp>) -> Option<(Timestamp, Destination)> {
    if !cells.any(&["discharged_at"]) {
        if cells.any(&["destination"]) && !cells.any(&["discharge_notice_sent_at"]) {
            cells.wrong("discharged_at", "is required beside destination");
        }
        return None;
    }
    let discharged_at = cells.past("discharged_at", admitted_at);
    let destination = cells.required_word("destination", DESTINATIONS);
    Some((discharged_at?, destination?))
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::import::rows::columns::Columns;

    /// The faults of a row that is right but for these cells.
    fn faults(cells: &[(&str, &str)]) -> Vec<String> {
        let right = [
            ("source", "OLD"),
            ("case_id", "1"),
            ("hospital", "SE2321000131-E000000001001"),
            ("ward", "SE2321000131-E000000001101"),
            ("person_oid", "1.2.752.129.2.1.3.1"),
            ("person_value", "191212121212"),
            ("admission_type", "unplanned"),
            ("admitted_at", "2024-03-05T08:00"),
            ("needs", "social_services"),
            ("needs_assessed_at", "2024-03-05T09:00"),
            ("needs_assessed_by", "SE2321000131-P000000000001"),
            ("notice_sent_at", "2024-03-05T10:00"),
            ("notice_recipients", "SE2120001488-E000000000001"),
            ("ready_notified_at", "2024-03-11T10:00"),
            ("ready_assessed_by", "SE2321000131-P000000000001"),
            ("discharge_notice_sent_at", "2024-03-11T12:00"),
            ("discharge_agreed_at", "2024-03-12T14:00"),
            ("discharge_agreed_destination", "home_with_care"),
            ("discharged_at", "2024-03-12T15:00"),
            ("destination", "home_with_care"),
        ];
        let cell =
            |(column, text)| cells.iter().find(|(of, _)| *of == column).map_or(text, |(_, text)| *text);
        let heading = ByteRecord::from(right.map(|(column, _)| column).to_vec());
        let record = ByteRecord::from(right.map(cell).to_vec());
        let columns = Columns::read(&heading, super::super::columns::COLUMNS).expect("a heading");
        let now = "2026-09-14T06:00:00Z".parse().expect("an instant");
        read(Cells::new(&columns, &record, now), now).err().unwrap_or_default()
    }

    #[test]
    fn what_the_services_would_refuse_on_the_way_is_found_before_the_first_call() {
        assert_eq!(faults(&[]), [""; 0]);
        let (died, agreed) = (("destination", "deceased"), "discharge_agreed_destination");
        assert_eq!(faults(&[died]), [""; 0], "home was agreed before");
        for (cells, column) in [
            (vec![died, (agreed, "")], agreed),
            (vec![(agreed, "deceased")], agreed),
            (vec![("discharge_agreed_at", "2024-03-05T07:00")], "discharge_agreed_at"),
            (vec![("needs_assessed_at", "2024-03-12T15:01")], "needs_assessed_at"),
            (vec![("notice_sent_at", "2024-03-12T15:01")], "notice_sent_at"),
            (vec![("ready_notified_at", "2024-03-12T15:01")], "ready_notified_at"),
            (vec![("discharge_notice_sent_at", "2024-03-12T15:01")], "discharge_notice_sent_at"),
        ] {
            let said = faults(&cells);
            assert!(said.len() == 1 && said[0].starts_with(&format!("{column}: ")), "{cells:?}: {said:?}");
        }
    }
}
