//! A question about one person's data: whose, in which period, which page.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use hemgang_core::person::{PersonId, PersonIdFault};
use hemgang_proto::common::{self, AccessEntry};
use hemgang_rpc::{Call, Failure, Fields, Page, Shown};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

use crate::{
    Log,
    domain::index::Listed,
    index,
    store::{self, person::Subjects},
};

/// How long a question waits for the feeds, which are followed seldom.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// From, and before.
pub type Period = (Timestamp, Timestamp);

/// An entry, and where it stands.
pub struct Found {
    pub listed: Listed,
    pub entry: AccessEntry,
}

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

/// A page of the accesses to a person's data that the caller may know of, the latest first, what is about that person, and
/// the token of the next page. The question itself is an access to that person's data.
pub async fn accesses(
    log: &Log,
    call: &Call,
    person_id: Option<&common::PersonId>,
    (from, to): (Option<&WireTimestamp>, Option<&WireTimestamp>),
    (page_size, page_token): (i32, &str),
) -> Result<(Vec<Found>, BTreeSet<String>, String), Failure> {
    let mut fields = Fields::new(log, call);
    let page = Page::read(&mut fields, page_size, page_token);
    let person = person(&mut fields, person_id);
    let period = period(&mut fields, from, to);
    let (page, person, period) = fields.finish(|| Some((page?, person?, period?)))?;

    // Whose an admission is, and what was changed, the feeds tell.
    log.catch_up_within(PATIENCE).await?;
    let about = store::person::subjects(&log.db, person.oid(), person.value()).await?;
    let all = about.all();
    let shown = shown(log, &own(log, call, &all).await?, about).await?;
    call.record(log, shown).await?;
    let mut listed = own(log, call, &all).await?;
    listed.retain(|row| (period.0..period.1).contains(&row.at));
    listed.sort_by_cached_key(|row| std::cmp::Reverse(key(row)));
    listed.retain(|row| key(row) < (page.below(), page.id()) || page.is_first());
    let next = page.cut(&mut listed, key);
    Ok((found(log, listed).await?, all, next))
}

/// The accesses of the caller's organisation to what is about a person: all that were durable when it is called.
async fn own(log: &Log, call: &Call, subjects: &BTreeSet<String>) -> Result<Vec<Listed>, Failure> {
    index::all(&log.db).await?;
    let mut listed = store::listed::of_any(&log.db, subjects).await?;
    let own = call.sight.accesses();
    listed.retain(|row| row.organisation == own);
    Ok(listed)
}

/// What is written down of the question: what the accesses that it is answered with are about, and no more. The next
/// question finds it, and an id of what only others know would tell that the person was in hospital.
async fn shown(log: &Log, own: &[Listed], about: Subjects) -> Result<Shown, Failure> {
    let own: HashSet<_> = own.iter().map(|row| (row.chain.as_str(), row.number)).collect();
    let rows = store::listed::about_any(&log.db, &about.all()).await?;
    let rows = rows.into_iter().filter(|row| own.contains(&(row.chain.as_str(), row.number)));
    let told: BTreeSet<_> = rows.map(|row| row.subject).collect();
    let of = |ids: BTreeSet<String>| ids.into_iter().filter(|id| told.contains(id)).collect();
    Ok(Shown { patients: of(about.patients), admissions: of(about.admissions), cases: of(about.cases) })
}

/// What is listed, as the log has it.
pub async fn found(log: &Log, listed: Vec<Listed>) -> Result<Vec<Found>, Failure> {
    let places: HashSet<_> = listed.iter().map(|row| (row.chain.as_str(), row.link)).collect();
    let links = store::link::at(&log.db, places).await?;
    let mut said: HashMap<_, _> = links
        .iter()
        .flat_map(|link| link.numbered().map(|(number, entry)| ((link.chain.clone(), number), entry)))
        .collect();
    let found = |row: Listed| {
        let entry = said.remove(&(row.chain.clone(), row.number));
        let entry = entry.ok_or_else(|| Failure::Internal("an entry that is listed and not there".into()))?;
        Ok(Found { listed: row, entry })
    };
    listed.into_iter().map(found).collect()
}

/// What pages are cut by.
pub fn key(row: &Listed) -> (i64, String) {
    (row.at.as_microsecond(), format!("{}/{:020}", row.chain, row.number))
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
