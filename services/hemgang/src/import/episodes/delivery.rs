//! Reaches the services for each hospital with its token, and says what became of an episode there.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use hemgang_core::place::HsaId;
use hemgang_proto::admission::{ListAdmissionsRequest, admission_service_client::AdmissionServiceClient};
use hemgang_rpc::Peer;
use tonic::Code;

use super::{row::Episode, steps::Steps};
use crate::{
    import::{
        patience::{AWAY, patiently},
        rows::{Outcome, stop::Stop},
        tokens::Tokens,
    },
    target::told,
};

/// The services, with a token for each hospital.
pub struct Delivery {
    tokens: Tokens,
    /// Hospitals whose token was found to do.
    checked: BTreeSet<HsaId>,
}

impl Delivery {
    /// Delivers with these tokens.
    pub fn new(tokens: Tokens) -> Self {
        Self { tokens, checked: BTreeSet::new() }
    }

    /// The peer of a hospital; none without a token for it. A token that may not do what is asked must not put every
    /// row among the refused.
    ///
    /// # Errors
    /// When the next row would fare no better: a service is away, or the token does not count.
    pub async fn peer(&mut self, hospital: &HsaId) -> Result<Option<Peer>> {
        let Some(peer) = self.tokens.of(hospital).cloned() else { return Ok(None) };
        if self.checked.contains(hospital) {
            return Ok(Some(peer));
        }
        let list = || {
            let mut client = AdmissionServiceClient::new(peer.clone());
            async move { client.list_admissions(ListAdmissionsRequest::default()).await }
        };
        match patiently(list).await? {
            Err(status) if status.code() == Code::PermissionDenied => {
                bail!("the token of {hospital} may not do this; it needs the role ehr")
            }
            answer => answer.map_err(|status| told(&status).context(AWAY))?,
        };
        self.checked.insert(hospital.clone());
        Ok(Some(peer))
    }
}

/// Gives an episode its effect.
///
/// # Errors
/// When the next row would fare no better: a service is away, or the token does not count.
pub async fn deliver(peer: Peer, episode: &Episode) -> Result<Outcome> {
    let told = Steps::new(peer, episode).take().await;
    told.map(|is_new| if is_new { Outcome::Accepted } else { Outcome::Repeated }).or_else(Stop::outcome)
}
