//! What `RecordConsent` and `WithdrawConsent` have in common: what is decided about, how it is read, and what follows.

use hemgang_core::{directory::UnitKind, place::HsaId};
use hemgang_db::Change;
use hemgang_feed::{Subject, Telling};
use hemgang_proto::{
    common::Person,
    planning::{self as pb, ConsentGiver, ConsentKind, PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, wire};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

use super::{key::Key, person::acting, view};
use crate::{
    domain::{consent::Consents, dossier::Dossier, party::Party, stay::Stay},
    error::Error,
    follow::{delivery, sight},
    store,
};

/// Kinds of unit that something is disclosed to.
const RECEIVERS: [UnitKind; 3] =
    [UnitKind::MunicipalUnit, UnitKind::MunicipalReception, UnitKind::Outpatient];

/// What a decision is about: a case, or a stay of which nobody was notified yet.
pub enum About {
    Case(Box<Dossier>),
    Stay(Box<Stay>, Audience),
}

/// What every decision says.
pub struct Decided {
    pub kind: ConsentKind,
    pub given_by: ConsentGiver,
    pub recipients: Vec<HsaId>,
    pub by: HsaId,
    pub at: Timestamp,
}

impl Decided {
    pub fn read(
        fields: &mut Fields<'_>,
        call: &Call,
        kind: i32,
        given_by: i32,
        recipients: &[String],
        (by, at): (&str, Option<&WireTimestamp>),
    ) -> Option<Self> {
        let kind = fields.choice::<ConsentKind>("kind", kind);
        let given_by = fields.choice_or_default::<ConsentGiver>("given_by", given_by);
        if kind == Some(ConsentKind::Sip) && !recipients.is_empty() {
            fields.wrong("recipients", "must be empty for a plan, which is one for all");
        }
        let named = fields.each("recipients", recipients, |fields, path, id| {
            fields.unit(path, id, &RECEIVERS).map(|unit| unit.hsa_id.clone())
        });
        let by = acting(fields, call, "decided_by", by);
        let at = fields.optional_past("decided_at", at);
        let mut recipients = named.into_iter().collect::<Option<Vec<_>>>()?;
        recipients.sort();
        recipients.dedup();
        Some(Self { kind: kind?, given_by: given_by?, recipients, by: by?, at: at?.unwrap_or(call.now) })
    }

    /// The decision, yet without its number.
    pub fn consent(&self, now: Timestamp) -> pb::Consent {
        pb::Consent {
            kind: self.kind.into(),
            given_by: self.given_by.into(),
            recipients: self.recipients.iter().map(ToString::to_string).collect(),
            decided_by: self.by.to_string(),
            decided_at: Some(wire::timestamp(self.at)),
            recorded_at: Some(wire::timestamp(now)),
            ..pb::Consent::default()
        }
    }
}

impl About {
    /// What the caller may decide about, and what was decided before. A stay without a case is the hospital's alone.
    ///
    /// # Errors
    /// `NOT_THE_SENDER`, where a receiving unit decides what it may be told.
    pub async fn load(
        cx: &Context,
        call: &Call,
        key: Key,
        etag: &str,
        kind: ConsentKind,
    ) -> Result<(Self, Consents), Error> {
        let found = cx.followed(async || Self::find(cx, call, key).await).await?;
        let about = found.ok_or_else(|| key.absent())?;
        if let Self::Case(dossier) = &about {
            call.expect_etag(etag, dossier.case.version)?;
        }
        if kind != ConsentKind::Sip && !call.sight.admits(&about.senders()) {
            return Err(Error::NotTheSender);
        }
        let kept_under = match &about {
            Self::Case(dossier) => dossier.case.about(),
            Self::Stay(stay, _) => stay.admission_id.to_string(),
        };
        let consents = store::consent::get(&cx.db, kept_under).await?;
        Ok((about, consents))
    }

    async fn find(cx: &Context, call: &Call, key: Key) -> Result<Option<Self>, Failure> {
        if let Some(dossier) = key.find(cx, call).await? {
            return Ok(Some(Self::Case(Box::new(dossier))));
        }
        let Key::Admission(id) = key else { return Ok(None) };
        let stay = store::stay::get(&cx.db, id).await?;
        let at = stay.hospital.as_ref().zip(stay.ward.as_ref());
        let staff = at.map(|(hospital, ward)| Audience::stay(hospital, ward)).unwrap_or_default();
        Ok(call.sight.admits(&staff).then(|| Self::Stay(Box::new(stay), staff)))
    }

    fn subject(&self) -> Subject {
        match self {
            Self::Case(dossier) => dossier.case.subject(),
            Self::Stay(stay, _) => Subject::Admission(stay.admission_id),
        }
    }

    fn senders(&self) -> Audience {
        match self {
            Self::Case(dossier) => dossier.case.senders(),
            Self::Stay(_, staff) => staff.clone(),
        }
    }

    /// Ids of the admission and the case, as answers and events name them.
    pub fn ids(&self) -> (String, String) {
        match self {
            Self::Case(dossier) => {
                (view::text(dossier.case.admission_id.as_ref()), dossier.case.case_id.to_string())
            }
            Self::Stay(stay, _) => (stay.admission_id.to_string(), String::new()),
        }
    }

    /// The decisions with this one, its event, and what becomes of the parties by it.
    pub async fn change(
        self,
        cx: &Context,
        call: &Call,
        consents: &Consents,
        (kind, event): (ConsentKind, Event),
    ) -> Result<Change, Failure> {
        let (subject, senders) = (self.subject(), self.senders());
        let telling = |at, audience| Telling::by(cx, call, subject, at, audience);
        let change = Change::new().put(consents);
        let Self::Case(dossier) = self else {
            return Ok(change.tell(telling(call.now, senders).event::<PlanningEvent>(event)?));
        };
        // Whether a plan is wanted concerns every party; what others may be told, only those who tell it.
        let audience = if kind == ConsentKind::Sip { dossier.listeners() } else { senders };
        let change = change.tell(telling(call.now, audience).event::<PlanningEvent>(event)?);

        let stay = match dossier.case.admission_id {
            Some(id) => Some(store::stay::get(&cx.db, id).await?),
            None => None,
        };
        let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
        let live = view::of(&dossier.case, stay.as_ref(), Person::default(), &dossier.parties);
        // Each party that reads it keeps of the messages what is its own.
        let messages = arranged.messages(|_| true);
        let shown = pb::Case { expected_discharge: None, messages, ..arranged.shown(live)? };
        let needs_record = cx.own.disclosure.needs_record(call.now);
        let dossier = dossier.disclose(consents, needs_record, &shown, call.now);
        let case = dossier.next();
        let mut change = change.and(delivery::parts(cx, &dossier, &case, telling)?);
        for again in dossier.let_in().map(Party::audience) {
            let shared = sight::shared((&dossier, &case), stay.as_ref(), &arranged, &again)?;
            change = change.tell(telling(call.now, again).event::<PlanningEvent>(Event::CaseShared(shared))?);
        }
        Ok(change)
    }
}
