//! Tokens that count and tokens that do not. The keys in `test_keys/` were thrown away when they were made.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hemgang_core::place::HsaId;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;
use crate::{caller::Organisation, caller::Role, sign::Signer};

const RSA: &str = include_str!("test_keys/rsa.pem");
const EC: &str = include_str!("test_keys/ec.pem");
const ED: &str = include_str!("test_keys/ed.pem");
const JWKS: &str = include_str!("test_keys/jwks.json");

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "hemgang.example";

/// The verifier's clock stands here.
const NOW: i64 = 1_789_365_600;

fn verifier(jwks: &str) -> Result<Verifier, TokenFault> {
    let clock = Clock::stopped_at(Timestamp::from_second(NOW).expect("an instant"));
    Ok(Verifier::new(vec![Trusted::from_jwks(ISSUER, AUDIENCE, jwks)?], clock))
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "SE2321000131-P000000000001",
        "unit": "SE2321000131-E000000001101", "organisation": "region", "roles": ["ward"],
        "exp": NOW + 3600,
    })
}

/// The usual claims but for one; a null takes it away.
fn but(claim: &str, value: impl Into<Value>) -> Value {
    let (mut claims, value) = (claims(), value.into());
    let map = claims.as_object_mut().expect("an object");
    if value.is_null() {
        map.remove(claim)
    } else {
        map.insert(claim.to_owned(), value)
    };
    claims
}

fn header(algorithm: Algorithm, kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) }
}

/// Signed by each of the three keys, by key id.
fn signed(kid: &str, claims: &Value) -> String {
    let (algorithm, key) = match kid {
        "rsa" => (Algorithm::RS256, EncodingKey::from_rsa_pem(RSA.as_bytes())),
        "ec" => (Algorithm::ES256, EncodingKey::from_ec_pem(EC.as_bytes())),
        _ => (Algorithm::EdDSA, EncodingKey::from_ed_pem(ED.as_bytes())),
    };
    encode(&header(algorithm, kid), claims, &key.expect("a key")).expect("a token")
}

fn verified(claims: &Value) -> Result<Caller, TokenFault> {
    verifier(JWKS).expect("keys").verify(&signed("ed", claims))
}

