//! TLS to the relay (RFC 3207, RFC 8314): always with a certificate that proves who it is.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

use source::diagnostic::Fault;

/// Trusts the certificate authorities of this machine, or only those in `ca_file` (PEM) where one is given.
///
/// # Errors
/// A file without certificates, or a machine without any.
pub fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, Fault> {
    let roots = match ca_file {
        Some(path) => private_roots(path)?,
        None => system_roots()?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::new(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn private_roots(path: &Path) -> Result<RootCertStore, Fault> {
    let bad = |why: String| Fault::new(format!("{} holds no certificate: {why}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))? {
        let certificate = certificate.map_err(|error| bad(error.to_string()))?;
        roots.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    match roots.is_empty() {
        true => Err(bad("it has no PEM text (-----BEGIN CERTIFICATE-----)".into())),
        false => Ok(roots),
    }
}

fn system_roots() -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(Fault::new("this machine knows no certificate authority")
            .hint("install ca-certificates, or name a file in bevara.yaml: smtp: {ca_file: …}")),
        false => Ok(roots),
    }
}

/// What is wrong with a handshake, in words.
pub fn in_words(error: &rustls::Error, host: &str) -> String {
    let rustls::Error::InvalidCertificate(wrong) = error else { return format!("TLS with {host} fails: {error}") };
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the certificate of {host} has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate that {host} shows is for another name")
        }
        CertificateError::UnknownIssuer => format!("the certificate of {host} is from an authority we do not know"),
        CertificateError::Revoked => format!("the certificate of {host} was revoked"),
        other => format!("the certificate of {host} is not accepted: {other:?}"),
    }
}
