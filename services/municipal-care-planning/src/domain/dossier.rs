//! A case with its parties and notices, and what an event adds to them: who is told of what, once.

mod homecoming;
mod inbox;
mod receipts;
mod recipients;

use hemgang_core::place::{HsaId, MunicipalityCode};
use hemgang_db::Deadline;
use hemgang_proto::{
    admission::AdmissionState,
    common::EntryReason,
    planning::{self as pb, CaseState, NoticeKind, RemovalReason, ReopeningReason},
};
use hemgang_rpc::{Audience, Entry, Failure};
use jiff::Timestamp;

use self::inbox::Inbox;
use crate::domain::{
    case::{Case, CaseId},
    consent::{Consents, Terms},
    heard::{Heard, broken},
    judgement::{Judgement, owed},
    message::Message,
    notice::{Notice, NoticeId},
    party::Party,
    stay::Stay,
};

/// A case as read, and as decided. Version 0 is a case that is yet to be written.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub case: Case,
    /// Those that take part.
    pub parties: Vec<Party>,
    /// Those that did.
    pub former: Vec<Party>,
    pub notices: Vec<Notice>,
    /// Why what is done with it now is told afterwards, and when it was done; none as it happens.
    pub entry: Option<Entry>,
    /// The party that does it; none where the sending side does, or nobody.
    pub by: Option<HsaId>,
    read: Case,
    /// All of them, as read.
    parties_read: Vec<Party>,
    notices_read: usize,
    deadlines_read: Vec<Deadline>,
    released: Vec<NoticeId>,
    /// Notices that changed otherwise: went from one inbox to another or out of any, or are due at another time.
    moved: Vec<NoticeId>,
}

/// A unit that an admission notice is addressed to, with its municipality when a municipality runs it.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
}

/// The sending of a notice: the event that it carries, and how that was told.
#[derive(Debug)]
pub struct Sent<'a> {
    pub source: &'a str,
    pub at: Timestamp,
    pub entry_reason: EntryReason,
    /// The party that did it; none of what the sending side did.
    pub by: Option<HsaId>,
}

