//! What a relay answers: bounded, and read leniently where leniency is harmless.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::fail::ProtocolFault;

/// The longest line of a reply in bytes, its end included. RFC 5321 section 4.5.3.1.5 allows 512.
pub const MAX_LINE: usize = 4 * 1024;
/// The longest reply in bytes, all lines together.
pub const MAX_REPLY: usize = 64 * 1024;

/// An enhanced status code, such as `5.1.1` (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Enhanced {
    /// 2, 4 or 5, like the reply's first digit.
    pub class: u16,
    /// What it is about: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail within the subject.
    pub detail: u16,
}

/// A text that is no enhanced status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an enhanced status code")]
pub struct NotEnhanced;

impl Enhanced {
    /// Reads the code that a reply's text begins with, if there is one.
    fn leading(text: &str) -> Option<Self> {
        text.split_ascii_whitespace().next()?.parse().ok()
    }
}

impl std::str::FromStr for Enhanced {
    type Err = NotEnhanced;

    fn from_str(text: &str) -> Result<Self, NotEnhanced> {
        let mut numbers = text.split('.').map(|part| {
            let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().ok() } else { None }
        });
        let (Some(Some(class)), Some(Some(subject)), Some(Some(detail)), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            return Err(NotEnhanced);
        };
        if matches!(class, 2 | 4 | 5) { Ok(Self { class, subject, detail }) } else { Err(NotEnhanced) }
    }
}

impl TryFrom<String> for Enhanced {
    type Error = NotEnhanced;

    fn try_from(text: String) -> Result<Self, NotEnhanced> {
        text.parse()
    }
}

impl From<Enhanced> for String {
    fn from(code: Enhanced) -> Self {
        code.to_string()
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// A complete reply of the relay (RFC 5321 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits; 200 to 599.
    pub code: u16,
    /// The enhanced status code (RFC 2034) the text begins with, when its class agrees with `code`.
    pub enhanced: Option<Enhanced>,
    /// The relay's words, lines separated by `\n`. Bytes that are not UTF-8 and control characters are replaced, so
    /// that the text may be stored and shown as it is.
    pub text: String,
}

impl Reply {
    /// Whether this is a refusal: 4xx for now, 5xx for good.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        (400..600).contains(&self.code)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text.replace('\n', " "))
    }
}

/// Gathers the lines of one reply.
#[derive(Debug, Default)]
pub(super) struct Gather {
    code: Option<u16>,
    text: String,
    size: usize,
}

