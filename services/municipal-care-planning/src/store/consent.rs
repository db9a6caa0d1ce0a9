//! What was decided about a stay, or about a case without one.

use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::consent::Consents;

hemgang_db::record!(Consents, "consent", versioned, key(subject), columns(version, said));

/// The decisions about a subject, as [`crate::domain::case::Case::about`] names it; none where nobody has decided.
pub async fn get(db: &Db, subject: String) -> Result<Consents, Failure> {
    let sql = "select * from consent where subject in (select key from keys)";
    let found = db.gathered(sql, "subject", subject.clone()).await?.pop();
    Ok(found.unwrap_or_else(|| Consents::none(subject)))
}
