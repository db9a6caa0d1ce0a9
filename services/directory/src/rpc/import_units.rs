//! `ImportUnits`: the units of a file, all of it or nothing.

use hemgang_core::{
    day::local_day,
    directory::{BadLine, Directory, DirectoryFault, Merged, Rights, Table, Unit},
};
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, Violation};

use crate::{error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ImportUnitsRequest,
) -> Result<pb::ImportUnitsResponse, Error> {
    let mut fields = Fields::new(cx, call);
    if req.units_csv.is_empty() {
        fields.wrong("units_csv", "is required");
    }
    fields.finish(|| Some(()))?;
    let stored = store::load(&cx.db).await?;
    let may = |unit: &Unit| call.sight.admits(&Audience::administrators(unit.run_by()));
    let rights = Rights {
        unit: &may,
        municipalities: call.sight.admits(&Audience::administrators(None)),
        today: local_day(call.now),
    };
    let municipalities = Some(req.municipalities_csv.as_bytes()).filter(|text| !text.is_empty());
    let merged = match stored.directory.merged(req.units_csv.as_bytes(), municipalities, &rights) {
        Ok(merged) => merged,
        Err(fault) if req.validate_only => {
            let faults = fault.lines.iter().map(told).collect();
            return Ok(pb::ImportUnitsResponse { faults, ..Default::default() });
        }
        Err(fault) => return Err(refusal(&fault).into()),
    };
    let response = counted(&stored.directory, &merged);
    if req.validate_only {
        return Ok(response);
    }
    let change = stored.change(&super::telling(cx, call), &merged)?;
    Ok(super::commit(cx, call, change, response).await?)
}

fn counted(stands: &Directory, merged: &Merged) -> pb::ImportUnitsResponse {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let added = merged.units.keys().filter(|id| !stands.knows(id)).count();
    pb::ImportUnitsResponse {
        added: count(added),
        changed: count(merged.units.len() - added),
        unchanged: count(merged.unchanged),
        municipalities: count(merged.municipalities.len()),
        faults: Vec::new(),
    }
}

fn told(bad: &BadLine) -> pb::ImportFault {
    pb::ImportFault {
        field: field(bad.table).to_owned(),
        line: i32::try_from(bad.line).unwrap_or(i32::MAX),
        description: bad.fault.to_string(),
    }
}

fn refusal(fault: &DirectoryFault) -> Failure {
    let violation = |bad: &BadLine| Violation {
        field: field(bad.table).to_owned(),
        description: format!("line {}: {}", bad.line, bad.fault),
    };
    Failure::Invalid(fault.lines.iter().map(violation).collect())
}

fn field(table: Table) -> &'static str {
    match table {
        Table::Municipalities => "municipalities_csv",
        Table::Units => "units_csv",
    }
}
