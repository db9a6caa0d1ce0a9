//! Pages by keyset: a token names the last row seen, so that pages neither skip nor repeat when rows come and go.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::fields::Fields;

const DEFAULT_SIZE: i32 = 50;
const LARGEST: i32 = 500;

/// A page asked for. Rows are ordered by a number (an instant), then by an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    size: i64,
    after: Option<(i64, String)>,
}

impl Page {
    /// Reads `page_size` and `page_token`.
    pub fn read(fields: &mut Fields<'_>, size: i32, token: &str) -> Option<Self> {
        let size = match size {
            0 => Some(DEFAULT_SIZE),
            1..=LARGEST => Some(size),
            _ => {
                fields.wrong("page_size", format!("must be from 0 to {LARGEST}"));
                None
            }
        };
        let after = if token.is_empty() { None } else { Some(decode(token)) };
        match after {
            Some(None) => {
                fields.wrong("page_token", "is not a token of this list");
                None
            }
            after => Some(Self { size: size?.into(), after: after.flatten() }),
        }
    }

    /// How many rows to read: one more than asked for, to see whether there is a next page.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Whether it is the first.
    pub fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The number after which to read, when the order is descending.
    pub fn below(&self) -> i64 {
        self.after.as_ref().map_or(i64::MAX, |(number, _)| *number)
    }

    /// The number after which to read, when the order is ascending.
    pub fn above(&self) -> i64 {
        self.after.as_ref().map_or(i64::MIN, |(number, _)| *number)
    }

    /// The id after which to read among rows of the same number.
    pub fn id(&self) -> String {
        self.after.as_ref().map(|(_, id)| id.clone()).unwrap_or_default()
    }

    /// Cuts the rows to the page, and makes the token of the next one; empty at the end.
    pub fn cut<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> (i64, String)) -> String {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last().map(key).map(|(number, id)| encode(number, &id)).unwrap_or_default()
    }
}

fn encode(number: i64, id: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{number} {id}"))
}

fn decode(token: &str) -> Option<(i64, String)> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (number, id) = text.split_once(' ')?;
    (!id.contains('\0')).then_some(())?;
    Some((number.parse().ok()?, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_comes_back_and_any_other_text_does_not_panic(number: i64, id in "[a-z0-9-]{0,40}", noise: String) {
            prop_assert_eq!(decode(&encode(number, &id)), Some((number, id)));
            let _ = decode(&noise);
        }
    }

    #[test]
    fn the_next_token_names_the_last_row_of_a_full_page_only() {
        let page = Page { size: 2, after: None };
        let mut rows = vec![3, 2, 1];
        let token = page.cut(&mut rows, |row| (*row, row.to_string()));
        assert_eq!((rows, decode(&token)), (vec![3, 2], Some((2, "2".to_owned()))));
        assert_eq!(page.cut(&mut vec![1], |row| (*row, row.to_string())), "");
    }
}
