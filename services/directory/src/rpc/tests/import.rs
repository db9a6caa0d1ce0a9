//! Imports: all of a file or nothing, and every fault with its line.

use hemgang_testing::each_backend;

use super::*;

each_backend!(
    a_file_is_taken_over_once_and_what_it_does_not_name_stays,
    every_fault_of_a_file_is_named_with_its_line_and_nothing_is_written,
    an_administrator_imports_the_own_units_only
    on &[crate::SERVICE]
);

const HEADING: &str =
    "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to\n";

fn file(rows: &str) -> pb::ImportUnitsRequest {
    pb::ImportUnitsRequest { units_csv: format!("{HEADING}{rows}"), ..Default::default() }
}

/// Added, changed and unchanged units, and municipalities.
fn counts(answer: &pb::ImportUnitsResponse) -> [i32; 4] {
    [answer.added, answer.changed, answer.unchanged, answer.municipalities]
}

fn faults(answer: &pb::ImportUnitsResponse) -> Vec<String> {
    let fault = |fault: &pb::ImportFault| format!("{} {}: {}", fault.field, fault.line, fault.description);
    answer.faults.iter().map(fault).collect()
}

async fn a_file_is_taken_over_once_and_what_it_does_not_name_stays(suite: &Suite) {
    let rows = format!(
        "{NEW},Hemtjänst Lundby,municipal-unit,,1480,SoL,,,2020-01-01,2023-12-31\n\
         {NEW},Hemtjänst Hisingen,municipal-unit,,1480,SoL,,,2024-01-01,\n"
    );
    let dry = pb::ImportUnitsRequest { validate_only: true, ..file(&rows) };
    let answer = municipal(suite).import_units(dry).await.expect("validated").into_inner();
    assert_eq!((counts(&answer), faults(&answer)), ([1, 0, 0, 0], Vec::new()));
    assert_eq!(read(suite, NEW, None).await, Err(Code::NotFound));

    let answer = municipal(suite).import_units(file(&rows)).await.expect("imported").into_inner();
    assert_eq!(counts(&answer), [1, 0, 0, 0]);
    assert_eq!(read(suite, NEW, None).await.expect("a unit").name, "Hemtjänst Hisingen");
    let of_2021 = Some(wire::date(jiff::civil::date(2021, 5, 6)));
    assert_eq!(read(suite, NEW, of_2021).await.expect("a unit").name, "Hemtjänst Lundby");
    read(suite, SOCIAL, None).await.expect("what the file does not name");

    let again = municipal(suite).import_units(file(&rows)).await.expect("imported").into_inner();
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    assert_eq!(told(suite.peer("directory-admin", SOCIAL, "1480")).await.len(), 1);
    // The whole shipped table says what stands, whoever hands it in.
    let shipped = pb::ImportUnitsRequest {
        units_csv: crate::UNITS.to_owned(),
        municipalities_csv: crate::MUNICIPALITIES.to_owned(),
        ..Default::default()
    };
    let answer = municipal(suite).import_units(shipped).await.expect("imported").into_inner();
    assert_eq!(counts(&answer), [0, 0, 301, 0]);
}

async fn every_fault_of_a_file_is_named_with_its_line_and_nothing_is_written(suite: &Suite) {
    let rows = format!(
        "{NEW},Hemtjänst Lundby,municipal-unit,,1480,LOU,,,2020-01-01,\n\
         SE0000001480-E0998,,municipal-unit,,1480,SoL,,,2020-01-01,\n\
         SE0000001480-E0997,Andra mottagningen,municipal-reception,,1480,,,,2026-09-14,\n\
         {SOCIAL},Annat namn,municipal-unit,,1480,SoL,,,2018-01-01,\n\
         {ELSEWHERE},Socialtjänsten Borås,municipal-unit,,1490,SoL,,,2018-01-01,2026-12-31\n"
    );
    let expected = [
        "2: law: expected one of: SoL LSS HSL",
        "3: name is empty",
        "4: municipality 1480 has another reception on some of the same days",
        "5: SE0000001480-E0002 would read otherwise on days before today",
        "6: SE0000001490-E0002 is of another organisation",
    ];
    let dry = pb::ImportUnitsRequest { validate_only: true, ..file(&rows) };
    let answer = municipal(suite).import_units(dry).await.expect("validated").into_inner();
    let told_dry: Vec<_> = faults(&answer);
    assert_eq!(told_dry, expected.map(|fault| format!("units_csv {fault}")));
    let refusal = refused(municipal(suite).import_units(file(&rows)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
    assert_eq!(refusal.fields, ["units_csv"; 5]);
    assert_eq!(told(suite.peer("service", "SE0000000000-HEMGANG", "region")).await, []);
    assert_eq!(
        refused(municipal(suite).import_units(pb::ImportUnitsRequest::default()).await).fields,
        ["units_csv"]
    );
}

async fn an_administrator_imports_the_own_units_only(suite: &Suite) {
    let named = format!("{SOCIAL},Socialtjänst Centrum,municipal-unit,,1480,SoL,,,2026-09-14,\n");
    // The day before is left out, which is to rewrite it.
    let refusal = refused(municipal(suite).import_units(file(&named)).await);
    assert_eq!(refusal.fields, ["units_csv"]);
    let before = read(suite, SOCIAL, None).await.expect("a unit").name;
    let dated = format!("{SOCIAL},{before},municipal-unit,,1480,SoL,,,2018-01-01,2026-09-13\n{named}");
    assert_eq!(refused(regional(suite).import_units(file(&dated)).await).fields, ["units_csv"]);
    let answer = municipal(suite).import_units(file(&dated)).await.expect("imported").into_inner();
    assert_eq!(counts(&answer), [0, 1, 0, 0]);
    assert_eq!(read(suite, SOCIAL, None).await.expect("a unit").name, "Socialtjänst Centrum");
    assert_eq!(read(suite, SOCIAL, day(suite, -1)).await.expect("a unit").name, before);
    let municipalities = "code,name,collaboration_area,area_is_verified\n1480,Göteborgs stad,GBG,yes\n";
    let request = pb::ImportUnitsRequest { municipalities_csv: municipalities.to_owned(), ..file(&dated) };
    assert_eq!(refused(municipal(suite).import_units(request.clone()).await).fields, ["municipalities_csv"]);
    let answer = regional(suite).import_units(request).await.expect("imported").into_inner();
    assert_eq!(counts(&answer), [0, 0, 1, 1]);
}
