//! A case as a request names it: by its own id, or its admission's.

use hemgang_core::id::AdmissionId;
use hemgang_rpc::{Call, Context, Failure, Fields};

use crate::{
    domain::{case::CaseId, dossier::Dossier},
    store,
};

/// What a request says.
#[derive(Clone, Copy)]
pub enum Named<'a> {
    Case(&'a str),
    Admission(&'a str),
}

/// What it means.
#[derive(Clone, Copy)]
pub enum Key {
    Case(CaseId),
    Admission(AdmissionId),
}

impl Key {
    pub fn read(fields: &mut Fields<'_>, named: Option<Named<'_>>) -> Option<Self> {
        match named {
            Some(Named::Case(id)) => fields.parsed("case_id", id).map(Self::Case),
            Some(Named::Admission(id)) => fields.parsed("admission_id", id).map(Self::Admission),
            None => {
                fields.wrong("key", "is required");
                None
            }
        }
    }

    /// The case, when the caller may see it. One whose notice to the caller is still to be followed is as absent as any.
    pub async fn dossier(self, cx: &Context, call: &Call) -> Result<Dossier, Failure> {
        let absent = || Failure::NotFound { resource: "case", name: self.name() };
        cx.followed(async || self.find(cx, call).await).await?.ok_or_else(absent)
    }

    async fn find(self, cx: &Context, call: &Call) -> Result<Option<Dossier>, Failure> {
        let dossier = match self {
            Self::Case(id) => store::dossier::get(&cx.db, id).await?,
            Self::Admission(id) => store::dossier::find(&cx.db, id).await?,
        };
        Ok(dossier.filter(|dossier| call.sight.admits(&dossier.audience())))
    }

    fn name(self) -> String {
        match self {
            Self::Case(id) => id.to_string(),
            Self::Admission(id) => id.to_string(),
        }
    }
}