/// A token of these parts, signed by nobody.
fn unsigned(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

#[test]
fn rs256_es256_and_eddsa_keys_of_a_jwks_count() {
    for kid in ["rsa", "ec", "ed"] {
        let caller = verifier(JWKS).expect("keys").verify(&signed(kid, &claims())).expect("a caller");
        assert_eq!(caller.roles, [Role::Ward]);
        assert_eq!(caller.unit, HsaId::parse("SE2321000131-E000000001101").expect("an id"));
        assert_eq!(caller.organisation, Organisation::Region);
    }
}

/// The set with one member of every key changed.
fn jwks(change: impl Fn(&mut serde_json::Map<String, Value>)) -> String {
    let mut set: Value = serde_json::from_str(JWKS).expect("a set");
    for key in set["keys"].as_array_mut().expect("keys") {
        change(key.as_object_mut().expect("a key"));
    }
    set.to_string()
}

#[test]
fn a_jwks_whose_keys_name_no_algorithm_counts_by_their_kind() {
    // `alg` is optional (RFC 7517 §4.4) and several issuers leave it out.
    let bare = jwks(|key| {
        key.remove("alg");
        key.remove("use");
    });
    for kid in ["rsa", "ec", "ed"] {
        let caller = verifier(&bare).expect("keys").verify(&signed(kid, &claims()));
        assert!(caller.is_ok(), "{kid}: {caller:?}");
    }
}

#[test]
fn a_jwks_without_a_key_that_may_verify_is_refused() {
    let encrypting = jwks(|key| drop(key.insert("use".to_owned(), "enc".into())));
    let other = jwks(|key| drop(key.insert("alg".to_owned(), "PS512".into())));
    let symmetric = json!({ "keys": [
        { "kty": "oct", "alg": "HS256", "k": "c2VjcmV0" }, { "kty": "oct", "alg": "RS256", "k": "c2VjcmV0" },
        { "kty": "oct", "k": "c2VjcmV0" }
    ] });
    for set in ["", "{}", "[]", r#"{"keys":[]}"#, &encrypting, &other, &symmetric.to_string()] {
        assert_eq!(verifier(set).err(), Some(TokenFault::Keys), "{set}");
    }
}

#[test]
fn a_key_of_a_kind_that_we_do_not_know_takes_no_other_key_with_it() {
    let mut set: Value = serde_json::from_str(JWKS).expect("a set");
    let keys = set["keys"].as_array_mut().expect("keys");
    keys.insert(0, json!({ "kty": "AKP", "alg": "ML-DSA-65", "kid": "new", "pub": "AAAA" }));
    keys.insert(0, json!({ "kty": "OKP", "crv": "X448", "kid": "newer", "x": "AAAA" }));
    keys.insert(0, json!({ "no": "key" }));
    assert!(verifier(&set.to_string()).expect("keys").verify(&signed("ec", &claims())).is_ok());
}

#[test]
fn none_and_symmetric_signatures_are_refused() {
    let verifier = verifier(JWKS).expect("keys");
    for algorithm in ["none", "None", "nOnE"] {
        for signature in ["", "AAAA"] {
            let token = unsigned(&json!({ "alg": algorithm, "kid": "ed" }), &claims(), signature);
            assert_eq!(verifier.verify(&token), Err(TokenFault::Malformed), "{algorithm}");
        }
    }
    // The public key as a shared secret, the classic confusion of RS256 with HS256.
    let public = serde_json::from_str::<Value>(JWKS).expect("a set")["keys"][0]["n"].to_string();
    for secret in [public.as_bytes(), RSA.as_bytes(), b""] {
        let key = EncodingKey::from_secret(secret);
        let token = encode(&header(Algorithm::HS256, "rsa"), &claims(), &key).expect("a token");
        assert_eq!(verifier.verify(&token), Err(TokenFault::Signature));
    }
}

#[test]
fn a_tampered_token_is_refused() {
    let verifier = verifier(JWKS).expect("keys");
    for kid in ["rsa", "ec", "ed"] {
        let (one, another) = (signed(kid, &claims()), signed(kid, &but("roles", json!(["auditor"]))));
        let parts: Vec<_> = one.split('.').collect();
        let payload = another.split('.').nth(1).expect("a payload");
        let swapped = format!("{}.{payload}.{}", parts[0], parts[2]);
        assert_eq!(verifier.verify(&swapped), Err(TokenFault::Signature));
        let stripped = format!("{}.{}.", parts[0], parts[1]);
        assert_eq!(verifier.verify(&stripped), Err(TokenFault::Signature));
    }
    for nonsense in ["", ".", "..", "a.b.c", "Bearer x", &"x.".repeat(100)] {
        assert_eq!(verifier.verify(nonsense), Err(TokenFault::Malformed), "{nonsense}");
    }
}

#[test]
fn a_token_of_a_key_that_we_do_not_trust_is_refused() {
    let verifier = verifier(JWKS).expect("keys");
    let key = EncodingKey::from_ed_pem(ED.as_bytes()).expect("a key");
    let unknown = encode(&header(Algorithm::EdDSA, "another"), &claims(), &key).expect("a token");
    assert_eq!(verifier.verify(&unknown), Err(TokenFault::Signature));
    let nameless = encode(&Header::new(Algorithm::EdDSA), &claims(), &key).expect("a token");
    assert_eq!(verifier.verify(&nameless), Err(TokenFault::Signature));
    // Another key under a known id.
    let stranger = Signer::fresh().to_pem().expect("a key");
    let stranger = EncodingKey::from_ed_pem(stranger.as_bytes()).expect("a key");
    let forged = encode(&header(Algorithm::EdDSA, "ed"), &claims(), &stranger).expect("a token");
    assert_eq!(verifier.verify(&forged), Err(TokenFault::Signature));
}

#[test]
fn issuer_and_audience_must_be_ours() {
    for (claim, value) in [("aud", "another"), ("iss", "https://another.example"), ("aud", ""), ("iss", "")] {
        assert_eq!(verified(&but(claim, value)), Err(TokenFault::Audience), "{claim} {value}");
    }
    // An audience may be several (RFC 7519 §4.1.3).
    assert!(verified(&but("aud", json!(["another", AUDIENCE]))).is_ok());
    assert_eq!(verified(&but("aud", json!(["another"]))), Err(TokenFault::Audience));
    assert_eq!(verified(&but("aud", json!([]))), Err(TokenFault::Audience));
}

#[test]
fn an_expired_token_is_refused_and_so_is_one_that_is_not_valid_yet() {
    // Clocks may differ by a minute.
    for (claim, second, expected) in [
        ("exp", NOW - 59, None),
        ("exp", NOW - 60, Some(TokenFault::Time)),
        ("exp", 0, Some(TokenFault::Time)),
        ("exp", i64::MAX, None),
        ("nbf", NOW + 60, None),
        ("nbf", NOW + 61, Some(TokenFault::Time)),
        ("nbf", i64::MAX, Some(TokenFault::Time)),
        ("nbf", 0, None),
    ] {
        assert_eq!(verified(&but(claim, second)).err(), expected, "{claim} {second}");
    }
}

#[test]
fn every_claim_that_tells_who_calls_is_required() {
    for claim in ["iss", "aud", "sub", "unit", "organisation", "roles", "exp"] {
        assert_eq!(verified(&but(claim, Value::Null)), Err(TokenFault::Claim), "{claim}");
    }
    let wrong = [
        ("sub", json!("")),
        ("unit", json!("")),
        ("unit", json!("191212121212")),
        ("organisation", json!("148")),
        ("organisation", json!("REGION")),
        ("roles", json!("ward")),
        ("exp", json!("tomorrow")),
    ];
    for (claim, value) in wrong {
        assert_eq!(verified(&but(claim, value.clone())), Err(TokenFault::Claim), "{claim} {value}");
    }
}

#[test]
fn a_role_is_its_word_exactly_and_unknown_words_grant_nothing() {
    for role in Role::ALL {
        assert_eq!(verified(&but("roles", json!([role.as_str()]))).expect("a caller").roles, [role]);
    }
    let mixed = but("roles", json!(["admin", "municipal-system", "WARD", "ward "]));
    assert_eq!(verified(&mixed).expect("a caller").roles, [Role::MunicipalSystem]);
    for roles in [json!([]), json!(["admin"]), json!(["Ward"]), json!(["municipal_system"]), json!([""])] {
        assert_eq!(verified(&but("roles", roles.clone())), Err(TokenFault::Claim), "{roles}");
    }
}

#[test]
fn a_token_that_is_too_long_is_not_looked_at() {
    let padded = |padding: usize| signed("ed", &but("padding", "x".repeat(padding)));
    assert!(padded(5_000).len() < LONGEST && verifier(JWKS).expect("keys").verify(&padded(5_000)).is_ok());
    assert!(padded(7_000).len() > LONGEST);
    assert_eq!(verified(&but("padding", "x".repeat(7_000))), Err(TokenFault::Malformed));
}

#[test]
fn our_own_signer_is_trusted_by_its_own_key_only() {
    let clock = Clock::stopped_at(Timestamp::from_second(NOW).expect("an instant"));
    let (ours, other) = (Signer::from_pem(ED).expect("a key"), Signer::fresh());
    let unit = "SE0000001480-E0002";
    let token = ours.token(&clock, 1, "SE1-P", unit, "1480", &["municipality"]).expect("a token");
    let trusts = |signer: &Signer| Verifier::new(vec![signer.trusted().expect("a key")], clock.clone());
    assert_eq!(trusts(&ours).verify(&token).expect("a caller").roles, [Role::Municipality]);
    assert_eq!(trusts(&other).verify(&token), Err(TokenFault::Signature));
    assert_eq!(verifier(JWKS).expect("keys").verify(&token), Err(TokenFault::Signature));
}

#[test]
fn a_token_that_was_verified_before_ends_all_the_same() {
    let clock = Clock::stopped_at(Timestamp::from_second(NOW).expect("an instant"));
    let trusted = Trusted::from_jwks(ISSUER, AUDIENCE, JWKS).expect("keys");
    let verifier = Verifier::new(vec![trusted], clock.clone());
    let token = signed("ed", &claims());
    let first = verifier.verify(&token).expect("a caller");
    assert_eq!(verifier.verify(&token).expect("the same"), first);
    // Another signature on what is remembered is another token.
    let (said, signature) = token.rsplit_once('.').expect("three parts");
    let forged = format!("{said}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(verifier.verify(&forged), Err(TokenFault::Signature));
    clock.advance_to(Timestamp::from_second(NOW + 3600 + SKEW).expect("an instant"));
    assert_eq!(verifier.verify(&token), Err(TokenFault::Time));
}

#[test]
fn no_more_tokens_are_remembered_than_fit() {
    let verifier = verifier(JWKS).expect("keys");
    for number in 0..=REMEMBERED {
        let claims =
            Claims { sub: format!("SE1-P{number}"), ..serde_json::from_value(claims()).expect("claims") };
        verifier.remember(&number.to_string(), claims);
    }
    assert_eq!(verifier.verified.read().expect("a map").len(), 1);
}