impl Gather {
    /// Takes complete lines from the front of `bytes`. Says how many bytes were used, and the reply when it is complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(usize, Option<Reply>), ProtocolFault> {
        let mut used = 0;
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            // A line that is too long is known to be so before its end has come.
            let window = rest.get(..MAX_LINE).unwrap_or(rest);
            let Some(end) = window.iter().position(|byte| *byte == b'\n') else {
                return if rest.len() >= MAX_LINE { Err(ProtocolFault::LineTooLong) } else { Ok((used, None)) };
            };
            used += end + 1;
            self.size += end + 1;
            if self.size > MAX_REPLY {
                return Err(ProtocolFault::ReplyTooLong);
            }
            let line = window.get(..end).unwrap_or_default();
            if self.line(line.strip_suffix(b"\r").unwrap_or(line))? {
                return Ok((used, Some(self.finish())));
            }
        }
    }

    /// Takes one line without its end; true when it was the last.
    fn line(&mut self, line: &[u8]) -> Result<bool, ProtocolFault> {
        let (digits, rest) = line.split_at_checked(3).ok_or(ProtocolFault::NotAReply)?;
        if !digits.iter().all(u8::is_ascii_digit) || !matches!(digits.first(), Some(b'2'..=b'5')) {
            return Err(ProtocolFault::NotAReply);
        }
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(*digit - b'0'));
        let (last, words) = match rest.split_first() {
            None => (true, rest),
            Some((b' ', words)) => (true, words),
            Some((b'-', words)) => (false, words),
            Some(_) => return Err(ProtocolFault::NotAReply),
        };
        match self.code {
            None => self.code = Some(code),
            Some(first) if first == code => self.text.push('\n'),
            Some(_) => return Err(ProtocolFault::CodesDiffer),
        }
        let words = String::from_utf8_lossy(words);
        self.text.extend(words.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }));
        Ok(last)
    }

    fn finish(&mut self) -> Reply {
        let Self { code, text, .. } = std::mem::take(self);
        let code = code.unwrap_or_default();
        let enhanced = Enhanced::leading(&text).filter(|enhanced| enhanced.class == code / 100);
        Reply { code, enhanced, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Result<(usize, Option<Reply>), ProtocolFault> {
        Gather::default().take(bytes)
    }

    #[test]
    fn a_reply_is_the_same_however_it_is_cut() {
        let bytes = b"250-first\r\n250-second\n250 2.0.0 third\r\n";
        let (used, at_once) = whole(bytes).unwrap();
        assert_eq!(used, bytes.len());
        for cut in 1..bytes.len() {
            let mut gather = Gather::default();
            let (used, early) = gather.take(&bytes[..cut]).unwrap();
            assert_eq!(early, None);
            assert_eq!(gather.take(&bytes[used..]).unwrap().1, at_once, "cut at {cut}");
        }
        assert_eq!(at_once.unwrap().text, "first\nsecond\n2.0.0 third");
    }

    #[test]
    fn lenient_where_it_is_harmless() {
        for (bytes, code, text) in [
            (&b"250\r\n"[..], 250, ""),
            (b"250 \r\n", 250, ""),
            (b"250 ok\n", 250, "ok"),
            (b"550 h\xe9las\r\n", 550, "h\u{fffd}las"),
            (b"550 \x1b[31mred\r\n", 550, "\u{fffd}[31mred"),
        ] {
            let (_, reply) = whole(bytes).unwrap();
            assert_eq!(reply, Some(Reply { code, enhanced: None, text: text.to_owned() }));
        }
    }

    #[test]
    fn strict_where_it_is_not() {
        for bytes in [&b"25\r\n"[..], b"\r\n", b"150 x\r\n", b"650 x\r\n", b"250x\r\n", b"250\tx\r\n", b"2x0 \r\n", b"HTTP/1.1 400\r\n"] {
            assert_eq!(whole(bytes), Err(ProtocolFault::NotAReply), "{bytes:?}");
        }
        assert_eq!(whole(b"250-a\r\n251 b\r\n"), Err(ProtocolFault::CodesDiffer));
    }

    #[test]
    fn bounds_hold() {
        let mut line = vec![b'a'; MAX_LINE];
        line[..4].copy_from_slice(b"250 ");
        assert_eq!(whole(&line), Err(ProtocolFault::LineTooLong));
        line[MAX_LINE - 1] = b'\n';
        assert!(whole(&line).unwrap().1.is_some());
        line[3] = b'-';
        assert_eq!(whole(&line.repeat(MAX_REPLY / MAX_LINE + 1)), Err(ProtocolFault::ReplyTooLong));
    }

    #[test]
    fn what_follows_a_reply_is_left() {
        assert_eq!(whole(b"250 a\r\n250 b\r\n").unwrap().0, 7);
    }

    #[test]
    fn enhanced_codes() {
        let reply = whole(b"550 5.1.1 no such user\r\n").unwrap().1.unwrap();
        assert_eq!(reply.enhanced, Some(Enhanced { class: 5, subject: 1, detail: 1 }));
        for text in ["550 4.1.1 x\r\n", "550 5.1 x\r\n", "550 5.1.1000 x\r\n", "550 5.1.1.1 x\r\n", "550 5.1.a\r\n"] {
            assert_eq!(whole(text.as_bytes()).unwrap().1.unwrap().enhanced, None, "{text}");
        }
        let json = serde_json::to_string(&reply.enhanced).unwrap();
        assert_eq!(json, "\"5.1.1\"");
        assert_eq!(serde_json::from_str::<Option<Enhanced>>(&json).unwrap(), reply.enhanced);
    }
}
