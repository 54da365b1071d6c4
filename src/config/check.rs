//! From the tables of a file to the configuration: every value checked, every problem noted.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;
use toml::de::{DeArray, DeValue};

use crate::config::fault::{Expected, ProblemKind, ValueType};
use crate::config::file::{Document, Value, wrong};
use crate::config::{BackupConfig, Config, HostMode, MailConfig, ReceiveConfig, ScreenConfig, defaults, show, unknown, value};
use crate::domain::account::Role;
use crate::domain::office::{Office, Rate, Rates, Retry, Rules};
use crate::domain::policy::Policy;
use crate::domain::unit::UnitCode;

/// The most connections to a relay at once.
const CONNECTIONS_MAX: u64 = 64;
/// The most backups that are kept.
const BACKUPS_MAX: u64 = 3660;
/// The keys of a phase.
const PHASE: [&str; 3] = ["name", "from", "to"];

/// The configuration that the document describes; where it says nothing or something wrong, what `defaults` says.
pub(super) fn check(document: &mut Document<'_>, path: &Path, defaults: Config) -> Config {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let Config { rules, mail, screen, backup, receive, .. } = defaults;
    let office = office(document, rules.office);
    let approve_own = document.boolean("workflow.approve_own", rules.approve_own);
    phases(document);
    let sender = {
        // An address without a name goes by the organ's.
        let name = office.name.clone();
        document.text("mail.from", rules.sender, |raw| value::sender(raw, &name))
    };
    let retry = retry(document, rules.retry);
    let hold = document.text("mail.hold", rules.hold, |raw| value::duration_within(raw, Duration::ZERO));
    let warn_after = document.text("mail.warn_after", rules.warn_after, |raw| value::duration_within(raw, Duration::ZERO));
    let mail = mail_config(document, mail, &folder);
    let receive = receive_config(document, receive, &folder);
    let verp = document.boolean("receive.verp", rules.verp);
    let policy = policy(document, rules.policy);
    let unknown = document.text("access.unknown", rules.unknown, |raw| {
        let viewer = value::word(raw, &["nothing", Role::Viewer.word()])? == 1;
        Ok(viewer.then_some(Role::Viewer))
    });
    let backup = BackupConfig {
        folder: document.text("backup.folder", backup.folder, |raw| value::folder(raw, &folder)),
        at: document.text("backup.at", backup.at, value::time_of_day),
        keep: document.count("backup.keep", backup.keep, BACKUPS_MAX),
    };
    let screen = ScreenConfig {
        theme: document.text("screen.theme", screen.theme, value::name),
        keymap: document.text("screen.keymap", screen.keymap, value::name),
    };
    let host = document.text("host.mode", defaults.host, |raw| {
        let modes = [HostMode::Auto, HostMode::Service];
        let chosen = value::word(raw, &modes.map(HostMode::word))?;
        Ok(modes.get(chosen).copied().unwrap_or(HostMode::Auto))
    });
    Config {
        rules: Rules { office, approve_own, unknown, policy, sender, retry, hold, warn_after, verp },
        mail,
        receive,
        host,
        backup,
        screen,
        path: Some(path.to_owned()),
    }
}

fn office(document: &mut Document<'_>, defaults: Office) -> Office {
    Office {
        name: document.text("office.name", defaults.name, value::line),
        symbol: document.text("office.symbol", defaults.symbol, value::symbol),
        place: document.text("office.place", defaults.place, value::line),
        rehearsal: document.boolean("office.rehearsal", defaults.rehearsal),
    }
}

fn retry(document: &mut Document<'_>, defaults: Retry) -> Retry {
    let steps = document.texts("mail.retry", defaults.steps, |raw| value::duration_within(raw, Duration::ZERO));
    let give_up = |raw: &str| value::duration_within(raw, Duration::from_secs(1));
    Retry { steps, then: defaults.then, give_up_after: document.text("mail.give_up_after", defaults.give_up_after, give_up) }
}

fn mail_config(document: &mut Document<'_>, defaults: MailConfig, folder: &Path) -> MailConfig {
    let relay = document.text("mail.relay", defaults.relay, |raw| value::relay(raw, folder));
    let mail = MailConfig {
        username: document.text("mail.username", defaults.username, value::optional_line),
        password_file: document.text("mail.password_file", defaults.password_file, |raw| value::file(raw, folder)),
        ca_file: document.text("mail.ca_file", defaults.ca_file, |raw| value::file(raw, folder)),
        client_certificate: document.text("mail.client_certificate", defaults.client_certificate, |raw| value::file(raw, folder)),
        client_key: document.text("mail.client_key", defaults.client_key, |raw| value::file(raw, folder)),
        connections: document.count("mail.connections", defaults.connections, CONNECTIONS_MAX),
        rates: Rates {
            relay: document.text("mail.rate", defaults.rates.relay, value::rate),
            domains: domain_rates(document, defaults.rates.domains),
        },
        relay,
    };
    agreement(document, &mail);
    mail
}

