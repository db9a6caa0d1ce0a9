//! What those who follow up read: figures of the year, whole and cut.

use hemgang_proto::common::{
    Cut, FigureSet, ListIndicatorsRequest, Period, QueryIndicatorRequest,
    indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::wire;
use hemgang_testing::Suite;
use jiff::civil::date;

use super::Caller;

impl Caller {
    /// An indicator, or `indicator/variant`, of the year.
    pub async fn figures(self, suite: &Suite, indicator: &str, by: &[Cut]) -> FigureSet {
        let (id, variant) = indicator.split_once('/').unwrap_or((indicator, ""));
        let day = |day| Some(wire::date(day));
        let request = QueryIndicatorRequest {
            indicator_id: id.to_owned(),
            variant: variant.to_owned(),
            period: Some(Period { from: day(date(2026, 1, 1)), to: day(date(2026, 12, 31)) }),
            by: by.iter().copied().map(i32::from).collect(),
        };
        let mut client = IndicatorServiceClient::new(self.peer(suite));
        let answer = client.query_indicator(request).await.expect("figures");
        answer.into_inner().figure_set.expect("figures")
    }

    /// Numerator and denominator.
    pub async fn total(self, suite: &Suite, indicator: &str) -> (i64, i64) {
        let total = self.figures(suite, indicator, &[]).await.total.expect("a total");
        (total.numerator, total.denominator)
    }

    /// Code, numerator and denominator of every cell.
    pub async fn cells(self, suite: &Suite, indicator: &str, by: Cut) -> Vec<(String, i64, i64)> {
        let figures = self.figures(suite, indicator, &[by]).await.figures;
        figures
            .into_iter()
            .map(|figure| (figure.cell[0].code.clone(), figure.numerator, figure.denominator))
            .collect()
    }

    /// The ids of every indicator.
    pub async fn catalogue(self, suite: &Suite) -> Vec<String> {
        let mut client = IndicatorServiceClient::new(self.peer(suite));
        let answer = client.list_indicators(ListIndicatorsRequest::default()).await.expect("a catalogue");
        answer.into_inner().indicators.into_iter().map(|indicator| indicator.id).collect()
    }
}

/// A cell as it is written in a test.
pub fn cell(code: &str, numerator: i64, denominator: i64) -> (String, i64, i64) {
    (code.to_owned(), numerator, denominator)
}
