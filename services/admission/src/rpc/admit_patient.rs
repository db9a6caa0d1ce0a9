//! `AdmitPatient`: a patient has come. It opens an episode and reaches nobody.

use std::{collections::BTreeSet, slice};

use hemgang_core::{
    directory::{self, UnitKind},
    expected::ExpectedDischarge,
    id::AdmissionId,
    person::{PersonId, PersonIdFault},
    place::HsaId,
    redacted::Redacted,
};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{
        self as pb, AdmissionEvent, AdmissionState, AdmissionType, LegalStatus, MovementKind,
        MunicipalitySource, QualityFlag, admission_event::Event,
    },
    common::{Destination, Protection, Receiver, Sex, Specialty, Transport},
};
use hemgang_rpc::{Audience, Call, Context, Entry, Failure, Fields};
use jiff::Timestamp;

use super::{admit_again, get_admission::is_of_any, movement, stay, view};
use crate::{
    domain::{
        course::Carried,
        description::{Death, Description, DetailsRecorded, Said},
        episode::Episode,
        patient::{Patient, PatientId},
        person_statement::PersonStatement,
        quality::{self, Raised},
        recorded::Recorded,
    },
    due,
    error::Error,
    store::{self, visit::Visit},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AdmitPatientRequest,
) -> Result<pb::AdmitPatientResponse, Error> {
    let Input { person_id, protection, stay, entry } = Input::parse(cx, call, &req)?;
    call.require(&Audience::stay(&stay.hospital, &stay.ward))?;
    let (number, void) = match visit(cx, call, &stay, &person_id).await? {
        Place::Free(number, void) => (number, void),
        Place::TakenBy(there) => {
            return admit_again::handle(cx, call, *there, stay, (protection, entry)).await;
        }
    };

    let known = store::patient::find(&cx.db, &person_id).await?;
    let known_version = known.as_ref().map_or(0, |patient| patient.version);
    // What was recorded before the patient came is older, whenever it comes.
    let told = (&person_id, protection);
    let patient = Patient::recorded(known.as_ref(), told, stay.admitted_at, call.now);
    // Written also where nothing of it is new: of an admission and a merge at one moment the later one loses the row
    // and decides again, so no stay is left with a patient who was absorbed.
    let patient = Patient { version: known_version + 1, ..patient };
    let recorded = stay.recorded(call.now);
    let episode = stay.admit(patient.patient_id, AdmissionId::fresh(call.now), &recorded);
    let said = stay::said(cx, call, &[patient.patient_id], &episode).await?;
    let episode = said.iter().fold(episode, stay::described).under(patient.protection);

    entry.map_or(Ok(()), |entry| episode.not_before_admission(entry.stated_at))?;

    let begun = episode.clone();
    let deaths: Vec<_> = said.iter().filter_map(PersonStatement::death).collect();
    let carried = carried(cx, episode, void.as_deref(), &deaths).await?;
    let Carried { episode, movements, events, audience } = carried;
    let telling = Telling::by(cx, call, episode.admission_id, episode.admitted_at, audience);
    let telling = telling.entered(entry);
    // Who the patient is goes to our services only; everybody else reads it where protection given later holds.
    let private = Telling { audience: Audience::default(), ..telling.clone() };
    let mut change = Change::new().insert(&episode).insert(&begun.admission()).put(&patient);
    change = movements.iter().fold(change, Change::insert);
    if let Some(known) = &known {
        change = change.and(due::forget_person::ended(cx, known.patient_id).await?);
    }
    // Protection reaches back: it holds for every stay of the patient.
    if let Some(known) = known.filter(|known| known.protection != patient.protection) {
        change =
            change.and(store::person_statement::without_addresses(&cx.db, known.patient_id, None).await?);
        for other in store::episode::list_of(&cx.db, known.patient_id).await? {
            let (said, _) = stay::settle(cx, call, (&known, &other), (&patient, other.clone()))?;
            change = change.and(said);
        }
    }
    if !episode.visit_value.is_empty() {
        let (authority, value) = (episode.visit_authority.clone(), episode.visit_value.clone());
        let (version, admission_id) = (number.map_or(1, |visit| visit.version + 1), episode.admission_id);
        change = change.put(&Visit { authority, value, version, admission_id });
    }
    let details = patient.details_recorded(&episode);
    let mut change = change
        .tell(telling.clone().event::<AdmissionEvent>(begun.admitted())?)
        .tell(private.event::<AdmissionEvent>(Event::PatientDetailsRecorded(details))?);
    if !begun.quality_flags.is_empty() {
        change = change.tell(telling.clone().event::<AdmissionEvent>(begun.quality_flags_recorded())?);
    }
    for (occurred_at, event) in events {
        let telling = Telling { occurred_at, ..telling.clone() };
        change = change.tell(telling.event::<AdmissionEvent>(event)?);
    }
    let response = pb::AdmitPatientResponse { admission: Some(view::of(&episode)) };
    Ok(call.commit(cx, change, response).await?)
}

