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

/// What a request says: `named!(req, get_case_request)`. Each request has a oneof of its own.
macro_rules! named {
    ($request:expr, $of:ident) => {
        $request.key.as_ref().map(|key| match key {
            $of::Key::CaseId(id) => $crate::rpc::key::Named::Case(id),
            $of::Key::AdmissionId(id) => $crate::rpc::key::Named::Admission(id),
        })
    };
}
pub(super) use named;

/// What it means.
#[derive(Clone, Copy, PartialEq)]
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
        cx.followed(async || self.find(cx, call).await).await?.ok_or_else(|| self.absent())
    }

    /// Nothing that the caller may see is named so.
    pub fn absent(self) -> Failure {
        Failure::NotFound { resource: "case", name: self.name() }
    }

    /// As [`Key::dossier`], and nothing of the case waits to be applied.
    ///
    /// # Errors
    /// `FEED_BEHIND` while something of its admission is parked, also where that may be why there is no case.
    pub async fn settled(self, cx: &Context, call: &Call) -> Result<Dossier, Failure> {
        let found = self.dossier(cx, call).await;
        let of = found.as_ref().map_or_else(|_| self.admission(), |dossier| dossier.case.admission_id);
        if let Some(admission_id) = of {
            cx.rests_on(Some(&admission_id.to_string()))?;
        }
        found
    }

    fn admission(self) -> Option<AdmissionId> {
        match self {
            Self::Case(_) => None,
            Self::Admission(id) => Some(id),
        }
    }

    /// The case as we know it now, when the caller may see it.
    pub async fn find(self, cx: &Context, call: &Call) -> Result<Option<Dossier>, Failure> {
        let dossier = match self {
            Self::Case(id) => store::dossier::get(&cx.db, id).await?,
            Self::Admission(id) => store::dossier::find(&cx.db, id).await?,
        };
        let dossier = dossier.filter(|dossier| call.sight.admits(&dossier.audience()));
        Ok(dossier.map(|dossier| dossier.done_by(&call.caller.unit)))
    }

    fn name(self) -> String {
        match self {
            Self::Case(id) => id.to_string(),
            Self::Admission(id) => id.to_string(),
        }
    }
}
