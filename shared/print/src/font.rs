//! The font, `DejaVu` Sans: it has the letters of nearly every name, also Greek, Cyrillic and Arabic ones.

use std::sync::LazyLock;

use krilla::text::Font;
use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
};

/// A weight of the font.
pub struct Face {
    /// As the PDF embeds it, of which the letters alone that are used.
    pub font: Font,
    outlines: FontRef<'static>,
}

static REGULAR: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::read(include_bytes!("../fonts/DejaVuSans.ttf")));
static BOLD: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::read(include_bytes!("../fonts/DejaVuSans-Bold.ttf")));

impl Face {
    /// The weight; none never, as a test sees.
    pub fn of(is_bold: bool) -> Option<&'static Self> {
        if is_bold { BOLD.as_ref() } else { REGULAR.as_ref() }
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        Some(Self { font: Font::new(bytes.into(), 0)?, outlines: FontRef::new(bytes).ok()? })
    }

    /// Whether it has a character.
    pub fn has(&self, character: char) -> bool {
        self.outlines.charmap().map(character).is_some()
    }

    /// How wide a text is at a size, in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let metrics = self.outlines.glyph_metrics(Size::new(size), LocationRef::default());
        let charmap = self.outlines.charmap();
        let widths = text.chars().map(|character| {
            charmap.map(character).and_then(|glyph| metrics.advance_width(glyph)).unwrap_or_default()
        });
        widths.sum()
    }
}
