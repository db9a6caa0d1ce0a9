//! Escapes inside a value: `\F\ \S\ \T\ \R\ \E\`, `\Xdd..\` and `\.br\`; unknown ones stay as they are.

use std::borrow::Cow;

use super::Separators;

/// The text that an encoded value stands for.
pub(super) fn unescape<'a>(encoded: &'a str, separators: &Separators) -> Cow<'a, str> {
    let mark = separators.escape;
    if !encoded.contains(mark) {
        return Cow::Borrowed(encoded);
    }
    let mut text = String::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((before, after)) = rest.split_once(mark) {
        text.push_str(before);
        let meaning =
            after.split_once(mark).and_then(|(code, rest)| Some((meaning(code, separators)?, rest)));
        if let Some((meaning, after)) = meaning {
            text.push_str(&meaning);
            rest = after;
        } else {
            text.push(mark);
            rest = after;
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn meaning(code: &str, separators: &Separators) -> Option<String> {
    match code {
        "F" => Some(separators.field.into()),
        "S" => Some(separators.component.into()),
        "T" => Some(separators.sub_component.into()),
        "R" => Some(separators.repetition.into()),
        "E" => Some(separators.escape.into()),
        ".br" => Some("\n".into()),
        _ => hexadecimal(code.strip_prefix('X')?),
    }
}

/// Bytes written as hexadecimal digits: UTF-8 when they are, else Latin-1. NUL is left out: no database keeps it.
fn hexadecimal(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs.map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect();
    let bytes = bytes?;
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|fault| fault.into_bytes().into_iter().map(char::from).collect());
    Some(text.replace('\0', ""))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The encoded form of a text; `""` as a text is kept apart from the order to delete.
pub(super) fn escape(text: &str, separators: &Separators) -> String {
    let mark = separators.escape;
    if text == "\"\"" {
        return format!("{mark}X22{mark}\"");
    }
    let mut encoded = String::with_capacity(text.len());
    for char in text.chars() {
        let code = match char {
            _ if char == separators.field => "F",
            _ if char == separators.component => "S",
            _ if char == separators.sub_component => "T",
            _ if char == separators.repetition => "R",
            _ if char == mark => "E",
            '\0' => continue,
            '\u{1}'..='\u{1F}' => &format!("X{:02X}", u32::from(char)),
            _ => {
                encoded.push(char);
                continue;
            }
        };
        encoded.push(mark);
        encoded.push_str(code);
        encoded.push(mark);
    }
    encoded
}
