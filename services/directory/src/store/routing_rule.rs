//! Routing rules: one, or a municipality's.

use hemgang_core::{
    directory::{AgeGroup, Criteria, Law, RoutingRule, RoutingRuleId},
    place::{HsaId, MunicipalityCode},
};
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

#[derive(Clone, Debug)]
struct Row {
    rule_id: RoutingRuleId,
    version: i64,
    municipality: MunicipalityCode,
    law: Law,
    age_group: Option<AgeGroup>,
    postal_code: Option<String>,
    listed_unit: Option<HsaId>,
    unit: HsaId,
    valid_from: Date,
    valid_to: Option<Date>,
}

hemgang_db::record!(
    Row,
    "routing_rule",
    versioned,
    key(rule_id),
    columns(version, municipality, law, age_group, postal_code, listed_unit, unit, valid_from, valid_to)
);

impl From<Row> for RoutingRule {
    fn from(row: Row) -> Self {
        let Row { rule_id, version, municipality, law, age_group, postal_code, listed_unit, .. } = row;
        let Row { unit, valid_from, valid_to, .. } = row;
        let criteria = Criteria { municipality, law, age_group, postal_code, listed_unit };
        Self { rule_id, criteria, unit, valid_from, valid_to, version }
    }
}

impl From<&RoutingRule> for Row {
    fn from(rule: &RoutingRule) -> Self {
        let RoutingRule { rule_id, criteria, unit, valid_from, valid_to, version } = rule.clone();
        let Criteria { municipality, law, age_group, postal_code, listed_unit } = criteria;
        Self {
            rule_id,
            version,
            municipality,
            law,
            age_group,
            postal_code,
            listed_unit,
            unit,
            valid_from,
            valid_to,
        }
    }
}

/// One rule.
pub async fn get(db: &Db, id: RoutingRuleId) -> Result<Option<RoutingRule>, Failure> {
    let sql = "select * from routing_rule where rule_id = $1";
    Ok(db.optional::<Row>(sql, params![id]).await?.map(Into::into))
}

/// Every rule that a municipality has or had.
pub async fn of_municipality(db: &Db, code: &MunicipalityCode) -> Result<Vec<RoutingRule>, Failure> {
    let sql = "select * from routing_rule where municipality = $1 order by rule_id";
    let rows = db.list::<Row>(sql, params![code.clone()]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A new one, or its next version.
pub fn put(rule: &RoutingRule) -> Change {
    Change::new().put(&Row::from(rule))
}
