//! `SetOfficeHours`: when units of an organisation are manned, from a day on.

use hemgang_core::directory::{Clock, HoursOf, OfficeHours, Opening};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields};

use crate::{
    error::Error,
    store::{self, tell},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SetOfficeHoursRequest,
) -> Result<pb::SetOfficeHoursResponse, Error> {
    let (of, hours) = parse(cx, call, req.hours.as_ref())?;
    let administrators = wire::hours_audience(&of);
    call.require(&administrators)?;
    let root = store::root(&cx.db).await?;
    let (stands, mut rows): (Vec<_>, Vec<_>) = store::office_hours::list(&cx.db, &of)
        .await?
        .into_iter()
        .partition(|other| other.valid_from == hours.valid_from);
    rows.push(hours.clone());
    rows.sort_by_key(|hours| hours.valid_from);

    let event = tell(&super::telling(cx, call), administrators, wire::office_hours_event(&of, &rows))?;
    let change = root.step().and(store::office_hours::replace(&of, stands.first(), &hours)).and(event);
    let response = pb::SetOfficeHoursResponse { hours: Some(wire::office_hours(&of, &hours)) };
    Ok(super::commit(cx, call, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    said: Option<&pb::OfficeHours>,
) -> Result<(HoursOf, OfficeHours), Failure> {
    let mut fields = Fields::new(cx, call);
    let Some(said) = said else {
        fields.wrong("hours", "is required");
        return fields.finish(|| None);
    };
    let municipality = fields.municipality("hours.municipality", &said.municipality);
    let kind = fields.choice_or_default("hours.kind", said.kind).map(wire::read_kind);
    if let (Some(municipality), Some(Some(kind))) = (&municipality, kind)
        && municipality.is_some() != kind.is_municipal()
    {
        fields.wrong("hours.kind", "is no kind of unit that the organisation runs");
    }
    let mut weekdays = Vec::new();
    let week = fields.each("hours.week", &said.week, |fields, path, said| {
        let opening = opening(fields, path, said)?;
        if weekdays.contains(&opening.weekday) {
            fields.wrong(format!("{path}.weekday"), "stands twice");
        }
        weekdays.push(opening.weekday);
        Some(opening)
    });
    let valid_from = super::effective(&mut fields, "hours.valid_from", said.valid_from.as_ref());
    fields.finish(|| {
        let week = week.into_iter().collect::<Option<Vec<_>>>()?;
        let of = HoursOf { municipality: municipality?, kind: kind? };
        Some((of, OfficeHours { week, on_holidays: said.on_holidays, valid_from: valid_from? }))
    })
}

fn opening(fields: &mut Fields<'_>, path: &str, said: &pb::Opening) -> Option<Opening> {
    let weekday = i8::try_from(said.weekday).ok().filter(|day| (1..=7).contains(day));
    if weekday.is_none() {
        fields.wrong(format!("{path}.weekday"), "must be from 1 (Monday) to 7");
    }
    let opens = fields.parsed::<Clock>(&format!("{path}.opens"), &said.opens);
    let closes = fields.parsed::<Clock>(&format!("{path}.closes"), &said.closes);
    if opens.zip(closes).is_some_and(|(opens, closes)| closes <= opens) {
        fields.wrong(format!("{path}.closes"), "is not after opens");
    }
    Some(Opening { weekday: weekday?, opens: opens?, closes: closes? })
}