/// What a visit number stands for.
enum Place {
    /// Nothing, or an admission that is void: the sender then admits anew.
    Free(Option<Visit>, Option<Box<Episode>>),
    /// An admission that its sender tells of again.
    TakenBy(Box<Episode>),
}

/// A visit number names one admission. The id of the admission that has it is told to those who may see it.
async fn visit(cx: &Context, call: &Call, stay: &Stay, person_id: &PersonId) -> Result<Place, Error> {
    let Some(taken) = store::visit::find(&cx.db, &stay.visit.authority, &stay.visit.value).await? else {
        return Ok(Place::Free(None, None));
    };
    let Some(there) = store::episode::get(&cx.db, taken.admission_id).await? else {
        return Ok(Place::Free(Some(taken), None));
    };
    let seen = call.sight.admits(&there.audience());
    let recorded = stay.recorded(call.now);
    let of_log = seen && stay.registered_at.is_some();
    if of_log && there.state != AdmissionState::Voided {
        is_of_any(cx, &there, slice::from_ref(person_id)).await?;
    }
    match (there.state, stay.registered_at) {
        (AdmissionState::Voided, Some(at))
            if seen && there.void_registered_at.is_some_and(|void| at <= void) =>
        {
            Err(Error::AdmissionVoided)
        }
        (AdmissionState::Voided, _) => Ok(Place::Free(Some(taken), Some(Box::new(there)).filter(|_| seen))),
        // When it began, a later statement may say already.
        (_, Some(at))
            if seen
                && !there.is_before(at)
                && (stay.admitted_at == there.admitted_at
                    || (recorded < there.admitted_recorded && there.is_near(stay.admitted_at))) =>
        {
            Ok(Place::TakenBy(Box::new(there)))
        }
        // A correction, or another stay whose number is used again before we heard of the void: the caller knows which.
        (_, Some(_)) if seen && recorded > there.admitted_recorded => {
            Err(Error::AdmittedAtAnotherTime { admission_id: there.admission_id })
        }
        _ => Err(Error::VisitAlreadyAdmitted { admission_id: seen.then_some(there.admission_id) }),
    }
}

/// The new episode with what was told too early of the one that is void, and of the person's death.
async fn carried(
    cx: &Context,
    episode: Episode,
    void: Option<&Episode>,
    deaths: &[(Death, Recorded)],
) -> Result<Carried, Failure> {
    let told = match void {
        Some(void) => store::movement::list(&cx.db, void.admission_id).await?,
        None => Vec::new(),
    };
    let Carried { episode, movements, events, audience } = episode.carrying(void, told, deaths);
    // The row is new, whatever was added to it.
    Ok(Carried { episode: Episode { version: 1, ..episode }, movements, events, audience })
}

struct Input {
    person_id: PersonId,
    protection: Protection,
    stay: Stay,
    entry: Option<Entry>,
}

