//! An event on its way into the feed, and back out of a row.

use hemgang_core::{
    id::{AdmissionId, CaseId},
    redacted::Redacted,
};
use hemgang_db::NewEvent;
use hemgang_proto::common::{EntryReason, EventHeader, RetrospectiveEntry};
use hemgang_rpc::{Audience, Call, Context, Entry, Failure, wire};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

/// A package's event message: a header and a oneof.
pub trait FeedEvent: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The oneof.
    type What: Send;

    /// An event of a kind, without its header.
    fn of(what: Self::What) -> Self;

    /// The header; rows are kept without it.
    fn header(&self) -> Option<&EventHeader>;

    /// The same event with a header.
    #[must_use]
    fn with_header(self, header: EventHeader) -> Self;

    /// Whether this program knows its kind.
    fn is_known(&self) -> bool;
}

/// What an event is about. Events of one subject keep their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An admission, its case included.
    Admission(AdmissionId),
    /// A case without an admission.
    Case(CaseId),
    /// No patient's: an organisation.
    Organisation,
}

impl Subject {
    /// As a row of the feed names it: by an admission, or by a case that has none.
    pub(crate) fn ids(self) -> (String, String) {
        match self {
            Self::Admission(id) => (id.to_string(), String::new()),
            Self::Case(id) => (String::new(), id.to_string()),
            Self::Organisation => (String::new(), String::new()),
        }
    }
}

impl From<AdmissionId> for Subject {
    fn from(id: AdmissionId) -> Self {
        Self::Admission(id)
    }
}

/// What is the same for every event that one decision tells.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What it is about.
    pub subject: Subject,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When we were told.
    pub recorded_at: Timestamp,
    /// The unit that acted, or the service that reacted.
    pub actor_unit: String,
    /// Who may see it.
    pub audience: Audience,
    /// What the decision rested on.
    pub seen: String,
    /// Set for what was told afterwards.
    pub entry: Option<Entry>,
}

impl Telling {
    /// Told by a caller.
    pub fn by(
        cx: &Context,
        call: &Call,
        subject: impl Into<Subject>,
        occurred_at: Timestamp,
        audience: Audience,
    ) -> Self {
        let subject = subject.into();
        let actor_unit = call.caller.unit.to_string();
        let (recorded_at, seen) = (call.now, cx.seen());
        Self { subject, occurred_at, recorded_at, actor_unit, audience, seen, entry: None }
    }

    /// Told by a service that reacts to a feed or a deadline.
    pub fn reacting(
        cx: &Context,
        subject: impl Into<Subject>,
        occurred_at: Timestamp,
        audience: Audience,
    ) -> Self {
        let subject = subject.into();
        let (recorded_at, actor_unit) = (cx.clock.now(), cx.name.to_owned());
        let seen = cx.seen();
        Self { subject, occurred_at, recorded_at, actor_unit, audience, seen, entry: None }
    }

    /// Told afterwards, or not.
    #[must_use]
    pub fn entered(self, entry: Option<Entry>) -> Self {
        Self { entry, ..self }
    }

    /// The event, as the row that the change appends.
    ///
    /// # Errors
    /// When it has no proto3 JSON form, which is a fault of ours.
    pub fn event<E: FeedEvent>(&self, what: E::What) -> Result<NewEvent, Failure> {
        let payload = serde_json::to_string(&E::of(what)).map_err(|cause| Failure::Internal(cause.into()))?;
        let kind = kind(&payload).ok_or_else(|| Failure::Internal("an event without a kind".into()))?;
        let (admission_id, case_id) = self.subject.ids();
        Ok(NewEvent {
            kind,
            admission_id,
            case_id,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            actor_unit: self.actor_unit.clone(),
            entry_reason: Entry::reason(self.entry).as_str_name(),
            stated_at: self.entry.map(|entry| entry.stated_at),
            audience: self.audience.to_words(),
            seen: self.seen.clone(),
            access: String::new(),
            payload: Redacted::new(payload),
        })
    }
}

/// The oneof's field name in JSON, the first of the text, is the message's name with a small first letter.
fn kind(payload: &str) -> Option<String> {
    let mut letters = payload.strip_prefix("{\"")?.split('"').next()?.chars();
    Some(letters.next()?.to_uppercase().chain(letters).collect())
}

/// A row of the feed.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub seq: i64,
    pub kind: String,
    pub admission_id: String,
    pub case_id: String,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    pub actor_unit: String,
    pub entry_reason: EntryReason,
    pub stated_at: Option<Timestamp>,
    pub audience: String,
    pub seen: String,
    pub access: String,
    pub payload: Redacted<String>,
}

hemgang_db::record!(
    StoredEvent,
    "feed_event",
    key(seq),
    columns(
        kind, admission_id, case_id, occurred_at, recorded_at, actor_unit, stated_at, audience, seen, access,
        payload,
    ),
    names(entry_reason: EntryReason)
);

impl StoredEvent {
    /// Who may see it.
    pub(crate) fn audience(&self) -> Audience {
        Audience::from_words(&self.audience)
    }

    /// The same event with what is left of what it said.
    pub(crate) fn emptied<E: FeedEvent>(&self, emptied: impl Fn(E) -> E) -> Result<Self, Failure> {
        let internal = |cause: serde_json::Error| Failure::Internal(cause.into());
        let said = serde_json::from_str(self.payload.expose()).map_err(internal)?;
        let payload = serde_json::to_string(&emptied(said)).map_err(internal)?;
        Ok(Self { payload: Redacted::new(payload), ..self.clone() })
    }

    /// Back to the message.
    pub(crate) fn read<E: FeedEvent>(&self) -> Result<Told<E>, Failure> {
        let event =
            serde_json::from_str(self.payload.expose()).map_err(|cause| Failure::Internal(cause.into()))?;
        let seen = self.seen.split_whitespace().filter_map(|word| word.split_once('='));
        let access = match self.access.as_str() {
            "" => None,
            entry => Some(serde_json::from_str(entry).map_err(|cause| Failure::Internal(cause.into()))?),
        };
        let header = EventHeader {
            cursor: String::new(),
            kind: self.kind.clone(),
            admission_id: self.admission_id.clone(),
            case_id: self.case_id.clone(),
            occurred_at: Some(wire::timestamp(self.occurred_at)),
            recorded_at: Some(wire::timestamp(self.recorded_at)),
            actor_unit: self.actor_unit.clone(),
            retrospective_entry: self.stated_at.map(|stated_at| RetrospectiveEntry {
                reason: self.entry_reason.into(),
                stated_at: Some(wire::timestamp(stated_at)),
            }),
            seen: seen.map(|(feed, cursor)| (feed.to_owned(), cursor.to_owned())).collect(),
            access,
        };
        Ok(Told { seq: self.seq, audience: self.audience(), event, header })
    }
}

/// An event as it was read back: decoded once, for every reader.
pub(crate) struct Told<E> {
    pub seq: i64,
    pub audience: Audience,
    event: E,
    /// Without the cursor, whose form is the reader's.
    header: EventHeader,
}

impl<E: FeedEvent> Told<E> {
    /// The name of its message.
    pub(crate) fn kind(&self) -> &str {
        &self.header.kind
    }

    /// The message for one reader. `plain` readers, our own services, also get what it rested on and who asked for it.
    pub(crate) fn shown(&self, cursor: String, plain: bool) -> E {
        let mut header = EventHeader { cursor, ..self.header.clone() };
        if !plain {
            header.seen.clear();
            header.access = None;
        }
        self.event.clone().with_header(header)
    }
}
