//! The header of a message or of a part: its fields, and what is read of them. Each field is read by itself and only so much of
//! it, so that none can take more time than its length is worth.

use chrono::{DateTime, Utc};
use mail_parser::{Address, ContentType, HeaderName, HeaderValue, MessageParser};

use crate::domain::incoming::ID_MAX;
use crate::domain::mailbox::MailAddress;

/// So much of a field is read.
const FIELD_MAX: usize = 16 * 1024;
/// So many fields are read; a message has some dozens.
const FIELDS_MAX: usize = 1000;

/// A header.
#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    fields: Vec<Field<'a>>,
}

#[derive(Debug, Clone)]
struct Field<'a> {
    name: String,
    /// The whole field with its name, as it stands there.
    raw: &'a [u8],
    /// Its value, still folded.
    value: &'a [u8],
}

/// The header at the beginning of an entity, and what stands behind it. Without an empty line all of it is header.
pub(super) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let behind = at + line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return (bytes.get(..at).unwrap_or_default(), bytes.get(behind..).unwrap_or_default());
        }
        at = behind;
    }
    (bytes, &[])
}

impl<'a> Header<'a> {
    /// Reads the fields. What is no field is left out.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let mut fields: Vec<Field<'a>> = Vec::new();
        let (mut start, mut at) = (0, 0);
        let mut end_of = |start: usize, end: usize| {
            if fields.len() < FIELDS_MAX {
                fields.extend(bytes.get(start..end).and_then(field));
            }
        };
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                end_of(start, at);
                start = at;
            }
            at += line.len();
        }
        end_of(start, at);
        Self { fields }
    }

    /// Whether there is no field.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The values of all fields of a name (in small letters), from the top.
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = String> + 'b {
        self.fields.iter().filter(move |field| field.name == name).map(|field| unfolded(field.value))
    }

    /// The value of the first field of a name.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// The names of the fields, from the top, each with its value.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&str, String)> {
        self.fields.iter().map(|field| (field.name.as_str(), unfolded(field.value)))
    }

    /// The first field of a name, as the library reads it.
    fn parsed(&self, name: &str, known: HeaderName<'static>) -> Option<HeaderValue<'static>> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        let mut lines = field.raw.get(..field.raw.len().min(FIELD_MAX)).unwrap_or_default().to_vec();
        lines.extend_from_slice(b"\r\n\r\n");
        let message = MessageParser::new().parse_headers(&lines)?;
        message.header(known).map(|value| value.clone().into_owned())
    }

    /// The one mailbox of a From field; `None` when there are several fields, several mailboxes, or none that can be one.
    pub(super) fn from(&self) -> Option<MailAddress> {
        if self.all("from").count() != 1 {
            return None;
        }
        let value = self.parsed("from", HeaderName::From)?;
        let HeaderValue::Address(Address::List(list)) = value else { return None };
        let [one] = list.as_slice() else { return None };
        MailAddress::parse(one.address.as_deref()?).ok()
    }

    /// The subject, its encoded words decoded.
    pub(super) fn subject(&self) -> Option<String> {
        match self.parsed("subject", HeaderName::Subject)? {
            HeaderValue::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// When it says to have been written.
    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        match self.parsed("date", HeaderName::Date)? {
            HeaderValue::DateTime(date) if date.is_valid() => DateTime::from_timestamp(date.to_timestamp(), 0),
            _ => None,
        }
    }

    /// The identifiers of a field, without their angle brackets (RFC 5322, section 3.6.4).
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        let Some(value) = self.first(name) else { return Vec::new() };
        let pieces = value.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
        pieces.map(|(id, _)| id.trim().to_owned()).filter(|id| is_id(id)).collect()
    }

    /// The type of an entity.
    pub(super) fn content_type(&self) -> Option<ContentType<'static>> {
        match self.parsed("content-type", HeaderName::ContentType)? {
            HeaderValue::ContentType(content_type) => Some(content_type),
            _ => None,
        }
    }

    /// The name of the file that an entity is to be.
    pub(super) fn file_name(&self) -> Option<String> {
        let disposition = match self.parsed("content-disposition", HeaderName::ContentDisposition) {
            Some(HeaderValue::ContentType(disposition)) => disposition.attribute("filename").map(ToOwned::to_owned),
            _ => None,
        };
        disposition.or_else(|| self.content_type()?.attribute("name").map(ToOwned::to_owned))
    }
}

/// An identifier that can be kept.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn field(raw: &[u8]) -> Option<Field<'_>> {
    let colon = raw.iter().take(80).position(|byte| *byte == b':')?;
    let (name, value) = raw.split_at_checked(colon)?;
    let name = str::from_utf8(name).ok()?.trim_end();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| Field { name: name.to_ascii_lowercase(), raw, value: value.get(1..).unwrap_or_default() })
}

/// A value in one line.
fn unfolded(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value.get(..value.len().min(FIELD_MAX)).unwrap_or_default());
    text.replace(['\r', '\n'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_their_folds() {
        let (head, body) = split(b"From: A <a@b.vn>\r\nno field\r\nSubject : =?utf-8?B?SOG7jXA=?=\r\n\tx\r\n\r\nbody\r\n\r\nmore");
        assert_eq!(body, b"body\r\n\r\nmore");
        let header = Header::read(head);
        assert_eq!(header.from(), MailAddress::parse("a@b.vn").ok());
        assert_eq!(header.first("subject").unwrap(), "=?utf-8?B?SOG7jXA=?=  \tx");
        assert_eq!(header.in_order().map(|(name, _)| name.to_owned()).collect::<Vec<_>>(), ["from", "subject"]);
        assert_eq!(split(b"only: header"), (&b"only: header"[..], &b""[..]));
    }

    #[test]
    fn a_sender_is_one_mailbox_or_nobody() {
        for raw in [
            "From: a@b.vn, c@d.vn\n",
            "From: a@b.vn\nFrom: c@d.vn\n",
            "From: nobody\n",
            "From: nhóm: a@b.vn, c@d.vn;\n",
            "From:\n",
            "To: a@b.vn\n",
        ] {
            assert_eq!(Header::read(raw.as_bytes()).from(), None, "{raw}");
        }
    }

    #[test]
    fn identifiers_stand_in_angle_brackets() {
        let header = Header::read(b"References: <a@b> junk <c d@e>\n <f@g>\nIn-Reply-To: none\n");
        assert_eq!(header.ids("references"), ["a@b", "f@g"]);
        assert!(header.ids("in-reply-to").is_empty());
    }
}