/// What a request says of the stay.
pub(super) struct Stay {
    visit: pb::VisitNumber,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub specialty: Specialty,
    pub admitted_at: Timestamp,
    /// When the sender recorded it, of one of a log.
    registered_at: Option<Timestamp>,
    order: String,
    pub said: Description,
    pub quality_flags: Vec<QualityFlag>,
    pub expected: Option<ExpectedDischarge>,
}

impl Input {
    fn parse(cx: &Context, call: &Call, req: &pb::AdmitPatientRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let entry = fields.entry(req.retrospective_entry.as_ref());
        let registered_at = fields.registered_at(req.registered_at.as_ref(), entry.flatten());
        let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
        let stay = Stay::parse(&mut fields, req);
        let protection = fields.choice_or_default("protection", req.protection);
        let flagged = req.quality_flags.contains(&QualityFlag::CheckDigit.into());
        let person_id = person_id(&mut fields, "person_id", req.person_id.as_ref(), flagged);
        let name = fields.text("name", &req.name);
        let address = fields.text("address", &req.address);
        let birth_date = fields.birth_date("birth_date", req.birth_date.as_ref());
        let sex = fields.choice_or_default("sex", req.sex);
        let is_protected = protection.is_some_and(Protection::is_one);
        if is_protected && !req.address.is_empty() {
            fields.wrong("address", "must be empty for a protected person");
        }
        fields.finish(|| {
            let (stay, registered_at, order) = (stay?, registered_at?, log_entry?.order);
            let said = Description {
                name: some(name?).map(Redacted::new),
                address: some(address?).map(Redacted::new),
                birth_date: Said::at_most(birth_date?),
                sex: some(sex?).filter(|sex| *sex != Sex::Unknown),
                ..stay.said
            };
            let stay = Stay { registered_at, order, said, ..stay };
            let protection = chosen(protection?, Protection::None);
            Some(Self { person_id: person_id?, protection, stay, entry: entry? })
        })
    }
}

impl Stay {
    fn parse(fields: &mut Fields<'_>, req: &pb::AdmitPatientRequest) -> Option<Self> {
        let ward = fields.unit("ward", &req.ward, &[UnitKind::Ward]);
        let admitted_at = fields.past("admitted_at", req.admitted_at.as_ref());
        let visit = visit_number(fields, req.visit_number.as_ref());
        let admission_type = fields.choice("admission_type", req.admission_type);
        let specialty = fields.choice_or_default("specialty", req.specialty);
        let legal_status = fields.choice_or_default("legal_status", req.legal_status);
        let residence = fields.municipality("residence_municipality", &req.residence_municipality);
        let liable = fields.municipality("liable_municipality", &req.liable_municipality);
        let municipality_source = fields.choice_or_default("municipality_source", req.municipality_source);
        let listed_unit = fields.optional("listed_unit", &req.listed_unit);
        let expected = fields.expected("expected_discharge", req.expected_discharge.as_ref());
        let flags: BTreeSet<_> = fields
            .each("quality_flags", &req.quality_flags, |fields, path, flag| {
                accepted_flag(fields, path, *flag)
            })
            .into_iter()
            .collect();
        let ward = ward?;
        let hospital = fields.directory().hospital_of(&ward.hsa_id, fields.units_on());
        let residence = residence?;
        Some(Self {
            visit: visit?,
            hospital: hospital?.hsa_id.clone(),
            ward: ward.hsa_id.clone(),
            specialty: chosen(specialty?, ward_specialty(ward)),
            admitted_at: admitted_at?,
            registered_at: None,
            order: String::new(),
            said: Description {
                liable_municipality: Said::at_most(liable?.or_else(|| residence.clone())),
                residence_municipality: Said::at_most(residence),
                municipality_source: some(municipality_source?),
                listed_unit: Said::at_most(listed_unit?),
                admission_type: Some(admission_type?).filter(|told| *told != AdmissionType::Unknown),
                legal_status: some(legal_status?),
                ..Description::default()
            },
            quality_flags: flags.into_iter().collect::<Option<_>>()?,
            expected: expected?,
        })
    }

