//! The private key that signs, and the public half of it as a DNS record (RFC 6376 §3.6.1, RFC 8463 §4.2).

use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

use source::diagnostic::Fault;

/// rsaEncryption (RFC 8017 appendix A.1).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// id-Ed25519 (RFC 8410).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// id-ecPublicKey (RFC 5480).
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/// Smallest RSA key that signs, in bits (RFC 8301 §3.2 asks signers for it).
const SMALLEST: usize = 2048;
/// Largest RSA key that verifiers must take (RFC 8301 §3.2).
const LARGEST: usize = 4096;

/// A private key that can sign messages.
pub struct Key(Pair);

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Why there is no key to sign with.
#[derive(Debug)]
pub enum KeyError {
    /// `BEVARA_DKIM_KEY_FILE` names no file.
    Unset,
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file holds no key we can sign with.
    Bad(PathBuf, Fault),
}

impl KeyError {
    /// The name of the check that finds it.
    pub fn code(&self) -> &'static str {
        match self {
            KeyError::Unset => "dkim-key-missing",
            KeyError::Unreadable(..) => "dkim-key-unreadable",
            KeyError::Bad(..) => "dkim-key-bad",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        match self {
            KeyError::Unset => "set it to a PKCS#8 PEM file: openssl genpkey -algorithm ed25519 -out dkim.pem",
            KeyError::Unreadable(..) => {
                "BEVARA_DKIM_KEY_FILE names it; is the path right, and may this account read it?"
            }
            KeyError::Bad(_, fault) => {
                fault.hint.as_deref().unwrap_or("make one: openssl genpkey -algorithm ed25519 -out dkim.pem")
            }
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Unset => f.write_str("mail is to be signed, but BEVARA_DKIM_KEY_FILE is not set"),
            KeyError::Unreadable(path, error) => write!(f, "cannot read the DKIM key {}: {error}", path.display()),
            KeyError::Bad(path, fault) => write!(f, "{} is no DKIM key: {}", path.display(), fault.message),
        }
    }
}

impl std::error::Error for KeyError {}

impl Key {
    /// Reads the key of a file.
    ///
    /// # Errors
    /// No file is named, it cannot be read, or it holds something else.
    pub fn load(path: Option<&Path>) -> Result<Self, KeyError> {
        let path = path.ok_or(KeyError::Unset)?;
        let pem = fs::read_to_string(path).map_err(|error| KeyError::Unreadable(path.to_owned(), error))?;
        Key::from_pem(&pem).map_err(|fault| KeyError::Bad(path.to_owned(), fault))
    }

    /// Reads a private key in PKCS#8 PEM (RFC 5958, RFC 7468): RSA of 2048 to 4096 bits, or Ed25519.
    ///
    /// # Errors
    /// Another form, kind or size, and what to do about it.
    pub fn from_pem(pem: &str) -> Result<Self, Fault> {
        let der = pkcs8(pem)?;
        let (algorithm, private) = private_key(&der).ok_or_else(|| Fault::new("the PEM text is damaged"))?;
        match algorithm {
            RSA => rsa(&der, private),
            ED25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
                .map(|pair| Key(Pair::Ed25519(Box::new(pair))))
                .map_err(|_| Fault::new("the Ed25519 key in it is damaged")),
            EC => Err(other("it is an EC key, which DKIM does not know")),
            _ => Err(other("it is neither an RSA key nor an Ed25519 key")),
        }
    }

    /// The name of its algorithm (`a=`).
    pub fn algorithm(&self) -> &'static str {
        match &self.0 {
            Pair::Rsa(_) => "rsa-sha256",
            Pair::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Its size in bits.
    pub fn bits(&self) -> usize {
        match &self.0 {
            Pair::Rsa(pair) => pair.public().modulus_len() * 8,
            Pair::Ed25519(_) => 256,
        }
    }

    /// The value of the TXT record at `<selector>._domainkey.<domain>`.
    pub fn record(&self) -> String {
        match &self.0 {
            Pair::Rsa(pair) => format!("v=DKIM1; h=sha256; k=rsa; p={}", BASE64.encode(&public_info(pair))),
            Pair::Ed25519(pair) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(pair.public_key().as_ref())),
        }
    }

    /// The signature of `data`, canonicalised headers of a message (RFC 6376 §3.7; RFC 8463 §3 signs the hash).
    pub(super) fn sign(&self, data: &[u8]) -> Vec<u8> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .expect("a checked key of at least 2048 bits signs a hash of 256");
                signature
            }
            Pair::Ed25519(pair) => {
                let hash = ring::digest::digest(&ring::digest::SHA256, data);
                pair.sign(hash.as_ref()).as_ref().to_vec()
            }
        }
    }
}

fn other(message: &str) -> Fault {
    Fault::new(message).hint(
        "make one: openssl genpkey -algorithm ed25519 -out dkim.pem, or -algorithm rsa -pkeyopt rsa_keygen_bits:2048",
    )
}

