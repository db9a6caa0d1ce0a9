//! A text cut into lines.

use crate::font::Face;

/// What is printed for a character that the font lacks.
const UNKNOWN: char = '\u{FFFD}';

/// A text in lines that are no wider than `width` points: cut between words, and within a word that is wider by itself. A line
/// keeps the space after it, so that whoever reads or copies the text hears no two words as one.
pub fn cut(text: &str, (face, size): (&Face, f32), width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in readable(paragraph, face).split_whitespace() {
            let is_first = line.is_empty();
            let longer = if is_first { word.to_owned() } else { format!("{line} {word}") };
            if face.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !is_first {
                lines.push(format!("{line} "));
            }
            line = broken(word, (face, size), width, &mut lines);
        }
        lines.push(line);
    }
    lines
}

/// Puts the beginning of a word that is too wide into lines of its own, and returns the rest.
fn broken(word: &str, (face, size): (&Face, f32), width: f32, lines: &mut Vec<String>) -> String {
    let mut line = String::new();
    for character in word.chars() {
        line.push(character);
        if face.width(&line, size) > width && line.chars().count() > 1 {
            line.pop();
            lines.push(std::mem::replace(&mut line, character.to_string()));
        }
    }
    line
}

/// A text of characters that can be printed, and read again from what was printed.
fn readable(text: &str, face: &Face) -> String {
    let shown = |character: char| match character {
        _ if character.is_whitespace() || character.is_control() => ' ',
        _ if face.has(character) && !is_private(character) => character,
        _ => UNKNOWN,
    };
    text.chars().filter(|character| !is_invisible(*character)).map(shown).collect()
}

/// Marks of direction and joining, which would be printed as nothing and read as something.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Characters that mean only what somebody's font says.
fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_at(text: &str, width: f32) -> Vec<String> {
        cut(text, (Face::of(false).expect("a font"), 14.0), width)
    }

    #[test]
    fn lines_are_no_wider_than_the_page_and_lose_nothing() {
        let face = Face::of(false).expect("a font");
        let text = "Dusch två gånger i veckan, och överenskommelserna om läkemedelsgenomgångar följs upp";
        let lines = cut_at(text, 120.0);
        assert!(
            lines.len() > 3 && lines.iter().all(|line| face.width(line.trim_end(), 14.0) <= 120.0),
            "{lines:?}"
        );
        assert_eq!(lines.concat(), text);
        assert_eq!(cut_at("Ett\n\nTvå ", 400.0), ["Ett", "", "Två"]);
    }

    #[test]
    fn what_cannot_be_printed_is_shown_as_such_or_left_out() {
        assert_eq!(cut_at("å\u{202E}ä\tö 漢\u{E001}", 400.0), ["åä ö \u{FFFD}\u{FFFD}"]);
        for is_bold in [false, true] {
            let face = Face::of(is_bold).expect("a font");
            assert!("åäöÅÄÖéüšžłğ–•·\u{FFFD}Ωяع".chars().all(|character| face.has(character)));
        }
    }
}
