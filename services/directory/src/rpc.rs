//! `DirectoryService`: one line an RPC, one file an RPC.

mod add_unit;
mod assign_person;
mod change_unit;
mod close_unit;
mod end_assignment;
mod end_routing_rule;
mod get_calendar;
mod get_unit;
mod import_units;
mod list_assignments;
mod list_function_contacts;
mod list_municipalities;
mod list_routing_rules;
mod list_units;
mod set_function_contact;
mod set_office_hours;
mod set_routing_rule;
#[cfg(test)]
mod tests;
mod unit;

use hemgang_db::Change;
use hemgang_feed::{Subject, Telling};
use hemgang_proto::{
    directory::{self as pb, directory_service_server::DirectoryService},
    google::r#type::Date as WireDate,
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, Shows};
use jiff::civil::Date;
use prost::Message;

/// Answers `DirectoryService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    DirectoryService,
    commands {
        add_unit(AddUnitRequest) -> AddUnitResponse,
        change_unit(ChangeUnitRequest) -> ChangeUnitResponse,
        close_unit(CloseUnitRequest) -> CloseUnitResponse,
        import_units(ImportUnitsRequest) -> ImportUnitsResponse,
        assign_person(AssignPersonRequest) -> AssignPersonResponse,
        end_assignment(EndAssignmentRequest) -> EndAssignmentResponse,
        set_routing_rule(SetRoutingRuleRequest) -> SetRoutingRuleResponse,
        end_routing_rule(EndRoutingRuleRequest) -> EndRoutingRuleResponse,
        set_office_hours(SetOfficeHoursRequest) -> SetOfficeHoursResponse,
        set_function_contact(SetFunctionContactRequest) -> SetFunctionContactResponse,
    }
    reads {
        get_unit(GetUnitRequest) -> GetUnitResponse,
        list_units(ListUnitsRequest) -> ListUnitsResponse,
        list_municipalities(ListMunicipalitiesRequest) -> ListMunicipalitiesResponse,
        list_assignments(ListAssignmentsRequest) -> ListAssignmentsResponse,
        list_routing_rules(ListRoutingRulesRequest) -> ListRoutingRulesResponse,
        list_function_contacts(ListFunctionContactsRequest) -> ListFunctionContactsResponse,
        get_calendar(GetCalendarRequest) -> GetCalendarResponse,
    }
}

/// What is the same of every event that a call tells; each has an audience of its own.
fn telling(cx: &Context, call: &Call) -> Telling {
    Telling::by(cx, call, Subject::Organisation, call.now, Audience::default())
}

/// Commits, and answers when the change holds in this process: the next call of the same client is decided by it. Other
/// processes follow within a second or so.
async fn commit<T: Message + Default + Shows>(
    cx: &Context,
    call: &Call,
    change: Change,
    response: T,
) -> Result<T, Failure> {
    let response = call.commit(cx, change, response).await?;
    if let Err(behind) = cx.directory.catch_up().await {
        tracing::debug!(%behind, "what was committed holds a little later");
    }
    Ok(response)
}

/// The first and last day of what a request dates.
fn period(
    fields: &mut Fields<'_>,
    path: &str,
    (from, to): (Option<&WireDate>, Option<&WireDate>),
) -> Option<(Date, Option<Date>)> {
    let from = effective(fields, &format!("{path}valid_from"), from);
    let to = fields.optional_day(&format!("{path}valid_to"), to);
    if let (Some(from), Some(Some(to))) = (from, to)
        && to < from
    {
        fields.wrong(format!("{path}valid_to"), "lies before valid_from");
    }
    Some((from?, to?))
}

/// The day from which something holds: today when none is named, and never a day that is past.
fn effective(fields: &mut Fields<'_>, field: &str, on: Option<&WireDate>) -> Option<Date> {
    let today = fields.today();
    let day = fields.optional_day(field, on)?.unwrap_or(today);
    if day < today {
        fields.wrong(field, "lies in the past");
        return None;
    }
    Some(day)
}
