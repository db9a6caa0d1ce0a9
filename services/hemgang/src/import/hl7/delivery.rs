//! A reading handed to admission, for the hospital that sent it.

use anyhow::{Result, bail};
use hemgang_core::place::HsaId;
use hemgang_gateway::{
    adt::{Reading, Verdict},
    intake::{Intake, Outcome, Released, holds_visit},
};
use hemgang_rpc::Peer;

use super::{
    tally::{Class, Told},
    tokens::Tokens,
};
use crate::{
    import::patience::{AWAY, patiently},
    target::told,
};

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
        let answer = patiently(|| self.intake.accept(reading)).await?;
        settled(reading, &answer.map_err(|status| told(&status).context(AWAY))?)
    }

    /// What has become of messages that waited for the admission of their visit, by content hash.
    pub fn released(&self) -> Result<Vec<(String, Told)>> {
        let released = self.intake.take_released().into_iter();
        released
            .map(|Released { reading, outcome }| {
                let hash = reading.envelope.content_hash.to_string();
                Ok((hash, settled(&reading, &outcome)?))
            })
            .collect()
    }
}

fn settled(reading: &Reading, outcome: &Outcome) -> Result<Told> {
    let holds = match &reading.verdict {
        Verdict::Mapped(event) => holds_visit(event, outcome),
        Verdict::Parked(_) | Verdict::Ignored(_) => false,
    };
    let told = match outcome {
        Outcome::Accepted => Told::new(Class::Accepted, ""),
        Outcome::Repeated => Told::new(Class::Repeated, "had its effect when things were otherwise"),
        Outcome::Unchanged => Told::new(Class::Unchanged, ""),
        Outcome::Ignored(reason) => Told::new(Class::Ignored, reason),
        Outcome::Unmapped(reason) => Told::holding(reason),
        Outcome::Parked(reason) if holds => Told::holding(reason),
        // Admission puts movements in order, so what comes after these need not wait.
        Outcome::Parked(reason) => Told::new(Class::Parked, reason),
        Outcome::Refused { reason } => match reason.as_str() {
            // What says nothing of the message must not put it, and all after it, among the refused.
            "NOT_PERMITTED" => bail!("the token may not do this; it needs the role gateway"),
            "" => bail!("an answer that is not of Hemgång"),
            _ => Told::new(Class::Refused, reason),
        },
    };
    Ok(match &reading.verdict {
        Verdict::Mapped(event) => told.with(reading.envelope.charset.used, event, outcome),
        Verdict::Parked(_) | Verdict::Ignored(_) => told,
    })
}
