//! Postfix that lets in only whom it knows by a certificate.

use crate::certificate::Certificate;
use crate::office::{Office, addresses, ids};
use crate::postfix::Postfix;
use crate::{Delivered, message_ids};

/// A Postfix that demands a certificate of `clients`' authority, also behind STARTTLS.
fn demanding(own: &Certificate, clients: &Certificate) -> Postfix {
    let authority = clients.authority();
    let settings = format!(
        "smtpd_tls_CAfile = {}\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\nsmtpd_tls_loglevel = 1\n",
        authority.display()
    );
    Postfix::start(own, &settings, &[])
}

/// The two ways to it, with what else the configuration says.
fn ways(postfix: &Postfix, own: &Certificate, more: &str) -> [String; 2] {
    // On this machine STARTTLS is asked for by the certificate alone; without one by a user name.
    [format!("smtp://127.0.0.1:{}", postfix.port), format!("smtps://127.0.0.1:{}", postfix.tls_port)]
        .map(|relay| format!("relay = \"{relay}\"\nconnections = 1\nca_file = \"{}\"\n{more}", own.authority().display()))
}

#[test]
fn whoever_shows_the_right_certificate_is_let_in() {
    let own = Certificate::of_this_machine();
    for way in 0..2 {
        let postfix = demanding(&own, &own);
        let (office, id) = Office::with_issued_meeting(&ways(&postfix, &own, &own.client())[way]);
        office.flush_all(15);
        let letters = postfix.letters();
        assert_eq!(letters.iter().map(|letter| letter.recipient.clone()).collect::<Vec<_>>(), addresses(), "{}", postfix.log());
        for letter in &letters {
            assert_eq!(letter.bytes, office.message(&id, &letter.recipient));
        }
        assert!(postfix.log().contains("Trusted TLS connection established"), "{}", postfix.log());
        let delivered: Vec<Delivered> = letters
            .into_iter()
            .map(|letter| Delivered { sender: String::new(), recipients: vec![letter.recipient], bytes: letter.bytes })
            .collect();
        assert_eq!(message_ids(&delivered), ids(&office.outbox_of("sent", 1)));
        office.assert_sound();
    }
}

#[test]
fn whoever_shows_none_or_a_strangers_is_sent_away_and_nothing_is_lost() {
    let own = Certificate::of_this_machine();
    let stranger = Certificate::of_this_machine();
    let postfix = demanding(&own, &own);
    for more in [String::new(), stranger.client()] {
        for way in ways(&postfix, &own, &more) {
            // Without a certificate nothing asks for STARTTLS here, and Postfix says that it must be.
            let (office, _) = Office::with_issued_meeting(&way);
            let flushed = office.flush();
            assert!([69, 75, 77].contains(&flushed.code), "{flushed:?}: {}", postfix.log());
            assert_eq!((flushed.sent, flushed.deferred, flushed.failed, flushed.remaining), (0, 0, 0, 15), "{flushed:?}");
            office.outbox_of("queued", 0);
            office.configure(&ways(&postfix, &own, &own.client())[1]);
            office.flush_all(15);
        }
    }
    let letters = postfix.letters();
    assert_eq!(letters.len(), 4 * 15, "each office's, once each: {}", postfix.log());
}
