//! The message on the wire: checked and dot-stuffed in one pass.

use thiserror::Error;

/// The longest line of a message in bytes, without its CR LF and before a dot is doubled (RFC 5321 section 4.5.3.1.6).
pub const MAX_TEXT_LINE: usize = 998;

/// What was found while looking through a message that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Bytes of the message as RFC 1870 counts them: line ends included, doubled dots and the final dot not.
    pub size: u64,
    /// Whether a byte above 127 occurs, which needs 8BITMIME.
    pub eight_bit: bool,
}

/// Why a message may not be sent. Lines are counted from 1.
///
/// A line end that one server understands as such and the next one does not lets text of a message pass for
/// commands ("SMTP smuggling"), therefore none but CR LF ever leaves us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum BodyFault {
    /// A CR without its LF.
    #[error("line {line} of the message holds a bare CR")]
    BareCr {
        /// The line.
        line: usize,
    },
    /// An LF without its CR.
    #[error("line {line} of the message ends in a bare LF")]
    BareLf {
        /// The line.
        line: usize,
    },
    /// A NUL character.
    #[error("line {line} of the message holds a NUL")]
    Nul {
        /// The line.
        line: usize,
    },
    /// Over [`MAX_TEXT_LINE`].
    #[error("line {line} of the message has {length} bytes, {MAX_TEXT_LINE} are allowed")]
    LongLine {
        /// The line.
        line: usize,
        /// Its bytes without CR LF.
        length: usize,
    },
}

/// Looks through a message without writing it: what is refused when a message is put into the outbox is what would be
/// refused when it is sent.
///
/// # Errors
/// The first fault found.
pub fn check(message: &[u8]) -> Result<Shape, BodyFault> {
    walk(message, |_| {})
}

/// Appends to `wire` what is written after the 354: the message with the dot doubled at the beginning of each line
/// that has one, CR LF after a last line without it, and the final dot (RFC 5321 section 4.5.2).
///
/// # Errors
/// The first fault found; `wire` then holds a part of the message and must not be sent.
pub fn stuff(message: &[u8], wire: &mut Vec<u8>) -> Result<Shape, BodyFault> {
    wire.reserve(message.len() + message.len() / 64 + 16);
    let shape = walk(message, |line| {
        if line.first() == Some(&b'.') {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
        wire.extend_from_slice(b"\r\n");
    })?;
    wire.extend_from_slice(b".\r\n");
    Ok(shape)
}

/// Appends to `text` the message with LF line ends, as folders and programs of Unix want it; a last line without its end
/// gets one. Nothing is stuffed.
///
/// # Errors
/// The first fault found; `text` then holds a part of the message.
pub fn local(message: &[u8], text: &mut Vec<u8>) -> Result<Shape, BodyFault> {
    text.reserve(message.len());
    walk(message, |line| {
        text.extend_from_slice(line);
        text.push(b'\n');
    })
}

/// Hands each line without its end to `each`.
fn walk(message: &[u8], mut each: impl FnMut(&[u8])) -> Result<Shape, BodyFault> {
    let mut size = 0;
    let mut number = 0;
    let mut rest = message;
    while !rest.is_empty() {
        number += 1;
        let line = if let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = (rest.get(..end).unwrap_or_default(), rest.get(end + 1..).unwrap_or_default());
            rest = behind;
            line.strip_suffix(b"\r").ok_or(BodyFault::BareLf { line: number })?
        } else {
            std::mem::take(&mut rest)
        };
        check_line(line, number)?;
        size += line.len() as u64 + 2;
        each(line);
    }
    Ok(Shape { size, eight_bit: !message.is_ascii() })
}

fn check_line(line: &[u8], number: usize) -> Result<(), BodyFault> {
    if line.len() > MAX_TEXT_LINE {
        return Err(BodyFault::LongLine { line: number, length: line.len() });
    }
    // Without a way out in the middle, so that the compiler makes a vector loop of it.
    if line.iter().fold(0, |bad, byte| bad | u8::from(*byte == 0) | u8::from(*byte == b'\r')) == 0 {
        return Ok(());
    }
    Err(if line.contains(&0) { BodyFault::Nul { line: number } } else { BodyFault::BareCr { line: number } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(message: &[u8]) -> Result<Vec<u8>, BodyFault> {
        let mut out = Vec::new();
        let shape = stuff(message, &mut out)?;
        assert_eq!(check(message), Ok(shape));
        Ok(out)
    }

    #[test]
    fn dots_and_line_ends() {
        for (message, expected) in [
            (&b""[..], &b".\r\n"[..]),
            (b"a", b"a\r\n.\r\n"),
            (b"a\r\n", b"a\r\n.\r\n"),
            (b".", b"..\r\n.\r\n"),
            (b".\r\n", b"..\r\n.\r\n"),
            (b"..\r\na.b\r\n", b"...\r\na.b\r\n.\r\n"),
            (b"\r\n\r\n", b"\r\n\r\n.\r\n"),
        ] {
            assert_eq!(wire(message).unwrap(), expected);
        }
    }

    #[test]
    fn on_this_machine() {
        let mut text = b"before\n".to_vec();
        assert_eq!(local(b".\r\n\r\na", &mut text), Ok(Shape { size: 8, eight_bit: false }));
        assert_eq!(text, b"before\n.\n\na\n");
        assert_eq!(local(b"a\nb", &mut text), Err(BodyFault::BareLf { line: 1 }));
    }

    #[test]
    fn faults() {
        for (message, fault) in [
            (&b"a\n"[..], BodyFault::BareLf { line: 1 }),
            (b"\n", BodyFault::BareLf { line: 1 }),
            (b"a\r\nb\n.\r\n", BodyFault::BareLf { line: 2 }),
            (b"a\rb\r\n", BodyFault::BareCr { line: 1 }),
            (b"a\r", BodyFault::BareCr { line: 1 }),
            (b"a\r\r\n", BodyFault::BareCr { line: 1 }),
            (b"a\r\n\0\r\n", BodyFault::Nul { line: 2 }),
        ] {
            assert_eq!(wire(message), Err(fault), "{message:?}");
            assert_eq!(check(message), Err(fault), "{message:?}");
        }
    }

    #[test]
    fn the_longest_line() {
        for end in ["", "\r\n"] {
            let longest = format!(".{}{end}", "a".repeat(997));
            assert!(wire(longest.as_bytes()).is_ok());
            let longer = format!("a\r\n{}{end}", "a".repeat(999));
            assert_eq!(wire(longer.as_bytes()), Err(BodyFault::LongLine { line: 2, length: 999 }));
        }
    }

    #[test]
    fn shapes() {
        assert_eq!(check(b".a\r\nb"), Ok(Shape { size: 7, eight_bit: false }));
        assert_eq!(check("họp\r\n".as_bytes()), Ok(Shape { size: 7, eight_bit: true }));
    }
}
