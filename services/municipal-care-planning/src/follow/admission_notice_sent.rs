//! `AdmissionNoticeSent` (inskrivningsmeddelande): the first one opens the case, 2 kap. 1 and 6 §§.

use hemgang_core::day::local_day;
use hemgang_db::Change;
use hemgang_proto::admission::AdmissionNoticeSent;
use hemgang_rpc::{Context, Failure};

use super::{delivery, homecoming, sight, unit};
use crate::{
    domain::{
        consent::Terms,
        dossier::{Dossier, Recipient},
        heard::Heard,
        stay::Stay,
    },
    store,
};

pub fn project(stay: Stay, heard: &Heard, said: &AdmissionNoticeSent) -> Stay {
    // It carries what stands in admission by now, whenever the notice itself was sent.
    stay.expect(said.expected_discharge, heard.recorded_at)
}

pub async fn react(cx: &Context, heard: &Heard, said: &AdmissionNoticeSent) -> Result<Change, Failure> {
    let stay = store::stay::get(&cx.db, heard.admission_id).await?;
    let judgements = store::judgement::list(&cx.db, heard.admission_id).await?;
    let consents = store::consent::get(&cx.db, heard.admission_id.to_string()).await?;
    let dossier = match store::dossier::find(&cx.db, heard.admission_id).await? {
        Some(dossier) => dossier,
        None => Dossier::open(&stay, heard)?,
    };
    let mut recipients = Vec::new();
    for hsa_id in &said.recipients {
        recipients.push(recipient(cx, heard, hsa_id).await?);
    }
    let units: Vec<_> = recipients.iter().map(|recipient| recipient.unit.clone()).collect();
    let back = homecoming::notified(cx, &stay, &units).await?;
    // Whenever the notice was sent, what it opens is disclosed now: what was given until a day before has ended.
    let terms = Terms { on: local_day(heard.now), ..Terms::at(cx.own.disclosure, heard.sent_at()) };
    let is_opened = dossier.case.version == 0;
    let dossier = dossier.notify(recipients, heard, &judgements, (&consents, terms)).notified_again(heard);
    let shared = sight::change(cx, &dossier, &project(stay, heard, said), heard).await?;
    let change = shared.and(delivery::change(cx, &dossier)?).and(back);
    // Whoever records a decision at this moment, and finds no case, must find it.
    Ok(if is_opened { change.put(&consents.next()) } else { change })
}

/// The unit with the municipality that runs it, as the directory knew it when the notice was sent.
async fn recipient(cx: &Context, heard: &Heard, hsa_id: &str) -> Result<Recipient, Failure> {
    let id = unit(hsa_id)?;
    let directory = cx.directory.knowing(&id).await?;
    let municipality = directory.municipality_running(&id, local_day(heard.sent_at())).cloned();
    Ok(Recipient { unit: id, municipality })
}
