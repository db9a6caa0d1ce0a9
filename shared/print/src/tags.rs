//! What readers hear: the parts of a document in their order, each with the text that it is on the pages.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use crate::flow::Part;

/// The tags of the parts. `said` has the text of each leaf, which is taken from it.
pub fn tree(parts: &[Part], said: &mut [Vec<Identifier>], language: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for part in parts {
        tree.push(group(part, said));
    }
    tree
}

fn group(part: &Part, said: &mut [Vec<Identifier>]) -> TagGroup {
    match part {
        Part::Heading { level, text, leaf: place, .. } => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            leaf(Tag::Hn(level, Some(text.clone())), *place, said)
        }
        Part::Paragraph(place) => leaf(Tag::P, *place, said),
        Part::List(items) => {
            let mut list = TagGroup::new(Tag::L(ListNumbering::Disc));
            for (label, body) in items {
                let mut item = TagGroup::new(Tag::LI);
                item.push(leaf(Tag::Lbl, *label, said));
                item.push(leaf(Tag::LBody, *body, said));
                list.push(item);
            }
            list
        }
        Part::Table { heads, rows } => {
            let mut table = TagGroup::new(Tag::Table);
            let (mut head, mut body) = (TagGroup::new(Tag::THead), TagGroup::new(Tag::TBody));
            head.push(row(|| Tag::TH(TableHeaderScope::Column).into(), heads, said));
            for cells in rows {
                body.push(row(|| Tag::TD.into(), cells, said));
            }
            table.push(head);
            table.push(body);
            table
        }
    }
}

fn row(tag: impl Fn() -> TagKind, cells: &[usize], said: &mut [Vec<Identifier>]) -> TagGroup {
    let mut row = TagGroup::new(Tag::TR);
    for cell in cells {
        row.push(leaf(tag(), *cell, said));
    }
    row
}

fn leaf(tag: impl Into<TagKind>, place: usize, said: &mut [Vec<Identifier>]) -> TagGroup {
    let mut group = TagGroup::new(tag);
    for identifier in said.get_mut(place).map(std::mem::take).unwrap_or_default() {
        group.push(identifier);
    }
    group
}