/// Whether what stands beside the relay is of use there.
fn agreement(document: &mut Document<'_>, mail: &MailConfig) {
    let scheme = ["smtp+plain://", "maildir:", "sendmail:"].into_iter().find(|scheme| mail.relay.starts_with(scheme)).unwrap_or("");
    let not_with = || ProblemKind::NotWith { relay: scheme.to_owned() };
    for (key, given) in [("mail.username", mail.username.is_some()), ("mail.password_file", mail.password_file.is_some())] {
        match (scheme, document.get(key).filter(|_| given)) {
            ("smtp+plain://", Some(found)) => document.add(found.span(), key, ProblemKind::CredentialsInClear),
            ("sendmail:", Some(found)) => document.add(found.span(), key, not_with()),
            _ => {}
        }
    }
    let (certificate, key) = ("mail.client_certificate", "mail.client_key");
    let given = (mail.client_certificate.is_some(), mail.client_key.is_some());
    for (name, other, both) in [(certificate, key, given), (key, certificate, (given.1, given.0))] {
        match (both, document.get(name)) {
            ((true, _), Some(found)) if !scheme.is_empty() => document.add(found.span(), name, not_with()),
            ((true, false), Some(found)) => document.add(found.span(), name, ProblemKind::Alone { other: other.to_owned() }),
            _ => {}
        }
    }
}

fn receive_config(document: &mut Document<'_>, defaults: ReceiveConfig, folder: &Path) -> ReceiveConfig {
    let name = |raw: &str| value::optional_line(raw);
    ReceiveConfig {
        imap: document.text("receive.imap", defaults.imap, value::imap),
        username: document.text("receive.username", defaults.username, name),
        password_file: document.text("receive.password_file", defaults.password_file, |raw| value::file(raw, folder)),
        ca_file: document.text("receive.ca_file", defaults.ca_file, |raw| value::file(raw, folder)),
        folder: document.text("receive.folder", defaults.folder, |raw| value::line(raw).map(|line| line.as_str().to_owned())),
        processed: document.text("receive.processed", defaults.processed, name),
        maildir: document.text("receive.maildir", defaults.maildir, |raw| value::folder(raw, folder)),
        server: document.text("receive.authserv_id", defaults.server, name),
        every: document.text("receive.every", defaults.every, |raw| value::duration_within(raw, Duration::from_secs(10))),
        keep: document.text("receive.keep", defaults.keep, value::keeping),
    }
}

fn policy(document: &mut Document<'_>, defaults: Policy) -> Policy {
    Policy {
        domains: document.texts("policy.domains", defaults.domains, value::domain),
        exceptions: exceptions(document, defaults.exceptions),
        paper_until: document.text("policy.paper_until", defaults.paper_until, value::day),
    }
}

fn exceptions(document: &mut Document<'_>, defaults: BTreeMap<UnitCode, Vec<String>>) -> BTreeMap<UnitCode, Vec<String>> {
    let name = |raw: &str| UnitCode::parse(raw).map_err(|_| wrong(raw, Expected::UnitCode));
    named(document, "policy.exceptions", defaults, name, |document, key, listed| Some(document.list(key, listed, value::domain)))
}

fn domain_rates(document: &mut Document<'_>, defaults: BTreeMap<String, Rate>) -> BTreeMap<String, Rate> {
    named(document, "mail.domain_rates", defaults, value::domain, |document, key, rate| document.meaning(key, rate, value::limit))
}

/// A table whose keys are names: each once, in whatever form it is written.
fn named<K: Ord, V>(
    document: &mut Document<'_>,
    key: &str,
    defaults: BTreeMap<K, V>,
    name: impl Fn(&str) -> Result<K, ProblemKind>,
    value: impl Fn(&mut Document<'_>, &str, &Value<'_>) -> Option<V>,
) -> BTreeMap<K, V> {
    let Some(found) = document.get(key) else { return defaults };
    let Some(table) = found.get_ref().as_table() else {
        document.wrong_type(&found, key, ValueType::Table);
        return defaults;
    };
    let mut settings = BTreeMap::new();
    for (named, given) in table {
        let (raw, full) = (named.get_ref().as_ref(), format!("{key}.{}", named.get_ref()));
        let meant = value(document, &full, given);
        match name(raw) {
            Err(kind) => document.add(named.span(), &full, kind),
            Ok(name) if settings.contains_key(&name) => document.add(named.span(), &full, wrong(raw, Expected::Once)),
            Ok(name) => {
                settings.extend(meant.map(|meant| (name, meant)));
            }
        }
    }
    settings
}

/// A phase of the introduction: its name, first and last day.
type Phase = (String, NaiveDate, NaiveDate);

