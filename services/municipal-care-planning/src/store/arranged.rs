//! What the parties of a case have arranged: their meetings, and who the named care contact is.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_proto::planning as pb;
use hemgang_rpc::Failure;

use super::{care_contact, meeting};
use crate::domain::{care_contact::CareContact, meeting::Meeting};

/// All of it, as it stands.
pub struct Arranged {
    meetings: Vec<Meeting>,
    care_contact: Option<CareContact>,
}

/// What was arranged about a case.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Arranged, Failure> {
    let (meetings, care_contact) =
        tokio::try_join!(meeting::list(db, case_id), care_contact::get(db, case_id))?;
    Ok(Arranged { meetings, care_contact })
}

impl Arranged {
    /// A case with it.
    pub fn shown(&self, case: pb::Case) -> pb::Case {
        pb::Case { meetings: self.meetings(), care_contact: self.care_contact(), ..case }
    }

    /// The meetings, the first planned first.
    pub fn meetings(&self) -> Vec<pb::Meeting> {
        self.meetings.iter().map(Meeting::shown).collect()
    }

    /// The named care contact, if one was appointed.
    pub fn care_contact(&self) -> Option<pb::CareContact> {
        self.care_contact.as_ref().map(CareContact::shown)
    }
}
