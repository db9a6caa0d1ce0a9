//! Whether a simulated region is what the design accepts.

use anyhow::{Context as _, Result};
use hemgang_core::day::days_between;
use hemgang_proto::common::{
    ListIndicatorCasesRequest, Period, indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::{Peer, wire};
use jiff::{ToSpan as _, civil::Date};
use serde_json::{Value, json};

use super::{
    figures::Printed,
    plan::Size,
    region::{
        ACCEPTED_BEDS_HELD, ACCEPTED_LATER_MEAN, ACCEPTED_OCCUPANCY, ACCEPTED_PLANNING,
        ACCEPTED_PLANNING_ON_DISTANCE, ACCEPTED_SAME_DAY, ACCEPTED_SIP, ACCEPTED_SIP_ON_DISTANCE,
        DAYS_A_MONTH, FILLING_DAYS,
    },
};
use crate::target::told;

/// One part of the acceptance row.
#[derive(Debug)]
pub struct Part {
    pub what: &'static str,
    pub accepted: String,
    pub measured: String,
    pub met: bool,
}

/// What patients took of the region's beds in the days when it was full: it begins with nobody in them, and of those
/// who are still there at the end nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct Beds {
    /// Nights of stays, and of those the nights as ready.
    pub taken: i64,
    pub held: i64,
    /// Disponibla beds, scaled to the admissions, times nights.
    pub available: f64,
}

/// Reads how full the beds were, from the cases behind the figures; none of a run that has hardly filled them.
pub async fn read_beds(peer: &Peer, size: &Size) -> Result<Option<Beds>> {
    let nights = size.days - 2 * FILLING_DAYS;
    if nights < FILLING_DAYS {
        return Ok(None);
    }
    let from = size.from.checked_add(FILLING_DAYS.days())?;
    let to = from.checked_add(nights.days())?;
    let within = |cases: Vec<(Date, i64)>| cases.into_iter().map(|case| nights_within(case, from, to)).sum();
    let taken = within(cases(peer, ("stay_days", "all"), size).await?);
    let held = within(cases(peer, ("ready_days", ""), size).await?);
    #[expect(clippy::cast_precision_loss, reason = "a number of nights is small")]
    let available = size.beds() * nights as f64;
    Ok(Some(Beds { taken, held, available }))
}

/// How many of so many nights before a day lie within a period, its last day excluded.
pub fn nights_within((left_on, nights): (Date, i64), from: Date, to: Date) -> i64 {
    let came_on = left_on.saturating_sub(nights.days());
    days_between(came_on.max(from), left_on.min(to)).max(0)
}

/// The day and the days of every case behind a figure of days.
async fn cases(
    peer: &Peer,
    (id, variant): (&'static str, &'static str),
    size: &Size,
) -> Result<Vec<(Date, i64)>> {
    let mut client = IndicatorServiceClient::new(peer.clone());
    let mut request = ListIndicatorCasesRequest {
        indicator_id: id.to_owned(),
        variant: variant.to_owned(),
        period: Some(Period { from: Some(wire::date(size.from)), to: Some(wire::date(size.last())) }),
        page_size: 500,
        ..Default::default()
    };
    let mut cases = Vec::new();
    loop {
        let page =
            client.list_indicator_cases(request.clone()).await.map_err(|status| told(&status))?.into_inner();
        for case in page.cases {
            let on = case.on.as_ref().and_then(wire::day).context("a case without a day")?;
            cases.push((on, case.numerator));
        }
        if page.next_page_token.is_empty() {
            return Ok(cases);
        }
        request.page_token = page.next_page_token;
    }
}

/// The acceptance row of `practice.md` §5.
pub fn accept(figures: &[Printed], beds: Option<Beds>, size: &Size) -> Vec<Part> {
    let find = |id, variant| figures.iter().find(|printed| (printed.id, printed.variant) == (id, variant));
    let value = |id, variant| find(id, variant).and_then(|printed| printed.figure.value);
    #[expect(clippy::cast_precision_loss, reason = "a number of meetings is small")]
    let a_month = |id| {
        let held = find(id, "").map(|printed| printed.figure.denominator as f64);
        held.map(|held| held / size.days as f64 * DAYS_A_MONTH / size.scale())
    };
    let meetings = |count: f64| format!("{count:.0} a month");
    #[expect(clippy::cast_precision_loss, reason = "days are far below 2^52")]
    let share = |days: fn(Beds) -> i64| beds.map(|beds| days(beds) as f64 / beds.available);
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    vec![
        Part::of("same day", value("same_day", ""), ACCEPTED_SAME_DAY, percent),
        Part::of("mean of ≥ 1 day", value("ready_days", "skr"), ACCEPTED_LATER_MEAN, |mean| {
            format!("{mean:.2} days")
        }),
        Part::of("beds held", share(|beds| beds.held), ACCEPTED_BEDS_HELD, percent),
        Part::of("occupancy", share(|beds| beds.taken), ACCEPTED_OCCUPANCY, percent),
        Part::of("planning meetings", a_month("planning_meetings"), ACCEPTED_PLANNING, meetings),
        Part::of(
            "planning on distance",
            value("planning_meetings", ""),
            ACCEPTED_PLANNING_ON_DISTANCE,
            percent,
        ),
        Part::of("SIP meetings", a_month("sip_meetings"), ACCEPTED_SIP, meetings),
        Part::of("SIP on distance", value("sip_meetings", ""), ACCEPTED_SIP_ON_DISTANCE, percent),
    ]
}

