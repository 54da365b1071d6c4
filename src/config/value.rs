//! Single values: what their text means, or why it means nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};

use crate::config::fault::{Expected, ProblemKind};
use crate::config::file::wrong;
use crate::domain::mailbox::MailAddress;
use crate::domain::office::{Rate, Sender};
use crate::domain::text::Line;
use crate::domain::time::{parse_day, parse_hour};

/// The most that a length of time can be: beyond a year nobody means it.
pub(super) const LONGEST: Duration = Duration::from_hours(366 * 24);

/// What a text means.
type Meaning<T> = Result<T, ProblemKind>;

/// One line of text.
pub(super) fn line(raw: &str) -> Meaning<Line> {
    Line::parse(raw).map_err(|fault| wrong(raw, Expected::Text { fault }))
}

/// The symbol of the issuing organ in document numbers. A number is `05/GM-SYMBOL`, so neither `/` nor spaces.
pub(super) fn symbol(raw: &str) -> Meaning<Line> {
    let symbol = line(raw)?;
    let broken = symbol.as_str().contains(|c: char| c == '/' || c.is_whitespace());
    if broken { Err(wrong(raw, Expected::Symbol)) } else { Ok(symbol) }
}

/// One of some words, as its place among them.
pub(super) fn word(raw: &str, words: &[&str]) -> Meaning<usize> {
    let expected = || Expected::OneOf { words: words.iter().map(|word| (*word).to_owned()).collect() };
    words.iter().position(|word| *word == raw.trim()).ok_or_else(|| wrong(raw, expected()))
}

/// A text that may be missing: the empty text is none.
pub(super) fn optional_line(raw: &str) -> Meaning<Option<String>> {
    // An ellipsis is how printed examples leave a value out.
    if matches!(raw.trim(), "" | "…") { Ok(None) } else { line(raw).map(|line| Some(line.as_str().to_owned())) }
}

/// A file, relative to the folder of the configuration; the empty text is none.
pub(super) fn file(raw: &str, folder: &Path) -> Meaning<Option<PathBuf>> {
    match raw.trim() {
        "" => Ok(None),
        path if path.ends_with('/') || path.contains('\0') => Err(wrong(raw, Expected::Path)),
        path => Ok(Some(folder.join(path))),
    }
}

/// A folder, relative to that of the configuration; the empty text is none.
pub(super) fn folder(raw: &str, folder: &Path) -> Meaning<Option<PathBuf>> {
    match raw.trim() {
        "" => Ok(None),
        path if path.contains('\0') => Err(wrong(raw, Expected::Path)),
        path => Ok(Some(folder.join(path))),
    }
}

/// An hour of the day: `02:30`, `2h30`; the empty text is never.
pub(super) fn time_of_day(raw: &str) -> Meaning<Option<NaiveTime>> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    parse_hour(raw).map(Some).map_err(|_| wrong(raw, Expected::Hour))
}

/// The name of a file that is looked for in a folder of such files: no path, no ending.
pub(super) fn name(raw: &str) -> Meaning<String> {
    let name = raw.trim();
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if plain { Ok(name.to_owned()) } else { Err(wrong(raw, Expected::Name)) }
}

/// A length of time: `90s`, `1m`, `2h`, `5d`.
pub(super) fn duration(raw: &str) -> Meaning<Duration> {
    let text = raw.trim();
    let seconds = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)].into_iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(unit)?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        // What does not fit is not a number that somebody means; the bounds refuse it.
        plain.then(|| number.parse().unwrap_or(u64::MAX).saturating_mul(seconds))
    });
    seconds.map(Duration::from_secs).ok_or_else(|| wrong(raw, Expected::Duration))
}

/// A length of time within bounds.
pub(super) fn duration_within(raw: &str, min: Duration) -> Meaning<Duration> {
    duration_between(raw, min, LONGEST)
}

/// How long something is kept: no shorter than anybody may still ask for it, and not for ever.
pub(super) fn keeping(raw: &str) -> Meaning<Duration> {
    duration_between(raw, Duration::from_hours(30 * 24), Duration::from_hours(36_600 * 24))
}

fn duration_between(raw: &str, min: Duration, max: Duration) -> Meaning<Duration> {
    let length = duration(raw)?;
    if (min..=max).contains(&length) {
        return Ok(length);
    }
    Err(wrong(raw, Expected::DurationWithin { min_seconds: min.as_secs(), max_seconds: max.as_secs() }))
}

