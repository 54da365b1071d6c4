//! Configuration and variables: 78, with file, line and key; a password is never repeated.

use std::fs;

use super::{ATTACK, House, check_refusal};

/// A configuration that is wrong: everything is named by the check and by a command that would use it.
fn wrong(house: &House, text: impl AsRef<[u8]>, facts: &[&str]) {
    let file = house.write("wrong.toml", text);
    house.refused(78, &["config", "check", "--config", &file], facts);
    let ran = house.run_in(&[("LICHHOP_CONFIG", &file), ("LICHHOP_LANG", "en")], &["week"]);
    check_refusal(78, &["week"], facts, &ran);
}

#[test]
fn no_command_runs_with_a_wrong_configuration() {
    let house = House::office();
    let file = house.write("wrong.toml", "[mail]\nrelais = \"x\"\n");
    let commands: &[&[&str]] = &[
        &["config", "show"],
        &["init"],
        &["unit", "list"],
        &["mailbox", "export"],
        &["meeting", "list"],
        &["outbox", "list"],
        &["flush", "--json"],
        &["search", "x"],
        &["audit", "verify"],
        &["check"],
    ];
    house.untouched(|| {
        for args in commands {
            house.refused(78, &[&["--config", &file], *args].concat(), &["wrong.toml:2:", "mail.relais", "relay"]);
        }
        house.refused(78, &[&["--config", &file], &super::adding(&[])[..]].concat(), &["wrong.toml:2:"]);
    });
}

#[test]
fn a_wrong_configuration_is_named_by_line_and_key() {
    let house = House::office();
    let cases: &[(&str, &[&str])] = &[
        ("[workflow]\naprove_own = true\n", &["wrong.toml:2:", "workflow.aprove_own", "approve_own"]),
        ("\n\n[worflow]\n", &["wrong.toml:3:", "worflow", "workflow"]),
        ("[mail]\nconnection = 4\nrelais = \"x\"\n", &["wrong.toml:2:", "connections", "wrong.toml:3:", "relay"]),
        ("[mail]\nconnections = \"many\"\n", &["wrong.toml:2:", "mail.connections"]),
        ("[mail]\nconnections = 0\n", &["wrong.toml:2:", "mail.connections", "64"]),
        ("[mail]\nconnections = 65\n", &["wrong.toml:2:", "mail.connections", "64"]),
        ("[office]\nname = \"\"\nsymbol = \"A/B\"\n", &["wrong.toml:2:", "office.name", "wrong.toml:3:", "office.symbol"]),
        ("[office]\nname = \"a\\u001bb\"\n", &["wrong.toml:2:", "office.name", "U+001B"]),
        ("[office]\nrehearsal = \"yes\"\n", &["wrong.toml:2:", "office.rehearsal"]),
        ("[office\nname = 1\n", &["wrong.toml:1:"]),
        ("[mail]\nrelay = \"http://x\"\n", &["wrong.toml:2:", "mail.relay", "smtp://"]),
        ("[mail]\nrelay = \"smtp://\"\n", &["wrong.toml:2:", "mail.relay"]),
        ("[mail]\nrelay = \"smtp://a:99999\"\n", &["wrong.toml:2:", "mail.relay"]),
        ("[mail]\nrelay = \"maildir:\"\n", &["wrong.toml:2:", "mail.relay"]),
        ("[mail]\nfrom = \"Văn phòng\"\n", &["wrong.toml:2:", "mail.from"]),
        ("[mail]\nfrom = \"A\\r\\nBcc: x <a@chinhphu.vn>\"\n", &["wrong.toml:2:", "mail.from"]),
        ("[mail]\nretry = [\"1m\", \"soon\"]\n", &["wrong.toml:2:", "mail.retry", "soon"]),
        ("[mail]\ngive_up_after = \"0d\"\n", &["wrong.toml:2:", "mail.give_up_after"]),
        ("[mail]\nwarn_after = \"soon\"\n", &["wrong.toml:2:", "mail.warn_after"]),
        ("[mail]\nwarn_after = 4\n", &["wrong.toml:2:", "mail.warn_after"]),
        ("[mail]\nwarn_afte = \"4h\"\n", &["wrong.toml:2:", "mail.warn_after"]),
        ("[mail]\nrelay = \"smtp+plain://a\"\nusername = \"u\"\n", &["wrong.toml:3:", "mail.username", "smtp+plain"]),
        ("[policy]\npaper_until = \"2016-02-30\"\n", &["wrong.toml:2:", "policy.paper_until", "2016-02-30"]),
        ("[policy]\ndomains = [\"not a domain\"]\n", &["wrong.toml:2:", "policy.domains"]),
        ("[policy]\nexceptions = { TCDL = [\"gov.vn\"], tcdl = [\"x.vn\"] }\n", &["wrong.toml:2:", "policy.exceptions.tcdl"]),
        ("[policy]\nphases = [{ name = \"a\", from = \"2016-05-25\", to = \"2016-05-15\" }]\n", &["wrong.toml:2:", "policy.phases[0].to"]),
    ];
    house.untouched(|| {
        for (text, facts) in cases {
            wrong(&house, text, facts);
        }
    });
}

