//! The access table as it is printed in the documentation.

use hemgang_rpc::access::{Rule, TABLE, Whose};

use super::document;

const OPENING: &str = "\
# Who may call what

Printed from `TABLE` in `shared/rpc/src/access.rs`, the only place where access is decided; a test fails when this
page says otherwise, and leaves the new page with the command that takes it over. A role that a row does not name is
refused with PERMISSION_DENIED. What lies outside a caller's sight does not exist for it: NOT_FOUND, and absent from
lists, feeds and counts.

A test walks it against the running services (`tests/it/contract/walk`): every role, from each kind of unit where its
reach is another, at every RPC of the contract, about four stays of which each lies a step farther away, and about what
there is not. What is expected is read from this table alone. Out of reach is refused word for word as nowhere, and is
in no row, page, count, event or drill-down, whatever page token or cursor is brought; a refused call moves no feed. An
RPC without a line in `requests.rs` fails by its name. Two things are not hidden: where there are units (to admit at
another's ward is PERMISSION_DENIED), and to a gateway that merges two persons, whether one of them is known elsewhere.

Who a protected person is (sekretessmarkering, skyddad folkbokföring) is a permission of its own: the role
`protected-persons` beside the one that opens the RPC, assigned in the directory where the organisation keeps
assignments. With it GetAdmission names identity and birth date, and GetCase the identity; without it they say that the
person is protected and nothing else, as every list does for everybody. Neither name nor address is shown to anyone.

| Whose | Reaches |
|---|---|
| all | everyone's |
| own hospital | stays at the hospital of the caller's unit |
| own hospital group | stays at any hospital of the group of the caller's unit |
| own ward | stays at the caller's ward |
| own unit | what was addressed to the caller's unit, and cases that it opened; for a municipal reception unit, its municipality's |
| own organisation | all of it for the region, the municipality's for a municipality |
| own accesses | entries of the access log about what the organisation's people and systems did |
| own records | stays, for the region; cases without an admission, for whoever runs the unit that opened them |
| administered | what the caller's organisation runs: the municipality's units, or for the region all others |
";

fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::All => "all",
        Whose::OwnHospital => "own hospital",
        Whose::OwnHospitalGroup => "own hospital group",
        Whose::OwnWard => "own ward",
        Whose::OwnUnit => "own unit",
        Whose::OwnOrganisation => "own organisation",
        Whose::OwnAccesses => "own accesses",
        Whose::OwnRecords => "own records",
        Whose::Administered => "administered",
    }
}

fn row(rule: &Rule) -> String {
    let grants = rule.grants().map(|(role, reach)| format!("{role} ({})", whose(*reach)));
    format!("| {} | {} |\n", rule.rpc, grants.collect::<Vec<_>>().join(", "))
}

#[test]
fn the_printed_access_table_is_the_one_in_the_code() {
    let mut page = OPENING.to_owned();
    for rules in TABLE.chunk_by(|one, next| one.service == next.service) {
        page.extend(["\n## ", rules[0].service, "\n\n| RPC | Roles, and whose data |\n|---|---|\n"]);
        page.extend(rules.iter().map(row));
    }
    document::assert_says("docs/access.md", &page);
}