/// The phases: checked, and then only none or the usual ones can be chosen.
fn phases(document: &mut Document<'_>) {
    let key = "policy.phases";
    let Some(found) = document.get(key) else { return };
    let Some(listed) = found.get_ref().as_array() else { return document.wrong_type(&found, key, ValueType::List) };
    let phases: Vec<Option<Phase>> = listed.iter().enumerate().map(|(at, phase)| document.phase(&format!("{key}[{at}]"), phase)).collect();
    let usual: Vec<Option<Phase>> = defaults::phases().into_iter().map(Some).collect();
    if !phases.is_empty() && phases.iter().all(Option::is_some) && phases != usual {
        let shown = listed.iter().filter_map(|phase| phase.get_ref().get("name")).filter_map(|name| name.get_ref().as_str());
        let (value, accepted) = (shown.collect::<Vec<_>>().join(", "), show::phases());
        document.add(found.span(), key, ProblemKind::NotYet { value, accepted });
    }
}

impl Document<'_> {
    /// A text with a meaning.
    fn text<T>(&mut self, key: &str, default: T, meaning: impl FnOnce(&str) -> Result<T, ProblemKind>) -> T {
        match self.get(key) {
            None => default,
            Some(found) => self.meaning(key, &found, meaning).unwrap_or(default),
        }
    }

    fn meaning<T>(&mut self, key: &str, found: &Value<'_>, meaning: impl FnOnce(&str) -> Result<T, ProblemKind>) -> Option<T> {
        let outcome = match found.get_ref() {
            DeValue::String(raw) => meaning(raw),
            // `paper_until = 2016-06-01` means the same with and without quotation marks.
            DeValue::Datetime(date) if date.time.is_none() && is_day(key) => meaning(&date.to_string()),
            _ => {
                self.wrong_type(found, key, ValueType::Text);
                return None;
            }
        };
        outcome.map_err(|kind| self.add(found.span(), key, kind)).ok()
    }

    /// A list of texts with meanings.
    fn texts<T>(&mut self, key: &str, default: Vec<T>, meaning: impl Fn(&str) -> Result<T, ProblemKind>) -> Vec<T> {
        match self.get(key) {
            None => default,
            Some(found) => self.list(key, &found, meaning),
        }
    }

    fn list<T>(&mut self, key: &str, found: &Value<'_>, meaning: impl Fn(&str) -> Result<T, ProblemKind>) -> Vec<T> {
        let none = DeArray::new();
        let listed = found.get_ref().as_array().unwrap_or_else(|| {
            self.wrong_type(found, key, ValueType::List);
            &none
        });
        listed.iter().filter_map(|entry| self.meaning(key, entry, &meaning)).collect()
    }

    fn boolean(&mut self, key: &str, default: bool) -> bool {
        let Some(found) = self.get(key) else { return default };
        found.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(&found, key, ValueType::Boolean);
            default
        })
    }

    /// A whole number from 1 to `max`.
    fn count(&mut self, key: &str, default: usize, max: u64) -> usize {
        let Some(found) = self.get(key) else { return default };
        let Some(number) = found.get_ref().as_integer() else {
            self.wrong_type(&found, key, ValueType::Integer);
            return default;
        };
        match u64::from_str_radix(number.as_str(), number.radix()) {
            Ok(count) if (1..=max).contains(&count) => usize::try_from(count).unwrap_or(default),
            _ => {
                self.add(found.span(), key, wrong(&number.to_string(), Expected::Within { min: 1, max }));
                default
            }
        }
    }

    /// One phase; `None` when something in it is wrong.
    fn phase(&mut self, key: &str, found: &Value<'_>) -> Option<Phase> {
        let Some(table) = found.get_ref().as_table() else {
            self.wrong_type(found, key, ValueType::Table);
            return None;
        };
        for (name, _) in table.iter().filter(|(name, _)| !PHASE.contains(&name.get_ref().as_ref())) {
            let nearest = unknown::nearest(name.get_ref(), PHASE.iter().map(|known| ((*known).to_owned(), *known)));
            self.add(name.span(), &format!("{key}.{}", name.get_ref()), ProblemKind::UnknownKey { nearest });
        }
        let name = self.part(key, found, "name", value::line);
        let from = self.part(key, found, "from", value::day);
        let to = self.part(key, found, "to", value::day);
        let (name, from, to) = (name?, from?, to?);
        if to < from {
            self.add(found.span(), &format!("{key}.to"), wrong(&to.to_string(), Expected::LaterDay));
            return None;
        }
        Some((name.as_str().to_owned(), from, to))
    }

    fn part<T>(&mut self, key: &str, phase: &Value<'_>, name: &str, meaning: impl FnOnce(&str) -> Result<T, ProblemKind>) -> Option<T> {
        let full = format!("{key}.{name}");
        let Some(found) = phase.get_ref().get(name) else {
            self.add(phase.span(), &full, ProblemKind::MissingKey);
            return None;
        };
        self.meaning(&full, found, meaning)
    }
}

/// Whether a key holds a day.
fn is_day(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    key == "policy.paper_until" || (key.starts_with("policy.phases[") && ["from", "to"].contains(&last))
}
