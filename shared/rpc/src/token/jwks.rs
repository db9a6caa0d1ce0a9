//! The public keys of an issuer, from its JWKS document.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};

use super::{TokenFault, Trusted};

impl Trusted {
    /// An issuer from its JWKS document. Symmetric keys in it are passed over.
    ///
    /// # Errors
    /// When the document is no JWKS, or holds no usable key.
    pub fn from_jwks(issuer: &str, audience: &str, jwks: &str) -> Result<Self, TokenFault> {
        let set: JwkSet = serde_json::from_str(jwks).map_err(|_| TokenFault::Keys)?;
        let keys: Vec<_> = set
            .keys
            .iter()
            .filter_map(|jwk| {
                Some((jwk.common.key_id.clone(), algorithm(jwk)?, DecodingKey::from_jwk(jwk).ok()?))
            })
            .collect();
        if keys.is_empty() {
            return Err(TokenFault::Keys);
        }
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys })
    }
}

/// The algorithm whose signatures a key verifies; none when it is for something else.
///
/// The kind of key decides: `alg` and `use` are optional (RFC 7517 §4), and several issuers leave them out.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let named = jwk.common.key_algorithm.is_none_or(|said| said == name);
    let signs = jwk.common.public_key_use.as_ref().is_none_or(|said| *said == PublicKeyUse::Signature);
    (named && signs).then_some(algorithm)
}
