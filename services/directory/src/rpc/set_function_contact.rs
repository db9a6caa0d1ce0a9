//! `SetFunctionContact`: where a function at a unit is reached, from a day on.

use hemgang_core::directory::{Contact, ContactOf, MailAddress};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};

use crate::{
    error::Error,
    store::{self, tell},
};

/// The most addresses of a function: who needs more has a list of the mail server.
const MOST: usize = 10;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SetFunctionContactRequest,
) -> Result<pb::SetFunctionContactResponse, Error> {
    let (of, contact) = parse(cx, call, req.contact.as_ref())?;
    let directory = call.directory(cx);
    let Some(unit) = directory.rows(&of.unit).last() else {
        return Err(Error::field("contact.unit", "is not a unit in the directory"));
    };
    let administrators = Audience::administrators(unit.run_by());
    call.require(&administrators)?;
    if directory.unit(&of.unit, contact.valid_from).is_none() {
        return Err(Error::UnitClosed { unit: of.unit });
    }
    let root = store::root(&cx.db).await?;
    let (stands, mut rows): (Vec<_>, Vec<_>) = store::contact::list(&cx.db, &of)
        .await?
        .into_iter()
        .partition(|other| other.valid_from == contact.valid_from);
    rows.push(contact.clone());
    rows.sort_by_key(|contact| contact.valid_from);

    let event = tell(&super::telling(cx, call), administrators, wire::contacts_event(&of, &rows))?;
    let change = root.step().and(store::contact::replace(&of, stands.first(), &contact)).and(event);
    let response = pb::SetFunctionContactResponse { contact: Some(wire::contact(&of, &contact)) };
    Ok(super::commit(cx, call, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    said: Option<&pb::FunctionContact>,
) -> Result<(ContactOf, Contact), Failure> {
    let mut fields = Fields::new(cx, call);
    let Some(said) = said else {
        fields.wrong("contact", "is required");
        return fields.finish(|| None);
    };
    let unit = fields.parsed("contact.unit", &said.unit);
    let function = fields.choice("contact.function", said.function).and_then(wire::read_function);
    let mut known = Vec::new();
    let addresses = fields.each("contact.addresses", &said.addresses, |fields, path, said| {
        let address = fields.parsed::<MailAddress>(path, said)?;
        if known.contains(&address) {
            fields.wrong(path, "stands twice");
        }
        known.push(address.clone());
        Some(address)
    });
    if said.addresses.len() > MOST {
        fields.wrong("contact.addresses", format!("must be {MOST} at most"));
    }
    let valid_from = super::effective(&mut fields, "contact.valid_from", said.valid_from.as_ref());
    fields.finish(|| {
        let addresses = addresses.into_iter().collect::<Option<Vec<_>>>()?;
        let of = ContactOf { unit: unit?, function: function? };
        Some((of, Contact { addresses, valid_from: valid_from? }))
    })
}
