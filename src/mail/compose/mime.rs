//! The parts of a message and how they are put together.

use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};

use crate::domain::dispatch::{Dispatch, DispatchKind};
use crate::domain::text::{file_stem, is_harmful};
use crate::mail::compose::{calendar, header};
use crate::usecase::ports::ComposeError;

/// The most bytes of an attachment's name; file systems take 255.
const NAME_MAX: usize = 200;

/// The names of the calendar attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// As it is written: `Giấy mời 05-GM-BVHTTDL.ics`.
    pub full: String,
    /// For readers that know ASCII only: `Giay-moi-05-GM-BVHTTDL.ics`.
    pub ascii: String,
}

impl FileName {
    /// The names for a dispatch. What a file system does not take becomes a hyphen.
    #[must_use]
    pub fn of(dispatch: &Dispatch) -> Self {
        let kind = match dispatch.kind {
            DispatchKind::Request => "Giấy mời",
            DispatchKind::Cancel => "Hủy giấy mời",
        };
        let mut stem = String::new();
        for c in format!("{kind} {}", dispatch.number).chars() {
            let c = if is_harmful(c) || "/\\:*?\"<>|%".contains(c) { '-' } else { c };
            if stem.len() + c.len_utf8() > NAME_MAX {
                break;
            }
            stem.push(c);
        }
        let stem = stem.trim_end_matches([' ', '.']);
        Self { full: format!("{stem}.ics"), ascii: format!("{}.ics", file_stem(stem)) }
    }
}

/// A part's disposition, whole: the library's own knows one form of the file's name only.
#[derive(Clone)]
struct Disposition(HeaderValue);

impl Header for Disposition {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Disposition")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(encoded("Content-Disposition", value.to_owned())))
    }

    fn display(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// A field whose value is ASCII and folded already. [`super::check::after`] sees what comes of it.
fn encoded(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// A text part. Base64 always: its alphabet holds neither a dot at the start of a line nor the `=_` of the boundaries, and
/// no relay has a reason to touch it.
fn part(content_type: ContentType, disposition: Option<Disposition>, text: &str) -> SinglePart {
    // Base64 is never refused; the text is canonical, with CRLF (RFC 2046, section 4.1.1).
    let body = Body::new_with_encoding(canonical(text).into_bytes(), ContentTransferEncoding::Base64).unwrap_or_else(Body::new);
    let mut builder = SinglePart::builder().content_type(content_type);
    if let Some(disposition) = disposition {
        builder = builder.header(disposition);
    }
    builder.body(body)
}

fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn content_type(value: &str) -> Result<ContentType, ComposeError> {
    ContentType::parse(value).map_err(|fault| ComposeError(format!("{value:?}: {fault}")))
}

/// What a message says, in all its forms.
pub(super) struct Content<'a> {
    /// For terminals and simple readers.
    pub text: &'a str,
    /// The page.
    pub html: &'a str,
    /// The calendar object.
    pub calendar: &'a str,
}

/// Puts the message together:
/// `multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar }, application/ics }`.
///
/// The calendar object stands last among the alternatives and has neither disposition nor Content-ID, or readers show no
/// invitation; readers that only know attachments find the same object behind (RFC 6047, section 2.4).
///
/// The message is an entity with more fields (RFC 2045, section 2.4). The library's builder of messages is not used: it asks
/// the system clock when it cannot read a Date again, refuses a From that it cannot read again, and panics over some names.
pub(super) fn message(
    dispatch: &Dispatch,
    n: u32,
    fields: Vec<(&'static str, String)>,
    content: &Content<'_>,
) -> Result<Vec<u8>, ComposeError> {
    let method = calendar::method(dispatch.kind);
    let file = FileName::of(dispatch);
    let boundary = |level: char| format!("=_lichhop.{:016x}.{n}.{level}", dispatch.seed);
    let alternative = multipart("alternative", &boundary('b'))
        .singlepart(part(ContentType::TEXT_PLAIN, None, content.text))
        .singlepart(part(ContentType::TEXT_HTML, None, content.html))
        .singlepart(part(content_type(&format!("text/calendar; method={method}; charset=utf-8"))?, None, content.calendar));
    let disposition = Disposition(encoded("Content-Disposition", header::attachment(&file.ascii, &file.full)));
    let attached = part(content_type(&format!("application/ics; name=\"{}\"", file.ascii))?, Some(disposition), content.calendar);

    let mut mixed = multipart("mixed", &boundary('a'));
    // The message's own fields come first, then those of the entity.
    let headers = mixed.headers_mut();
    let entity = headers.remove_raw("Content-Type");
    for (name, value) in fields {
        headers.insert_raw(encoded(name, value));
    }
    if let Some(entity) = entity {
        headers.insert_raw(entity);
    }
    Ok(mixed.multipart(alternative).singlepart(attached).formatted())
}

fn multipart(subtype: &'static str, boundary: &str) -> MultiPart {
    let mut part = MultiPart::builder().build();
    let value = format!("multipart/{subtype}; boundary=\"{boundary}\"");
    let folded = format!("multipart/{subtype};\r\n boundary=\"{boundary}\"");
    part.headers_mut().insert_raw(HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("Content-Type"), value, folded));
    part
}