/// A length of time as it is written: in the largest unit that holds it whole.
pub(super) fn duration_words(length: Duration) -> String {
    let seconds = length.as_secs();
    let unit = [(86_400, 'd'), (3600, 'h'), (60, 'm')].into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{seconds}s"), |(unit, letter)| format!("{}{letter}", seconds / unit))
}

/// The units of a rate, each under the names it may have.
const UNITS: [(u64, &[&str]); 4] = [(1, &["s", "sec"]), (60, &["min", "m"]), (3600, &["h", "hour"]), (86_400, &["day", "d"])];

/// How many messages in what time: `60/min`; the empty text is no limit.
pub(super) fn rate(raw: &str) -> Meaning<Option<Rate>> {
    if raw.trim().is_empty() { Ok(None) } else { limit(raw).map(Some) }
}

/// As [`rate`], where there must be one.
pub(super) fn limit(raw: &str) -> Meaning<Rate> {
    let wrong = || wrong(raw, Expected::Rate);
    let (number, unit) = raw.split_once('/').ok_or_else(wrong)?;
    let messages = number.trim().parse::<u32>().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
    let (seconds, _) = UNITS.into_iter().find(|(_, names)| names.contains(&unit.trim())).ok_or_else(wrong)?;
    Ok(Rate { messages, within: Duration::from_secs(seconds) })
}

/// A rate as it is written.
pub(super) fn rate_words(rate: Rate) -> String {
    let unit = UNITS.into_iter().find(|(seconds, _)| rate.within.as_secs() == *seconds).and_then(|(_, names)| names.first().copied());
    format!("{}/{}", rate.messages, unit.unwrap_or("s"))
}

/// A day.
pub(super) fn day(raw: &str) -> Meaning<NaiveDate> {
    parse_day(raw.trim()).map_err(|fault| wrong(raw, Expected::Day { fault }))
}

/// A domain, in the ASCII form in which addresses hold it; an `@` before it is tolerated.
pub(super) fn domain(raw: &str) -> Meaning<String> {
    let text = raw.trim();
    host_name(text.strip_prefix('@').unwrap_or(text)).ok_or_else(|| wrong(raw, Expected::Domain))
}