/// The bytes between the lines of a PEM text.
fn pkcs8(pem: &str) -> Result<Vec<u8>, Fault> {
    let label = pem.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"));
    let Some((label, rest)) = label else {
        return Err(other("it holds no PEM text (-----BEGIN PRIVATE KEY-----)"));
    };
    let convert = "turn it into PKCS#8: openssl pkcs8 -topk8 -nocrypt -in old.pem -out dkim.pem";
    match label {
        "PRIVATE KEY" => {}
        "RSA PRIVATE KEY" => return Err(Fault::new("it is in the older form PKCS#1").hint(convert)),
        "EC PRIVATE KEY" => return Err(other("it is an EC key, which DKIM does not know")),
        "ENCRYPTED PRIVATE KEY" => {
            return Err(Fault::new("it is locked with a pass phrase")
                .hint("unlock it: openssl pkcs8 -topk8 -nocrypt -in old.pem -out dkim.pem, readable by you only"));
        }
        "OPENSSH PRIVATE KEY" => return Err(other("it is a key for SSH")),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => {
            return Err(other("it is the public half; signing needs the private one"));
        }
        _ => return Err(other("it is another kind of PEM text")),
    }
    let base64 = rest.split("-----END").next().unwrap_or_default();
    let letters: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&letters).map_err(|_| Fault::new("the PEM text is damaged"))
}

fn rsa(der: &[u8], private: &[u8]) -> Result<Key, Fault> {
    let damaged = || Fault::new("the RSA key in it is damaged");
    let bits = modulus_bits(private).ok_or_else(damaged)?;
    if !(SMALLEST..=LARGEST).contains(&bits) {
        let message = format!("its {bits} bits are too {}", if bits < SMALLEST { "few" } else { "many" });
        return Err(Fault::new(message).hint(
            "receivers want 2048 to 4096: openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out dkim.pem",
        ));
    }
    RsaKeyPair::from_pkcs8(der).map(|pair| Key(Pair::Rsa(Box::new(pair)))).map_err(|_| damaged())
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// The next element of a DER text, which must have this tag: its content, and what stands after it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk()?;
    let (length, rest) = match first {
        0..0x80 => (usize::from(first), rest),
        _ => {
            let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (octets.iter().try_fold(0_usize, |sum, &octet| sum.checked_mul(256)?.checked_add(octet.into()))?, rest)
        }
    };
    (found == tag).then(|| rest.split_at_checked(length))?
}

/// The algorithm and the key of a PrivateKeyInfo (RFC 5958 §2).
fn private_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (info, _) = element(SEQUENCE, der)?;
    let (_, rest) = element(INTEGER, info)?;
    let (algorithm, rest) = element(SEQUENCE, rest)?;
    let (object_id, _) = element(OBJECT_ID, algorithm)?;
    Some((object_id, element(OCTETS, rest)?.0))
}

/// The size of the modulus of an RSAPrivateKey (RFC 8017 appendix A.1.2).
fn modulus_bits(private: &[u8]) -> Option<usize> {
    let (key, _) = element(SEQUENCE, private)?;
    let (_, rest) = element(INTEGER, key)?;
    let (modulus, _) = element(INTEGER, rest)?;
    let first = modulus.iter().position(|&octet| octet != 0)?;
    Some((modulus.len() - first) * 8 - modulus[first].leading_zeros() as usize)
}

/// An element with its tag and length.
fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let octets = content.len().to_be_bytes();
    let octets = &octets[octets.iter().position(|&octet| octet != 0).unwrap_or(octets.len() - 1)..];
    let mut out = vec![tag];
    if content.len() >= 0x80 {
        out.push(0x80 | u8::try_from(octets.len()).expect("a length has at most eight octets"));
    }
    out.extend_from_slice(octets);
    out.extend_from_slice(content);
    out
}

/// The SubjectPublicKeyInfo of an RSA key (RFC 5280 §4.1), which is what verifiers read in `p=`.
fn public_info(pair: &RsaKeyPair) -> Vec<u8> {
    let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    let integer = |magnitude: &[u8]| {
        let sign = if magnitude.first().is_some_and(|&octet| octet >= 0x80) { &[0][..] } else { &[] };
        wrapped(INTEGER, &[sign, magnitude].concat())
    };
    let key = wrapped(SEQUENCE, &[integer(&n), integer(&e)].concat());
    let algorithm = wrapped(SEQUENCE, &[wrapped(OBJECT_ID, RSA), vec![0x05, 0x00]].concat());
    let bits = wrapped(0x03, &[vec![0], key].concat());
    wrapped(SEQUENCE, &[algorithm, bits].concat())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The private key of RFC 8463, appendix A.2.
    pub const ED25519: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    #[test]
    fn the_record_of_a_key_is_the_one_of_the_standard() {
        let key = Key::from_pem(ED25519).expect("a key");
        assert_eq!(key.record(), "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assert_eq!((key.algorithm(), key.bits()), ("ed25519-sha256", 256));
    }

    #[test]
    fn what_cannot_sign_says_why() {
        let pem = |label: &str, base64: &str| format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n");
        let said = |pem: &str| Key::from_pem(pem).err().expect("no key").message;
        assert_eq!(said("hello"), "it holds no PEM text (-----BEGIN PRIVATE KEY-----)");
        assert_eq!(said(&pem("PUBLIC KEY", "AA==")), "it is the public half; signing needs the private one");
        assert_eq!(said(&pem("RSA PRIVATE KEY", "AA==")), "it is in the older form PKCS#1");
        assert_eq!(said(&pem("PRIVATE KEY", "AA==")), "the PEM text is damaged");
        assert_eq!(said(&ED25519.replace("Vw", "!!")), "the PEM text is damaged");
        let ec = "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCAaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg==";
        assert_eq!(said(&pem("PRIVATE KEY", ec)), "it is an EC key, which DKIM does not know");
        let x25519 = ED25519.replace("K2Vw", "K2Vu");
        assert_eq!(said(&x25519), "it is neither an RSA key nor an Ed25519 key");
    }
}