#[test]
fn a_setting_whose_feature_is_missing_is_refused() {
    let house = House::office();
    let cases: &[(&str, &[&str])] =
        &[("[policy]\nphases = [{ name = \"a\", from = \"2016-05-15\", to = \"2016-05-16\" }]\n", &["wrong.toml:2:", "policy.phases"])];
    for (text, facts) in cases {
        wrong(&house, text, facts);
    }
    for (text, facts) in [
        ("[host]\nmode = \"both\"\n", ["host.mode", "auto"]),
        ("[mail]\nrate = \"often\"\n", ["mail.rate", "often"]),
        ("[mail]\ndomain_rates = { \"gov.vn\" = \"\" }\n", ["mail.domain_rates", "gov.vn"]),
    ] {
        wrong(&house, text, &facts);
    }
}

#[test]
fn what_the_relay_cannot_use_is_refused() {
    let house = House::office();
    let (certificate, key) = ("client_certificate = \"c.pem\"", "client_key = \"k.pem\"");
    let cases: [(String, &[&str]); 4] = [
        (format!("[mail]\n{certificate}\n"), &["wrong.toml:2:", "mail.client_certificate", "mail.client_key"]),
        (format!("[mail]\n{key}\n"), &["wrong.toml:2:", "mail.client_key", "mail.client_certificate"]),
        (format!("[mail]\nrelay = \"smtp+plain://a.vn\"\n{certificate}\n{key}\n"), &["wrong.toml:3:", "wrong.toml:4:", "smtp+plain://"]),
        ("[mail]\nrelay = \"sendmail:/bin/x\"\nusername = \"u\"\n".to_owned(), &["wrong.toml:3:", "mail.username", "sendmail:"]),
    ];
    for (text, facts) in &cases {
        wrong(&house, text, facts);
    }
}

#[test]
fn a_store_elsewhere_that_cannot_be_used_is_not_replaced_in_silence() {
    let house = House::office();
    house.untouched(|| {
        let ran = house.run_in(&[("LICHHOP_STORE", "etcd://10.0.0.1:2379")], &["meeting", "list"]);
        check_refusal(78, &["LICHHOP_STORE"], &["LICHHOP_STORE"], &ran);
        let ran = house.run_in(&[("LICHHOP_STORE", "etcd://10.0.0.1:2379")], &super::adding(&[]));
        check_refusal(78, &["LICHHOP_STORE"], &["LICHHOP_STORE"], &ran);
    });
}

#[test]
fn a_password_in_the_file_is_refused_and_never_repeated() {
    let house = House::office();
    for text in [
        "[mail]\npassword = \"geheim99\"\n",
        "[mail]\nrelay = \"smtp://user:geheim99@mail.vn\"\n",
        "[mail]\nrelay = \"smtps://user:geheim99@mail.vn:465\"\n",
        "[mail]\npasword = \"geheim99\"\n",
        "password = \"geheim99\"\n",
        "[mail]\npassword = geheim99\n",
    ] {
        let file = house.write("wrong.toml", text);
        let ran = house.refused(78, &["config", "check", "--config", &file], &["wrong.toml:"]);
        assert!(!ran.err.contains("geheim99"), "{text}: {}", ran.err);
        let shown = house.run(&["config", "show", "--config", &file]);
        assert!(shown.code == 78 && !shown.err.contains("geheim99"), "{shown:?}");
    }
    let file = house.write("wrong.toml", "[mail]\npassword = \"x\"\n");
    house.refused(78, &["config", "check", "--config", &file], &["wrong.toml:2:", "LICHHOP_MAIL_PASSWORD", "password_file"]);
}

#[test]
fn a_file_that_is_no_configuration() {
    let house = House::office();
    wrong(&house, b"[office]\nname = \"V\xe3n\"\n", &["wrong.toml:2:", "UTF-8"]);
    wrong(&house, format!("# {}\n", "x".repeat(1 << 20)), &["wrong.toml:"]);
    wrong(&house, "[mail]\n\"\\u001b]0;x\\u0007\\u001b[2J\" = 1\n", &["wrong.toml:2:", "\\u{1b}"]);
    wrong(&house, "[mail]\nrelay = \"\\u001b[2J\"\n", &["wrong.toml:2:", "\\u{1b}"]);
    wrong(&house, "[mail]\nrelay = \u{1b}[2J\n", &["wrong.toml:2:"]);
    for path in ["/no/such/config.toml", house.name("").as_str()] {
        for args in [&["config", "check"][..], &["config", "show"], &["week"]] {
            house.refused(78, &[args, &["--config", path]].concat(), &[path]);
        }
    }
}