    pub fn recorded(&self, now: Timestamp) -> Recorded {
        Recorded { at: self.registered_at.unwrap_or(now), order: self.order.clone() }
    }

    /// The new episode.
    fn admit(self, patient_id: PatientId, admission_id: AdmissionId, recorded: &Recorded) -> Episode {
        let (registered_at, of_all) = (recorded.at, DetailsRecorded::at(recorded));
        let episode = Episode {
            admission_id,
            version: 1,
            patient_id,
            visit_authority: self.visit.authority,
            visit_value: self.visit.value,
            name: Redacted::default(),
            address: Redacted::default(),
            birth_date: None,
            sex: Sex::Unknown,
            hospital: self.hospital,
            ward: self.ward,
            specialty: self.specialty,
            admission_type: AdmissionType::Unknown,
            legal_status: LegalStatus::Hsl,
            state: AdmissionState::Admitted,
            admitted_at: self.admitted_at,
            registered_at,
            void_registered_at: None,
            after_void: None,
            admitted_recorded: recorded.clone(),
            residence_municipality: None,
            liable_municipality: None,
            municipality_source: MunicipalitySource::Unspecified,
            listed_unit: None,
            quality_flags: self.quality_flags.iter().map(|flag| raised(*flag, registered_at)).collect(),
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
        };
        episode.described(&self.said, &of_all).expecting(self.expected, recorded).0
    }
}

/// A fault that an admission is taken with.
fn accepted_flag(fields: &mut Fields<'_>, path: &str, flag: i32) -> Option<QualityFlag> {
    let flag = fields.choice(path, flag)?;
    if flag == QualityFlag::ImplausibleTime {
        fields.wrong(path, "is of what is not taken (RaiseQualityFlag)");
    }
    Some(flag)
}

/// A fault of the identity or of the time of admission.
fn raised(flag: QualityFlag, registered_at: Timestamp) -> Raised {
    let about = if quality::is_of_time(flag) { MovementKind::Admission } else { MovementKind::Unspecified };
    Raised { flag, about, registered_at }
}

/// A wrong check digit is refused, unless the sender's adapter took the number as it stood and marked it.
pub(super) fn person_id(
    fields: &mut Fields<'_>,
    field: &str,
    said: Option<&hemgang_proto::common::PersonId>,
    flagged: bool,
) -> Option<PersonId> {
    let Some(said) = said else {
        fields.wrong(field, "is required");
        return None;
    };
    let parsed = if flagged {
        PersonId::parse_unchecked_digit_at(&said.oid, &said.value, fields.today())
            .map(|unchecked| unchecked.id)
    } else {
        PersonId::parse_at(&said.oid, &said.value, fields.today())
    };
    let part = |fault| if fault == PersonIdFault::UnknownOid { "oid" } else { "value" };
    parsed.map_err(|fault| fields.wrong(format!("{field}.{}", part(fault)), fault)).ok()
}

pub(super) fn visit_number(
    fields: &mut Fields<'_>,
    said: Option<&pb::VisitNumber>,
) -> Option<pb::VisitNumber> {
    let Some(said) = said else { return Some(pb::VisitNumber::default()) };
    let mut whole = |field: &str, part: &str| match part.chars().count() {
        1..=200 if !part.contains('\0') => Some(part.to_owned()),
        _ => {
            fields.wrong(field, "must be 1 to 200 characters");
            None
        }
    };
    let authority = whole("visit_number.authority", &said.authority);
    let value = whole("visit_number.value", &said.value);
    Some(pb::VisitNumber { authority: authority?, value: value? })
}

fn ward_specialty(ward: &directory::Unit) -> Specialty {
    match ward.specialty {
        Some(directory::Specialty::Psychiatric) => Specialty::Psychiatric,
        _ => Specialty::Somatic,
    }
}

fn chosen<T: Default + PartialEq>(said: T, otherwise: T) -> T {
    some(said).unwrap_or(otherwise)
}

/// A value that says something.
fn some<T: Default + PartialEq>(said: T) -> Option<T> {
    (said != T::default()).then_some(said)
}
