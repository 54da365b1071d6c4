//! Who sends and who receives, as the relay is told.

use std::net::IpAddr;

use lettre::Address;
use thiserror::Error;

/// The longest part before the `@` in bytes (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// The longest domain in bytes (RFC 5321 section 4.5.3.1.2).
const MAX_DOMAIN: usize = 255;

/// Sender and recipient of one transaction.
///
/// One recipient a transaction: each has a fate of his own. Both addresses are in the form they have on the wire,
/// checked again here whatever made them: nothing in them can end the command they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    from: String,
    to: String,
    utf8: bool,
}

/// Why an address is not used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// Something before the `@` that RFC 5321 allows only in quotes, or not at all. Quoted forms are refused
    /// altogether: nobody has such an address, and servers disagree about what they mean.
    #[error("the part before the @ of {0:?} is not usable")]
    Local(String),
    /// No domain name and no address in brackets.
    #[error("the domain of {0:?} is not usable")]
    Domain(String),
    /// Too long for the protocol.
    #[error("the address {0:?} is too long")]
    TooLong(String),
}

impl Envelope {
    /// Checks both addresses and turns their domains to the ASCII form (RFC 5890).
    ///
    /// # Errors
    /// What is wrong with the first address that is not usable.
    pub fn new(from: &Address, to: &Address) -> Result<Self, EnvelopeError> {
        let (from, to) = (on_the_wire(from)?, on_the_wire(to)?);
        let utf8 = !from.is_ascii() || !to.is_ascii();
        Ok(Self { from, to, utf8 })
    }

    /// The sender, where complaints go to.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The recipient.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Whether SMTPUTF8 (RFC 6531) is needed.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        self.utf8
    }
}

fn on_the_wire(address: &Address) -> Result<String, EnvelopeError> {
    let (local, domain) = (address.user(), address.domain());
    let usable = !local.is_empty() && !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if !usable || !local.chars().all(is_atom) {
        return Err(EnvelopeError::Local(address.to_string()));
    }
    let domain = wire_domain(domain).ok_or_else(|| EnvelopeError::Domain(address.to_string()))?;
    if local.len() > MAX_LOCAL || domain.len() > MAX_DOMAIN {
        return Err(EnvelopeError::TooLong(address.to_string()));
    }
    Ok(format!("{local}@{domain}"))
}

/// `atext` of RFC 5322 section 3.2.3 and the dot; outside ASCII (RFC 6531) everything that shows.
fn is_atom(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) } else { c.is_alphanumeric() || is_mark(c) }
}

/// Combining marks: Vietnamese written letter by letter (NFD) has them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn wire_domain(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[') {
        let literal = literal.strip_suffix(']')?;
        let literal = literal.strip_prefix("IPv6:").unwrap_or(literal);
        return literal.parse().ok().map(address_literal);
    }
    // A bare number would be looked up as a name.
    if domain.parse::<IpAddr>().is_ok() {
        return None;
    }
    host_name(domain)
}

/// An address in brackets (RFC 5321 section 4.1.3).
pub(super) fn address_literal(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

/// A host's name in ASCII, if it is one.
pub(super) fn host_name(name: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii(name).ok()?;
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    ascii.strip_suffix('.').unwrap_or(&ascii).split('.').all(label).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(user: &str, domain: &str) -> Result<String, EnvelopeError> {
        on_the_wire(&Address::new_dangerous(user, domain))
    }

    #[test]
    fn usual_addresses_pass_as_they_are() {
        for (user, domain) in [("an.nguyen", "bo.gov.vn"), ("a+b=c", "example.org"), ("x", "localhost"), ("o'neil", "a-b.example")] {
            assert_eq!(wire(user, domain).unwrap(), format!("{user}@{domain}"));
        }
    }

    #[test]
    fn domains_turn_to_ascii() {
        assert_eq!(wire("a", "bộ.vn").unwrap(), "a@xn--b-8xm.vn");
        assert_eq!(wire("a", "[127.0.0.1]").unwrap(), "a@[127.0.0.1]");
        assert_eq!(wire("a", "[::1]").unwrap(), "a@[IPv6:::1]");
        assert_eq!(wire("a", "[IPv6:::1]").unwrap(), "a@[IPv6:::1]");
    }

    #[test]
    fn nothing_can_end_the_command() {
        for user in [
            "",
            "\"a\"",
            "\"a b\"",
            "a b",
            "a>",
            "a\r\nRCPT TO:<b",
            "a\t",
            "a\0",
            "a\u{85}",
            "a\u{202e}b",
            "a\\b",
            ".a",
            "a.",
            "a..b",
            "a\u{2028}",
        ] {
            assert!(matches!(wire(user, "b.vn"), Err(EnvelopeError::Local(_))), "{user:?}");
        }
        for domain in ["", ".", "a..b", "b>", "b c", "b\r\n", "[b", "[b]", "127.0.0.1", "a/b", "b\0"] {
            assert!(matches!(wire("a", domain), Err(EnvelopeError::Domain(_))), "{domain:?}");
        }
        assert!(matches!(wire(&"a".repeat(65), "b.vn"), Err(EnvelopeError::TooLong(_))));
    }

    #[test]
    fn letters_outside_ascii_need_smtputf8() {
        let plain: Address = "a@bộ.vn".parse().unwrap();
        let local: Address = "họp@b.vn".parse().unwrap();
        assert!(!Envelope::new(&plain, &plain).unwrap().needs_utf8());
        assert!(Envelope::new(&plain, &local).unwrap().needs_utf8());
    }
}
