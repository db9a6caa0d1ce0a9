//! A question about one person's data: whose, in which period, which page.

use std::collections::BTreeSet;

use std::time::Duration;

use hemgang_core::person::{PersonId, PersonIdFault};
use hemgang_proto::common;
use hemgang_rpc::{Call, Failure, Fields, Page, Shown};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

use crate::{Log, domain::entry::Kept, index, store};

/// How long a question waits for the feeds, which are followed seldom.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// From, and before.
pub type Period = (Timestamp, Timestamp);

/// Reads a period: all of time where nothing is said.
pub fn period(
    fields: &mut Fields<'_>,
    from: Option<&WireTimestamp>,
    to: Option<&WireTimestamp>,
) -> Option<Period> {
    let mut bound = |field: &str, said: Option<&WireTimestamp>, otherwise| match said {
        Some(_) => fields.instant(field, said),
        None => Some(otherwise),
    };
    Some((bound("from", from, Timestamp::UNIX_EPOCH)?, bound("to", to, Timestamp::MAX)?))
}

/// The accesses to a person's data that the caller may know of, the latest first, and the token of the next page. The
/// question itself is an access to that person's data.
pub async fn accesses(
    log: &Log,
    call: &Call,
    person_id: Option<&common::PersonId>,
    (from, to): (Option<&WireTimestamp>, Option<&WireTimestamp>),
    (page_size, page_token): (i32, &str),
) -> Result<(Vec<Kept>, BTreeSet<String>, String), Failure> {
    let mut fields = Fields::new(log, call);
    let page = Page::read(&mut fields, page_size, page_token);
    let person = person(&mut fields, person_id);
    let period = period(&mut fields, from, to);
    let (page, person, period) = fields.finish(|| Some((page?, person?, period?)))?;

    // Whose an admission is, and what was changed, the feeds tell.
    log.catch_up_within(PATIENCE).await?;
    let subjects = store::person::subjects(&log.db, person.oid(), person.value()).await?;
    call.record(log, shown(&own(log, call, &subjects).await?, &subjects)?).await?;
    let mut kept = own(log, call, &subjects).await?;
    kept.retain(|kept| (period.0..period.1).contains(&kept.at));
    kept.sort_by_cached_key(|kept| std::cmp::Reverse(key(kept)));
    kept.retain(|kept| key(kept) < (page.below(), page.id()) || page.is_first());
    let next = page.cut(&mut kept, key);
    Ok((kept, subjects, next))
}

/// The accesses of the caller's organisation to what is about a person: all that were durable when it is called.
async fn own(log: &Log, call: &Call, subjects: &BTreeSet<String>) -> Result<Vec<Kept>, Failure> {
    index::all(&log.db).await?;
    let mut kept = store::entry::about_any(&log.db, subjects).await?;
    let own = call.sight.accesses();
    kept.retain(|kept| kept.organisation == own);
    Ok(kept)
}

/// What is written down of the question: what the accesses that it is answered with are about, and no more. The next
/// question finds it, and an id of what only others know would tell that the person was in hospital.
fn shown(kept: &[Kept], subjects: &BTreeSet<String>) -> Result<Shown, Failure> {
    let mut shown = Shown::default();
    for kept in kept {
        let said = kept.said()?;
        let of = |ids: Vec<String>| ids.into_iter().filter(|id| subjects.contains(id));
        shown.admissions.extend(of(said.admission_ids));
        shown.cases.extend(of(said.case_ids));
        shown.patients.extend(of(said.patient_ids));
    }
    Ok(shown)
}

/// What pages are cut by.
pub fn key(kept: &Kept) -> (i64, String) {
    (kept.at.as_microsecond(), format!("{}/{:020}", kept.chain, kept.number))
}

fn person(fields: &mut Fields<'_>, said: Option<&common::PersonId>) -> Option<PersonId> {
    let Some(said) = said else {
        fields.wrong("person_id", "is required");
        return None;
    };
    let read = PersonId::parse_unchecked_digit_at(&said.oid, &said.value, fields.today());
    let part = |fault| if fault == PersonIdFault::UnknownOid { "oid" } else { "value" };
    read.map_err(|fault| fields.wrong(format!("person_id.{}", part(fault)), fault)).ok().map(|read| read.id)
}
