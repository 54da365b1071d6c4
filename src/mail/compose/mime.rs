//! The parts of a message and how they are put together.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};

use crate::domain::dispatch::{Dispatch, DispatchKind, Notice};
use crate::domain::text::{file_stem, is_harmful};
use crate::mail::compose::{calendar, header};
use crate::usecase::ports::{ComposeError, Composed};

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
        let kind = match (dispatch.kind, dispatch.notice) {
            (DispatchKind::Request, _) => "Giấy mời",
            (DispatchKind::Cancel, Notice::Cancelled) => "Hủy giấy mời",
            (DispatchKind::Cancel, Notice::Postponed) => "Hoãn họp theo giấy mời",
            (DispatchKind::Cancel, Notice::Withdrawn) => "Thu hồi giấy mời",
            (DispatchKind::Report, _) => "Báo cáo",
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

/// Bytes of a text in one line of base64 (RFC 2045, section 6.8: at most 76 letters).
const ENCODED_LINE: usize = 57;

/// A text whose middle alone differs from one recipient of a dispatch to the next, in its canonical form.
pub(super) struct Letter {
    text: String,
    /// Where the middle begins and ends.
    own: Range<usize>,
}

impl Letter {
    /// Puts a text together of what is the same for all, what is the recipient's own, and what is the same for all again.
    pub(super) fn new(before: &str, own: &str, after: &str) -> Self {
        let mut text = canonical(before);
        let start = text.len();
        text.push_str(&canonical(own));
        let end = text.len();
        text.push_str(&canonical(after));
        Self { text, own: start..end }
    }

    /// As [`Letter::new`], with as many spaces before the end of the middle as fill a line of base64: so what stands behind it
    /// has the same letters in every message, and the store needs to hold them once.
    pub(super) fn filled(before: &str, own: &str, own_end: &str, after: &str) -> Self {
        let used: usize = [before, own, own_end].iter().map(|text| canonical(text).len()).sum();
        let spaces = used.next_multiple_of(ENCODED_LINE) - used;
        Self::new(before, &format!("{own}{:spaces$}{own_end}", ""), after)
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The text in base64, and where the lines stand in it that are the same for all: those before the middle, and those behind
    /// it if a line begins there.
    fn encoded(&self) -> (String, Vec<Range<usize>>) {
        let lines: Vec<String> = self.text.as_bytes().chunks(ENCODED_LINE).map(|line| STANDARD.encode(line)).collect();
        let encoded = lines.join("\r\n");
        // Each line has 76 letters and its end.
        let at = |byte: usize| (byte / ENCODED_LINE * 78).min(encoded.len());
        let behind = if self.own.end.is_multiple_of(ENCODED_LINE) { at(self.own.end) } else { encoded.len() };
        let shared = [0..at(self.own.start), behind..encoded.len()].into_iter().filter(|place| !place.is_empty()).collect();
        (encoded, shared)
    }
}

/// A text part. Base64 always: its alphabet holds neither a dot at the start of a line nor the `=_` of the boundaries, and
/// no relay has a reason to touch it.
fn part(content_type: ContentType, disposition: Option<Disposition>, encoded: &str) -> SinglePart {
    let body = Body::dangerous_pre_encoded(encoded.as_bytes().to_vec(), ContentTransferEncoding::Base64);
    let mut builder = SinglePart::builder().content_type(content_type);
    if let Some(disposition) = disposition {
        builder = builder.header(disposition);
    }
    builder.body(body)
}

/// A text in its canonical form, with CRLF (RFC 2046, section 4.1.1).
fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn content_type(value: &str) -> Result<ContentType, ComposeError> {
    ContentType::parse(value).map_err(|fault| ComposeError(format!("{value:?}: {fault}")))
}

/// What a message says, in all its forms.
pub(super) struct Content<'a> {
    /// For terminals and simple readers.
    pub text: &'a Letter,
    /// The page.
    pub html: &'a Letter,
    /// The calendar object, if it carries one.
    pub calendar: Option<&'a Letter>,
}

/// Puts the message together:
/// `multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar }, application/ics }`; without a calendar object
/// `multipart/alternative { text/plain, text/html }`.
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
) -> Result<Composed, ComposeError> {
    let boundary = |level: char| format!("=_lichhop.{:016x}.{n}.{level}", dispatch.seed);
    let [text, html] = [content.text, content.html].map(Letter::encoded);
    let both = |part: MultiPart| both_forms(part, &text.0, &html.0);
    let Some((method, calendar)) = calendar::method(dispatch.kind).zip(content.calendar) else {
        let bytes = both(headed(multipart("alternative", &boundary('a')), fields)).formatted();
        let shared = places(&bytes, &[&text, &html])?;
        return Ok(Composed { bytes, shared });
    };
    let (file, calendar) = (FileName::of(dispatch), calendar.encoded());
    let alternative = both(multipart("alternative", &boundary('b'))).singlepart(part(
        content_type(&format!("text/calendar; method={method}; charset=utf-8"))?,
        None,
        &calendar.0,
    ));
    let disposition = Disposition(encoded("Content-Disposition", header::attachment(&file.ascii, &file.full)));
    let attached = part(content_type(&format!("application/ics; name=\"{}\"", file.ascii))?, Some(disposition), &calendar.0);
    let mixed = headed(multipart("mixed", &boundary('a')), fields);
    let bytes = mixed.multipart(alternative).singlepart(attached).formatted();
    let shared = places(&bytes, &[&text, &html, &calendar, &calendar])?;
    Ok(Composed { bytes, shared })
}

/// The text in the two forms that every message has.
fn both_forms(message: MultiPart, text: &str, html: &str) -> MultiPart {
    message.singlepart(part(ContentType::TEXT_PLAIN, None, text)).singlepart(part(ContentType::TEXT_HTML, None, html))
}

/// The entity with the message's own fields, which come before those of the entity.
fn headed(mut message: MultiPart, fields: Vec<(&'static str, String)>) -> MultiPart {
    let headers = message.headers_mut();
    let entity = headers.remove_raw("Content-Type");
    for (name, value) in fields {
        headers.insert_raw(encoded(name, value));
    }
    if let Some(entity) = entity {
        headers.insert_raw(entity);
    }
    message
}

/// Where in a message its parts have lines that are the same for all.
fn places(message: &[u8], parts: &[&(String, Vec<Range<usize>>)]) -> Result<Vec<Range<usize>>, ComposeError> {
    let message = str::from_utf8(message).map_err(|error| ComposeError(error.to_string()))?;
    let mut places = Vec::new();
    let mut from = 0;
    for (encoded, shared) in parts {
        let found = message.get(from..).and_then(|rest| rest.find(encoded.as_str()));
        let start = from + found.ok_or_else(|| ComposeError("the library has written a part otherwise".to_owned()))?;
        places.extend(shared.iter().map(|place| start + place.start..start + place.end));
        from = start + encoded.len();
    }
    Ok(places)
}

fn multipart(subtype: &'static str, boundary: &str) -> MultiPart {
    let mut part = MultiPart::builder().build();
    let value = format!("multipart/{subtype}; boundary=\"{boundary}\"");
    let folded = format!("multipart/{subtype};\r\n boundary=\"{boundary}\"");
    part.headers_mut().insert_raw(HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("Content-Type"), value, folded));
    part
}