impl Dossier {
    /// A case with its parts, as read.
    pub fn new(case: Case, all: Vec<Party>, notices: Vec<Notice>) -> Self {
        let (parties_read, notices_read) = (all.clone(), notices.len());
        let deadlines_read = receipts::deadlines_of(&case, &notices);
        let (parties, former) = all.into_iter().partition(|party| party.left_at.is_none());
        Self {
            read: case.clone(),
            case,
            parties,
            former,
            notices,
            entry: None,
            by: None,
            parties_read,
            notices_read,
            deadlines_read,
            released: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// A case that the first admission notice of a stay opens: receivers start to plan, 2 kap. 6 §.
    ///
    /// # Errors
    /// INTERNAL when admission told of the notice before the stay.
    pub fn open(stay: &Stay, heard: &Heard) -> Result<Self, Failure> {
        let untold = || broken("an admission notice of a stay that was not told of");
        let case = Case {
            case_id: CaseId::fresh(heard.now),
            version: 0,
            admission_id: Some(stay.admission_id),
            hospital: Some(stay.hospital.clone().ok_or_else(untold)?),
            ward: Some(stay.ward.clone().ok_or_else(untold)?),
            requested_by: None,
            state: state(stay),
            course: state(stay),
            ending: None,
            // A list of cases shows what is told afterwards in its own time, not before all others.
            opened_at: Entry::stated_or(heard.entry, heard.now),
            contact_from: None,
            contact_by: None,
            contact_runs_out_at: None,
        };
        Ok(Self::new(case, Vec::new(), Vec::new()))
    }

    /// Whether the patient died, or the stay never was.
    pub fn is_over(&self) -> bool {
        self.case.is_over()
    }

    /// Whether the patient is in hospital no more, or never was.
    pub fn has_left(&self) -> bool {
        self.is_over() || self.case.course == CaseState::Discharged
    }

    /// Who may see the case: the sending side, and every party.
    pub fn audience(&self) -> Audience {
        audience(&self.case, self.parties.iter())
    }

    /// Who could see it before; nobody, where it is yet to be written.
    pub fn audience_before(&self) -> Audience {
        match self.read.version {
            0 => Audience::default(),
            _ => audience(&self.read, self.parties_read.iter().filter(|party| party.left_at.is_none())),
        }
    }

    /// Who is told of what becomes of it: the sending side, and every party that it is not kept from.
    pub fn listeners(&self) -> Audience {
        let listening = self.parties.iter().filter(|party| !party.is_kept_out());
        listening.fold(self.case.senders(), |audience, party| audience.and(party.audience()))
    }

    /// Delivers an admission notice, 2 kap. 1 §. A unit that becomes a party with it is told of the readiness
    /// that stands; a readiness notice goes only to units that hold an admission notice, 3 kap. 1 §.
    #[must_use]
    pub fn notify(
        mut self,
        recipients: Vec<Recipient>,
        heard: &Heard,
        judgements: &[Judgement],
        (consents, terms): (&Consents, Terms),
    ) -> Self {
        // What was sent to a unit before it left reached nobody, or the unit in its place.
        let left = |it: &Recipient| {
            self.former.iter().find(|party| party.unit == it.unit && party.left_at >= Some(heard.sent_at()))
        };
        let reached = |it: Recipient| match left(&it) {
            Some(former) => self.in_place_of(former),
            None => Some(it),
        };
        let recipients: Vec<_> = recipients.into_iter().filter_map(reached).collect();
        for Recipient { unit, municipality } in recipients {
            let known = self.parties.iter().find(|party| party.unit == unit).cloned();
            let is_new = known.is_none();
            let party = known.unwrap_or_else(|| {
                self.introduces(Recipient { unit, municipality }, heard.sent_at(), (consents, terms))
            });
            self.deliver(&Inbox::of(&party), NoticeKind::Admission, &heard.sent(), heard.now);
            if is_new {
                for judgement in owed(judgements, heard) {
                    self.deliver(&Inbox::of(&party), judgement.kind, &judgement.sent(), heard.now);
                }
                self.parties.push(party);
            }
        }
        self
    }

    /// A case that had ended is open again where somebody is notified anew, as it happens and while the patient is there: who
    /// gets an admission notice is to plan, 2 kap. 6 §. The other parties are told, too.
    #[must_use]
    pub fn notified_again(mut self, heard: &Heard) -> Self {
        let is_news = self.new_notices().any(|notice| notice.kind == NoticeKind::Admission);
        if is_news && heard.entry.is_none() && !self.has_left() {
            let reason = ReopeningReason::NotifiedAgain;
            self = self.with_case(|case| case.reopened_by(reason, heard.recorded_at));
        }
        if self.has_reopened() {
            // Whoever comes with it never heard that it had ended.
            let was_there = |party: &&Party| self.as_read(party).is_some_and(|read| read.left_at.is_none());
            let others: Vec<_> = self.parties.iter().filter(was_there).cloned().collect();
            for party in &others {
                self.deliver(&Inbox::of(party), NoticeKind::CaseReopened, &heard.sent(), heard.now);
            }
        }
        self
    }

    /// Whether the case had ended as it was read, and is open again.
    pub fn has_reopened(&self) -> bool {
        self.read.ended().is_some() && self.case.ended().is_none()
    }

    /// Tells every party of the judgements that it was not told of while the case was over.
    #[must_use]
    pub fn catch_up(mut self, heard: &Heard, judgements: &[Judgement]) -> Self {
        for party in self.parties.clone() {
            let is_first =
                |notice: &&Notice| notice.is_in_inbox_of(&party.unit) && notice.kind == NoticeKind::Admission;
            let Some(notice) = self.notices.iter().find(is_first) else { continue };
            let notified = heard.earlier(&notice.source, party.since);
            for judgement in owed(judgements, &notified) {
                self.deliver(&Inbox::of(&party), judgement.kind, &judgement.sent(), heard.now);
            }
        }
        self
    }

    /// Tells every party.
    #[must_use]
    pub fn tell(mut self, kind: NoticeKind, heard: &Heard) -> Self {
        for party in self.parties.clone() {
            self.deliver(&Inbox::of(&party), kind, &heard.sent(), heard.now);
        }
        self
    }

    /// Opens a case with a care request (vårdbegäran): its sender and the units that are asked are the parties, and the
    /// latter are told.
    pub fn request(by: Recipient, asked: Vec<Recipient>, now: Timestamp) -> Self {
        let case = Case::requested(by.unit.clone(), now);
        let mut dossier = Self::new(case, Vec::new(), Vec::new());
        let source = format!("care-request:{}", dossier.case.case_id);
        let named: Vec<_> = asked.iter().map(|recipient| recipient.unit.clone()).collect();
        for recipient in std::iter::once(by).chain(asked) {
            let party = dossier.joins(recipient, now);
            dossier.parties.push(party);
        }
        dossier.inform(&named, NoticeKind::CareRequest, &source, now)
    }

    /// Applies what is decided of disclosure by now: to each receiving party either what was kept from it comes, or nothing
    /// comes any more, and it goes on reading the case as it is now.
    #[must_use]
    pub fn disclose(
        mut self,
        (consents, terms): (&Consents, Terms),
        live: &pb::Case,
        now: Timestamp,
    ) -> Self {
        let is_open = self.case.is_open();
        for party in &mut self.parties {
            if self.case.requested_by.as_ref() == Some(&party.unit) {
                continue;
            }
            let bars = consents.bars(&party.unit, terms);
            party.is_barred = bars.notices;
            match (party.is_kept_out(), bars.case) {
                (false, true) => party.keep_out(live.clone()),
                (true, false) => party.let_in(is_open),
                _ => {}
            }
            let held = self.notices.iter_mut().filter(|notice| notice.delivered_at.is_none());
            for notice in held.filter(|notice| notice.is_in_inbox_of(&party.unit) && !bars.notices) {
                notice.release(now);
                self.released.push(notice.notice_id);
            }
        }
        self
    }

    /// The stay never was: told to every party, whatever is kept from it.
    #[must_use]
    pub fn void(mut self, heard: &Heard) -> Self {
        self.parties.iter_mut().for_each(Party::void);
        self.uncalled().with_case(Case::voided).tell(NoticeKind::Voided, heard)
    }

    /// The record was taken away by law: what parties read in the place of the case says no more what was handed over.
    #[must_use]
    pub fn blanked(mut self) -> Self {
        self.parties.iter_mut().for_each(Party::blank);
        self
    }

    /// A message was voided: nor do those read it who read the case as it stood.
    #[must_use]
    pub fn taken_back(mut self, message: &Message) -> Self {
        self.parties.iter_mut().for_each(|party| party.take_back(&message.told()));
        self
    }

    /// Puts into the inboxes of some parties what a caller did just now.
    #[must_use]
    pub fn inform(mut self, units: &[HsaId], kind: NoticeKind, source: &str, now: Timestamp) -> Self {
        let sent = self.sent(source, now);
        for party in self.parties.clone().iter().filter(|party| units.contains(&party.unit)) {
            self.deliver(&Inbox::of(party), kind, &sent, now);
        }
        self
    }

    /// Whether and when what is done with it now was done before, on paper.
    #[must_use]
    pub fn entered(self, entry: Option<Entry>) -> Self {
        Self { entry, ..self }
    }

    /// What is done with it now is done by a unit that is not of the sending side.
    #[must_use]
    pub fn done_by(self, unit: &HsaId) -> Self {
        let is_senders = self.case.is_hospitals(unit) || self.case.requested_by.as_ref() == Some(unit);
        Self { by: (!is_senders).then(|| unit.clone()), ..self }
    }

    /// The sending of notices of what is done with it now.
    fn sent<'a>(&self, source: &'a str, now: Timestamp) -> Sent<'a> {
        Sent { source, at: self.done_at(now), entry_reason: Entry::reason(self.entry), by: self.by.clone() }
    }

