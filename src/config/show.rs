//! The configuration in force, written as a file.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use toml::Value;

use crate::config::defaults;
use crate::config::value::{duration_words, rate_words};
use crate::config::{Config, MailConfig, ReceiveConfig};
use crate::domain::account::Role;
use crate::domain::office::{Retry, Rules};

/// The configuration in force as TOML: every setting, whether it came from the file or is the default. Reading it back gives
/// the same configuration. It never holds a password, because the configuration never does.
#[must_use]
pub fn show(config: &Config) -> String {
    let Config { rules, mail, receive, host, backup, screen, path: _ } = config;
    let Rules { office, approve_own, unknown, policy, sender, retry, hold, warn_after, verp } = rules;
    let mut shown = String::new();
    let mut table = |name: &str, settings: Vec<(&str, String)>| {
        let gap = if shown.is_empty() { "" } else { "\n" };
        // Writing into a String cannot fail.
        let _ = writeln!(shown, "{gap}[{name}]");
        for (key, value) in settings {
            let _ = writeln!(shown, "{key} = {value}");
        }
    };
    table(
        "office",
        vec![
            ("name", text(office.name.as_str())),
            ("symbol", text(office.symbol.as_str())),
            ("place", text(office.place.as_str())),
            ("rehearsal", office.rehearsal.to_string()),
        ],
    );
    table("workflow", vec![("approve_own", approve_own.to_string())]);
    table("host", vec![("mode", text(host.word()))]);
    table("access", vec![("unknown", text(unknown.map_or("nothing", Role::word)))]);
    table("mail", mail_settings(mail, &format!("{} <{}>", sender.name, sender.address), retry, [*hold, *warn_after]));
    table("receive", receive_settings(receive, *verp));
    let exceptions = inline(policy.exceptions.iter().map(|(code, domains)| (code.as_str(), texts(domains))));
    table(
        "policy",
        vec![
            ("domains", texts(&policy.domains)),
            ("exceptions", exceptions),
            ("paper_until", text(&policy.paper_until.to_string())),
            ("phases", phases()),
        ],
    );
    let folder = backup.folder.as_deref().map(Path::to_string_lossy).unwrap_or_default();
    let at = backup.at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
    table("backup", vec![("folder", text(&folder)), ("at", text(&at)), ("keep", backup.keep.to_string())]);
    table("screen", vec![("theme", text(&screen.theme)), ("keymap", text(&screen.keymap))]);
    shown
}

fn mail_settings<'a>(mail: &MailConfig, from: &str, retry: &Retry, [hold, warn_after]: [Duration; 2]) -> Vec<(&'a str, String)> {
    let path = |path: &Path| text(&path.to_string_lossy());
    let steps: Vec<String> = retry.steps.iter().copied().map(duration_words).collect();
    let settings = [
        ("relay", Some(text(&mail.relay))),
        ("from", Some(text(from))),
        ("username", mail.username.as_deref().map(text)),
        ("password_file", mail.password_file.as_deref().map(path)),
        ("ca_file", mail.ca_file.as_deref().map(path)),
        ("client_certificate", mail.client_certificate.as_deref().map(path)),
        ("client_key", mail.client_key.as_deref().map(path)),
        ("connections", Some(mail.connections.to_string())),
        ("rate", Some(text(&mail.rates.relay.map(rate_words).unwrap_or_default()))),
        (
            "domain_rates",
            (!mail.rates.domains.is_empty())
                .then(|| inline(mail.rates.domains.iter().map(|(name, rate)| (name.as_str(), text(&rate_words(*rate)))))),
        ),
        ("hold", Some(text(&duration_words(hold)))),
        ("retry", Some(texts(&steps))),
        ("give_up_after", Some(text(&duration_words(retry.give_up_after)))),
        ("warn_after", Some(text(&duration_words(warn_after)))),
    ];
    settings.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn receive_settings<'a>(receive: &ReceiveConfig, verp: bool) -> Vec<(&'a str, String)> {
    let path = |path: Option<&Path>| text(&path.map(Path::to_string_lossy).unwrap_or_default());
    let optional = |value: Option<&str>| text(value.unwrap_or_default());
    vec![
        ("imap", optional(receive.imap.as_deref())),
        ("username", optional(receive.username.as_deref())),
        ("password_file", path(receive.password_file.as_deref())),
        ("ca_file", path(receive.ca_file.as_deref())),
        ("folder", text(&receive.folder)),
        ("processed", optional(receive.processed.as_deref())),
        ("maildir", path(receive.maildir.as_deref())),
        ("authserv_id", optional(receive.server.as_deref())),
        ("every", text(&duration_words(receive.every))),
        ("keep", text(&duration_words(receive.keep))),
        ("verp", verp.to_string()),
    ]
}

/// A table on one line.
fn inline<'a>(settings: impl Iterator<Item = (&'a str, String)>) -> String {
    let settings: Vec<String> = settings.map(|(key, value)| format!("{} = {value}", text(key))).collect();
    if settings.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", settings.join(", ")) }
}

/// The phases of the introduction as TOML.
pub(super) fn phases() -> String {
    let phases =
        defaults::phases().into_iter().map(|(name, from, to)| format!("{{ name = {}, from = \"{from}\", to = \"{to}\" }}", text(&name)));
    format!("[{}]", phases.collect::<Vec<_>>().join(", "))
}

/// A text with its quotation marks.
pub(super) fn text(value: &str) -> String {
    Value::String(value.to_owned()).to_string()
}

fn texts(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", "))
}