fn host_name(raw: &str) -> Option<String> {
    let name = idna::domain_to_ascii(raw).ok()?;
    let label = |label: &str| {
        let signs = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        signs && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let number = name.rsplit('.').next().is_none_or(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    (name.len() <= 253 && name.split('.').all(label) && !number).then_some(name)
}

/// `Name <address>`, or an address that then goes by `name`.
pub(super) fn sender(raw: &str, name: &Line) -> Meaning<Sender> {
    let text = raw.trim();
    let (display, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((display, address)) => (display.trim(), address),
        None => ("", text),
    };
    let display = display.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(display);
    if display.contains(['<', '>']) {
        return Err(wrong(raw, Expected::Sender { fault: None }));
    }
    let address = MailAddress::parse(address).map_err(|fault| wrong(raw, Expected::Sender { fault: Some(fault) }))?;
    let name = if display.trim().is_empty() { name.clone() } else { line(display)? };
    Ok(Sender { name, address })
}

/// Where mail goes. The folder of a Maildir and the program that takes mail become absolute, counted from the configuration's
/// folder.
pub(super) fn relay(raw: &str, folder: &Path) -> Meaning<String> {
    let text = raw.trim();
    let refused = |shown: &str| wrong(shown, Expected::Relay);
    let (scheme, rest) = text.split_once(':').ok_or_else(|| refused(raw))?;
    let scheme = scheme.to_ascii_lowercase();
    match (scheme.as_str(), rest.strip_prefix("//")) {
        ("maildir" | "sendmail", _) if rest.is_empty() || rest.chars().any(char::is_control) => Err(refused(raw)),
        // The path of a program and nothing behind it: what looks like options would be a part of its name.
        ("sendmail", _) if rest.ends_with('/') => Err(refused(raw)),
        ("maildir" | "sendmail", _) => folder.join(rest).to_str().map(|path| format!("{scheme}:{path}")).ok_or_else(|| refused(raw)),
        ("smtp" | "smtps" | "smtp+plain", Some(authority)) => match authority.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => Err(ProblemKind::PasswordInFile),
            Some((_, host)) => Err(refused(&format!("{scheme}://…@{host}"))),
            None => server(authority).map(|server| format!("{scheme}://{server}")).ok_or_else(|| refused(raw)),
        },
        _ => Err(refused(raw)),
    }
}

/// A mailbox's server: `imaps://HOST`, `imap://HOST`; the empty text is none.
pub(super) fn imap(raw: &str) -> Meaning<Option<String>> {
    let text = raw.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let refused = |shown: &str| wrong(shown, Expected::Imap);
    let (scheme, authority) = text.split_once("://").ok_or_else(|| refused(raw))?;
    let scheme = scheme.to_ascii_lowercase();
    match (["imaps", "imap"].contains(&scheme.as_str()), authority.rsplit_once('@')) {
        (true, Some((user, _))) if user.contains(':') => Err(ProblemKind::PasswordInFile),
        (true, Some((_, host))) => Err(refused(&format!("{scheme}://…@{host}"))),
        (true, None) => server(authority).map(|server| Some(format!("{scheme}://{server}"))).ok_or_else(|| refused(raw)),
        (false, _) => Err(refused(raw)),
    }
}

/// `HOST`, `HOST:PORT`, with `[…]` around an IPv6 address.
fn server(authority: &str) -> Option<String> {
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => format!("[{}]", address.parse::<std::net::Ipv6Addr>().ok()?),
        None => host.parse::<std::net::Ipv4Addr>().map(|address| address.to_string()).ok().or_else(|| host_name(host))?,
    };
    match port {
        None => Some(host),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            port.parse::<u16>().ok().filter(|port| *port > 0).map(|port| format!("{host}:{port}"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_of_time() {
        for (raw, seconds) in [("90s", 90), ("1m", 60), ("2h", 7200), ("5d", 432_000), ("0s", 0), (" 1m ", 60)] {
            assert_eq!(duration(raw), Ok(Duration::from_secs(seconds)), "{raw}");
        }
        for wrong in ["", "5", "d", "1.5h", "-1m", "+1m", "5 d", "1w", "1h30m", "๕d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert!(duration_within("999999999999999999999999d", Duration::ZERO).is_err());
        assert!(duration_within("367d", Duration::ZERO).is_err() && duration_within("0d", Duration::from_secs(1)).is_err());
    }

    #[test]
    fn hours_and_folders() {
        let hour = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0);
        for (raw, time) in [("02:30", hour(2, 30)), ("2h30", hour(2, 30)), ("23 giờ", hour(23, 0)), (" ", None)] {
            assert_eq!(time_of_day(raw), Ok(time), "{raw}");
        }
        for raw in ["2", "24:00", "02:60", "nửa đêm", "-1:00"] {
            assert_eq!(time_of_day(raw), Err(wrong(raw, Expected::Hour)), "{raw}");
        }
        let at = Path::new("/etc/lichhop");
        assert_eq!(folder("sao-luu/", at), Ok(Some("/etc/lichhop/sao-luu/".into())));
        assert_eq!(folder("/srv/x", at), Ok(Some("/srv/x".into())));
        assert_eq!(folder("", at), Ok(None));
        assert!(folder("a\0b", at).is_err());
    }

    #[test]
    fn domains_become_what_addresses_hold() {
        for (raw, name) in
            [("chinhphu.vn", "chinhphu.vn"), ("@Gov.VN", "gov.vn"), (" a-b.c ", "a-b.c"), ("münchen.vn", "xn--mnchen-3ya.vn")]
        {
            assert_eq!(domain(raw).as_deref(), Ok(name));
        }
        // Both forms of a letter are one domain.
        assert_eq!(domain("vănhóa.vn"), domain("va\u{306}nho\u{301}a.vn"));
        for raw in [
            "",
            "@",
            "a..b",
            ".a",
            "a.",
            "-a.b",
            "a-.b",
            "a b.c",
            "a_b.c",
            "10.0.0.1",
            "*.gov.vn",
            "a@b.c",
            &format!("{}.vn", "a".repeat(64)),
        ] {
            assert!(domain(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn relays() {
        let folder = Path::new("/etc/lichhop");
        let good = |raw| relay(raw, folder).unwrap();
        assert_eq!(good("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
        assert_eq!(good("SMTPS://Mail.ChinhPhu.vn/"), "smtps://mail.chinhphu.vn");
        assert_eq!(good("smtp+plain://relay:25"), "smtp+plain://relay:25");
        assert_eq!(good("smtp://[::1]:2525"), "smtp://[::1]:2525");
        assert_eq!(good("smtp://[::1]"), "smtp://[::1]");
        assert_eq!(good("maildir:out"), "maildir:/etc/lichhop/out");
        assert_eq!(good("maildir:/var/mail/out"), "maildir:/var/mail/out");
        for raw in [
            "",
            "smtp",
            "smtp:",
            "smtp://",
            "smtp:/a",
            "http://a",
            "maildir:",
            "sendmail:",
            "sendmail:/usr/sbin/",
            "sendmail:/bin/a\tb",
            "smtp://a:0",
            "smtp://a:70000",
            "smtp://a:",
            "smtp://a:+25",
            "smtp://a b",
            "smtp://a/b",
            "smtp://::1",
            "smtp://[::1",
            "maildir:a\u{1b}b",
            "smtp://300.1.1.1",
            "smtp://a?x",
        ] {
            assert_eq!(relay(raw, folder), Err(wrong(raw, Expected::Relay)), "{raw}");
        }
        assert_eq!(good("sendmail:/usr/sbin/sendmail"), "sendmail:/usr/sbin/sendmail");
        assert_eq!(good("sendmail:bin/send"), "sendmail:/etc/lichhop/bin/send");
        assert_eq!(relay("smtp://u:geheim@a.vn", folder), Err(ProblemKind::PasswordInFile));
        assert_eq!(relay("smtp://user@a.vn", folder), Err(wrong("smtp://…@a.vn", Expected::Relay)));
    }

    #[test]
    fn senders() {
        let office = Line::parse("Bộ").unwrap();
        let read = |raw| sender(raw, &office).map(|sender| (sender.name.to_string(), sender.address.to_string()));
        let pair = |name: &str, address: &str| Ok((name.to_owned(), address.to_owned()));
        assert_eq!(read("Văn phòng Bộ <vp@chinhphu.vn>"), pair("Văn phòng Bộ", "vp@chinhphu.vn"));
        assert_eq!(read(" \"Phòng A, B\" <VP@chinhphu.vn> "), pair("Phòng A, B", "vp@chinhphu.vn"));
        assert_eq!(read("vp@chinhphu.vn"), pair("Bộ", "vp@chinhphu.vn"));
        assert_eq!(read("<vp@chinhphu.vn>"), pair("Bộ", "vp@chinhphu.vn"));
        for raw in ["", "Văn phòng", "A <b", "A <b> <c@d.vn>", "A <c@d.vn> B", "A\r\nBcc: x <c@d.vn>", "A <c>"] {
            assert!(read(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn symbols_fit_into_a_number() {
        assert_eq!(symbol(" BVHTTDL ").unwrap().as_str(), "BVHTTDL");
        assert_eq!(symbol("VP-BVHTTDL").unwrap().as_str(), "VP-BVHTTDL");
        assert_eq!(symbol("A/B"), Err(wrong("A/B", Expected::Symbol)));
        assert_eq!(symbol("A B"), Err(wrong("A B", Expected::Symbol)));
        assert!(symbol("").is_err());
    }

    #[test]
    fn names_are_no_paths() {
        assert_eq!(name(" vim ").as_deref(), Ok("vim"));
        assert_eq!(name("của-tôi_2").as_deref(), Ok("của-tôi_2"));
        for raw in ["", "a/b", "..", "vim.toml", "a b", "a\u{1b}b"] {
            assert_eq!(name(raw), Err(wrong(raw, Expected::Name)), "{raw}");
        }
    }

    #[test]
    fn rates() {
        assert!(["", "60/min", "1/s", " 10 / h "].into_iter().all(|raw| rate(raw).is_ok()));
        assert!(["60", "/min", "0/min", "x/min", "6/week", "-1/s"].into_iter().all(|raw| rate(raw).is_err()));
    }

    proptest! {
        #[test]
        fn written_lengths_are_read_back(seconds in 0u64..100_000_000) {
            let length = Duration::from_secs(seconds);
            prop_assert_eq!(duration(&duration_words(length)), Ok(length));
        }

        #[test]
        fn no_text_is_too_strange(raw in any::<String>()) {
            let office = Line::parse("Bộ").unwrap();
            let _ = (relay(&raw, Path::new("/")), domain(&raw), sender(&raw, &office), duration(&raw), rate(&raw), day(&raw), symbol(&raw));
        }
    }
}
