//! Whose certificates are believed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// Where the trusted certificates come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Roots {
    /// What this machine trusts.
    #[default]
    Native,
    /// The certificates of one PEM file and no others: for a ministry with an authority of its own. The relay's own
    /// self-signed certificate may stand there too, if it does not call itself an authority (`CA:TRUE`, as
    /// `openssl req -x509` writes unless it is told `basicConstraints=CA:FALSE`): such a one may sign certificates,
    /// but must not be a server's (RFC 5280 section 4.2.1.9).
    File(PathBuf),
}

/// Why no trusted certificates could be loaded: a fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RootsError {
    /// The file cannot be read or is no PEM file.
    #[error("cannot read certificates from {}: {detail}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The file holds no certificate that can be used.
    #[error("no usable certificate in {}", .0.display())]
    Empty(PathBuf),
    /// This machine has none: on Debian they come with the package `ca-certificates`.
    #[error("this machine trusts no certificates{}", if .0.is_empty() { String::new() } else { format!(": {}", .0) })]
    NoneNative(String),
    /// The TLS library refuses its own defaults.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// Loaded roots, ready for any number of connections.
#[derive(Clone)]
pub(in crate::mail) struct Trust(Arc<ClientConfig>);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    pub(in crate::mail) fn load(roots: &Roots) -> Result<Self, RootsError> {
        let store = match roots {
            Roots::Native => native()?,
            Roots::File(path) => from_file(path)?,
        };
        // The provider is named here: a default of the whole process may be missing or another's.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| RootsError::Setup(error.to_string()))?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// The same trust, and who we are for a relay that asks.
    pub(super) fn presenting(&self, identity: Arc<CertifiedKey>) -> Self {
        let mut config = ClientConfig::clone(&self.0);
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(identity));
        Self(Arc::new(config))
    }

    pub(in crate::mail) fn connector(&self) -> TlsConnector {
        TlsConnector::from(Arc::clone(&self.0))
    }
}

fn native() -> Result<RootCertStore, RootsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(found.certs);
    if usable == 0 {
        let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(RootsError::NoneNative(errors.join("; ")));
    }
    Ok(store)
}

fn from_file(path: &Path) -> Result<RootCertStore, RootsError> {
    let bad = |detail: String| RootsError::File { path: path.to_owned(), detail };
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))? {
        let certificate = certificate.map_err(|error| bad(error.to_string()))?;
        store.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    if store.is_empty() { Err(RootsError::Empty(path.to_owned())) } else { Ok(store) }
}
