//! `SetRelatedPersons`: who is around the patient.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, RelatedPerson, RelatedPersonRole, set_related_persons_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::{
    domain::related_persons::{RelatedPersons, has_words},
    error::Error,
    store,
};

/// How many are known at most.
const MOST: usize = 30;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SetRelatedPersonsRequest,
) -> Result<pb::SetRelatedPersonsResponse, Error> {
    let (key, persons, by) = parse(cx, call, &req)?;
    let dossier = arrange::open(cx, call, key, &req.etag).await?;
    if has_words(&persons) {
        arrange::may_be_named(cx, &dossier).await?;
    }
    let case_id = dossier.case.case_id;
    let before = store::related_persons::get(&cx.db, case_id).await?;
    let by = (case_id, call.caller.unit.clone(), by);
    let (related, event) = RelatedPersons::set(before.as_ref(), by, &persons, call.now)?;
    let change = arrange::change(cx, call, (&dossier, call.now), &related, [event])?;
    let case = pb::Case { related_persons: Some(related.told()?), ..arrange::shown(&dossier) };
    Ok(call.commit(cx, change, pb::SetRelatedPersonsResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::SetRelatedPersonsRequest,
) -> Result<(Key, Vec<RelatedPerson>, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, set_related_persons_request));
    if req.persons.len() > MOST {
        fields.wrong("persons", format!("must be at most {MOST}"));
    }
    let persons = fields.each("persons", &req.persons, person);
    if req.persons.iter().filter(|person| person.told_first).count() > 1 {
        fields.wrong("persons", "must name one alone who is told first");
    }
    let by = acting(&mut fields, call, "recorded_by", &req.recorded_by);
    fields.finish(|| Some((key?, persons.into_iter().collect::<Option<_>>()?, by?)))
}

fn person(fields: &mut Fields<'_>, path: &str, said: &RelatedPerson) -> Option<RelatedPerson> {
    let role = fields.choice::<RelatedPersonRole>(&format!("{path}.role"), said.role);
    let is_interpreter = role == Some(RelatedPersonRole::Interpreter);
    let (name_path, language_path) = (format!("{path}.name"), format!("{path}.language"));
    let name = if is_interpreter {
        fields.text(&name_path, said.name.trim())
    } else {
        fields.required_text(&name_path, said.name.trim())
    };
    if is_interpreter != is_tag(&said.language) {
        let wanted = if is_interpreter { "must be a tag as ar or fi" } else { "is only of an interpreter" };
        if is_interpreter || !said.language.is_empty() {
            fields.wrong(language_path, wanted);
        }
    }
    let telephone = fields.text(&format!("{path}.telephone"), said.telephone.trim());
    let note = fields.text(&format!("{path}.note"), said.note.trim());
    let (told_first, language) = (said.told_first, said.language.clone());
    Some(RelatedPerson {
        role: role?.into(),
        name: name?,
        telephone: telephone?,
        told_first,
        language,
        note: note?,
    })
}

/// Whether a text may be a tag of BCP 47: subtags of letters and digits, the first of letters.
fn is_tag(text: &str) -> bool {
    let is_subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|it| it.is_ascii_alphabetic())
        && text.split('-').all(is_subtag)
}
