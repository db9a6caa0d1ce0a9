//! The forms of a report: each holds both counts, the definition's id and version, and numbers as numbers.

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use clap::ValueEnum as _;
use hemgang_proto::common::{CutValue, Figure, Measure};
use jiff::civil::date;

use super::*;

fn figure(code: Option<(&str, &str)>, numerator: i64, denominator: i64) -> Figure {
    let cell = code.map(|(code, label)| CutValue {
        cut: Cut::Municipality.into(),
        code: code.to_owned(),
        label: label.to_owned(),
    });
    let some = denominator > 0;
    Figure {
        cell: cell.into_iter().collect(),
        numerator,
        denominator,
        value: some.then_some(0.62),
        low: some.then_some(0.5221),
        high: some.then_some(0.709),
        on_paper: numerator / 20,
    }
}

fn definition() -> Indicator {
    Indicator {
        id: "same_day".to_owned(),
        version: 1,
        title: "Discharged on the day of readiness".to_owned(),
        title_sv: "Utskriven samma dag som utskrivningsklar".to_owned(),
        numerator: "cases discharged on the local day of their valid readiness".to_owned(),
        denominator: "cases discharged with a valid readiness (variant all: every discharged case)"
            .to_owned(),
        measure: Measure::Share.into(),
        variants: vec!["published".to_owned(), "all".to_owned()],
        cuts: vec![Cut::Municipality.into(), Cut::Weekday.into()],
        ..Default::default()
    }
}

fn report() -> Report {
    let set = FigureSet {
        indicator: Some(definition()),
        variant: "published".to_owned(),
        period: Some(Period {
            from: Some(wire::date(date(2026, 9, 1))),
            to: Some(wire::date(date(2026, 9, 30))),
        }),
        computed_at: Some(wire::timestamp("2026-10-01T06:00:00Z".parse().expect("an instant"))),
        total: Some(figure(None, 62, 100)),
        figures: vec![figure(Some(("1480", "Göteborg")), 62, 100), figure(Some(("1438", "Dals-Ed")), 0, 0)],
    };
    Report::new(set, vec![Cut::Municipality]).expect("a report")
}

#[test]
fn the_table_is_read_on_80_columns() {
    let table = text::figures(&report());
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let words: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(words.contains(&vec!["Göteborg", "62", "100", "0.620", "0.522–0.709"]), "{table}");
    assert!(words.contains(&vec!["Dals-Ed", "0", "0"]), "{table}");
    assert!(words.contains(&vec!["total", "62", "100", "0.620", "0.522–0.709"]), "{table}");
    assert!(table.contains("same_day v1 (published): Utskriven samma dag som utskrivningsklar"));
    assert!(table.contains("2026-09-01 to 2026-09-30, computed 2026-10-01T08:00:00+02:00"));
    assert!(
        table.ends_with("\n3 of the cases rest on papers of the reserve routine (reservrutin)"),
        "{table}"
    );
}

