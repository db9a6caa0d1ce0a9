//! The pages as a PDF: what is drawn where, what it is a part of, and what the document says of itself.

use hemgang_core::day::local;
use jiff::Timestamp;
use krilla::{
    Document as Pdf, SerializeSettings,
    color::luma,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Stroke as Pen,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag},
    text::TextDirection,
};

use crate::{
    document::{Document, Error},
    flow::{Laid, PAGE, Part, Piece, Stroke},
    font::Face,
    tags,
};

/// All documents are in Swedish.
const LANGUAGE: &str = "sv-SE";

/// Writes a document that is laid out.
pub fn pdf(document: &Document, laid: &Laid) -> Result<Vec<u8>, Error> {
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = accessible.map_err(|_| Error("PDF/UA-1 is not known"))?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut said: Vec<Vec<Identifier>> = (0..laid.leaves).map(|_| Vec::new()).collect();
    for number in 0..laid.pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(Error("a page has no size"))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for piece in laid.pieces.iter().filter(|piece| piece.page == number) {
            draw(&mut surface, piece, &mut said)?;
        }
        for stroke in laid.strokes.iter().filter(|stroke| stroke.page == number) {
            rule(&mut surface, stroke);
        }
        surface.finish();
        page.finish();
    }
    pdf.set_metadata(metadata(document));
    pdf.set_outline(outline(&laid.parts));
    pdf.set_tag_tree(tags::tree(&laid.parts, &mut said, LANGUAGE));
    pdf.finish().map_err(|error| match error {
        KrillaError::Validation(_) => Error("it would not conform to PDF/UA-1"),
        KrillaError::Font(..) => Error("the font cannot be embedded"),
        _ => Error("the writer failed"),
    })
}

fn draw(surface: &mut Surface<'_>, piece: &Piece, said: &mut [Vec<Identifier>]) -> Result<(), Error> {
    let face = Face::of(piece.is_bold).ok_or(Error("the font cannot be read"))?;
    let tag = match piece.leaf {
        Some(_) => ContentTag::Span(SpanTag::empty()),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
    };
    let identifier = surface.start_tagged(tag);
    let at = Point::from_xy(piece.at.0, piece.at.1);
    surface.draw_text(at, face.font.clone(), piece.size, &piece.text, false, TextDirection::Auto);
    surface.end_tagged();
    if let Some(leaf) = piece.leaf.and_then(|leaf| said.get_mut(leaf)) {
        leaf.push(identifier);
    }
    Ok(())
}

/// A line under a row, which says nothing.
fn rule(surface: &mut Surface<'_>, stroke: &Stroke) {
    let mut path = PathBuilder::new();
    path.move_to(stroke.x.0, stroke.y);
    path.line_to(stroke.x.1, stroke.y);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(None);
    surface.set_stroke(Some(Pen { paint: luma::Color::new(96).into(), width: 0.6, ..Pen::default() }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.end_tagged();
}

fn metadata(document: &Document) -> Metadata {
    Metadata::new()
        .title(document.title.clone())
        .language(LANGUAGE.to_owned())
        .creator("Hemgång".to_owned())
        .creation_date(date(document.footer.printed_at))
}

fn date(at: Timestamp) -> DateTime {
    let at = local(at);
    let of = |number: i8| number.unsigned_abs();
    DateTime::new(at.year().unsigned_abs())
        .month(of(at.month()))
        .day(of(at.day()))
        .hour(of(at.hour()))
        .minute(of(at.minute()))
        .second(of(at.second()))
        .utc_offset_hour(i8::try_from(at.offset().seconds() / 3600).unwrap_or_default())
        .utc_offset_minute(0)
}

/// The sections, as a reader lists them beside the page.
fn outline(parts: &[Part]) -> Outline {
    let mut outline = Outline::new();
    for part in parts {
        if let Part::Heading { level: 1..=2, text, page, y, .. } = part {
            let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
            outline.push_child(OutlineNode::new(text.clone(), place));
        }
    }
    outline
}
