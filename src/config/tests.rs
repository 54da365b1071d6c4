//! Whole files, right and wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::office::Rate;
use crate::domain::unit::UnitCode;

/// A folder with a configuration of this text.
fn folder(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn read(text: &str) -> Result<Config, ConfigError> {
    let (_folder, path) = folder(text);
    load(Some(&path))
}

/// What is wrong with a text: line, key and kind of every problem.
fn problems(text: impl AsRef<[u8]>) -> Vec<(Option<u32>, String, ProblemKind)> {
    let (_folder, path) = folder(text);
    let problems = load(Some(&path)).unwrap_err().problems;
    assert!(problems.iter().all(|problem| problem.file == path));
    problems.into_iter().map(|problem| (problem.line, problem.key, problem.kind)).collect()
}

fn only(text: &str) -> (u32, String, ProblemKind) {
    let mut found = problems(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    let (line, key, kind) = found.remove(0);
    (line.unwrap(), key, kind)
}

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

/// The configuration on which the reference of the command line relies.
const REFERENCE: &str = r#"
[office]                      # the issuing organ
name = "Bộ Văn hóa, Thể thao và Du lịch"
symbol = "BVHTTDL"            # as in 05/GM-BVHTTDL
place = "Hà Nội"
rehearsal = false
[workflow]
approve_own = false
[host]
mode = "auto"
[access]
unknown = "nothing"
[mail]
relay = "smtp://127.0.0.1:2525"
from = "Văn phòng Bộ <congthongtindientu-vhttdl@chinhphu.vn>"
connections = 4
rate = ""
hold = "0s"
retry = ["1m", "2m", "5m", "10m", "20m", "40m"]
give_up_after = "5d"
warn_after = "4h"
[policy]
domains = ["chinhphu.vn"]
exceptions = { TCDL = ["gov.vn"], TCTDTT = ["gov.vn"] }
paper_until = "2016-06-01"
phases = [{ name = "trial", from = "2016-05-15", to = "2016-05-25" }]
"#;

#[test]
fn the_reference_the_sample_and_nothing_are_the_defaults() {
    let defaults = load(None).unwrap();
    let office = &defaults.rules.office;
    for text in [REFERENCE, "", "\u{feff}[office]\n", &sample(&office.name, &office.symbol), &REFERENCE.replace('\n', "\r\n")] {
        let config = read(text).unwrap();
        assert!(config.path.as_ref().is_some_and(|path| path.ends_with("config.toml")));
        assert_eq!(Config { path: None, ..config }, defaults);
    }
    assert_eq!(defaults.rules.retry.then, Duration::from_hours(1));
    assert_eq!(defaults.mail.username, None);
}

#[test]
fn the_sample_takes_any_name() {
    let (office, symbol) = (line(r#"Sở "Văn hóa" \ O'Nhà %SYMBOL%"#), line("SVH-'\"x"));
    let config = read(&sample(&office, &symbol)).unwrap();
    assert_eq!((config.rules.office.name, config.rules.office.symbol), (office, symbol));
}

#[test]
fn paths_count_from_the_folder_of_the_file() {
    let (folder, path) =
        folder("[mail]\nrelay = \"maildir:out\"\nusername = \" u \"\npassword_file = \"secret\"\nca_file = \"/etc/ca.pem\"\n");
    let config = load(Some(&path)).unwrap();
    assert_eq!(config.mail.relay, format!("maildir:{}", folder.path().join("out").display()));
    assert_eq!(config.mail.password_file, Some(folder.path().join("secret")));
    assert_eq!(config.mail.ca_file.as_deref(), Some(Path::new("/etc/ca.pem")));
    assert_eq!(config.mail.username.as_deref(), Some("u"));
}

#[test]
fn every_setting_is_taken() {
    let config = read(
        r#"
office = { name = "Sở", symbol = "SVH", place = "Huế", rehearsal = true }
workflow.approve_own = true
[mail]
relay = "smtps://mail.hue.gov.vn"
from = "svh@hue.gov.vn"
username = "…"
connections = 0x40
hold = "0m"
retry = []
give_up_after = "90s"
warn_after = "0s"
[policy]
domains = ["@Hue.gov.vn", "thừathiênhuế.vn"]
paper_until = 2017-01-02
phases = []
[policy.exceptions]
"svh-tt" = ["gov.vn"]
[backup]
folder = "/srv/sao-luu"
at = "1h15"
keep = 90
[receive]
verp = true
keep = "30d"
[screen]
theme = "light"
keymap = "của-tôi"
"#,
    )
    .unwrap();
    let rules = config.rules;
    assert_eq!((rules.office.name.as_str(), rules.office.symbol.as_str(), rules.office.place.as_str()), ("Sở", "SVH", "Huế"));
    assert!(rules.office.rehearsal && rules.approve_own && rules.verp && rules.retry.steps.is_empty());
    assert_eq!((rules.sender.name.as_str(), rules.sender.address.as_str()), ("Sở", "svh@hue.gov.vn"));
    assert_eq!((rules.retry.give_up_after, rules.warn_after), (Duration::from_secs(90), Duration::ZERO));
    assert_eq!(rules.policy.domains.first().map(String::as_str), Some("hue.gov.vn"));
    assert!(rules.policy.domains.iter().all(|domain| domain.is_ascii()));
    assert_eq!(rules.policy.exceptions.keys().collect::<Vec<_>>(), [&UnitCode::parse("SVH-TT").unwrap()]);
    assert_eq!(rules.policy.paper_until.to_string(), "2017-01-02");
    assert_eq!((config.mail.connections, config.mail.username), (64, None));
    let at = chrono::NaiveTime::from_hms_opt(1, 15, 0);
    assert_eq!(config.receive.keep, Duration::from_hours(30 * 24));
    assert_eq!(config.backup, BackupConfig { folder: Some("/srv/sao-luu".into()), at, keep: 90 });
    assert_eq!((config.screen.theme.as_str(), config.screen.keymap.as_str()), ("light", "của-tôi"));
}

#[test]
fn everything_wrong_is_named_at_once_in_its_line() {
    let found = problems(
        "[office]\nname = 5\nsymbol = \"A/B\"\nplase = \"Huế\"\n[offce]\nx = 1\n[mail]\nconnections = 65\nretry = [\n  \"1m\",\n  \"soon\",\n  3,\n]\n\
         password = \"geheim\"\n[policy]\ndomains = [\"a b\"]\npaper_until = \"2016-02-30\"\nexceptions = { \"A B\" = [\"gov.vn\"], vp = [\"x.vn\"], VP = 1 }\n",
    );
    let places: Vec<_> = found.iter().map(|(line, key, _)| (line.unwrap(), key.as_str())).collect();
    let expected = [
        (2, "office.name"),
        (3, "office.symbol"),
        (4, "office.plase"),
        (5, "offce"),
        (8, "mail.connections"),
        (11, "mail.retry"),
        (12, "mail.retry"),
        (14, "mail.password"),
        (16, "policy.domains"),
        (17, "policy.paper_until"),
        (18, "policy.exceptions.A B"),
        (18, "policy.exceptions.VP"),
        (18, "policy.exceptions.vp"),
    ];
    assert_eq!(places, expected);
    let kinds: Vec<_> = found.into_iter().map(|(_, _, kind)| kind).collect();
    assert_eq!(kinds[0], ProblemKind::WrongType { expected: ValueType::Text, found: ValueType::Integer });
    assert_eq!(kinds[1], ProblemKind::WrongValue { value: "A/B".to_owned(), expected: Expected::Symbol });
    assert_eq!(kinds[2], ProblemKind::UnknownKey { nearest: Some("office.place".to_owned()) });
    assert_eq!(kinds[3], ProblemKind::UnknownTable { nearest: Some("office".to_owned()) });
    assert_eq!(kinds[4], ProblemKind::WrongValue { value: "65".to_owned(), expected: Expected::Within { min: 1, max: 64 } });
    assert_eq!(kinds[5], ProblemKind::WrongValue { value: "soon".to_owned(), expected: Expected::Duration });
    assert_eq!(kinds[7], ProblemKind::PasswordInFile);
    assert!(kinds.contains(&ProblemKind::WrongValue { value: "A B".to_owned(), expected: Expected::UnitCode }));
    assert!(kinds.contains(&ProblemKind::WrongValue { value: "vp".to_owned(), expected: Expected::Once }));
    assert!(kinds.contains(&ProblemKind::WrongType { expected: ValueType::List, found: ValueType::Integer }));
}

#[test]
fn what_came_is_kept_for_a_month_at_least_and_not_for_ever() {
    for (keep, fine) in [("30d", true), ("720h", true), ("36600d", true), ("29d", false), ("0s", false), ("36601d", false)] {
        assert_eq!(read(&format!("[receive]\nkeep = \"{keep}\"\n")).is_ok(), fine, "{keep}");
    }
}

#[test]
fn the_screens_settings_are_names() {
    let found = problems("[screen]\ntheme = \"../x\"\nkeymap = 1\nkeymapp = \"vim\"\n");
    let word = |word: &str| word.to_owned();
    let expected = [
        (2, "screen.theme", ProblemKind::WrongValue { value: word("../x"), expected: Expected::Name }),
        (3, "screen.keymap", ProblemKind::WrongType { expected: ValueType::Text, found: ValueType::Integer }),
        (4, "screen.keymapp", ProblemKind::UnknownKey { nearest: Some(word("screen.keymap")) }),
    ];
    assert_eq!(found, expected.map(|(line, key, kind)| (Some(line), word(key), kind)));
}

#[test]
fn a_word_that_means_nothing_is_wrong() {
    for text in
        ["[host]\nmode = \"x\"", "[access]\nunknown = \"x\"", "[mail]\nrate = \"x\"", "[mail]\nhold = \"x\"", "[mail]\nrelay = \"x\""]
    {
        assert!(matches!(only(text).2, ProblemKind::WrongValue { .. }), "{text}");
    }
}

#[test]
fn phases_are_the_usual_ones_or_none() {
    let other = r#"policy.phases = [{ name = "trial", from = 2016-05-15, to = "2016-05-26" }]"#;
    assert!(matches!(only(other).2, ProblemKind::NotYet { value, accepted } if value == "trial" && accepted.contains("2016-05-25")));
    assert!(read("[[policy.phases]]\nname = \"trial\"\nfrom = 2016-05-15\nto = 2016-05-25\n").is_ok());
    let wrong = "[policy]\nphases = [\n{ nam = \"trial\", from = \"2016-05-15\", to = \"2016-05-01\" },\n{ name = \"x\", from = \"2016-05-15\", to = \"2016-05-01\" },\n1 ]";
    let found: Vec<_> = problems(wrong).into_iter().map(|(line, key, _)| (line.unwrap(), key)).collect();
    let expected = [(3, "policy.phases[0].nam"), (3, "policy.phases[0].name"), (4, "policy.phases[1].to"), (5, "policy.phases[2]")];
    assert_eq!(found, expected.map(|(line, key)| (line, key.to_owned())));
}

#[test]
fn a_password_is_refused_wherever_it_stands_and_never_repeated() {
    for text in [
        "password = \"geheim\"",
        "[mail]\npassword = \"geheim\"",
        "[mail]\nsmtp_password = { is = \"geheim\" }",
        "[mail]\nrelay = \"smtp://u:geheim@relay.vn\"",
        "[smtp.login]\npass = \"geheim\"",
        "[mail]\npassword = geheim",
    ] {
        let found = problems(text);
        assert!(!format!("{found:?}").contains("geheim"), "{found:?}");
        let syntax = found.iter().any(|(_, _, kind)| matches!(kind, ProblemKind::Syntax { .. }));
        assert!(syntax || found.iter().any(|(_, _, kind)| *kind == ProblemKind::PasswordInFile), "{found:?}");
    }
}

#[test]
fn credentials_never_travel_in_clear() {
    let found = problems("[mail]\nrelay = \"smtp+plain://relay.vn\"\nusername = \"u\"\npassword_file = \"p\"\n");
    let expected = [(3, "mail.username"), (4, "mail.password_file")];
    assert_eq!(found, expected.map(|(line, key)| (Some(line), key.to_owned(), ProblemKind::CredentialsInClear)));
    assert!(read("[mail]\nrelay = \"smtp+plain://relay.vn\"\nusername = \"\"\n").is_ok());
}

#[test]
fn a_certificate_of_ours_goes_with_its_key_and_with_tls() {
    let (certificate, key) = ("client_certificate = \"c.pem\"", "client_key = \"k.pem\"");
    let (folder, path) = folder(format!("[mail]\nrelay = \"smtp://relay.vn\"\n{certificate}\n{key}\n"));
    let mail = load(Some(&path)).unwrap().mail;
    assert_eq!((mail.client_certificate, mail.client_key), (Some(folder.path().join("c.pem")), Some(folder.path().join("k.pem"))));
    for (given, line, at, other) in
        [(certificate, 2, "mail.client_certificate", "mail.client_key"), (key, 2, "mail.client_key", "mail.client_certificate")]
    {
        assert_eq!(only(&format!("[mail]\n{given}\n")), (line, at.to_owned(), ProblemKind::Alone { other: other.to_owned() }));
    }
    for relay in ["smtp+plain://", "maildir:", "sendmail:"] {
        let found = problems(format!("[mail]\nrelay = \"{relay}x\"\n{certificate}\n{key}\n"));
        let kind = ProblemKind::NotWith { relay: relay.to_owned() };
        let expected = [(3, "mail.client_certificate"), (4, "mail.client_key")];
        assert_eq!(found, expected.map(|(line, key)| (Some(line), key.to_owned(), kind.clone())), "{relay}");
    }
    assert!(read("[mail]\nrelay = \"maildir:x\"\nclient_certificate = \"\"\nclient_key = \"\"\n").is_ok());
}

#[test]
fn a_program_that_takes_mail_signs_in_by_itself() {
    let found = problems("[mail]\nrelay = \"sendmail:/usr/bin/msmtp\"\nusername = \"u\"\npassword_file = \"p\"\n");
    let kind = ProblemKind::NotWith { relay: "sendmail:".to_owned() };
    assert_eq!(found, [(3, "mail.username"), (4, "mail.password_file")].map(|(line, key)| (Some(line), key.to_owned(), kind.clone())));
}

#[test]
fn syntax_is_refused_with_line_and_column() {
    let found = problems("[office]\nname = \"a\"\nplace = Hà Nội\n\n[mail\n");
    assert!(found.iter().all(|(_, _, kind)| matches!(kind, ProblemKind::Syntax { .. })), "{found:?}");
    assert_eq!(found.iter().map(|(line, _, _)| line.unwrap()).collect::<Vec<_>>().first(), Some(&3), "{found:?}");
    let (line, _, kind) = only("[office]\nplace = \"Hà Nội\" x\n");
    assert!(line == 2 && matches!(kind, ProblemKind::Syntax { column: 18, .. }), "{line} {kind:?}");
    let (line, _, kind) = only("[mail]\nrate = \"\"\nrate = \"\"\n");
    assert!(line == 3 && matches!(kind, ProblemKind::Syntax { column: 1, .. }), "{line} {kind:?}");
}

#[test]
fn files_that_are_none() {
    let whole = |path: &Path| load(Some(path)).unwrap_err().problems.remove(0);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(whole(&folder.path().join("none.toml")).kind, ProblemKind::Missing);
    assert!(matches!(whole(folder.path()).kind, ProblemKind::Unreadable { .. }));
    assert_eq!(problems(b"[office]\nname = \"B\xe9\"\n"), [(Some(2), String::new(), ProblemKind::Encoding)]);
    assert_eq!(problems("#".repeat(1 << 21)), [(None, String::new(), ProblemKind::TooLarge { limit: 1 << 20 })]);
}

#[test]
fn what_is_shown_is_read_back() {
    let mut config = defaults();
    assert_eq!(read(&show(&config)).unwrap().rules, config.rules);
    config.rules.office.name = line(r#"Sở 'Văn' "hóa" \ x"#);
    config.rules.policy.exceptions.clear();
    config.rules.policy.domains = vec!["xn--abc-def.vn".to_owned(), "gov.vn".to_owned()];
    config.mail = MailConfig {
        relay: "maildir:/var/mail/out".to_owned(),
        username: Some("u".to_owned()),
        password_file: Some("/etc/lichhop/password".into()),
        ca_file: Some("/etc/lichhop/ca.pem".into()),
        client_certificate: None,
        client_key: None,
        connections: 9,
        rates: Rates {
            relay: Some(Rate { messages: 7, within: Duration::from_mins(1) }),
            domains: BTreeMap::from([("gov.vn".to_owned(), Rate { messages: 500, within: Duration::from_hours(1) })]),
        },
    };
    config.rules.hold = Duration::from_mins(5);
    config.screen = ScreenConfig { theme: "mono".to_owned(), keymap: "vim".to_owned() };
    config.rules.retry.steps = vec![Duration::from_secs(0), Duration::from_secs(90)];
    config.rules.policy.domains.remove(0);
    let again = read(&show(&config)).unwrap();
    assert_eq!(Config { path: None, ..again }, config);
    config.mail.relay = "smtps://relay.vn".to_owned();
    config.mail.client_certificate = Some("/etc/lichhop/client.pem".into());
    config.mail.client_key = Some("/etc/lichhop/client-key.pem".into());
    assert_eq!(Config { path: None, ..read(&show(&config)).unwrap() }, config);
}

proptest! {
    #[test]
    fn no_file_is_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (_folder, path) = folder(bytes);
        let _ = load(Some(&path));
    }

    #[test]
    fn no_toml_is_too_strange(table in "office|mail|policy|host|x", key in "name|from|relay|retry|phases|exceptions|domains|[a-z_]{1,9}", value in any::<String>(), form in 0usize..6) {
        let text = toml::Value::String(value).to_string();
        let value = match form { 0 => text, 1 => format!("[{text}]"), 2 => format!("{{ {text} = {text} }}"), 3 => "1".to_owned(), 4 => "2016-01-01".to_owned(), _ => format!("[{{ {text} = [{text}] }}]") };
        let (_folder, path) = folder(format!("[{table}]\n{key} = {value}\n"));
        if let Err(fault) = load(Some(&path)) {
            prop_assert!(!fault.problems.is_empty());
        }
    }
}
