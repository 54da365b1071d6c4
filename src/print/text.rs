//! A sheet as text of fixed width, for terminals and plain mail.

use crate::domain::text::width;
use crate::print::layout::{balanced, boxed, centre, columns, paragraph, rule};
use crate::print::sheet::{Annex, Block, COUNTRY, DRAFT, MOTTO, SIGNATURE, Sheet};

/// The widest line: less than the 78 columns that mail programs leave unwrapped (RFC 5322, 2.1.1), and as much as a terminal of
/// 80 columns shows within a border.
pub const COLUMNS: usize = 76;
/// Where the right column of the head and of the foot begins.
const RIGHT: usize = 40;
/// Where the signature's column begins. It is as wide as leaves its middle under that of the head's right column.
const SIGNED: usize = 48;
/// Indent of a paragraph's first line.
const INDENT: usize = 4;
/// Lines left for the signature, and for the name that whoever signs puts under it.
const SIGNATURE_LINES: usize = 5;

/// Sets the sheet.
pub(super) fn text(sheet: &Sheet) -> String {
    let mut lines = head(sheet);
    lines.push(String::new());
    lines.extend(title(sheet));
    lines.push(String::new());
    lines.extend(sheet.content.iter().flat_map(block));
    lines.push(String::new());
    lines.extend(foot(sheet));
    if let Some(annex) = &sheet.annex {
        lines.extend(appended(annex));
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Centres the lines of a block that is `width` wide.
fn centred(lines: impl IntoIterator<Item = impl AsRef<str>>, width: usize) -> Vec<String> {
    lines.into_iter().map(|line| centre(line.as_ref(), width)).collect()
}

/// Organ and number on the left, country and date on the right, stamps below (annex I, fields 1 to 4 and 10b).
fn head(sheet: &Sheet) -> Vec<String> {
    let (left, right) = (RIGHT - 2, COLUMNS - RIGHT);
    let mut organ = balanced(&sheet.office, left);
    // The rule under the organ's name is a third to a half of its line (annex I, II.2b).
    organ.push(rule(organ.iter().map(|line| width(line)).max().unwrap_or_default() * 2 / 5));
    let country = [COUNTRY.to_owned(), MOTTO.to_owned(), rule(width(MOTTO))];
    let height = organ.len().max(country.len());
    let mut lines = columns(&centred(organ, left), &centred(country, right), RIGHT);
    lines.resize(height, String::new());

    let number = sheet.number.iter().flat_map(|number| balanced_number(number, left)).collect::<Vec<_>>();
    // An open date keeps its gaps: only what was decided is wrapped.
    let dated = if width(&sheet.dated) <= right { vec![sheet.dated.clone()] } else { balanced(&sheet.dated, right) };
    lines.extend(columns(&centred(number, left), &centred(dated, right), RIGHT));

    let stamp = sheet.stamp.map(|stamp| centred(boxed(stamp), left)).unwrap_or_default();
    let draft = if sheet.draft { centred(boxed(DRAFT), right) } else { Vec::new() };
    if !(stamp.is_empty() && draft.is_empty()) {
        lines.extend(columns(&stamp, &draft, RIGHT));
    }
    lines
}

/// `Số: …`; the gap of an open number is kept where it fits.
fn balanced_number(number: &str, columns: usize) -> Vec<String> {
    let line = format!("Số: {number}");
    if width(&line) <= columns { vec![line] } else { balanced(&line, columns) }
}

/// Kind and subject in the middle, a short rule below (annex I, II.5).
fn title(sheet: &Sheet) -> Vec<String> {
    let mut lines = vec![sheet.kind.to_owned()];
    let subject = balanced(&sheet.subject, COLUMNS - 12);
    let longest = subject.iter().map(|line| width(line)).max().unwrap_or_default();
    lines.extend(subject);
    lines.push(rule((longest * 2 / 5).clamp(8, 24)));
    centred(lines, COLUMNS)
}

fn block(block: &Block) -> Vec<String> {
    match block {
        Block::Text(text) => paragraph(text, INDENT, 0, COLUMNS),
        Block::Fact(label, value) => paragraph(&format!("{label}: {value}"), INDENT, 0, COLUMNS),
        Block::Items(items) => items.iter().flat_map(|item| paragraph(&format!("- {item}"), INDENT, INDENT + 2, COLUMNS)).collect(),
    }
}

/// Nơi nhận on the left, the signature on the right (annex I, fields 7 and 9).
fn foot(sheet: &Sheet) -> Vec<String> {
    let mut left = vec!["Nơi nhận:".to_owned()];
    left.extend(sheet.recipients.iter().flat_map(|recipient| paragraph(&format!("- {recipient}"), 0, 2, SIGNED - 2)));
    let mut right = centred(SIGNATURE, COLUMNS + RIGHT - 2 * SIGNED);
    right.resize(right.len() + SIGNATURE_LINES, String::new());
    columns(&left, &right, SIGNED)
}

/// The annex, set off by a rule.
fn appended(annex: &Annex) -> Vec<String> {
    let mut lines = vec![rule(COLUMNS), String::new()];
    lines.push(centre(annex.heading, COLUMNS));
    lines.extend(centred(balanced(&format!("(Kèm theo {})", annex.belongs), COLUMNS - 12), COLUMNS));
    lines.push(String::new());
    let digits = annex.items.len().to_string().len().max(2);
    for (n, item) in annex.items.iter().enumerate() {
        let number = format!("{:>digits$}. ", n + 1);
        let lead = INDENT + number.len();
        for (line, text) in paragraph(item, 0, 0, COLUMNS - lead).into_iter().enumerate() {
            lines.push(if line == 0 { format!("{}{number}{text}", " ".repeat(INDENT)) } else { format!("{}{text}", " ".repeat(lead)) });
        }
    }
    lines
}
