//! Certificates made for one test.

use std::path::PathBuf;
use std::sync::Arc;

use lichhop::mail::driver::Roots;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// An authority and a server's certificate signed by it.
pub(super) struct Certificates {
    pub(super) acceptor: TlsAcceptor,
    folder: tempfile::TempDir,
}

impl Certificates {
    /// For a server called `name`.
    pub(super) fn for_name(name: &str) -> Self {
        let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        Self::of(leaf.der().clone(), &key, &authority.pem())
    }

    /// For a server called `name`, with a certificate that nobody signed but itself.
    pub(super) fn self_signed(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        Self::of(made.cert.der().clone(), &made.signing_key, &made.cert.pem())
    }

    /// For a server called `name` that shows the certificate of an authority.
    pub(super) fn authority(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        Self::of(made.der().clone(), &key, &made.pem())
    }

    fn of(leaf: CertificateDer<'static>, key: &KeyPair, trusted: &str) -> Self {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf], key)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), trusted).unwrap();
        Self { acceptor: TlsAcceptor::from(Arc::new(config)), folder }
    }

    /// The file to be configured.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(super) fn roots(&self) -> Roots {
        Roots::File(self.file())
    }
}