    /// When what is done with it now was done.
    pub fn done_at(&self, now: Timestamp) -> Timestamp {
        Entry::stated_or(self.entry, now)
    }

    /// A unit that takes part.
    pub fn party(&self, unit: &HsaId) -> Option<&Party> {
        self.parties.iter().find(|party| party.unit == *unit)
    }

    /// Whether a unit is a party.
    pub fn has_party(&self, unit: &HsaId) -> bool {
        self.party(unit).is_some()
    }

    /// Whether something may be told to a unit: a party from which nothing is kept.
    pub fn may_tell(&self, unit: &HsaId) -> bool {
        self.parties.iter().any(|party| party.unit == *unit && !party.is_kept_out() && !party.is_barred)
    }

    /// Changes the case itself.
    #[must_use]
    pub fn with_case(mut self, change: impl FnOnce(Case) -> Case) -> Self {
        self.case = change(self.case);
        self
    }

    /// The case with its next version when anything was decided; none when everything was told before.
    pub fn decided(&self) -> Option<Case> {
        let changed = self.case != self.read
            || self.new_parties().next().is_some()
            || self.moved_parties().next().is_some()
            || self.notices.len() > self.notices_read;
        changed.then(|| self.next())
    }

    /// The case with its next version: whoever changes a part of it replaces it.
    pub fn next(&self) -> Case {
        Case { version: self.case.version + 1, ..self.case.clone() }
    }

