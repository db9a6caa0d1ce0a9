//! A document laid out on pages: what stands where, and what it is a part of.

use crate::{
    document::{Block, Document, Footer, Size, Table},
    font::Face,
    lines::cut,
    when::moment,
};

/// A4, in points.
pub const PAGE: (f32, f32) = (595.28, 841.89);
/// On each side.
const MARGIN: f32 = 62.0;
/// Height of a line, in its size.
const LEADING: f32 = 1.45;
/// Where a letter stands within its line.
const BASELINE: f32 = 1.05;
const FOOT: f32 = 10.0;
const BULLET: &str = "•";

/// A line of text, or a part of one, with its place on a page.
pub struct Piece {
    pub page: usize,
    pub at: (f32, f32),
    pub size: f32,
    pub is_bold: bool,
    pub text: String,
    /// What it belongs to; none of what is no part of the text, such as a page's foot.
    pub leaf: Option<usize>,
}

/// A line under a row of a table.
pub struct Stroke {
    pub page: usize,
    pub y: f32,
    pub x: (f32, f32),
}

/// A part of the document, as readers hear it. It names its leaves, each of which is one or several pieces.
pub enum Part {
    Heading {
        level: u16,
        text: String,
        page: usize,
        y: f32,
        leaf: usize,
    },
    Paragraph(usize),
    /// Bullets, and what stands behind them.
    List(Vec<(usize, usize)>),
    Table {
        heads: Vec<usize>,
        rows: Vec<Vec<usize>>,
    },
}

/// A document on its pages.
#[derive(Default)]
pub struct Laid {
    pub pages: usize,
    pub pieces: Vec<Piece>,
    pub strokes: Vec<Stroke>,
    pub parts: Vec<Part>,
    pub leaves: usize,
}

#[derive(Clone, Copy)]
struct Style {
    size: f32,
    is_bold: bool,
}

struct Flow {
    laid: Laid,
    text: Style,
    /// The first place of a page where no text stands any more.
    bottom: f32,
    page: usize,
    y: f32,
}

/// Lays a document out.
pub fn lay(document: &Document) -> Laid {
    let size = if document.size == Size::Large { 14.0 } else { 11.0 };
    let foot = foot(&document.footer);
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let bottom = PAGE.1 - MARGIN - (foot.len() + 1) as f32 * FOOT * LEADING;
    let text = Style { size, is_bold: false };
    let mut flow = Flow { laid: Laid::default(), text, bottom, page: 0, y: MARGIN };
    flow.heading(1, &document.title);
    flow.blocks(&document.lead);
    for section in &document.sections {
        flow.heading(2, &section.heading);
        flow.blocks(&section.blocks);
    }
    flow.feet(&foot)
}

/// What stands at the foot of every page, above its number.
fn foot(footer: &Footer) -> Vec<String> {
    let Footer { printed_at, unit, note } = footer;
    let printed = format!("Utskriven {} av {unit}", moment(*printed_at));
    let text = if note.is_empty() { printed } else { format!("{printed} · {note}") };
    lines(&text, Style { size: FOOT, is_bold: false }, PAGE.0 - 2.0 * MARGIN)
}

fn lines(text: &str, style: Style, width: f32) -> Vec<String> {
    Face::of(style.is_bold).map(|face| cut(text, (face, style.size), width)).unwrap_or_default()
}

impl Style {
    fn height(self) -> f32 {
        self.size * LEADING
    }

    fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }
}

