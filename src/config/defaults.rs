//! What holds where no file says otherwise.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};

use crate::config::{BackupConfig, Config, HostMode, MailConfig, ReceiveConfig, ScreenConfig};
use crate::domain::mailbox::MailAddress;
use crate::domain::office::{Office, Rates, Retry, Rules, Sender};
use crate::domain::policy::Policy;
use crate::domain::text::Line;
use crate::domain::unit::UnitCode;

/// The configuration without a file: the ministry's office, a relay on this machine.
#[must_use]
pub fn defaults() -> Config {
    Config {
        rules: Rules {
            office: Office {
                name: line("Bộ Văn hóa, Thể thao và Du lịch"),
                symbol: line("BVHTTDL"),
                place: line("Hà Nội"),
                rehearsal: false,
            },
            approve_own: false,
            unknown: None,
            policy: Policy {
                domains: vec!["chinhphu.vn".to_owned()],
                exceptions: BTreeMap::from(["TCDL", "TCTDTT"].map(|unit| (code(unit), vec!["gov.vn".to_owned()]))),
                paper_until: day(2016, 6, 1),
            },
            sender: Sender { name: line("Văn phòng Bộ"), address: address("congthongtindientu-vhttdl@chinhphu.vn") },
            retry: Retry {
                steps: [1, 2, 5, 10, 20, 40].map(Duration::from_mins).to_vec(),
                then: Duration::from_hours(1),
                give_up_after: Duration::from_hours(5 * 24),
            },
            hold: Duration::ZERO,
            warn_after: Duration::from_hours(4),
            verp: false,
        },
        mail: MailConfig {
            relay: "smtp://127.0.0.1:2525".to_owned(),
            username: None,
            password_file: None,
            ca_file: None,
            client_certificate: None,
            client_key: None,
            connections: 4,
            rates: Rates::default(),
        },
        receive: ReceiveConfig {
            imap: None,
            username: None,
            password_file: None,
            ca_file: None,
            folder: "INBOX".to_owned(),
            processed: None,
            maildir: None,
            server: None,
            every: Duration::from_mins(1),
            keep: Duration::from_hours(400 * 24),
        },
        host: HostMode::Auto,
        backup: BackupConfig { folder: None, at: NaiveTime::from_hms_opt(2, 30, 0), keep: 14 },
        screen: ScreenConfig { theme: "auto".to_owned(), keymap: "default".to_owned() },
        path: None,
    }
}

/// The phases of the introduction, each with its name, first and last day.
pub(super) fn phases() -> Vec<(String, NaiveDate, NaiveDate)> {
    vec![("trial".to_owned(), day(2016, 5, 15), day(2016, 5, 25))]
}

fn line(text: &str) -> Line {
    Line::parse(text).expect("the constant is a line")
}

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).expect("the constant is a code")
}

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).expect("the constant is an address")
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the constant is a day")
}
