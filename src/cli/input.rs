//! Values of flags, read into the domain's types. Every wrong value is collected, so that one run names all of them.

use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::dispatch::ItemId;
use crate::domain::fault::{Fault, Why, Wrong};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::MeetingId;
use crate::domain::text::{Line, Prose};
use crate::domain::time::{self, IsoWeek, WallTime};
use crate::domain::unit::UnitCode;
use crate::i18n::fault::fault;
use crate::i18n::{Lang, setup as texts, why};
use crate::report::Report;

/// The most bytes of a file that a flag names: enough for the longest content in the longest letters.
const FILE_MAX: u64 = 1024 * 1024;

/// Reads values and collects what is wrong with them.
#[derive(Debug)]
pub struct Fields {
    now: DateTime<Utc>,
    wrong: Vec<Wrong>,
}

impl Fields {
    /// Begins; `now` gives the day to a bare hour.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { now, wrong: Vec::new() }
    }

    fn keep<T>(&mut self, field: &str, raw: &str, read: Result<T, Why>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(why) => {
                self.wrong.push(Wrong::new(field, raw, why));
                None
            }
        }
    }

    /// One line of text.
    pub fn line(&mut self, field: &str, raw: &str) -> Option<Line> {
        self.keep(field, raw, Line::parse(raw).map_err(Why::Text))
    }

    /// Text of several lines.
    pub fn prose(&mut self, field: &str, raw: &str) -> Option<Prose> {
        self.keep(field, raw, Prose::parse(raw).map_err(Why::Text))
    }

    /// A time.
    pub fn time(&mut self, field: &str, raw: &str) -> Option<WallTime> {
        let read = WallTime::parse(raw, self.now).map_err(Why::Time);
        self.keep(field, raw, read)
    }

    /// A time that has passed; a day alone is its end.
    pub fn moment(&mut self, field: &str, raw: &str) -> Option<DateTime<Utc>> {
        let read = time::parse_moment(raw, self.now).map_err(Why::Time);
        self.keep(field, raw, read)
    }

    /// A day.
    pub fn day(&mut self, field: &str, raw: &str) -> Option<NaiveDate> {
        self.keep(field, raw, time::parse_day(raw.trim()).map_err(Why::Time))
    }

    /// A week. Without a word there is none: the present one is named by leaving the value out.
    pub fn week(&mut self, field: &str, raw: &str) -> Option<IsoWeek> {
        let read = if raw.trim().is_empty() { Err(Why::Empty) } else { IsoWeek::parse(raw, self.now).map_err(Why::Time) };
        self.keep(field, raw, read)
    }

    /// A unit's code.
    pub fn code(&mut self, field: &str, raw: &str) -> Option<UnitCode> {
        self.keep(field, raw, UnitCode::parse(raw).map_err(|_| Why::Code))
    }

    /// Several units' codes.
    pub fn codes(&mut self, field: &str, raw: &[String]) -> Vec<UnitCode> {
        raw.iter().filter_map(|code| self.code(field, code)).collect()
    }

    /// A mail address.
    pub fn address(&mut self, field: &str, raw: &str) -> Option<MailAddress> {
        self.keep(field, raw, MailAddress::parse(raw).map_err(Why::Address))
    }

    /// A meeting's id. What cannot be one names no meeting.
    pub fn meeting(&mut self, field: &str, raw: &str) -> Option<MeetingId> {
        self.keep(field, raw, MeetingId::parse(raw).ok_or(Why::UnknownMeeting))
    }

    /// An id of the outbox. What cannot be one names no message.
    pub fn item(&mut self, field: &str, raw: &str) -> Option<ItemId> {
        self.keep(field, raw, ItemId::parse(raw).ok_or(Why::UnknownItem))
    }

    /// The value that was read, if nothing was wrong.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn finish<T>(self, lang: Lang, value: Option<T>) -> Result<T, Report> {
        match value {
            Some(value) if self.wrong.is_empty() => Ok(value),
            _ => Err(fault(lang, &Fault::Wrong { wrong: self.wrong })),
        }
    }
}

