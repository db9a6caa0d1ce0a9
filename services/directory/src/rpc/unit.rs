//! A unit as a request says it.

use hemgang_core::directory::Unit;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::Fields;

/// Reads the whole unit, valid from a day on that is not past.
pub fn read(fields: &mut Fields<'_>, said: Option<&pb::Unit>) -> Option<Unit> {
    let Some(said) = said else {
        fields.wrong("unit", "is required");
        return None;
    };
    let hsa_id = fields.parsed("unit.hsa_id", &said.hsa_id);
    let name = fields.text("unit.name", said.name.trim());
    if said.name.trim().is_empty() {
        fields.wrong("unit.name", "is required");
    }
    let kind = fields.choice::<pb::UnitKind>("unit.kind", said.kind).and_then(wire::read_kind);
    let parent = fields.optional("unit.parent", &said.parent);
    let municipality = fields.municipality("unit.municipality", &said.municipality);
    let law = fields.optional("unit.law", &said.law);
    let specialty = fields.choice_or_default("unit.specialty", said.specialty).map(wire::read_specialty);
    let hospital_group = fields.text("unit.hospital_group", &said.hospital_group);
    let period = super::period(fields, "unit.", (said.valid_from.as_ref(), said.valid_to.as_ref()));
    for column in kind?.needs() {
        let lacks = match *column {
            "parent" => said.parent.is_empty(),
            "municipality" => said.municipality.is_empty(),
            "law" => said.law.is_empty(),
            "specialty" => specialty == Some(None),
            _ => said.hospital_group.is_empty(),
        };
        if lacks {
            fields.wrong(format!("unit.{column}"), "is required for a unit of this kind");
        }
    }
    let (valid_from, valid_to) = period?;
    Some(Unit {
        hsa_id: hsa_id?,
        name: name?,
        kind: kind?,
        parent: parent?,
        municipality: municipality?,
        law: law?,
        specialty: specialty?,
        hospital_group: hospital_group.filter(|group| !group.is_empty()),
        valid_from,
        valid_to,
        version: 0,
    })
}
