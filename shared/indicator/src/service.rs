//! `IndicatorService`: one per process, over the indicators of every service in it.

use std::sync::Arc;

use hemgang_core::{day::days_between, place::MunicipalityCode};
use hemgang_proto::common::{self as pb, Cut, indicator_service_server::IndicatorService};
use hemgang_rpc::{Call, Context, Failure, Fields, Page, Sight, wire};
use jiff::civil::Date;
use tonic::{Request, Response, Status};

use crate::{
    definition::{Case, Indicator, Part, Query},
    figure::figures,
    on_paper,
};

/// Cases of longer periods than this are nobody's question, and cost memory.
const LONGEST_PERIOD: i64 = 20 * 366;

/// An indicator with the service that owns its cases.
type Owned = (Context, Arc<dyn Indicator>);

/// Serves the indicators of a process.
#[derive(Clone)]
pub struct IndicatorServer {
    indicators: Arc<Vec<Owned>>,
    /// Stands in for calls that name no indicator.
    any: Context,
}

impl IndicatorServer {
    /// Of these indicators; `any` is one of the process's services.
    pub fn new(any: Context, mut indicators: Vec<Owned>) -> Self {
        indicators.sort_by_key(|(_, indicator)| indicator.definition().id);
        Self { indicators: Arc::new(indicators), any }
    }

    fn find(&self, id: &str) -> Option<&Owned> {
        self.indicators.iter().find(|(_, indicator)| indicator.definition().id == id)
    }

    /// The service that answers for an indicator.
    fn owner(&self, id: &str) -> &Context {
        self.find(id).map_or(&self.any, |(cx, _)| cx)
    }

    /// The cases that the caller may see, with every feed read to its head first: a figure is not behind its facts.
    async fn cases(&self, call: &Call, asked: &Asked<'_>) -> Result<Vec<Case>, Failure> {
        let (cx, indicator) = asked.indicator;
        cx.catch_up().await?;
        // A figure of all stays but one would be wrong without saying so.
        cx.rests_on(None)?;
        let mut cases = indicator.cases(cx, &asked.query).await?;
        cases.retain(|case| visible(&call.sight, case));
        on_paper::mark(&cx.db, &mut cases).await?;
        Ok(cases)
    }

    async fn query(
        &self,
        call: &Call,
        body: pb::QueryIndicatorRequest,
    ) -> Result<pb::QueryIndicatorResponse, Failure> {
        let asked = self.ask(call, &body.indicator_id, &body.variant, body.period.as_ref(), &body.by)?;
        let cases = self.cases(call, &asked).await?;
        let (cx, indicator) = asked.indicator;
        let definition = indicator.definition();
        let measure = indicator.measure(asked.query.variant);
        let (total, figures) = figures(measure, &cases, &asked.by, call.directory(cx));
        Ok(pb::QueryIndicatorResponse {
            figure_set: Some(pb::FigureSet {
                indicator: Some(pb::Indicator { measure: measure.into(), ..definition.to_wire() }),
                variant: asked.query.variant.to_owned(),
                period: body.period,
                computed_at: Some(wire::timestamp(cx.clock.now())),
                total: Some(total),
                figures,
            }),
        })
    }

    async fn list_cases(
        &self,
        call: &Call,
        body: pb::ListIndicatorCasesRequest,
    ) -> Result<pb::ListIndicatorCasesResponse, Failure> {
        let cx = self.owner(&body.indicator_id);
        let mut fields = Fields::new(cx, call);
        let page = Page::read(&mut fields, body.page_size, &body.page_token);
        let wanted = Cell::read(&mut fields, &body.municipality);
        let asked = self.ask(call, &body.indicator_id, &body.variant, body.period.as_ref(), &[]);
        let (page, wanted) = match &asked {
            Err(Failure::Invalid(more)) => {
                for violation in more {
                    fields.wrong(violation.field.clone(), &violation.description);
                }
                fields.finish(|| None)?
            }
            _ => fields.finish(|| Some((page?, wanted?)))?,
        };
        let asked = asked?;
        let mut cases = self.cases(call, &asked).await?;
        cases.retain(|case| wanted.holds(case));
        let key = |case: &Case| (day_number(case.on), case.key());
        cases.sort_by_cached_key(key);
        cases.retain(|case| key(case) > (page.above(), page.id()));
        let next_page_token = page.cut(&mut cases, key);
        Ok(pb::ListIndicatorCasesResponse { cases: cases.iter().map(case).collect(), next_page_token })
    }