impl Flow {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(text) => {
                    let leaf = self.paragraph(text, MARGIN);
                    self.laid.parts.push(Part::Paragraph(leaf));
                }
                Block::Subheading(text) => self.heading(3, text),
                Block::List(items) => self.list(items),
                Block::Table(table) => self.table(table),
            }
            self.y += self.text.size * 0.5;
        }
    }

    /// A heading, never the last on a page. One without words is none: a reader would be told of nothing.
    fn heading(&mut self, level: u16, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let scale = [1.7, 1.3, 1.0][usize::from(level.clamp(1, 3)) - 1];
        let style = Style { size: self.text.size * scale, is_bold: true };
        let lines = lines(text, style, PAGE.0 - 2.0 * MARGIN);
        if self.y > MARGIN {
            self.y += style.size * 0.6;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = lines.len() as f32 * style.height() + 2.0 * self.text.height();
        self.turn_unless(height);
        let (page, y, leaf) = (self.page, self.y, self.leaf());
        for line in lines {
            self.line(style, MARGIN, line, leaf);
        }
        self.y += style.size * 0.2;
        self.laid.parts.push(Part::Heading { level, text: text.to_owned(), page, y, leaf });
    }

    fn list(&mut self, items: &[String]) {
        let indent = self.text.size * 1.3;
        let mut told = Vec::new();
        for item in items {
            self.turn_unless(self.text.height());
            let (bullet, y) = (self.leaf(), self.y);
            self.line(self.text, MARGIN, BULLET.to_owned(), bullet);
            self.y = y;
            told.push((bullet, self.paragraph(item, MARGIN + indent)));
        }
        if !told.is_empty() {
            self.laid.parts.push(Part::List(told));
        }
    }

    fn table(&mut self, table: &Table) {
        let shares: f32 = table.columns.iter().map(|(_, share)| share).sum();
        let (gap, wide) = (self.text.size * 0.6, PAGE.0 - 2.0 * MARGIN);
        let widths: Vec<f32> = table.columns.iter().map(|(_, share)| wide * share / shares).collect();
        let cells = |texts: &[String], style: Style| -> Vec<Vec<String>> {
            let of = |(place, width): (usize, &f32)| {
                lines(texts.get(place).map_or("", String::as_str), style, width - gap)
            };
            widths.iter().enumerate().map(of).collect()
        };
        let titles: Vec<String> = table.columns.iter().map(|(title, _)| title.clone()).collect();
        let titles = cells(&titles, self.text.bold());
        let heads: Vec<usize> = titles.iter().map(|_| self.leaf()).collect();
        let leaves: Vec<Option<usize>> = heads.iter().copied().map(Some).collect();
        self.row(self.text.bold(), (&titles, &leaves), &widths, None);
        let mut rows = Vec::new();
        for row in &table.rows {
            let row = cells(row, self.text);
            let told: Vec<usize> = row.iter().map(|_| self.leaf()).collect();
            let leaves: Vec<Option<usize>> = told.iter().copied().map(Some).collect();
            self.row(self.text, (&row, &leaves), &widths, Some(&titles));
            rows.push(told);
        }
        self.laid.parts.push(Part::Table { heads, rows });
    }

    /// A row of cells, on one page where it fits on one; on a new page under the headings of its columns.
    fn row(
        &mut self,
        style: Style,
        (cells, leaves): (&[Vec<String>], &[Option<usize>]),
        widths: &[f32],
        titles: Option<&[Vec<String>]>,
    ) {
        let count = cells.iter().map(Vec::len).max().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let height = count as f32 * style.height();
        if height < self.bottom - MARGIN - 4.0 * self.text.height() && self.y + height > self.bottom {
            self.next_page(titles, widths);
        }
        for number in 0..count {
            if self.y + style.height() > self.bottom {
                self.next_page(titles, widths);
            }
            let mut x = MARGIN;
            for ((cell, leaf), width) in cells.iter().zip(leaves).zip(widths) {
                if let Some(line) = cell.get(number) {
                    // A cell of nothing is one, too: without it columns would not be told apart.
                    let text = if line.is_empty() { " ".to_owned() } else { line.clone() };
                    self.piece(style, x, text, *leaf);
                }
                x += width;
            }
            self.y += style.height();
        }
        self.y += self.text.size * 0.15;
        let x = (MARGIN, PAGE.0 - MARGIN);
        self.laid.strokes.push(Stroke { page: self.page, y: self.y, x });
        self.y += self.text.size * 0.25;
    }

    fn next_page(&mut self, titles: Option<&[Vec<String>]>, widths: &[f32]) {
        (self.page, self.y) = (self.page + 1, MARGIN);
        if let Some(titles) = titles {
            let nobody_s = vec![None; titles.len()];
            self.row(self.text.bold(), (titles, &nobody_s), widths, None);
        }
    }

    /// A text from `x` to the right margin.
    fn paragraph(&mut self, text: &str, x: f32) -> usize {
        let leaf = self.leaf();
        for line in lines(text, self.text, PAGE.0 - MARGIN - x) {
            self.line(self.text, x, line, leaf);
        }
        leaf
    }

    fn line(&mut self, style: Style, x: f32, text: String, leaf: usize) {
        self.turn_unless(style.height());
        if !text.is_empty() {
            self.piece(style, x, text, Some(leaf));
        }
        self.y += style.height();
    }

    fn piece(&mut self, style: Style, x: f32, text: String, leaf: Option<usize>) {
        let Style { size, is_bold } = style;
        let at = (x, self.y + size * BASELINE);
        self.laid.pieces.push(Piece { page: self.page, at, size, is_bold, text, leaf });
    }

    fn leaf(&mut self) -> usize {
        self.laid.leaves += 1;
        self.laid.leaves - 1
    }

    /// On the next page, unless there is so much room.
    fn turn_unless(&mut self, height: f32) {
        if self.y + height > self.bottom {
            (self.page, self.y) = (self.page + 1, MARGIN);
        }
    }

    /// The pages with their feet.
    fn feet(mut self, foot: &[String]) -> Laid {
        let pages = self.page + 1;
        let style = Style { size: FOOT, is_bold: false };
        for page in 0..pages {
            (self.page, self.y) = (page, self.bottom + FOOT * LEADING);
            for line in foot.iter().cloned().chain([format!("Sida {} av {pages}", page + 1)]) {
                self.piece(style, MARGIN, line, None);
                self.y += style.height();
            }
        }
        Laid { pages, ..self.laid }
    }
}
