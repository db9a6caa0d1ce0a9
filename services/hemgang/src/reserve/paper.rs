//! One paper, as its row says it.

use hemgang_core::{
    expected::ExpectedDischarge,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    admission::{self as adm, AdmissionType},
    common::{Destination, PersonId, Receiver, Transport},
    planning::{Ability, MeetingForm, MissingItem, NoticeKind, ServiceDecision, ServiceLaw},
    readiness::WithdrawalReason,
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::{
    forms::{COLUMNS, FORMS, HEAD},
    words::{Word, words},
};
use crate::import::rows::cells::Cells;

/// Issuer of the personnummer.
const PERSONNUMMER: &str = "1.2.752.129.2.1.3.1";

/// A paper that can be entered.
#[derive(Debug)]
pub struct Paper {
    /// Its number at the unit.
    pub form: String,
    pub unit: HsaId,
    /// Who did it; empty where nobody is named.
    pub person: String,
    pub at: Timestamp,
    /// The stay, or the form by which it began; empty of such a form.
    pub admission: String,
    pub what: What,
}

/// What a paper says.
#[derive(Debug)]
pub enum What {
    Admission(Box<adm::AdmitPatientRequest>),
    AdmissionNotice {
        needs: adm::NeedsAssessment,
        recipients: Vec<String>,
        expected: Option<ExpectedDischarge>,
    },
    Expected(ExpectedDischarge),
    Readiness,
    ReadinessWithdrawn(WithdrawalReason),
    DischargeNotice(adm::SendDischargeNoticeRequest),
    Discharge(Destination),
    Receipt(NoticeKind),
    CareContact {
        contact: HsaId,
        function: String,
    },
    PlanningAnswer {
        law: ServiceLaw,
        able: Able,
        ready_from: Option<Timestamp>,
        decision: ServiceDecision,
    },
    OutpatientReadiness(Able),
    Receiving(Timestamp),
    SipNeed(bool),
    SipCall {
        starts_at: Timestamp,
        form: MeetingForm,
        invited: Vec<String>,
    },
}

/// Whether a unit can, and what it waits for.
#[derive(Debug)]
pub struct Able {
    pub ability: Ability,
    pub missing: Vec<i32>,
}

/// Reads a row.
///
/// # Errors
/// Every fault of it.
pub fn read(mut cells: Cells<'_>) -> Result<Paper, Vec<String>> {
    let kinds: Vec<_> = FORMS.iter().map(|form| (form.kind, form)).collect();
    let form = cells.required_word("kind", &kinds);
    if let Some(form) = form {
        let asked = |column: &str| HEAD.iter().chain(form.fields).any(|(name, ..)| *name == column);
        for (column, ..) in COLUMNS.iter().filter(|(column, ..)| *column != "kind" && !asked(column)) {
            if cells.any(&[column]) {
                cells.wrong(column, format!("is not asked for by {}", form.kind));
            }
        }
    }
    let number = cells.filled("form").map(str::to_owned);
    let (unit, at) = (cells.required("unit"), cells.required_past("at", None));
    let person: Option<HsaId> = cells.parsed("person");
    let kind = form.map_or("", |form| form.kind);
    let admission = if kind == "admission" {
        if cells.any(&["admission"]) {
            cells.wrong("admission", "is not asked for by admission: the form begins the stay");
        }
        Some(String::new())
    } else {
        cells.filled("admission").map(str::to_owned)
    };
    if matches!(kind, "admission_notice" | "readiness") && !cells.any(&["person"]) {
        cells.wrong("person", "is required: who judged");
    }
    let what = what(&mut cells, kind, person.as_ref(), at);
    let paper = || {
        let person = person.map(|person| person.to_string()).unwrap_or_default();
        Some(Paper { form: number?, unit: unit?, person, at: at?, admission: admission?, what: what? })
    };
    paper().filter(|_| cells.faults.is_empty()).ok_or(cells.faults)
}

fn what(cells: &mut Cells<'_>, kind: &str, person: Option<&HsaId>, at: Option<Timestamp>) -> Option<What> {
    Some(match kind {
        "admission" => What::Admission(Box::new(admission(cells)?)),
        "admission_notice" => {
            let needs = needs(cells, person, at);
            let (recipients, expected) = (units(cells, "recipients"), expected(cells));
            What::AdmissionNotice { needs: needs?, recipients: recipients?, expected }
        }
        "expected_discharge" => {
            cells.filled("expected");
            What::Expected(expected(cells)?)
        }
        "readiness" => What::Readiness,
        "readiness_withdrawn" => What::ReadinessWithdrawn(chosen(cells, "reason")?),
        "discharge_notice" => {
            cells.filled("agreed_at");
            let (agreed_at, destination) =
                (cells.time("agreed_at"), chosen::<Destination>(cells, "destination"));
            let transport = optional::<Transport>(cells, "transport");
            let received_by = optional::<Receiver>(cells, "received_by");
            What::DischargeNotice(adm::SendDischargeNoticeRequest {
                agreed_at: Some(wire::timestamp(agreed_at?)),
                destination: destination?.into(),
                transport: transport.map_or(0, i32::from),
                received_by: received_by.map_or(0, i32::from),
                ..Default::default()
            })
        }
        "discharge" => What::Discharge(chosen(cells, "destination")?),
        "receipt" => What::Receipt(chosen(cells, "notice")?),
        "care_contact" => {
            let (contact, function) = (cells.required("contact"), cells.text("function").to_owned());
            What::CareContact { contact: contact?, function }
        }
        "planning_answer" => {
            let (law, able) = (chosen(cells, "law"), able(cells));
            let (ready_from, decision) = (cells.time("ready_from"), chosen(cells, "decision"));
            What::PlanningAnswer { law: law?, able: able?, ready_from, decision: decision? }
        }
        "outpatient_readiness" => What::OutpatientReadiness(able(cells)?),
        "receiving" => {
            cells.filled("receives_at");
            What::Receiving(cells.time("receives_at")?)
        }
        "sip_need" => What::SipNeed(cells.required_word("needed", &[("yes", true), ("no", false)])?),
        "sip_call" => {
            cells.filled("starts_at");
            let (starts_at, form) = (cells.time("starts_at"), chosen(cells, "meeting_form"));
            let invited = units(cells, "recipients");
            What::SipCall { starts_at: starts_at?, form: form?, invited: invited? }
        }
        _ => return None,
    })
}

fn admission(cells: &mut Cells<'_>) -> Option<adm::AdmitPatientRequest> {
    let value = cells.filled("person_value").map(str::to_owned);
    let oid = Some(cells.text("person_oid")).filter(|oid| !oid.is_empty()).unwrap_or(PERSONNUMMER).to_owned();
    let ward: Option<HsaId> = cells.parsed("unit");
    let residence: Option<MunicipalityCode> = cells.parsed("residence_municipality");
    let admission_type = chosen::<AdmissionType>(cells, "admission_type");
    Some(adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid, value: value? }),
        name: cells.text("name").to_owned(),
        ward: ward?.to_string(),
        admission_type: admission_type?.into(),
        residence_municipality: residence.map(|code| code.to_string()).unwrap_or_default(),
        ..Default::default()
    })
}

