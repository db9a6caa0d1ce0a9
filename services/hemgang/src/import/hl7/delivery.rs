//! A reading handed to admission, with the patience that a busy service deserves and no more.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use hemgang_core::place::HsaId;
use hemgang_gateway::{
    adt::Reading,
    intake::{Intake, Outcome, Released},
};
use hemgang_rpc::Peer;
use tonic_types::StatusExt as _;

use super::{
    tally::{Class, Told},
    tokens::Tokens,
};
use crate::target::told;

/// Pauses between tries, when the service says that a try soon may succeed.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// How long one message may take.
const LONGEST: Duration = Duration::from_mins(1);

/// What an import that stops says first.
const AWAY: &str = "the services take no messages now";

/// The peer for a hospital.
type PeerOf = Box<dyn Fn(&HsaId) -> Peer + Send + Sync>;

/// Reaches admission, for each hospital with its token.
pub struct Delivery {
    tokens: Tokens,
    intake: Intake<PeerOf>,
}

impl Delivery {
    /// Delivers with these tokens; none when there are none.
    pub fn new(tokens: Tokens) -> Option<Self> {
        let (any, of) = (tokens.any()?.clone(), tokens.clone());
        // A hospital without a token is refused before the intake asks for its peer.
        let peer = move |hospital: &HsaId| of.peer(hospital).unwrap_or(&any).clone();
        Some(Self { tokens, intake: Intake::new(Box::new(peer)) })
    }

    /// Gives a message its effect.
    ///
    /// # Errors
    /// When the next message would fare no better: the service is away, or the token does not count.
    pub async fn deliver(&self, reading: &Reading, hospital: &HsaId) -> Result<Told> {
        // With another hospital's token the stay would look absent, and the message as if it had come too early.
        if self.tokens.peer(hospital).is_none() {
            bail!("no token was given for hospital {hospital}; name one more with --token");
        }
        let mut pauses = PAUSES.into_iter();
        loop {
            let answer = tokio::time::timeout(LONGEST, self.intake.accept(reading)).await;
            let answer = answer.context("the services do not answer")?;
            let soon = match &answer {
                Ok(Outcome::Refused { reason }) => reason == "CONTENDED",
                Ok(_) => false,
                Err(status) => status.get_error_details().retry_info().is_some(),
            };
            match pauses.next().filter(|_| soon) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return settled(answer.map_err(|status| told(&status).context(AWAY))?),
            }
        }
    }

    /// What has become of messages that waited for the admission of their visit, by content hash.
    pub fn released(&self) -> Result<Vec<(String, Told)>> {
        let released = self.intake.take_released().into_iter();
        released
            .map(|Released { envelope, outcome }| Ok((envelope.content_hash.to_string(), settled(outcome)?)))
            .collect()
    }
}

fn settled(outcome: Outcome) -> Result<Told> {
    Ok(match outcome {
        Outcome::Accepted => Told::new(Class::Accepted, ""),
        Outcome::Unchanged => Told::new(Class::Unchanged, ""),
        Outcome::Ignored(reason) => Told::new(Class::Ignored, reason),
        Outcome::Unmapped(reason) => Told::holding(reason),
        // Admission puts movements in order, so what comes after these need not wait.
        Outcome::Parked(reason) => Told::new(Class::Parked, reason),
        Outcome::Refused { reason } => match reason.as_str() {
            // Request ids are made of content: the message had its effect, the mapping has changed since.
            "REQUEST_ID_REUSED" => Told::new(Class::Repeated, "had its effect under another mapping"),
            // What says nothing of the message must not put it, and all after it, among the refused.
            "NOT_PERMITTED" => bail!("the token may not do this; it needs the role gateway"),
            "CONTENDED" => bail!("others change the same visits at the same time"),
            "" => bail!("an answer that is not of Hemgång"),
            _ => Told::new(Class::Refused, reason),
        },
    })
}