    /// Reads what both calls ask.
    fn ask(
        &self,
        call: &Call,
        id: &str,
        variant: &str,
        period: Option<&pb::Period>,
        by: &[i32],
    ) -> Result<Asked<'_>, Failure> {
        let mut fields = Fields::new(self.owner(id), call);
        let from = fields.optional_day("period.from", period.and_then(|period| period.from.as_ref()));
        let to = fields.optional_day("period.to", period.and_then(|period| period.to.as_ref()));
        for (field, day) in [("period.from", from), ("period.to", to)] {
            if day == Some(None) {
                fields.wrong(field, "is required");
            }
        }
        if let (Some(Some(from)), Some(Some(to))) = (from, to)
            && (from > to || days_between(from, to) > LONGEST_PERIOD)
        {
            fields.wrong("period", "must begin before it ends, and last 20 years at most");
        }
        let by: Vec<_> = fields.each("by", by, |fields, path, cut| fields.choice::<Cut>(path, *cut));
        let found = self.find(id);
        let variants = found.map_or(&[] as &[_], |(_, indicator)| indicator.definition().variants);
        let variant = if variant.is_empty() {
            variants.first()
        } else {
            variants.iter().find(|known| **known == variant)
        };
        if found.is_some() && variant.is_none() {
            fields.wrong("variant", "is not a variant of this indicator");
        }
        if id.is_empty() {
            fields.wrong("indicator_id", "is required");
        }
        let query = fields.finish(|| {
            let by = by.into_iter().collect::<Option<Vec<_>>>()?;
            Some((Query { variant: variant.copied().unwrap_or_default(), from: from??, to: to?? }, by))
        });
        let (query, by) = query?;
        let indicator = found.ok_or_else(|| Failure::NotFound {
            resource: "indicator",
            name: id.chars().take(40).collect(),
        })?;
        Ok(Asked { indicator, query, by })
    }
}

/// What a call asks, read.
struct Asked<'a> {
    indicator: &'a Owned,
    query: Query,
    by: Vec<Cut>,
}

/// A municipality's people see the cases that it takes part in, so none that it was not told of; the county level sees
/// all.
///
/// So nobody sees a case outside the own organisation, and no cell has to be suppressed for small numbers: within it
/// every cell is shown, as the catalogue rules. A grant that reaches further than that brings the suppression with it.
fn visible(sight: &Sight, case: &Case) -> bool {
    let own = |code: &MunicipalityCode| code.as_str() == sight.municipality();
    sight.is_all() || case.municipality.as_ref().is_some_and(own)
}

/// Whose cases are asked for.
enum Cell {
    All,
    Unallocated,
    Of(MunicipalityCode),
}

impl Cell {
    fn read(fields: &mut Fields<'_>, code: &str) -> Option<Self> {
        if code == crate::UNALLOCATED {
            return Some(Self::Unallocated);
        }
        Some(fields.municipality("municipality", code)?.map_or(Self::All, Self::Of))
    }

    fn holds(&self, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Unallocated => case.municipality.is_none(),
            Self::Of(code) => case.municipality.as_ref() == Some(code),
        }
    }
}

fn day_number(on: Date) -> i64 {
    days_between(Date::new(1970, 1, 1).unwrap_or_default(), on)
}

fn case(case: &Case) -> pb::IndicatorCase {
    fn text(id: Option<&impl ToString>) -> String {
        id.map(ToString::to_string).unwrap_or_default()
    }

    let (meeting_id, notice_id) = match case.planned.as_ref().map(|planned| &planned.part) {
        Some(Part::Meeting(id)) => (id.clone(), String::new()),
        Some(Part::Notice { id, .. }) => (String::new(), id.clone()),
        Some(Part::Plan) | None => Default::default(),
    };
    pb::IndicatorCase {
        admission_id: text(case.admission_id.as_ref()),
        on: Some(wire::date(case.on)),
        numerator: case.numerator,
        municipality: case.municipality.as_ref().map_or(crate::UNALLOCATED.to_owned(), ToString::to_string),
        hospital: text(case.hospital.as_ref()),
        meeting_id,
        case_id: text(case.planned.as_ref().map(|planned| &planned.case_id)),
        notice_id,
        on_paper: case.on_paper,
    }
}

#[tonic::async_trait]
impl IndicatorService for IndicatorServer {
    async fn list_indicators(
        &self,
        request: Request<pb::ListIndicatorsRequest>,
    ) -> Result<Response<pb::ListIndicatorsResponse>, Status> {
        Call::open(&self.any, request, None).await?;
        let indicators =
            self.indicators.iter().map(|(_, indicator)| indicator.definition().to_wire()).collect();
        Ok(Response::new(pb::ListIndicatorsResponse { indicators }))
    }

    async fn query_indicator(
        &self,
        request: Request<pb::QueryIndicatorRequest>,
    ) -> Result<Response<pb::QueryIndicatorResponse>, Status> {
        let cx = self.owner(&request.get_ref().indicator_id).clone();
        let (call, body) = Call::open(&cx, request, None).await?;
        self.query(&call, body).await.map(Response::new).map_err(|failure| failure.status())
    }

    async fn list_indicator_cases(
        &self,
        request: Request<pb::ListIndicatorCasesRequest>,
    ) -> Result<Response<pb::ListIndicatorCasesResponse>, Status> {
        let cx = self.owner(&request.get_ref().indicator_id).clone();
        let (call, body) = Call::open(&cx, request, None).await?;
        let cases = self.list_cases(&call, body).await.map_err(|failure| failure.status())?;
        call.answer(&cx, cases).await
    }
}
