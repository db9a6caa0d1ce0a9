//! `DirectoryService`: one line an RPC, one file an RPC.

mod get_unit;
mod list_municipalities;
mod list_units;

use hemgang_core::directory::{Unit, UnitKind};
use hemgang_proto::directory::{self as pb, directory_service_server::DirectoryService};
use hemgang_rpc::Context;

/// Answers `DirectoryService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    DirectoryService,
    commands {}
    reads {
        get_unit(GetUnitRequest) -> GetUnitResponse,
        list_units(ListUnitsRequest) -> ListUnitsResponse,
        list_municipalities(ListMunicipalitiesRequest) -> ListMunicipalitiesResponse,
    }
}

/// A unit as the contract has it.
fn view(unit: &Unit) -> pb::Unit {
    pb::Unit {
        hsa_id: unit.hsa_id.to_string(),
        name: unit.name.clone(),
        kind: kind(unit.kind).into(),
        parent: unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        municipality: unit.municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
        law: unit.law.map(|law| law.as_str().to_owned()).unwrap_or_default(),
        hospital_group: unit.hospital_group.clone().unwrap_or_default(),
    }
}

fn kind(kind: UnitKind) -> pb::UnitKind {
    match kind {
        UnitKind::Hospital => pb::UnitKind::Hospital,
        UnitKind::Ward => pb::UnitKind::Ward,
        UnitKind::Outpatient => pb::UnitKind::Outpatient,
        UnitKind::MunicipalUnit => pb::UnitKind::Municipal,
        UnitKind::MunicipalReception => pb::UnitKind::MunicipalReception,
    }
}
