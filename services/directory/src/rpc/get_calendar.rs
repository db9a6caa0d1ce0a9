//! `GetCalendar`: when a unit is manned on each day of a period.

use hemgang_core::{
    day::{days_between, holiday},
    place::HsaId,
};
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields, wire};
use jiff::{ToSpan as _, civil::Date};

/// The longest period.
const LONGEST: i64 = 366;

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetCalendarRequest,
) -> Result<pb::GetCalendarResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let today = fields.today();
    let id = fields.parsed::<HsaId>("hsa_id", &req.hsa_id);
    let from = fields.optional_day("from", req.from.as_ref()).map(|from| from.unwrap_or(today));
    let to = fields.optional_day("to", req.to.as_ref());
    if let (Some(from), Some(Some(to))) = (from, to)
        && !(0..=LONGEST).contains(&days_between(from, to))
    {
        fields.wrong("to", "must not be before from, nor more than a year after it");
    }
    let (id, from, to) = fields.finish(|| Some((id?, from?, to?.or(from)?)))?;
    let directory = call.directory(cx);
    if !directory.knows(&id) {
        return Err(Failure::NotFound { resource: "unit", name: id.to_string() });
    }
    let day = |on: Date| {
        let unit = directory.unit(&id, on)?;
        let hours = directory.open(unit, on);
        Some(pb::CalendarDay {
            on: Some(wire::date(on)),
            opens: hours.map(|(opens, _)| opens.to_string()).unwrap_or_default(),
            closes: hours.map(|(_, closes)| closes.to_string()).unwrap_or_default(),
            holiday: holiday(on).unwrap_or_default().to_owned(),
        })
    };
    let days = from.series(1.day()).take_while(|on| *on <= to).filter_map(day).collect();
    Ok(pb::GetCalendarResponse { days })
}
