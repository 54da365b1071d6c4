//! Certificates made for one test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};

/// An authority and a server's certificate signed by it, as files.
pub(crate) struct Certificate(tempfile::TempDir);

impl Certificate {
    /// For a server with these names.
    pub(crate) fn of(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let client_key = KeyPair::generate().unwrap();
        let mut client = CertificateParams::new(Vec::<String>::new()).unwrap();
        client.distinguished_name.push(DnType::CommonName, "lichhop of a test");
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let client = client.signed_by(&client_key, &authority).unwrap();
        for (name, text) in [
            ("ca.pem", authority.pem()),
            ("chain.pem", leaf.pem()),
            ("key.pem", key.serialize_pem()),
            ("client.pem", client.pem()),
            ("client-key.pem", client_key.serialize_pem()),
        ] {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        Self(folder)
    }

    /// For the machine the tests run on.
    pub(crate) fn of_this_machine() -> Self {
        Self::of(&["localhost", "127.0.0.1"])
    }

    /// The authority, to be trusted.
    pub(crate) fn authority(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// Another one of the same authority, which says who the client is: its certificate and key, as configured.
    pub(crate) fn client(&self) -> String {
        let folder = self.0.path();
        format!("client_certificate = \"{0}/client.pem\"\nclient_key = \"{0}/client-key.pem\"", folder.display())
    }

    /// The server's certificate.
    pub(crate) fn chain(&self) -> PathBuf {
        self.0.path().join("chain.pem")
    }

    /// The server's key.
    pub(crate) fn key(&self) -> PathBuf {
        self.0.path().join("key.pem")
    }
}
