//! Figures and their cases: no cut, total or drill-down of another's tells of the stay.

use hemgang_proto::common::{
    Cut, IndicatorCase, ListIndicatorCasesRequest, Period, indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::civil::date;

use super::{Both, both};
use crate::journeys::steps::{
    COUNTY, Caller, GOTEBORG, MOLNDAL, OTHER_WARD, WARD,
    adt::{Adt, a03, marta, tell},
    until,
};

each_backend!(
    every_figure_of_a_municipality_is_of_its_own_cases_alone,
    to_name_another_municipality_shows_nobody
    on crate::services::SERVICES
);

const OF_MOLNDAL: Caller = Caller { role: "quality", ..MOLNDAL };
const CUTS: [Cut; 4] = [Cut::Municipality, Cut::Residence, Cut::Liable, Cut::Hospital];

/// Both have gone home.
async fn gone(suite: &Suite) -> Both {
    let both = both(suite).await;
    until(suite, "2026-09-15T12:00:00Z").await;
    let theirs = Adt { ward: "25", ..marta(a03("V2", "20260915113000")) };
    tell(suite, &[a03("V1", "20260915113000"), theirs]).await;
    both
}

async fn cases(suite: &Suite, who: Caller, indicator: &str, municipality: &str) -> Vec<IndicatorCase> {
    let day = |day| Some(wire::date(day));
    let request = ListIndicatorCasesRequest {
        indicator_id: indicator.to_owned(),
        period: Some(Period { from: day(date(2026, 1, 1)), to: day(date(2026, 12, 31)) }),
        municipality: municipality.to_owned(),
        page_size: 500,
        ..Default::default()
    };
    let mut client = IndicatorServiceClient::new(who.peer(suite));
    client.list_indicator_cases(request).await.expect("cases").into_inner().cases
}

async fn every_figure_of_a_municipality_is_of_its_own_cases_alone(suite: &Suite) {
    let Both { ours, theirs } = gone(suite).await;
    let mut figured = 0;
    for indicator in COUNTY.catalogue(suite).await {
        let of_all = cases(suite, COUNTY, &indicator, "").await;
        for (who, own) in [(GOTEBORG, &ours), (OF_MOLNDAL, &theirs)] {
            let expected: Vec<_> = of_all.iter().filter(|case| case.admission_id == *own).cloned().collect();
            assert_eq!(cases(suite, who, &indicator, "").await, expected, "{indicator} of {who:?}");
            let total = who.total(suite, &indicator).await;
            for cut in CUTS {
                let cells = who.cells(suite, &indicator, cut).await;
                assert!(cells.len() <= 1, "{indicator} by {cut:?} of {who:?}: {cells:?}");
                let sum = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.1, sum.1 + cell.2));
                assert_eq!(sum, total, "{indicator} by {cut:?} of {who:?}");
            }
            figured += expected.len();
        }
        assert_eq!(of_all.len() % 2, 0, "{indicator} is of both, or of neither");
    }
    assert!(figured >= 10, "{figured}");
}

async fn to_name_another_municipality_shows_nobody(suite: &Suite) {
    let Both { ours, theirs } = gone(suite).await;
    for (who, own, code, other) in [(GOTEBORG, &ours, "1480", "1481"), (OF_MOLNDAL, &theirs, "1481", "1480")]
    {
        let named = cases(suite, who, "same_day", code).await;
        assert_eq!(named.iter().map(|case| &case.admission_id).collect::<Vec<_>>(), [own]);
        for municipality in [other, "0180", "unallocated"] {
            assert_eq!(cases(suite, who, "same_day", municipality).await, [], "{municipality} for {who:?}");
        }
    }
    // A unit of another municipality does not make a municipality's people see more, nor does a ward's.
    for unit in [WARD.unit, OTHER_WARD.unit, MOLNDAL.unit] {
        let mut client = IndicatorServiceClient::new(Caller { unit, ..GOTEBORG }.peer(suite));
        let request = ListIndicatorCasesRequest { indicator_id: "same_day".to_owned(), ..Default::default() };
        let refusal = client.list_indicator_cases(request).await.expect_err("a refusal");
        assert_eq!(refusal.code(), tonic::Code::PermissionDenied, "{unit}");
    }
}
