//! Certificates made for one test.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use lichhop::mail::driver::{Identity, Roots};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

/// An authority and a server's certificate signed by it.
pub(crate) struct Certificates {
    pub(crate) acceptor: TlsAcceptor,
    folder: tempfile::TempDir,
}

impl Certificates {
    /// For a server called `name`.
    pub(crate) fn for_name(name: &str) -> Self {
        Self::signed(name, |_| {})
    }

    /// For a server called `name`, valid from the beginning of one year to that of another.
    pub(crate) fn valid(name: &str, from: i32, to: i32) -> Self {
        Self::signed(name, |params| {
            params.not_before = rcgen::date_time_ymd(from, 1, 1);
            params.not_after = rcgen::date_time_ymd(to, 1, 1);
        })
    }

    fn signed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let authority = authority();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let leaf = params.signed_by(&key, &authority).unwrap();
        Self::of(leaf.der().clone(), &key, &authority.pem())
    }

    /// For a server called `name` that lets in only whom `clients` vouches for, over this version of TLS.
    pub(crate) fn demanding(name: &str, clients: &Clients, version: &'static SupportedProtocolVersion) -> Self {
        let mut made = Self::for_name(name);
        let mut trusted = RootCertStore::empty();
        trusted.add(clients.0.der().clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(trusted), provider.clone()).build().unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(made.acceptor.config().cert_resolver.clone());
        made.acceptor = TlsAcceptor::from(Arc::new(config));
        made
    }

    /// For a server called `name`, with a certificate that nobody signed but itself.
    pub(crate) fn self_signed(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        Self::of(made.cert.der().clone(), &made.signing_key, &made.cert.pem())
    }

    /// For a server called `name` that shows the certificate of an authority.
    pub(crate) fn authority(name: &str) -> Self {
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
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(crate) fn roots(&self) -> Roots {
        Roots::File(self.file())
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    // By its name an authority is told from another.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, format!("Authority {}", MADE.fetch_add(1, Ordering::Relaxed)));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// An authority that vouches for clients, and the files of one of them.
pub(crate) struct Clients(CertifiedIssuer<'static, KeyPair>, tempfile::TempDir);

impl Clients {
    pub(crate) fn new() -> Self {
        Self(authority(), tempfile::tempdir().unwrap())
    }

    /// A certificate and its key, in files.
    pub(crate) fn identity(&self) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "lichhop");
        let leaf = params.signed_by(&key, &self.0).unwrap();
        Identity { certificate: self.file("client.pem", &leaf.pem()), key: self.file("client-key.pem", &key.serialize_pem()) }
    }

    /// A file beside them.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.1.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}
