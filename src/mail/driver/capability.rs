//! What a relay offers in its answer to EHLO.

/// The offers that matter to us (RFC 5321 section 4.1.1.1). What is not offered is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent keyword of the answer")]
pub(super) struct Capabilities {
    /// RFC 2920: several commands in one write.
    pub(super) pipelining: bool,
    /// RFC 1870: the message's size may be announced.
    pub(super) size: bool,
    /// RFC 1870: the most bytes a message may have; `None` when none is told or it is 0.
    pub(super) size_limit: Option<u64>,
    /// RFC 6152.
    pub(super) eight_bit_mime: bool,
    /// RFC 6531.
    pub(super) smtp_utf8: bool,
    /// RFC 3207.
    pub(super) starttls: bool,
    /// RFC 4616.
    pub(super) auth_plain: bool,
    /// The mechanism LOGIN, never standardised, the only one of some old relays.
    pub(super) auth_login: bool,
}

impl Capabilities {
    /// Reads the text of a reply to EHLO; its first line is the relay's name and greeting.
    pub(super) fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.split('\n').skip(1) {
            // Some relays write `AUTH=LOGIN`, after a draft of long ago. A tab reaches us as a replacement character.
            let mut words =
                line.split([' ', '=', char::REPLACEMENT_CHARACTER]).filter(|word| !word.is_empty()).map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("PIPELINING") => found.pipelining = true,
                Some("SIZE") => {
                    found.size = true;
                    found.size_limit = words.next().and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
                }
                Some("8BITMIME") => found.eight_bit_mime = true,
                Some("SMTPUTF8") => found.smtp_utf8 = true,
                Some("STARTTLS") => found.starttls = true,
                Some("AUTH") => {
                    for mechanism in words {
                        found.auth_plain |= mechanism == "PLAIN";
                        found.auth_login |= mechanism == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_case_and_the_old_form_of_auth() {
        let found = Capabilities::parse("relay greets you\nPipelining\nsize 1000\n8bitmime\nsmtputf8\nstarttls\nauth plain\nAUTH=LOGIN");
        let all = Capabilities {
            pipelining: true,
            size: true,
            size_limit: Some(1000),
            eight_bit_mime: true,
            smtp_utf8: true,
            starttls: true,
            auth_plain: true,
            auth_login: true,
        };
        assert_eq!(found, all);
    }

    #[test]
    fn the_first_line_offers_nothing() {
        assert_eq!(Capabilities::parse("STARTTLS"), Capabilities::default());
        assert_eq!(Capabilities::parse(""), Capabilities::default());
    }

    #[test]
    fn sizes() {
        for (line, limit) in [("SIZE", None), ("SIZE 0", None), ("SIZE x", None), ("SIZE 10240000", Some(10_240_000))] {
            let found = Capabilities::parse(&format!("relay\n{line}"));
            assert!(found.size);
            assert_eq!(found.size_limit, limit, "{line}");
        }
    }
}
