//! What stands on a sheet, before it is text or HTML: the parts of an administrative document and their order
//! (Decree 30/2020/NĐ-CP, article 8.2 and annex I).

use crate::domain::invitation::Invitation;
use crate::domain::text::{Line, Prose};
use crate::domain::time::document_date;

/// Quốc hiệu (annex I, II.1a).
pub(super) const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
/// Tiêu ngữ (annex I, II.1b).
pub(super) const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// The mark of a document that nobody has issued.
pub(super) const DRAFT: &str = "DỰ THẢO";
/// Authority and post of who signs: the head of the ministry's office, by order (annex I, II.7b).
pub(super) const SIGNATURE: [&str; 2] = ["TL. BỘ TRƯỞNG", "CHÁNH VĂN PHÒNG"];

/// A paragraph of the content.
pub(super) enum Block {
    /// A sentence or more.
    Text(String),
    /// A fact behind its label: `Chủ trì:`.
    Fact(&'static str, String),
    /// A list: each item on its own, closed with a semicolon, the last with a full stop.
    Items(Vec<String>),
}

/// The list of those invited, behind the document (annex I, III.1).
pub(super) struct Annex {
    /// What it is.
    pub heading: &'static str,
    /// To which document it belongs.
    pub belongs: String,
    /// Its numbered lines.
    pub items: Vec<String>,
}

/// A sheet.
pub(super) struct Sheet {
    /// The issuing organ, in capitals.
    pub office: String,
    /// Number and symbol; `None` when the document has none.
    pub number: Option<String>,
    /// Place and date.
    pub dated: String,
    /// The stamp of urgency.
    pub stamp: Option<&'static str>,
    /// Whether it is marked as a draft.
    pub draft: bool,
    /// Name of the kind of document.
    pub kind: &'static str,
    /// What it is about (trích yếu).
    pub subject: String,
    /// The content; its last sentence is closed with `./.` (annex III, form 1.7).
    pub content: Vec<Block>,
    /// Nơi nhận.
    pub recipients: Vec<String>,
    /// The annex, if there is one.
    pub annex: Option<Annex>,
}

/// Place and date as they stand under the motto; a draft leaves the date open.
pub(super) fn dated(place: &Line, date: Option<chrono::NaiveDate>) -> String {
    match date {
        Some(date) => format!("{place}, {}", document_date(date)),
        None => format!("{place}, ngày      tháng      năm"),
    }
}

/// `Giấy mời số 05/GM-BVHTTDL ngày 02 tháng 6 năm 2016`, as other documents refer to it.
pub(super) fn reference(invitation: &Invitation) -> String {
    let number = invitation.number.as_ref().map(|number| format!(" số {number}")).unwrap_or_default();
    let date = invitation.date.map(|date| format!(" {}", document_date(date))).unwrap_or_default();
    format!("Giấy mời{number}{date}")
}

/// The same of an invitation of which no more is at hand.
pub(super) fn numbered(number: &str, date: chrono::NaiveDate) -> String {
    format!("Giấy mời số {number} {}", document_date(date))
}

/// A reason behind its label; what follows its first line stands in paragraphs of its own.
pub(super) fn because(label: &'static str, reason: &Prose) -> Vec<Block> {
    let mut lines = reason.as_str().lines().map(str::trim).filter(|line| !line.is_empty());
    let first = Block::Fact(label, lines.next().unwrap_or_default().to_owned());
    std::iter::once(first).chain(lines.flat_map(paragraphs)).collect()
}

/// The paragraphs of a longer text; its blank lines are left out.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Block> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| Block::Text(line.to_owned()))
}

/// A sentence without the full stop at its end, to be continued or closed with `./.`.
pub(super) fn open_ended(text: &str) -> &str {
    text.trim_end_matches("./.").trim_end_matches(['.', ';']).trim_end()
}

/// The request to confirm the receipt: within the day (Decree 30/2020/NĐ-CP, article 21.2c), by a reply that keeps the
/// meeting's token. It is the last sentence of a document.
pub(super) fn acknowledgment(invitation: &Invitation, document: &str) -> Block {
    Block::Text(format!(
        "Đề nghị cơ quan, đơn vị xác nhận trong ngày việc đã nhận được {document}: trả lời về hộp thư {}, giữ nguyên ký hiệu \
         [{}] trong thư trả lời./.",
        invitation.reply_to, invitation.meeting
    ))
}
