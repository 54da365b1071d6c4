//! The certificate that we show the relay, with its key.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, InconsistentKeys};
use zeroize::Zeroizing;

use crate::mail::secret::{self, SecretError};

/// Who we are, for a relay that lets in only those it knows (`smtpd_tls_req_ccert` of Postfix, mutual TLS elsewhere).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A PEM file with our certificate first, and behind it those that link it to an authority, if the relay wants them.
    pub certificate: PathBuf,
    /// A PEM file with the certificate's key (PKCS #8, PKCS #1 or SEC 1), not encrypted. It may be the same file.
    pub key: PathBuf,
}

/// Why we cannot show a certificate: a fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentityError {
    /// A file cannot be read, or its PEM is broken.
    #[error("cannot read the client certificate or its key: {0}")]
    File(String),
    /// There is no certificate in the file.
    #[error("there is no client certificate in {}", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in the file that can be used: encrypted ones are none.
    #[error("there is no key in {}: wanted is one in PEM without a passphrase", .0.display())]
    NoKey(PathBuf),
    /// The key is of a kind that TLS does not know, or broken.
    #[error("the client key cannot be used: {}: {detail}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// The library's words.
        detail: String,
    },
    /// The certificate is broken.
    #[error("the client certificate cannot be used: {}: {detail}", .path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// The library's words.
        detail: String,
    },
    /// The key is that of another certificate.
    #[error("client certificate and key do not belong together: {}, {}", .certificate.display(), .key.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// Nothing is encrypted on the way to this relay, so that nobody is shown a certificate.
    #[error("a client certificate needs TLS")]
    Plain,
}

impl Identity {
    /// Reads both files, and sees to it that they belong together.
    pub(super) fn load(&self) -> Result<Arc<CertifiedKey>, IdentityError> {
        let text = secret::read_public(&self.certificate).map_err(unreadable)?;
        let broken = |path: &PathBuf, error: pem::Error| IdentityError::File(format!("{}: {error}", path.display()));
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        let chain = chain.map_err(|error| broken(&self.certificate, error))?;
        if chain.is_empty() {
            return Err(IdentityError::NoCertificate(self.certificate.clone()));
        }
        let text = secret::read(&self.key).map_err(unreadable)?;
        let key = match PrivateKeyDer::from_pem_slice(&text) {
            Ok(key) => Zeroizing::new(key),
            Err(pem::Error::NoItemsFound) => return Err(IdentityError::NoKey(self.key.clone())),
            Err(error) => return Err(broken(&self.key, error)),
        };
        let unusable = |error: rustls::Error| IdentityError::Key { path: self.key.clone(), detail: error.to_string() };
        let key = ring::sign::any_supported_type(&key).map_err(unusable)?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(Arc::new(certified)),
            Err(rustls::Error::InconsistentKeys(_)) => {
                Err(IdentityError::Mismatch { certificate: self.certificate.clone(), key: self.key.clone() })
            }
            Err(error) => Err(IdentityError::Certificate { path: self.certificate.clone(), detail: error.to_string() }),
        }
    }
}

fn unreadable(error: SecretError) -> IdentityError {
    match error {
        SecretError::File { path, source } => IdentityError::File(format!("{}: {source}", path.display())),
        other => IdentityError::File(other.to_string()),
    }
}
