//! Addresses of functions at units: a list from each of several days on.

use hemgang_core::directory::{Contact, ContactOf, MailAddress};
use hemgang_core::place::HsaId;
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

#[derive(Clone, Debug)]
struct Row {
    unit: HsaId,
    function: String,
    valid_from: Date,
    /// Words.
    addresses: String,
}

hemgang_db::record!(Row, "function_contact", key(unit, function, valid_from), columns(addresses));

impl Row {
    fn of(of: &ContactOf, contact: &Contact) -> Self {
        let words: Vec<_> = contact.addresses.iter().map(MailAddress::as_str).collect();
        Self {
            unit: of.unit.clone(),
            function: of.function.to_string(),
            valid_from: contact.valid_from,
            addresses: words.join(" "),
        }
    }
}

/// All addresses of a function at a unit, in order of time.
pub async fn list(db: &Db, of: &ContactOf) -> Result<Vec<Contact>, Failure> {
    let sql = "select * from function_contact where unit = $1 and function = $2";
    let rows = db.list::<Row>(sql, params![of.unit, of.function.as_str()]).await?.into_iter();
    let unreadable = || Failure::Internal("a kept address that is none".into());
    let contact = |Row { valid_from, addresses, .. }| {
        let addresses = addresses.split_whitespace().map(|word| word.parse().map_err(|_| unreadable()));
        Ok(Contact { addresses: addresses.collect::<Result<_, Failure>>()?, valid_from })
    };
    let mut rows = rows.map(contact).collect::<Result<Vec<_>, Failure>>()?;
    rows.sort_by_key(|contact| contact.valid_from);
    Ok(rows)
}

/// Puts addresses in the place of those that stand from the same day on.
pub fn replace(of: &ContactOf, stands: Option<&Contact>, contact: &Contact) -> Change {
    let change = Change::new().insert(&Row::of(of, contact));
    stands.map_or(change.clone(), |stands| change.remove(&Row::of(of, stands)))
}
