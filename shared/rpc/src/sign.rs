//! Signing: tokens of the development issuer of a small installation and of one process; the access log.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ed25519_dalek::{
    Signature, Signer as _, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, spki::der::pem::LineEnding},
};
use hemgang_core::clock::Clock;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};

use crate::{
    caller::Role,
    token::{Claims, TokenFault, Trusted},
};

/// Issuer and audience of tokens that this project signs itself. A real issuer has other names.
pub const DEVELOPMENT: &str = "hemgang-development";

/// An Ed25519 key that signs tokens, or the access log.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    kid: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Signer {
    /// A key that nobody has seen.
    pub fn fresh() -> Self {
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(hemgang_core::id::random().as_bytes());
        seed[16..].copy_from_slice(hemgang_core::id::random().as_bytes());
        Self::from_key(SigningKey::from_bytes(&seed))
    }

    /// A key from PEM (PKCS #8).
    ///
    /// # Errors
    /// When the text is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, TokenFault> {
        SigningKey::from_pkcs8_pem(pem).map(Self::from_key).map_err(|_| TokenFault::Keys)
    }

    /// The key as PEM (PKCS #8): a secret.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen.
    pub fn to_pem(&self) -> Result<String, TokenFault> {
        self.key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|_| TokenFault::Keys)
    }

    /// Signs a text; base64.
    pub fn sign(&self, text: &str) -> String {
        BASE64_STANDARD.encode(self.key.sign(text.as_bytes()).to_bytes())
    }

    /// The public half, base64.
    pub fn public(&self) -> String {
        BASE64_STANDARD.encode(self.key.verifying_key().to_bytes())
    }

    fn from_key(key: SigningKey) -> Self {
        let kid = BASE64_URL_SAFE_NO_PAD.encode(&key.verifying_key().to_bytes()[..9]);
        Self { key, kid }
    }

    /// The public half, as an issuer to trust.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen.
    pub fn trusted(&self) -> Result<Trusted, TokenFault> {
        let public = BASE64_URL_SAFE_NO_PAD.encode(self.key.verifying_key().to_bytes());
        let key = DecodingKey::from_ed_components(&public).map_err(|_| TokenFault::Keys)?;
        Ok(Trusted {
            issuer: DEVELOPMENT.to_owned(),
            audience: DEVELOPMENT.to_owned(),
            keys: vec![(Some(self.kid.clone()), Algorithm::EdDSA, key)],
        })
    }

    /// Signs a token that lives for some hours from the clock's now.
    ///
    /// It carries no `nbf`: a token made beside a demo, whose clock is behind, counts there.
    ///
    /// # Errors
    /// When the key cannot be encoded, which does not happen.
    pub fn token(
        &self,
        clock: &Clock,
        hours: i64,
        subject: &str,
        unit: &str,
        organisation: &str,
        roles: &[&str],
    ) -> Result<String, TokenFault> {
        let claims = Claims {
            iss: DEVELOPMENT.to_owned(),
            aud: DEVELOPMENT.to_owned(),
            sub: subject.to_owned(),
            unit: unit.to_owned(),
            organisation: organisation.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            purpose: purpose(roles),
            exp: clock.now().as_second() + hours * 3600,
            nbf: None,
        };
        let der = self.key.to_pkcs8_der().map_err(|_| TokenFault::Keys)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(der.as_bytes()))
            .map_err(|_| TokenFault::Keys)
    }
}

/// Whether a text was signed with the private half of this key; see [`Signer::sign`] and [`Signer::public`].
pub fn is_signed_by(public: &str, text: &str, signature: &str) -> bool {
    let bytes = |text: &str| BASE64_STANDARD.decode(text).ok();
    let key = bytes(public).and_then(|key| VerifyingKey::from_bytes(&key.try_into().ok()?).ok());
    let signature = bytes(signature).and_then(|signature| Signature::from_slice(&signature).ok());
    matches!((key, signature), (Some(key), Some(signature)) if key.verify_strict(text.as_bytes(), &signature).is_ok())
}

/// The purpose of a token that we sign: its first role's.
fn purpose(roles: &[&str]) -> String {
    let role = roles.iter().find_map(|word| word.parse::<Role>().ok());
    role.map(|role| role.purpose().as_str().to_owned()).unwrap_or_default()
}
