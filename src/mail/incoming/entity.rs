//! The parts of a message (RFC 2046), found without recursion into what others wrote: a message within a message is one part.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::header::{Header, split};
use crate::domain::incoming::{DEPTH_MAX, HEADER_MAX, PARTS_MAX, Unread};

/// The longest boundary (RFC 2046, section 5.1.1 allows 70 characters).
const BOUNDARY_MAX: usize = 200;

/// A part that is no multipart.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its type, `text/calendar`, in small letters; without one, or with one that is none, `text/plain`.
    pub(super) kind: String,
    /// Its header.
    pub(super) header: Header<'a>,
    body: &'a [u8],
}

/// A message, taken apart.
#[derive(Debug)]
pub(super) struct Entity<'a> {
    /// Its header.
    pub(super) header: Header<'a>,
    /// Its type.
    pub(super) kind: String,
    /// The parts in order.
    pub(super) parts: Vec<Part<'a>>,
}

/// Takes a message apart.
///
/// # Errors
/// It has no header, or is over a bound.
pub(super) fn read(bytes: &[u8]) -> Result<Entity<'_>, Unread> {
    let bytes = without_envelope(bytes);
    let (head, _) = split(bytes);
    if head.len() > HEADER_MAX {
        return Err(Unread::LongHeader);
    }
    let header = Header::read(head);
    if header.is_empty() {
        return Err(Unread::NoHeader);
    }
    let mut parts = Vec::new();
    walk(bytes, 0, &mut parts)?;
    Ok(Entity { kind: kind(&header), header, parts })
}

/// Some deliver with a line of the mbox format before the message.
fn without_envelope(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"From ") {
        return bytes;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    bytes.get(end..).unwrap_or_default()
}

fn kind(header: &Header<'_>) -> String {
    let known = header.content_type().and_then(|found| Some(format!("{}/{}", found.ctype(), found.subtype()?)));
    known.unwrap_or_else(|| "text/plain".to_owned()).to_ascii_lowercase()
}

fn walk<'a>(bytes: &'a [u8], depth: usize, parts: &mut Vec<Part<'a>>) -> Result<(), Unread> {
    let (head, body) = split(bytes);
    // A part whose header is longer than a message's may be has none that is read.
    let header = if head.len() > HEADER_MAX { Header::default() } else { Header::read(head) };
    let kind = kind(&header);
    let boundary = header.content_type().and_then(|found| found.attribute("boundary").map(str::to_owned));
    if let Some(boundary) = boundary.filter(|boundary| kind.starts_with("multipart/") && (1..=BOUNDARY_MAX).contains(&boundary.len())) {
        if depth == DEPTH_MAX {
            return Err(Unread::TooDeep);
        }
        for inner in inner(body, boundary.as_bytes(), PARTS_MAX - parts.len().min(PARTS_MAX))? {
            walk(inner, depth + 1, parts)?;
        }
        return Ok(());
    }
    if parts.len() == PARTS_MAX {
        return Err(Unread::TooManyParts);
    }
    parts.push(Part { kind, header, body });
    Ok(())
}

/// The entities between the boundaries; the last one may lack its end.
fn inner<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Result<Vec<&'a [u8]>, Unread> {
    let (mut found, mut start, mut at) = (Vec::new(), None, 0);
    let mut closed = false;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if let Some(last) = delimits(line, boundary) {
            if let Some(start) = start {
                found.push(without_line_end(body.get(start..at).unwrap_or_default()));
            }
            if found.len() > most {
                return Err(Unread::TooManyParts);
            }
            start = Some(at + line.len());
            if last {
                closed = true;
                break;
            }
        }
        at += line.len();
    }
    if let Some(start) = start.filter(|_| !closed) {
        found.push(body.get(start..).unwrap_or_default());
    }
    if found.len() > most { Err(Unread::TooManyParts) } else { Ok(found) }
}

/// Whether a line is a delimiter, and if so whether it is the last one.
fn delimits(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let (last, rest) = match rest.strip_prefix(b"--") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    rest.iter().all(u8::is_ascii_whitespace).then_some(last)
}

/// The line end before a delimiter belongs to it (RFC 2046, section 5.1.1).
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

