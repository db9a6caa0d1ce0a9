//! `ListFunctionContacts`: where functions at units of the own organisation are reached.

use hemgang_core::directory::{Contact, ContactOf};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, Page};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListFunctionContactsRequest,
) -> Result<pb::ListFunctionContactsResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let today = fields.today();
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let on = fields.optional_day("on", req.on.as_ref());
    let (page, on) = fields.finish(|| Some((page?, on?.unwrap_or(today))))?;

    let directory = call.directory(cx);
    let id = |of: &ContactOf| format!("{} {}", of.unit, of.function);
    let held = directory.contacts().filter_map(|(of, rows)| {
        let contact = rows.iter().rfind(|contact| contact.valid_from <= on)?;
        let administrators = Audience::administrators(directory.municipality_running(&of.unit, on));
        let is_wanted = id(of) > page.id() && call.sight.admits(&administrators);
        is_wanted.then_some((of, contact))
    });
    let mut held: Vec<(&ContactOf, &Contact)> = held.collect();
    held.sort_by_key(|(of, _)| id(of));
    let next_page_token = page.cut(&mut held, |(of, _)| (0, id(of)));
    let contacts = held.into_iter().map(|(of, contact)| wire::contact(of, contact)).collect();
    Ok(pb::ListFunctionContactsResponse { contacts, next_page_token })
}
