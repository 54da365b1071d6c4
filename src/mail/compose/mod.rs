//! Messages: a document and a calendar object as mail.
//!
//! Composing is a pure function of (dispatch, recipient): the same bytes tomorrow, in another process. Every text is checked
//! before it is composed and the bytes once more afterwards; what cannot be sent as it should is an error, never mended.

mod calendar;
mod check;
mod header;
mod mime;

pub use mime::FileName;

use chrono::{DateTime, Utc};

use crate::domain::dispatch::{Dispatch, ItemId, Recipient};
use crate::domain::meeting::Meeting;
use crate::domain::office::Office;
use crate::domain::text::Line;
use crate::domain::time::WallTime;
use crate::mail::compose::mime::Letter;
use crate::usecase::ports::{Compose, ComposeError, Composed};

/// Composes messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Composer;

impl Compose for Composer {
    fn message(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<Composed, ComposeError> {
        check::before(dispatch, recipient)?;
        let calendar = calendar::invitation(dispatch, recipient);
        let content = mime::Content { text: &plain(dispatch, recipient), html: &page(dispatch, recipient)?, calendar: calendar.as_ref() };
        let composed = mime::message(dispatch, recipient.n, fields(dispatch, recipient), &content)?;
        check::after(&composed.bytes)?;
        Ok(composed)
    }

    fn invitation_calendar(&self, dispatch: &Dispatch, recipient: &Recipient) -> Result<String, ComposeError> {
        check::before(dispatch, recipient)?;
        let carried = calendar::invitation(dispatch, recipient).map(Letter::into_text);
        carried.ok_or_else(|| ComposeError(format!("a {} carries no calendar entry", dispatch.kind.word())))
    }

    fn published_calendar(&self, office: &Office, meetings: &[Meeting], at: DateTime<Utc>) -> String {
        calendar::published(office, meetings, at)
    }
}

/// The header fields (RFC 5322, section 3.6).
///
/// No Auto-Submitted (RFC 3834) in what tells units something: an official issued it, and programs that answer for a calendar or
/// confirm a receipt leave automatic messages alone. A report is written by the program, and no program is to answer it (section
/// 5). No Precedence, no List-Unsubscribe: it is one letter to one mailbox.
fn fields(dispatch: &Dispatch, recipient: &Recipient) -> Vec<(&'static str, String)> {
    let sender = &dispatch.sender;
    let mut fields = vec![
        // The time of the place the letter comes from: its date is the one on the letter.
        ("Date", WallTime::zoned(dispatch.at).to_rfc2822()),
        ("From", header::mailbox("From", &sender.name, &sender.address)),
        ("To", header::mailbox("To", &recipient.name, &recipient.address)),
        ("Reply-To", format!("<{}>", sender.address)),
        ("Subject", header::unstructured("Subject", &dispatch.subject)),
        ("Message-ID", dispatch.message_id(recipient.n)),
    ];
    if let Some(earlier) = &recipient.references {
        fields.push(("In-Reply-To", earlier.clone()));
        fields.push(("References", earlier.clone()));
    }
    if !dispatch.kind.tells_units() {
        fields.push(("Auto-Submitted", "auto-generated".to_owned()));
    }
    fields.push(("X-Lichhop-Outbox-Id", ItemId { dispatch: dispatch.id, n: recipient.n }.to_string()));
    fields.push(("MIME-Version", "1.0".to_owned()));
    fields
}

/// The token that a reply keeps.
fn token(dispatch: &Dispatch) -> String {
    format!("[{}]", dispatch.meeting)
}

/// The request to keep the token, for a document that ought to make it and does not. A report asks for no answer.
fn request(dispatch: &Dispatch) -> Option<String> {
    let words = || format!("Đề nghị xác nhận đã nhận trong ngày: trả lời thư này, giữ nguyên ký hiệu {}.", token(dispatch));
    dispatch.kind.tells_units().then(words)
}

fn salutation(name: &Line) -> String {
    format!("Kính gửi: {name}")
}

fn plain(dispatch: &Dispatch, recipient: &Recipient) -> Letter {
    let body = &dispatch.body.text;
    let mut after = body.clone();
    if !after.ends_with('\n') {
        after.push('\n');
    }
    if let Some(request) = request(dispatch).filter(|_| !body.contains(&token(dispatch))) {
        after.push('\n');
        after.push_str(&request);
        after.push('\n');
    }
    Letter::filled("", &salutation(&recipient.name), "\n\n", &after)
}

/// The page with the salutation before the document, and the request behind it where it is lacking.
fn page(dispatch: &Dispatch, recipient: &Recipient) -> Result<Letter, ComposeError> {
    let body = &dispatch.body.html;
    let (head, rest) = body.split_once("<body").ok_or_else(|| ComposeError("the page has no body".to_owned()))?;
    let (attributes, rest) = rest.split_once('>').ok_or_else(|| ComposeError("the page has no body".to_owned()))?;
    let (inner, tail) = rest.rsplit_once("</body>").ok_or_else(|| ComposeError("the page's body does not end".to_owned()))?;
    let greeting = escaped(&salutation(&recipient.name));
    let request = request(dispatch).filter(|_| !body.contains(&token(dispatch)));
    let request = request.map(|request| format!("<p>{}</p>\n", escaped(&request))).unwrap_or_default();
    let before = format!("{head}<body{attributes}>\n");
    Ok(Letter::filled(&before, &format!("<p>{greeting}</p>"), "", &format!("{inner}{request}</body>{tail}")))
}

/// Text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