impl Part {
    fn of(
        what: &'static str,
        value: Option<f64>,
        (low, high, accepted): (f64, f64, &'static str),
        text: impl Fn(f64) -> String,
    ) -> Self {
        Self {
            what,
            accepted: accepted.to_owned(),
            measured: value.map_or_else(|| "no cases".to_owned(), text),
            met: value.is_some_and(|value| (low..=high).contains(&value)),
        }
    }
}

impl Part {
    /// A row of a table.
    pub fn cells(&self) -> Vec<String> {
        let met = if self.met { "met" } else { "MISSED" };
        vec![self.what.to_owned(), self.accepted.clone(), self.measured.clone(), met.to_owned()]
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({ "what": self.what, "accepted": self.accepted, "measured": self.measured, "met": self.met })
    }
}

#[cfg(test)]
mod tests {
    use hemgang_proto::common::{Figure, Measure};

    use super::*;

    /// A year of twenty admissions a day.
    fn size() -> Size {
        Size::new(jiff::civil::date(2026, 1, 1), 365, 20, 1).expect("a size")
    }

    /// Meetings held in such a year, and how many of them on distance.
    type Meetings = (i64, i64);

    fn printed(values: Option<(f64, f64)>, planning: Meetings, sip: Meetings) -> Vec<Printed> {
        let of = |id, variant, figure| Printed { id, variant, measure: Measure::Share, figure };
        let value = |value| Figure { value, ..Figure::default() };
        let meetings = |id, (held, on_distance): Meetings| {
            let share = f64::from(u32::try_from(on_distance).expect("few"));
            let share = share / f64::from(u32::try_from(held).expect("few"));
            let value = (held > 0).then_some(share);
            of(id, "", Figure { numerator: on_distance, denominator: held, value, ..Figure::default() })
        };
        vec![
            of("same_day", "", value(values.map(|values| values.0))),
            of("ready_days", "skr", value(values.map(|values| values.1))),
            // Neither the mean of all nor another indicator is the one judged.
            of("ready_days", "", value(Some(1.0))),
            of("stay_days", "", value(Some(9.0))),
            meetings("planning_meetings", planning),
            meetings("sip_meetings", sip),
        ]
    }

    fn beds(held: i64, taken: i64) -> Beds {
        Beds { taken, held, available: 1000.0 }
    }

    #[test]
    fn nights_are_counted_where_they_lie_within_the_period() {
        let day = |day| jiff::civil::date(2026, 3, day);
        let within = |left_on, nights| nights_within((day(left_on), nights), day(10), day(20));
        assert_eq!([within(12, 1), within(12, 5), within(25, 30), within(10, 3)], [1, 2, 10, 0]);
        assert_eq!([within(20, 1), within(21, 1), within(15, 0)], [1, 0, 0]);
    }

    #[test]
    fn the_row_is_met_within_its_bounds_only() {
        let met = |values, beds, planning, sip| {
            let parts = accept(&printed(values, planning, sip), beds, &size());
            parts.into_iter().map(|part| part.met).collect::<Vec<_>>()
        };
        // 525 planning and 304 SIP meetings are a year's, scaled to twenty of 520 admissions a day.
        let all = [
            (Some((0.62, 3.1)), Some(beds(53, 940)), (525, 522), (304, 147)),
            (Some((0.61, 3.3)), Some(beds(45, 920)), (515, 515), (298, 138)),
            (Some((0.63, 2.9)), Some(beds(60, 950)), (535, 522), (309, 155)),
        ];
        for (values, beds, planning, sip) in all {
            assert_eq!(met(values, beds, planning, sip), [true; 8], "{values:?}");
        }
        let none = [
            (Some((0.6099, 3.301)), Some(beds(44, 919)), (514, 501), (297, 137)),
            (Some((0.6301, 2.899)), Some(beds(61, 951)), (536, 522), (310, 156)),
            (None, None, (0, 0), (0, 0)),
        ];
        for (values, beds, planning, sip) in none {
            assert_eq!(met(values, beds, planning, sip), [false; 8], "{values:?}");
        }
    }

    #[test]
    fn the_row_is_read_on_80_columns() {
        let parts = accept(&printed(None, (525, 522), (304, 100)), Some(beds(53, 940)), &size());
        let cells: Vec<_> = parts.iter().map(Part::cells).collect();
        let table = crate::output::table(&["accepted when", "is", "measured", ""], &cells, 4);
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        assert!(
            table.contains("1138 a month") && table.contains("no cases") && table.contains("MISSED"),
            "{table}"
        );
    }
}