/// Names of values that stand without a flag.
const POSITIONAL: [&str; 7] = ["id", "code", "address", "week", "text", "rows", "user"];

/// The fault with the names of values as flags: the host speaks of `prepared_by`, the command line of `--prepared-by`.
#[must_use]
pub fn in_flags(fault: Fault) -> Fault {
    match fault {
        Fault::Wrong { mut wrong } => {
            for one in &mut wrong {
                if one.line.is_none() && !one.field.starts_with('-') && !POSITIONAL.contains(&one.field.as_str()) {
                    one.field = format!("--{}", one.field.replace('_', "-"));
                }
            }
            Fault::Wrong { wrong }
        }
        other => other,
    }
}

/// A text file that a flag names; `-` is standard input.
///
/// # Errors
/// It cannot be read, is too large, or is not UTF-8.
pub fn text_file(lang: Lang, field: &str, file: &Path) -> Result<String, Report> {
    let unreadable = |why: std::io::Error| texts::unreadable(lang, file, &why.to_string());
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        std::fs::File::open(file).map_err(unreadable)?.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    let name = file.display().to_string();
    if bytes.len() as u64 > FILE_MAX {
        return Err(fault(lang, &Fault::wrong(field, &name, Why::TooLarge { limit: FILE_MAX })));
    }
    let text = String::from_utf8(bytes).map_err(|_| fault(lang, &Fault::wrong(field, &name, Why::Encoding { looks_like: None })))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A file with units to invite: codes divided by commas or line breaks; what follows `#` is a remark.
///
/// # Errors
/// It cannot be read, or names something that is no code, with its line.
pub fn codes_file(lang: Lang, field: &str, file: &Path) -> Result<Vec<UnitCode>, Report> {
    let text = text_file(lang, field, file)?;
    let (mut codes, mut wrong) = (Vec::new(), Vec::new());
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.split_once('#').map_or(line, |(codes, _)| codes);
        for raw in line.split([',', ';']).map(str::trim).filter(|raw| !raw.is_empty()) {
            match UnitCode::parse(raw) {
                Ok(code) => codes.push(code),
                Err(_) => wrong.push(Wrong::at(number, field, raw, Why::Code)),
            }
        }
    }
    if wrong.is_empty() { Ok(codes) } else { Err(why::table(lang, &file.display().to_string(), &wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Exit;

    #[test]
    fn every_wrong_value_is_named() {
        let mut fields = Fields::new(DateTime::UNIX_EPOCH);
        let read = (fields.line("--title", "\u{1b}x"), fields.time("--start", "soon"), fields.code("--unit", "VP"));
        assert!(read.2.is_some());
        let report = fields.finish(Lang::En, Some(())).unwrap_err();
        assert_eq!(report.exit, Exit::Input);
        assert!(report.what.contains("--title") && report.what.contains("--start") && !report.what.contains("--unit"));
        assert!(!report.what.contains('\u{1b}'));
    }

    #[test]
    fn a_file_of_codes_names_the_lines_that_are_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("units.txt");
        std::fs::write(&file, "\u{feff}VP, CDA # the office\n\n# none\nvhcs\n").unwrap();
        let codes: Vec<String> = codes_file(Lang::Vi, "--invite-file", &file).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["VP", "CDA", "VHCS"]);
        std::fs::write(&file, "VP\nA B\n").unwrap();
        let report = codes_file(Lang::Vi, "--invite-file", &file).unwrap_err();
        assert_eq!(report.exit, Exit::Input);
        assert!(report.what.contains("units.txt:2: --invite-file"), "{}", report.what);
        std::fs::write(&file, b"V\xc4P").unwrap();
        assert_eq!(codes_file(Lang::Vi, "--invite-file", &file).unwrap_err().exit, Exit::Input);
        assert_eq!(codes_file(Lang::Vi, "--invite-file", &folder.path().join("no")).unwrap_err().exit, Exit::NoInput);
    }
}