#[test]
fn values_that_the_reference_allows_are_allowed() {
    let house = House::office();
    let reference = "[office]\nname = \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\nplace = \"Hà Nội\"\nrehearsal = false\n\
        [workflow]\napprove_own = false\n[host]\nmode = \"auto\"\n[access]\nunknown = \"nothing\"\n[mail]\nrelay = \"smtp://127.0.0.1:2525\"\n\
        from = \"Văn phòng Bộ <congthongtindientu-vhttdl@chinhphu.vn>\"\nusername = \"u\"\nconnections = 4\nrate = \"\"\nhold = \"0s\"\n\
        retry = [\"1m\", \"2m\", \"5m\", \"10m\", \"20m\", \"40m\"]\ngive_up_after = \"5d\"\nwarn_after = \"4h\"\n[policy]\ndomains = [\"chinhphu.vn\"]\n\
        exceptions = { TCDL = [\"gov.vn\"], TCTDTT = [\"gov.vn\"] }\npaper_until = \"2016-06-01\"\n\
        phases = [{ name = \"trial\", from = \"2016-05-15\", to = \"2016-05-25\" }]\n";
    let file = house.write("reference.toml", reference);
    house.ok(&["config", "check", "--config", &file]);
    house.ok(&["config", "check", "--config", &house.write("empty.toml", "")]);
    let mut defaults: toml_of::Table = toml_of::read(&house.ok(&["config", "show", "--config", &house.name("empty.toml")]));
    let mut shown = toml_of::read(&house.ok(&["config", "show", "--config", &file]));
    assert_eq!(shown.remove("[mail].username"), Some("\"u\"".to_owned()));
    assert_eq!(defaults.remove("[mail].username"), None);
    assert_eq!(shown, defaults);
}

/// Just enough of TOML for what `config show` prints: a key a line.
mod toml_of {
    use std::collections::BTreeMap;

    pub(super) type Table = BTreeMap<String, String>;

    pub(super) fn read(text: &str) -> Table {
        let mut table = "";
        let mut read = Table::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some((key, value)) = line.split_once(" = ") {
                read.insert(format!("{table}.{key}"), value.to_owned());
            } else {
                table = line;
            }
        }
        read
    }
}

#[test]
fn a_variable_that_holds_nonsense_is_named() {
    let house = House::office();
    for (name, value) in [
        ("LICHHOP_NOW", "tomorrow"),
        ("LICHHOP_NOW", "2016-05-02T08:00:00"),
        ("LICHHOP_NOW", "2016-02-30T08:00:00Z"),
        ("LICHHOP_NOW", "1462150800"),
        ("LICHHOP_LANG", "fr"),
        ("LICHHOP_LOG", "[["),
    ] {
        for args in [&["week"][..], &["unit", "list"], &["flush"], &["check"]] {
            let ran = house.run_in(&[(name, value)], args);
            check_refusal(78, args, &[name, value], &ran);
        }
    }
    // Empty is not set.
    assert_eq!(house.run_in(&[("LICHHOP_LANG", ""), ("LICHHOP_CONFIG", ""), ("LICHHOP_DATA", ""), ("LICHHOP_LOG", "")], &["week"]).code, 0);
}

#[test]
fn logs_go_to_stderr_and_never_to_stdout() {
    let house = House::office();
    let plain = house.ok(&["unit", "list"]);
    for args in [&["-v", "unit", "list"][..], &["-vv", "unit", "list"], &["-q", "unit", "list"]] {
        assert_eq!(house.ok(args), plain, "{args:?}");
    }
    assert_eq!(house.run_in(&[("LICHHOP_LOG", "trace")], &["unit", "list"]).out, plain);
}

#[test]
fn a_wrong_office_for_init_makes_nothing() {
    for (office, symbol, flag) in [
        ("Bộ", "B T", "--symbol"),
        ("Bộ", "B/T", "--symbol"),
        ("", "BT", "--office"),
        ("A\nB", "BT", "--office"),
        ("Bộ", ATTACK, "--symbol"),
    ] {
        let house = House::new();
        house.refused(65, &["init", "--office", office, "--symbol", symbol], &[flag]);
        assert_eq!(fs::read_dir(house.folder.path()).unwrap().count(), 0, "{office:?} {symbol:?}");
    }
    let house = House::new();
    house.ok(&["init", "--office", "Bộ “Thử” \\ \"x\" # y", "--symbol", "VP-BT"]);
    assert_eq!(house.json(&["config", "show"])["office"]["name"], "Bộ “Thử” \\ \"x\" # y");
}