fn needs(
    cells: &mut Cells<'_>,
    person: Option<&HsaId>,
    at: Option<Timestamp>,
) -> Option<adm::NeedsAssessment> {
    let mut needs = adm::NeedsAssessment {
        assessed_at: at.map(wire::timestamp),
        assessed_by: person.map(ToString::to_string).unwrap_or_default(),
        ..Default::default()
    };
    let known =
        ["social_services", "municipal_health_care", "region_outpatient_care"].map(|word| (word, word));
    for word in cells.filled("needs")?.split_whitespace() {
        match cells.one_of("needs", word, &known)? {
            "social_services" => needs.social_services = true,
            "municipal_health_care" => needs.municipal_health_care = true,
            _ => needs.region_outpatient_care = true,
        }
    }
    Some(needs)
}

/// HSA-ids, of which there must be one.
fn units(cells: &mut Cells<'_>, column: &str) -> Option<Vec<String>> {
    let mut units = Vec::new();
    for word in cells.filled(column)?.split_whitespace() {
        match HsaId::parse(word) {
            Ok(unit) => units.push(unit.to_string()),
            Err(fault) => cells.wrong(column, fault),
        }
    }
    Some(units)
}

/// A day, a time or unknown; none where it is empty or wrong.
fn expected(cells: &mut Cells<'_>) -> Option<ExpectedDischarge> {
    let text = cells.text("expected");
    match text {
        "" => None,
        "unknown" => Some(ExpectedDischarge::UnknownYet),
        _ if text.len() == 10 => cells.day("expected").map(ExpectedDischarge::On),
        _ => cells.time("expected").map(ExpectedDischarge::At),
    }
}

fn able(cells: &mut Cells<'_>) -> Option<Able> {
    let ability = chosen(cells, "ability");
    let known = words::<MissingItem>();
    let known: Vec<_> = known.iter().map(|(word, value)| (word.as_str(), *value)).collect();
    let mut missing = Vec::new();
    for word in cells.text("missing").split_whitespace() {
        missing.extend(cells.one_of("missing", word, &known).map(i32::from));
    }
    Some(Able { ability: ability?, missing })
}

fn chosen<T: Word>(cells: &mut Cells<'_>, column: &str) -> Option<T> {
    cells.filled(column)?;
    optional(cells, column)
}

fn optional<T: Word>(cells: &mut Cells<'_>, column: &str) -> Option<T> {
    let words = words::<T>();
    let words: Vec<_> = words.iter().map(|(word, value)| (word.as_str(), *value)).collect();
    cells.word(column, &words)
}
