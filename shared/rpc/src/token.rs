//! Tokens: JWTs signed with RS256, ES256 or EdDSA by a trusted issuer. `none` and symmetric keys are refused.

mod jwks;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use hemgang_core::{clock::Clock, place::HsaId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Deserializer, Serialize};

use crate::caller::{Caller, Purpose};

/// Longer tokens are refused before they are looked at.
const LONGEST: usize = 8 * 1024;

/// How far clocks may differ, in seconds.
const SKEW: i64 = 60;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience. One in what we sign; others write several, and which of them is ours is verified, not read.
    #[serde(deserialize_with = "one_or_several")]
    pub aud: String,
    /// HSA-id of the person or system.
    pub sub: String,
    /// HSA-id of the unit acted for.
    pub unit: String,
    /// `region` or a municipality code.
    pub organisation: String,
    /// Roles.
    pub roles: Vec<String>,
    /// `care`, `quality` or `administration`.
    #[serde(default)]
    pub purpose: String,
    /// Seconds since 1970 after which the token is void.
    pub exp: i64,
    /// Seconds since 1970 before which it is not valid yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// The one audience; of several none, since nothing after the verification asks for it.
fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(serde_json::Value::deserialize(from)?.as_str().unwrap_or_default().to_owned())
}

/// An issuer whose tokens count, with its public keys.
#[derive(Clone)]
pub struct Trusted {
    /// `iss`.
    pub issuer: String,
    /// `aud` that must be ours.
    pub audience: String,
    /// Public keys by `kid`; a key without one serves tokens without one.
    pub keys: Vec<(Option<String>, Algorithm, DecodingKey)>,
}

impl std::fmt::Debug for Trusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trusted")
            .field("issuer", &self.issuer)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// Why a token does not count. For our log and tests; a caller is told only that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// No `authorization: Bearer` header.
    #[error("no bearer token")]
    Missing,
    /// Not a JWT, or too long.
    #[error("the token is malformed")]
    Malformed,
    /// Signed by nobody we trust, or with another algorithm than the key's.
    #[error("the token is not signed by a trusted issuer")]
    Signature,
    /// Issuer or audience is another.
    #[error("the token is for another issuer or audience")]
    Audience,
    /// Too early or too late.
    #[error("the token has expired or is not valid yet")]
    Time,
    /// A claim is missing or wrong.
    #[error("a claim of the token is missing or wrong")]
    Claim,
    /// No usable keys.
    #[error("the key set holds no usable key")]
    Keys,
}

/// How many verified tokens are remembered; when there are more, all are forgotten and verified anew.
const REMEMBERED: usize = 4096;

/// Verifies tokens against the shared clock. What a token says, once it is verified, is remembered: a signature costs
/// more than all else that a call does before its handler. Times are held against the clock at every call.
#[derive(Clone)]
pub struct Verifier {
    trusted: Vec<Trusted>,
    clock: Clock,
    verified: Arc<RwLock<HashMap<String, Claims>>>,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("trusted", &self.trusted).finish_non_exhaustive()
    }
}

impl Verifier {
    /// Trusts these issuers.
    pub fn new(trusted: Vec<Trusted>, clock: Clock) -> Self {
        Self { trusted, clock, verified: Arc::default() }
    }

    /// Who a token is.
    ///
    /// # Errors
    /// See [`TokenFault`].
    pub fn verify(&self, token: &str) -> Result<Caller, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::Malformed);
        }
        let known = self.verified.read().unwrap_or_else(PoisonError::into_inner).get(token).cloned();
        let claims = match known {
            Some(claims) => claims,
            None => self.remember(token, self.signed(token)?),
        };
        let now = self.clock.now().as_second();
        if claims.exp.saturating_add(SKEW) <= now
            || claims.nbf.is_some_and(|nbf| nbf.saturating_sub(SKEW) > now)
        {
            return Err(TokenFault::Time);
        }
        caller(claims).ok_or(TokenFault::Claim)
    }

    fn remember(&self, token: &str, claims: Claims) -> Claims {
        let mut verified = self.verified.write().unwrap_or_else(PoisonError::into_inner);
        if verified.len() >= REMEMBERED {
            verified.clear();
        }
        verified.insert(token.to_owned(), claims.clone());
        claims
    }

    /// The claims, when one of the keys that fit signed them for our audience.
    fn signed(&self, token: &str) -> Result<Claims, TokenFault> {
        let header = decode_header(token).map_err(|_| TokenFault::Malformed)?;
        // Extensions that must be understood are not, RFC 7515 §4.1.11.
        if header.crit.is_some() {
            return Err(TokenFault::Malformed);
        }
        let mut fault = TokenFault::Signature;
        for issuer in &self.trusted {
            for (kid, algorithm, key) in &issuer.keys {
                if *kid != header.kid || *algorithm != header.alg {
                    continue;
                }
                let mut validation = Validation::new(*algorithm);
                validation.set_issuer(&[&issuer.issuer]);
                validation.set_audience(&[&issuer.audience]);
                // Times are held against the shared clock above, not against the machine's.
                validation.validate_exp = false;
                validation.validate_nbf = false;
                match decode::<Claims>(token, key, &validation) {
                    Ok(decoded) => return Ok(decoded.claims),
                    Err(error) => fault = reason(error.kind()).unwrap_or(fault),
                }
            }
        }
        Err(fault)
    }
}

fn reason(kind: &jsonwebtoken::errors::ErrorKind) -> Option<TokenFault> {
    use jsonwebtoken::errors::ErrorKind;
    match kind {
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => Some(TokenFault::Audience),
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => Some(TokenFault::Claim),
        _ => None,
    }
}

fn caller(claims: Claims) -> Option<Caller> {
    // Roles that we do not know grant nothing; an issuer may serve other systems, too.
    let roles: Vec<_> = claims.roles.iter().filter_map(|word| word.parse().ok()).collect();
    // What no column can hold is no HSA-id, and the access log could not write it down.
    if roles.is_empty() || claims.sub.is_empty() || claims.sub.contains(char::is_control) {
        return None;
    }
    Some(Caller {
        subject: claims.sub,
        unit: HsaId::parse(&claims.unit).ok()?,
        organisation: claims.organisation.parse().ok()?,
        roles,
        purpose: Purpose::of(&claims.purpose),
        expires_at: Timestamp::from_second(claims.exp).unwrap_or(Timestamp::MAX),
    })
}
