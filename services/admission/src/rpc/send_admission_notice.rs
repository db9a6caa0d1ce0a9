//! `SendAdmissionNotice`: the ward tells units that they may be needed (2 kap. 1–3 §§).

use hemgang_core::{
    directory::{Unit, UnitKind},
    expected::ExpectedDischarge,
    id::AdmissionId,
};
use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{change, load, view};
use crate::{
    error::Error,
    store::{self, notice::Notice},
};

/// Kinds of unit that can be addressed.
const ADDRESSABLE: [UnitKind; 3] =
    [UnitKind::MunicipalUnit, UnitKind::MunicipalReception, UnitKind::Outpatient];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SendAdmissionNoticeRequest,
) -> Result<pb::SendAdmissionNoticeResponse, Error> {
    let Input { id, recipients, expected, entry } = Input::parse(cx, call, &req)?;
    let episode = load(cx, call, id, &req.etag).await?;
    let earlier = store::notice::list(&cx.db, id).await?;

    let sent_at = Entry::stated_or(entry, call.now);
    let sent_on = hemgang_core::day::local_day(sent_at);
    let outpatient =
        |id| call.directory(cx).unit(id, sent_on).is_some_and(|unit| unit.kind == UnitKind::Outpatient);
    let told = earlier.iter().flat_map(|notice| &notice.recipients).any(outpatient)
        || recipients.iter().any(|unit| unit.kind == UnitKind::Outpatient);
    let addressed: Vec<_> = recipients.iter().map(|unit| unit.hsa_id.clone()).collect();
    let (episode, event) = episode.send_notice(&addressed, told, expected, entry)?;

    let sent = Notice { admission_id: id, number: episode.notices, sent_at, sent_on, recipients: addressed };
    let mut admission = view::changed(cx, &episode).await?;
    let older = earlier.iter().filter(|notice| notice.sent_at <= sent_at).count();
    admission.admission_notices.insert(older, view::notice(&sent));
    let response = pb::SendAdmissionNoticeResponse { admission: Some(admission) };
    let change = change(cx, call, &episode, (sent_at, entry), event)?.insert(&sent);
    Ok(call.commit(cx, change, response).await?)
}

struct Input<'a> {
    id: AdmissionId,
    recipients: Vec<&'a Unit>,
    expected: Option<ExpectedDischarge>,
    entry: Option<Entry>,
}

impl<'a> Input<'a> {
    fn parse(cx: &Context, call: &'a Call, req: &pb::SendAdmissionNoticeRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let entry = fields.entry(req.retrospective_entry.as_ref());
        let id = fields.parsed("admission_id", &req.admission_id);
        if req.recipients.is_empty() {
            fields.wrong("recipients", "needs at least one unit");
        }
        let mut recipients: Vec<Option<&Unit>> = Vec::new();
        let named = fields
            .each("recipients", &req.recipients, |fields, path, id| fields.unit(path, id, &ADDRESSABLE));
        for unit in named {
            // A unit named twice is told once.
            if unit.is_none() || !recipients.contains(&unit) {
                recipients.push(unit);
            }
        }
        let expected = fields.expected("expected_discharge", req.expected_discharge.as_ref());
        fields.finish(|| {
            let recipients = recipients.into_iter().collect::<Option<_>>()?;
            Some(Self { id: id?, recipients, expected: expected?, entry: entry? })
        })
    }
}
