//! Official mailboxes (hộp thư điện tử công vụ).

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::text::{Line, visible};
use crate::domain::unit::UnitCode;

/// The address of a mailbox: small letters, ASCII, `local@domain` with a domain of at least two labels.
///
/// Narrower than RFC 5321 on purpose: quoted local parts, address literals and addresses outside ASCII are refused. None
/// of them is ever given to an official mailbox, and all of them have been used to smuggle text into mail headers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressFault {
    /// Holds something outside ASCII, or a control character.
    #[error("holds a character outside plain ASCII")]
    NotAscii,
    /// The part before the `@` stands in quotation marks.
    #[error("has a quoted local part")]
    Quoted,
    /// Not `local@domain.tld`.
    #[error("is not a mail address ({0})")]
    Form(String),
}

impl MailAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressFault`].
    pub fn parse(raw: &str) -> Result<Self, AddressFault> {
        let address = raw.trim().to_ascii_lowercase();
        if !address.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return Err(AddressFault::NotAscii);
        }
        if address.contains('"') {
            return Err(AddressFault::Quoted);
        }
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        match EmailAddress::parse_with_options(&address, options) {
            Ok(_) => Ok(Self(address)),
            Err(fault) => Err(AddressFault::Form(visible(&fault.to_string()))),
        }
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MailAddress {
    type Error = AddressFault;
    fn try_from(raw: String) -> Result<Self, AddressFault> {
        Self::parse(&raw)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

/// Who a mailbox belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxKind {
    /// Hộp thư dùng chung: the unit's; the only kind that receives invitations.
    Shared,
    /// Hộp thư cá nhân: one official's.
    Personal,
}

impl MailboxKind {
    /// The word that stands in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Personal => "personal",
        }
    }

    /// The kind a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Shared, Self::Personal].into_iter().find(|kind| kind.word() == word.trim().to_lowercase())
    }
}

/// Where a mailbox is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxState {
    /// Cấp phát: given out, not yet used for the first time.
    Allocated,
    /// Kích hoạt: in use.
    Active,
    /// Tạm khóa.
    Suspended,
    /// Thu hồi: taken back, for good.
    Revoked,
}

impl MailboxState {
    /// All states, in the order of a mailbox's life.
    pub const ALL: [Self; 4] = [Self::Allocated, Self::Active, Self::Suspended, Self::Revoked];

    /// The word that stands in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allocated => "allocated",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// The state a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word.trim().to_lowercase())
    }
}

/// An official mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Its address, unique in the registry.
    pub address: MailAddress,
    /// Shared or personal.
    pub kind: MailboxKind,
    /// The unit it belongs to (a personal one: the unit of its owner).
    pub unit: UnitCode,
    /// The official to whom a personal mailbox was given.
    pub owner: Option<Line>,
    /// Who answers for a shared one.
    pub custodian: Option<Line>,
    /// Where it is in its life.
    pub state: MailboxState,
    /// Its size in MB, if known.
    pub quota_mb: Option<u32>,
    /// Which of several active shared mailboxes of a unit receives its invitations.
    pub primary: bool,
}

/// A row of the table of mailboxes, checked by itself but not yet against the registry. `None`: the cell was empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxRow {
    /// Line of the table, from 1; the header is line 1.
    pub line: u32,
    /// The address.
    pub address: MailAddress,
    /// Shared or personal; mandatory for a new one.
    pub kind: Option<MailboxKind>,
    /// Its unit; mandatory for a new one.
    pub unit: Option<UnitCode>,
    /// Owner.
    pub owner: Option<Line>,
    /// Custodian.
    pub custodian: Option<Line>,
    /// State; a new one without is allocated.
    pub state: Option<MailboxState>,
    /// Quota in MB.
    pub quota_mb: Option<u32>,
    /// Whether it is the one that receives invitations.
    pub primary: Option<bool>,
}

/// What a row of a new mailbox lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingCell {
    /// The column `kind`.
    Kind,
    /// The column `unit`.
    Unit,
}

impl MailboxRow {
    /// The mailbox as it stands after this row: an empty cell keeps what is known.
    ///
    /// # Errors
    /// What a mailbox that the registry does not have yet must name.
    pub fn apply(&self, known: Option<&Mailbox>) -> Result<Mailbox, MissingCell> {
        Ok(Mailbox {
            address: self.address.clone(),
            kind: self.kind.or_else(|| known.map(|mailbox| mailbox.kind)).ok_or(MissingCell::Kind)?,
            unit: self.unit.clone().or_else(|| known.map(|mailbox| mailbox.unit.clone())).ok_or(MissingCell::Unit)?,
            owner: self.owner.clone().or_else(|| known.and_then(|mailbox| mailbox.owner.clone())),
            custodian: self.custodian.clone().or_else(|| known.and_then(|mailbox| mailbox.custodian.clone())),
            state: self.state.or_else(|| known.map(|mailbox| mailbox.state)).unwrap_or(MailboxState::Allocated),
            quota_mb: self.quota_mb.or_else(|| known.and_then(|mailbox| mailbox.quota_mb)),
            primary: self.primary.or_else(|| known.map(|mailbox| mailbox.primary)).unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        assert_eq!(
            MailAddress::parse(" CongThongTinDienTu-VHTTDL@ChinhPhu.vn ").unwrap().as_str(),
            "congthongtindientu-vhttdl@chinhphu.vn"
        );
        for wrong in [
            "",
            "a",
            "a@b",
            "@chinhphu.vn",
            "a@",
            "a b@c.vn",
            "a@[10.0.0.1]",
            "a@c..vn",
            "a@@c.vn",
            ".a@c.vn",
            "a@-c.vn",
            "A <a@c.vn>",
            "a@c.vn,b@c.vn",
            "a@c.vn>",
            "a@c vn",
        ] {
            assert!(matches!(MailAddress::parse(wrong), Err(AddressFault::Form(_))), "{wrong:?}");
        }
        assert_eq!(MailAddress::parse("\"a\\\" x\"@c.vn"), Err(AddressFault::Quoted));
        assert_eq!(MailAddress::parse("vănphòng@chinhphu.vn"), Err(AddressFault::NotAscii));
        assert_eq!(MailAddress::parse("a@c.vn\r\nBcc: x@y.vn"), Err(AddressFault::NotAscii));
    }
}
