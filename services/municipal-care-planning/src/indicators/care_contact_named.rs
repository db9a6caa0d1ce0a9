//! `care_contact_named`: whether the fast vårdkontakt was named in time.

use hemgang_core::day::local_day;
use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::{Place, case};
use crate::{
    domain::care_contact::CareContact,
    store::{self, ended::Ended},
};

/// The indicator.
pub struct CareContactNamed;

const DEFINITION: Definition = Definition {
    id: "care_contact_named",
    version: 1,
    title: "Named care contact before discharge",
    title_sv: "Fast vårdkontakt före utskrivning",
    numerator: "a named care contact was appointed, or confirmed in the case, strictly before the discharge",
    denominator: "patients discharged of whom a unit of the region's outpatient care was sent an admission notice",
    exclusions: "deceased, moved to another hospital, voided stays, planning that was broken off, notices of an imported \
                 history",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "2 kap. 5 § lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    measure: Measure::Share,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for CareContactNamed {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let (ended, contacts) = tokio::try_join!(
            store::ended::list(&cx.db, query.from, query.to),
            store::ended::care_contacts(&cx.db, query.from, query.to),
        )?;
        let required = ended.iter().filter(|ended| ended.is_planned_for() && ended.is_told_outpatient());
        Ok(required.map(|ended| counted(ended, contacts.get(&ended.case.case_id))).collect())
    }
}

fn counted(ended: &Ended, contact: Option<&CareContact>) -> Case {
    let named = contact.is_some_and(|contact| contact.is_before(ended.discharged_at));
    let place =
        Place { on: local_day(ended.discharged_at), municipality: ended.municipality(), planned: None };
    case(&ended.case, Some(&ended.stay), place, i64::from(named))
}
