//! Rows of the table of mailboxes.

use crate::domain::fault::Why;
use crate::domain::mailbox::{MailAddress, MailboxKind, MailboxRow, MailboxState};
use crate::domain::text::nfc;
use crate::import::table::{Reading, Record, one_of};

/// The words for yes.
const YES: [&str; 5] = ["yes", "true", "1", "x", "có"];
/// The words for no.
const NO: [&str; 4] = ["no", "false", "0", "không"];

impl Record for MailboxRow {
    const COLUMNS: &'static [&'static str] = &["address", "kind", "unit", "owner", "custodian", "state", "quota_mb", "primary"];

    fn read(row: &mut Reading<'_>) -> Option<Self> {
        let address = row.key("address", |text| MailAddress::parse(text).map_err(Why::Address));
        let kinds = || one_of([MailboxKind::Shared, MailboxKind::Personal].map(MailboxKind::word));
        let kind = row.cell("kind", |word| MailboxKind::from_word(word).ok_or_else(kinds));
        let unit = row.code("unit");
        let owner = row.line_of("owner");
        let custodian = row.line_of("custodian");
        let states = || one_of(MailboxState::ALL.map(MailboxState::word));
        let state = row.cell("state", |word| MailboxState::from_word(word).ok_or_else(states));
        let quota_mb = row.cell("quota_mb", megabytes);
        let primary = row.cell("primary", yes_or_no);
        Some(Self { line: row.line(), address: address?, kind, unit, owner, custodian, state, quota_mb, primary })
    }
}

/// A whole number of megabytes. No separators: `5.120` means five thousand to one reader and five to another.
fn megabytes(text: &str) -> Result<u32, Why> {
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    number.ok_or(Why::Number { max: u32::MAX.into() })
}

fn yes_or_no(text: &str) -> Result<bool, Why> {
    let word = nfc(text).to_lowercase();

    match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(one_of(YES.into_iter().chain(NO))),
    }
}