impl Part<'_> {
    /// At most so many of its bytes, decoded. What is encoded wrongly is taken as it stands.
    pub(super) fn bytes(&self, most: usize) -> Vec<u8> {
        let encoding = self.header.first("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
        // Three bytes of base64 take four letters and their share of a line end; of quoted-printable one takes at most three.
        let enough = most.saturating_mul(if encoding == "7bit" || encoding == "8bit" { 1 } else { 4 });
        let raw = self.body.get(..self.body.len().min(enough)).unwrap_or_default();
        let decoded = match encoding.as_str() {
            "base64" => base64_decode(raw),
            "quoted-printable" => quoted_printable_decode(raw),
            _ => None,
        };
        let mut bytes = decoded.unwrap_or_else(|| raw.to_vec());
        bytes.truncate(most);
        bytes
    }

    /// At most so many bytes of it, as text.
    pub(super) fn text(&self, most: usize) -> String {
        let bytes = self.bytes(most);
        let charset = self.header.content_type().and_then(|found| found.attribute("charset").map(str::to_ascii_lowercase));
        // ASCII by name, UTF-8 in truth: more common than any other charset.
        let decoder = charset.filter(|name| name != "us-ascii" && name != "utf-8").and_then(|name| charset_decoder(name.as_bytes()));
        match decoder {
            Some(decode) if str::from_utf8(&bytes).is_err() || !bytes.is_ascii() => decode(&bytes),
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        let levels = (0..depth).map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}x\r\n\r\n--b{level}x\r\n"));
        format!("From: a@b.vn\r\n{}\r\nend", levels.collect::<String>())
    }

    #[test]
    fn parts_are_found_in_order() {
        let message = b"From a@b Mon\nFrom: a@b.vn\nContent-Type: multipart/mixed; boundary=\"x y\"\n\nbefore\n--x y\n\
            Content-Type: TEXT/Calendar; method=REPLY\nContent-Transfer-Encoding: base64\n\nQkVHSU4=\n--x y \n\none\n--x yz\n--x y--\nafter";
        let entity = read(message).unwrap();
        assert_eq!(entity.kind, "multipart/mixed");
        let kinds: Vec<_> = entity.parts.iter().map(|part| part.kind.as_str()).collect();
        assert_eq!(kinds, ["text/calendar", "text/plain"]);
        assert_eq!(entity.parts[0].text(100), "BEGIN");
        assert_eq!(entity.parts[1].text(100), "one\n--x yz");
        assert_eq!(entity.parts[1].text(2), "on");
    }

    #[test]
    fn bounds_are_kept() {
        assert!(read(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(read(nested(DEPTH_MAX + 1).as_bytes()).unwrap_err(), Unread::TooDeep);
        assert_eq!(read(nested(50_000).as_bytes()).unwrap_err(), Unread::TooDeep);
        let parts = |count: usize| format!("Content-Type: multipart/mixed; boundary=x\n\n{}--x--\n", "--x\n\na\n".repeat(count));
        assert_eq!(read(parts(PARTS_MAX).as_bytes()).unwrap().parts.len(), PARTS_MAX);
        assert_eq!(read(parts(PARTS_MAX + 1).as_bytes()).unwrap_err(), Unread::TooManyParts);
        assert_eq!(read(format!("A: {}\n\n", "b".repeat(HEADER_MAX)).as_bytes()).unwrap_err(), Unread::LongHeader);
        for none in ["", "\n", "\r\n\r\nbody", "no header\n\n"] {
            assert_eq!(read(none.as_bytes()).unwrap_err(), Unread::NoHeader, "{none:?}");
        }
        // A hundred thousand messages within each other are one part.
        let within = format!("From: a@b.vn\n{}", "Content-Type: message/rfc822\n\n".repeat(100_000));
        assert_eq!(read(within.as_bytes()).unwrap().parts.len(), 1);
    }

    #[test]
    fn texts_are_decoded() {
        let text = |head: &str, body: &[u8]| {
            let message = [format!("Content-Type: text/plain; charset={head}\n\n").as_bytes(), body].concat();
            read(&message).unwrap().parts[0].text(1000)
        };
        assert_eq!(text("windows-1258", b"\xd0\xfd"), "Đư");
        assert_eq!(text("us-ascii", "Được".as_bytes()), "Được");
        assert_eq!(text("utf-8\nContent-Transfer-Encoding: quoted-printable", b"=C4=90=\n=C3=A3 nh=E1=BA=ADn"), "Đã nhận");
        assert_eq!(text("unknown", b"\xff"), "\u{fffd}");
    }
}