#[test]
fn a_long_title_is_broken_and_numbers_are_not() {
    let mut report = report();
    report.definition.title_sv =
        "Utskrivna utan att det som kommunen skulle ha fått veta hade sagts ".repeat(3);
    report.definition.title = report.definition.title_sv.clone();
    for text in [text::figures(&report), text::catalogue(&[report.definition.clone()])] {
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
    let row = vec!["parked".to_owned(), "A01".to_owned(), "why ".repeat(40), "1234567".to_owned()];
    let table = output::table(&["outcome", "event", "reason", "pieces"], &[row], 3);
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(table.contains("1234567"), "{table}");
}

#[test]
fn a_dimension_asked_for_twice_is_one() {
    use args::By::{Month, Ward};
    assert_eq!(args::cuts(&[Ward, Month, Ward]), [Cut::Ward, Cut::Month]);
}

#[test]
fn the_catalogue_says_what_each_figure_means() {
    let text = text::catalogue(&[definition()]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("Utskriven samma dag") && text.contains("Discharged on the day of readiness"));
    assert!(text.contains("published, all") && text.contains("municipality, weekday"));
    let mut csv = Vec::new();
    rows::write_catalogue(&[definition()], &mut csv).expect("rows");
    assert!(
        String::from_utf8(csv).expect("text").contains("\nsame_day,1,Discharged on the day of readiness,")
    );
}

#[test]
fn json_has_numbers_as_numbers_and_the_definition() {
    let json = values::figures(&report());
    assert_eq!(json["indicator"]["id"], "same_day");
    assert_eq!(json["indicator"]["version"], 1);
    assert_eq!(json["indicator"]["measure"], "share");
    assert_eq!(json["period"]["to"], "2026-09-30");
    assert_eq!(json["computed_at"], "2026-10-01T08:00:00+02:00");
    assert_eq!((&json["variant"], &json["total"]["value"]), (&"published".into(), &0.62.into()));
    let first = &json["figures"][0];
    assert_eq!((&first["numerator"], &first["denominator"]), (&62.into(), &100.into()));
    assert_eq!(first["cell"][0]["code"], "1480");
    assert!(json["figures"][1]["value"].is_null());
    assert_eq!((&json["total"]["on_paper"], &json["figures"][1]["on_paper"]), (&3.into(), &0.into()));
}

#[test]
fn csv_has_a_row_for_each_cell_and_the_total_in_full_precision() {
    let mut csv = Vec::new();
    rows::write(&report(), &mut csv).expect("rows");
    let csv = String::from_utf8(csv).expect("text");
    let lines: Vec<_> = csv.lines().collect();
    let known = "same_day,1,published,2026-09-01,2026-09-30,2026-10-01T08:00:00+02:00";
    assert_eq!(
        lines[0],
        "indicator,version,variant,from,to,computed_at,municipality,municipality_label,\
         numerator,denominator,value,low,high,on_paper"
    );
    assert_eq!(lines[1], format!("{known},1480,Göteborg,62,100,0.62,0.5221,0.709,3"));
    assert_eq!(lines[2], format!("{known},1438,Dals-Ed,0,0,,,,0"));
    assert_eq!(lines[3], format!("{known},,,62,100,0.62,0.5221,0.709,3"));
}

#[test]
fn the_workbook_has_a_definition_and_numbers() {
    let bytes = workbook::make(&report()).expect("a workbook");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("xlsx");
    assert_eq!(book.sheet_names(), ["Definition", "Figures"]);
    let text = |text: &str| Data::String(text.to_owned());

    let sheet = book.worksheet_range("Definition").expect("a sheet");
    let rows: Vec<_> = sheet.rows().collect();
    assert!(rows.contains(&[text("id"), text("same_day")].as_slice()));
    assert!(rows.contains(&[text("version"), Data::Float(1.0)].as_slice()));
    assert!(rows.contains(&[text("titel"), text("Utskriven samma dag som utskrivningsklar")].as_slice()));
    assert!(rows.contains(&[text("title"), text("Discharged on the day of readiness")].as_slice()));
    assert!(rows.iter().any(|row| row[0] == text("from") && row[1].is_datetime()));

    let sheet = book.worksheet_range("Figures").expect("a sheet");
    let rows: Vec<_> = sheet.rows().collect();
    let numbers = [62.0, 100.0, 0.62, 0.5221, 0.709, 3.0].map(Data::Float);
    assert!(rows.iter().any(|row| row[..2] == [text("1480"), text("Göteborg")] && row[2..] == numbers));
    assert!(rows.iter().any(|row| row[0] == text("total") && row[2..] == numbers));
    assert!(
        rows.iter().any(|row| row[1] == text("Dals-Ed") && row[4..7].iter().all(|cell| *cell == Data::Empty))
    );
}

#[test]
fn every_dimension_of_the_contract_can_be_asked_for_by_its_name() {
    let asked: Vec<_> = args::By::value_variants().iter().map(|by| by.cut()).collect();
    for cut in (1..).map_while(|number| Cut::try_from(number).ok()) {
        assert!(asked.contains(&cut), "{cut:?}");
        let name = cut.as_str_name().trim_start_matches("CUT_").to_lowercase();
        assert_eq!(args::By::from_str(&name, false).map(args::By::cut), Ok(cut));
    }
}

#[test]
fn months_and_days_make_a_period() {
    use super::args::{first, last};

    assert_eq!(first("2026-02").expect("a day"), date(2026, 2, 1));
    assert_eq!(last("2026-02").expect("a day"), date(2026, 2, 28));
    assert_eq!(last("9999-12").expect("a day"), date(9999, 12, 31));
    assert_eq!(last("2026-02-14").expect("a day"), date(2026, 2, 14));
    assert!(first("February").is_err());
}
