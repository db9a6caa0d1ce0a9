//! Figures as an xlsx workbook: a sheet with the definition and a sheet with the figures, numbers as numbers.

use anyhow::{Context as _, Result};
use hemgang_proto::common::{Figure, Measure};
use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::Report;
use crate::output;

/// The row of the headings in the sheet of figures; above it stands what they are.
const HEADING: u32 = 4;

/// The workbook's bytes.
pub fn make(report: &Report) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    definition(workbook.add_worksheet(), report)?;
    figures(workbook.add_worksheet().set_active(true), report)?;
    Ok(workbook.save_to_buffer()?)
}

fn definition(sheet: &mut Worksheet, report: &Report) -> Result<()> {
    let (bold, wrapped) = (Format::new().set_bold(), wrapped());
    let indicator = &report.definition;
    sheet.set_name("Definition")?.set_column_width(0, 16)?.set_column_width(1, 90)?;
    sheet.write_with_format(0, 0, "version", &bold)?.write_with_format(0, 1, indicator.version, &wrapped)?;
    let texts = [
        ("id", indicator.id.as_str()),
        ("titel", &indicator.title_sv),
        ("title", &indicator.title),
        ("variant", &report.variant),
        ("numerator", &indicator.numerator),
        ("denominator", &indicator.denominator),
        ("exclusions", &indicator.exclusions),
        ("attributed to", &indicator.attributed_to),
        ("source", &indicator.source),
        ("computed at", &output::instant(report.computed_at)),
    ];
    let mut row = 1;
    for (label, text) in texts {
        sheet.write_with_format(row, 0, label, &bold)?.write_with_format(row, 1, text, &wrapped)?;
        row += 1;
    }
    let day = wrapped.set_num_format("yyyy-mm-dd");
    for (label, on) in [("from", report.from), ("to", report.to)] {
        sheet.write_with_format(row, 0, label, &bold)?.write_with_format(row, 1, &excel(on)?, &day)?;
        row += 1;
    }
    Ok(())
}

fn figures(sheet: &mut Worksheet, report: &Report) -> Result<()> {
    let (bold, indicator) = (Format::new().set_bold(), &report.definition);
    sheet.set_name("Figures")?;
    let title = format!("{} v{} ({})", indicator.id, indicator.version, report.variant);
    sheet.write_with_format(0, 0, title, &bold)?;
    sheet.write(1, 0, format!("{} · {}", indicator.title_sv, indicator.title))?;
    sheet.write(2, 0, format!("{} to {}", report.from, report.to))?;

    let mut heading = Vec::new();
    for name in report.dimensions() {
        heading.extend([name.clone(), format!("{name} label")]);
    }
    if heading.is_empty() {
        heading.push(String::new());
    }
    let labels = heading.len();
    heading.extend(
        ["numerator", "denominator", "value", "95 % low", "95 % high", "on paper"].map(str::to_owned),
    );
    for (column, text) in (0..).zip(&heading) {
        sheet.write_with_format(HEADING, column, text, &bold)?.set_column_width(column, 16)?;
    }
    sheet.set_freeze_panes(HEADING + 1, 0)?;
    let all = report.set.figures.iter().chain(report.set.total.as_ref());
    for (row, figure) in (HEADING + 1..).zip(all) {
        write(sheet, row, figure, labels, &value_format(indicator.measure()))?;
    }
    Ok(())
}

/// One figure: what it is of, then its numbers. What is absent stays an empty cell.
fn write(sheet: &mut Worksheet, row: u32, figure: &Figure, labels: usize, format: &Format) -> Result<()> {
    let mut texts: Vec<_> = figure.cell.iter().flat_map(|cut| [cut.code.as_str(), &cut.label]).collect();
    if texts.is_empty() {
        texts.push("total");
    }
    for (column, text) in (0..).zip(texts) {
        sheet.write(row, column, text)?;
    }
    let first = u16::try_from(labels).context("more dimensions than a sheet has columns")?;
    for (column, count) in (first..).zip([figure.numerator, figure.denominator]) {
        sheet.write(row, column, count)?;
    }
    for (column, value) in (first + 2..).zip([figure.value, figure.low, figure.high]) {
        if let Some(value) = value {
            sheet.write_with_format(row, column, value, format)?;
        }
    }
    sheet.write(row, first + 5, figure.on_paper)?;
    Ok(())
}

/// How a value is shown; the cell holds it in full.
fn value_format(measure: Measure) -> Format {
    Format::new().set_num_format(match measure {
        Measure::Share => "0.0 %",
        Measure::Mean | Measure::PerPatient => "0.00",
        Measure::Count | Measure::Median | Measure::Percentile90 | Measure::Unspecified => "0",
    })
}

fn wrapped() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Left).set_align(FormatAlign::Top)
}

fn excel(on: Date) -> Result<ExcelDateTime> {
    Ok(ExcelDateTime::from_ymd(
        u16::try_from(on.year())?,
        on.month().unsigned_abs(),
        on.day().unsigned_abs(),
    )?)
}