    /// Parties that are yet to be written.
    pub fn new_parties(&self) -> impl Iterator<Item = Party> {
        let is_open = self.case.is_open();
        let new = self.parties.iter().filter(|party| self.as_read(party).is_none());
        new.map(
            move |party| if party.is_kept_out() { party.clone() } else { Party { is_open, ..party.clone() } },
        )
    }

    /// Parties that took no part before.
    pub fn joined_parties(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| self.as_read(party).is_none_or(|read| read.left_at.is_some()))
    }

    /// Parties as read, where the case was opened or closed since, something else is kept from them, or they left or came
    /// back.
    pub fn moved_parties(&self) -> impl Iterator<Item = Party> {
        let is_open = self.case.is_open();
        self.parties.iter().chain(&self.former).filter_map(move |party| {
            let read = self.as_read(party)?;
            let is_apart = party.is_kept_out() || party.left_at.is_some();
            let is_open = if is_apart { party.is_open } else { is_open };
            let moved = Party { is_open, ..party.clone() };
            (moved != *read).then(|| Party { version: read.version + 1, ..moved })
        })
    }

    /// Parties from which the case is kept from now on.
    pub fn kept_out(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| party.is_kept_out() && !self.was_kept_out(party).unwrap_or(false))
    }

    /// Parties that read it again.
    pub fn let_in(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| !party.is_kept_out() && self.was_kept_out(party).unwrap_or(false))
    }

    /// Parties that come back and read it, whatever was kept from them before they left.
    pub fn back_and_let_in(&self) -> impl Iterator<Item = &Party> {
        let is_back = |party: &&Party| self.as_read(party).is_some_and(|read| read.left_at.is_some());
        self.parties.iter().filter(is_back).filter(|party| !party.is_kept_out())
    }

    /// None of a party that is new.
    fn was_kept_out(&self, party: &Party) -> Option<bool> {
        self.as_read(party).map(Party::is_kept_out)
    }

    fn as_read(&self, party: &Party) -> Option<&Party> {
        self.parties_read.iter().find(|read| read.unit == party.unit)
    }

    /// Notices that are yet to be written.
    pub fn new_notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().skip(self.notices_read)
    }

    /// Notices that were there before.
    pub fn earlier_notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices
            .iter()
            .take(self.notices_read)
            .filter(|notice| !self.released.contains(&notice.notice_id))
    }

    /// Notices that were there and changed, but for those that are delivered now.
    pub fn moved_notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| self.moved.contains(&notice.notice_id))
    }

    /// Notices that were held and are delivered now.
    pub fn released_notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| self.released.contains(&notice.notice_id))
    }

    /// A unit becomes a party, once more where it was one.
    fn joins(&mut self, Recipient { unit, municipality }: Recipient, since: Timestamp) -> Party {
        let place = self.former.iter().position(|party| party.unit == unit);
        let version = place.map_or(1, |place| self.former.remove(place).version);
        Party {
            case_id: self.case.case_id,
            unit,
            municipality,
            since,
            version,
            opened_at: self.case.opened_at,
            is_open: self.case.is_open(),
            is_barred: false,
            shown: None,
            shown_state: None,
            left_at: None,
            left_reason: RemovalReason::Unspecified,
            left_to: None,
            calls_by: None,
        }
    }
}

fn audience<'a>(case: &Case, parties: impl Iterator<Item = &'a Party>) -> Audience {
    parties.fold(case.senders(), |audience, party| audience.and(party.audience()))
}

/// The state of a stay's case. A notice from the papers of the reserve routine may come after the departure.
fn state(stay: &Stay) -> CaseState {
    match stay.state {
        AdmissionState::Discharged => CaseState::Discharged,
        AdmissionState::Deceased => CaseState::Deceased,
        AdmissionState::Voided => CaseState::Voided,
        _ if stay.ready => CaseState::Ready,
        _ => CaseState::Planning,
    }
}
