//! Every refusal, in both languages: it names its facts, and no value can steer a terminal.

use chrono::NaiveDate;
use lichhop::cli::meeting;
use lichhop::domain::audit::{Finding, OutboxPart};
use lichhop::domain::fault::{BackupFault, ConfigurationFault, Fault, HostFault, Permission, Rule, Why, Wrong};
use lichhop::domain::mailbox::{AddressFault, MailboxState};
use lichhop::domain::meeting::{EntryFault, MeetingId, MeetingState};
use lichhop::domain::outbox::{Failure, ItemState, NextStep, Reason, Tally};
use lichhop::domain::policy::Unreachable;
use lichhop::domain::text::{Prose, TextFault};
use lichhop::domain::time::TimeFault;
use lichhop::domain::warning::Warning;
use lichhop::domain::workflow::{Action, possible};
use lichhop::i18n::{Lang, fault::fault, finding::finding, notice, outbox, relay, why};

use super::{ATTACK, address, code, conflict, failure, instant, line};

fn id() -> MeetingId {
    MeetingId::new(2016, 1)
}

/// Renders in both languages and checks what must hold of every sentence.
fn both(facts: &[&str], render: impl Fn(Lang) -> String) {
    let texts = Lang::ALL.map(render);
    for text in &texts {
        for fact in facts {
            assert!(text.contains(fact), "{fact:?} is missing in: {text}");
        }
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "a control character in: {text:?}");
        assert!(!text.trim().is_empty());
    }
    assert_ne!(texts[0], texts[1]);
}

#[test]
fn every_reason_against_a_value() {
    let cases: Vec<(Why, Vec<&str>)> = vec![
        (Why::Text(TextFault::Empty), vec![]),
        (Why::Text(TextFault::Control { code: 27, position: 5 }), vec!["U+001B", "5"]),
        (Why::Text(TextFault::TooLong { length: 501, limit: 500 }), vec!["501", "500"]),
        (Why::Code, vec!["32"]),
        (Why::Address(AddressFault::NotAscii), vec!["ASCII"]),
        (Why::Address(AddressFault::Quoted), vec!["@"]),
        (Why::Address(AddressFault::Form(ATTACK.into())), vec![]),
        (Why::Time(TimeFault::Form), vec!["01/12/2026 14h00"]),
        (Why::Time(TimeFault::NoSuchTime), vec![]),
        (Why::Time(TimeFault::Year(1899)), vec!["1899"]),
        (Why::Time(TimeFault::Week), vec!["2026-W48"]),
        (Why::Entry(EntryFault::EndBeforeStart), vec![]),
        (Why::Entry(EntryFault::TooLong), vec!["31"]),
        (Why::Word { expected: vec!["shared".into(), ATTACK.into()] }, vec!["shared"]),
        (Why::Number { max: 99 }, vec!["99"]),
        (Why::Required, vec![]),
        (Why::Duplicate { first: 17 }, vec!["17"]),
        (Why::Twice, vec![]),
        (Why::UnknownUnit, vec!["lichhop unit list"]),
        (Why::UnknownMeeting, vec!["lichhop meeting list"]),
        (Why::UnknownMailbox, vec!["lichhop mailbox list"]),
        (Why::UnknownItem, vec!["lichhop outbox list"]),
        (Why::NotInvited, vec![]),
        (Why::AlreadyInvited, vec![]),
        (Why::Circle { units: vec![code("A"), code("B")] }, vec!["A, B"]),
        (Why::Domain { unit: code("CĐA"), allowed: vec!["chinhphu.vn".into(), ATTACK.into()] }, vec!["CĐA", "chinhphu.vn"]),
        (Why::Primary { unit: code("VP"), addresses: vec![address("a@b.vn"), address("c@b.vn")] }, vec!["VP", "a@b.vn, c@b.vn", "primary"]),
        (Why::Revoked { state: MailboxState::Active }, vec![]),
        (Why::Encoding { looks_like: None }, vec!["UTF-8"]),
        (Why::Encoding { looks_like: Some("TCVN3".into()) }, vec!["UTF-8", "TCVN3"]),
        (Why::Encoding { looks_like: Some("XLS".into()) }, vec![".xlsx"]),
        (Why::TooLarge { limit: 1024 }, vec!["1024"]),
        (Why::MissingColumn, vec![]),
        (Why::Cells { expected: 5, found: 7 }, vec!["5", "7"]),
        (Why::Unreadable { detail: format!("zip{ATTACK}") }, vec!["zip"]),
        (Why::Empty, vec![]),
        (Why::Unchanged, vec![]),
        (Why::Future, vec![]),
    ];
    for (reason, facts) in cases {
        let wrong = Wrong::at(3, &format!("cột{ATTACK}"), &format!("giá trị{ATTACK}"), reason);
        both(&facts, |lang| why::wrong(lang, &wrong));
        both(&["cột", "giá trị"], |lang| why::wrong(lang, &wrong));
        both(&["đơn vị.csv:3: "], |lang| why::table(lang, "đơn vị.csv", std::slice::from_ref(&wrong)).to_string());
        both(&facts, |lang| fault(lang, &Fault::Wrong { wrong: vec![wrong.clone()] }).to_string());
    }
}

#[test]
fn every_refusal_by_a_rule_names_what_it_hit_and_what_can_be_done() {
    let rules: Vec<(Rule, Vec<&str>)> = vec![
        (
            Rule::IssuedIsFixed { id: id() },
            vec![
                "LH-2016-0001",
                "--invite",
                "lichhop meeting reschedule LH-2016-0001 --start",
                "lichhop meeting replace LH-2016-0001",
                "lichhop meeting postpone LH-2016-0001 --reason",
                "lichhop meeting cancel LH-2016-0001",
            ],
        ),
        (Rule::ReplacedTooOften { id: id(), limit: 50 }, vec!["LH-2016-0001", "50", "lichhop meeting cancel LH-2016-0001"]),
        (
            Rule::Conflicts { id: id(), conflicts: vec![conflict()], issued: true },
            vec!["LH-2016-0001", "LH-2016-0002", "--start", "--place", "--override"],
        ),
        (
            Rule::Unreachable { id: id(), units: vec![(code("A"), line("Cục A"), Unreachable::NoSharedMailbox)], issued: true },
            vec!["A (Cục A)", "--invite", "--without A"],
        ),
        (
            Rule::Conflicts { id: id(), conflicts: vec![conflict()], issued: false },
            vec!["LH-2016-0001", "LH-2016-0002", "15:00 05/05/2016", "VHCS", "Phòng họp tầng 2", "--override"],
        ),
        (
            Rule::Unreachable {
                issued: false,
                id: id(),
                units: vec![
                    (code("A"), line("Cục A"), Unreachable::NoSharedMailbox),
                    (
                        code("B"),
                        line("Cục B"),
                        Unreachable::NotActive { address: address("b@chinhphu.vn"), state: MailboxState::Suspended },
                    ),
                    (code("C"), line("Cục C"), Unreachable::Domain { address: address("c@x.vn"), allowed: vec!["chinhphu.vn".into()] }),
                    (code("D"), line("Cục D"), Unreachable::Ambiguous { addresses: vec![address("d@x.vn"), address("e@x.vn")] }),
                ],
            },
            vec![
                "A (Cục A)",
                "B (Cục B)",
                "b@chinhphu.vn",
                "C (Cục C)",
                "c@x.vn",
                "chinhphu.vn",
                "D (Cục D)",
                "d@x.vn, e@x.vn",
                "lichhop mailbox import",
                "--without A --without B --without C --without D --reason",
            ],
        ),
        (Rule::PaperEnded { since: NaiveDate::from_ymd_opt(2016, 6, 1).unwrap() }, vec!["01/06/2016", "--channel parallel"]),
    ];
    for (rule, facts) in rules {
        both(&facts, |lang| fault(lang, &Fault::refused(rule.clone())).to_string());
    }
}

#[test]
fn a_refusal_of_the_workflow_names_the_state_and_the_commands_that_are_possible() {
    for state in MeetingState::ALL {
        for action in Action::ALL {
            let rule = Rule::Workflow { id: id(), action, state, possible: possible(state).collect() };
            both(&["LH-2016-0001"], |lang| fault(lang, &Fault::refused(rule.clone())).to_string());
        }
    }
    let rule = Rule::Workflow {
        id: id(),
        action: Action::Issue,
        state: MeetingState::Submitted,
        possible: possible(MeetingState::Submitted).collect(),
    };
    let text = fault(Lang::Vi, &Fault::refused(rule)).to_string();
    for fact in
        ["phát hành LH-2016-0001", "“đã trình”", "lichhop meeting approve LH-2016-0001", "lichhop meeting return LH-2016-0001 --reason"]
    {
        assert!(text.contains(fact), "{text}");
    }
}

#[test]
fn whoever_invited_nobody_is_told_how_to() {
    let id = MeetingId::new(2016, 1);
    let invite = "lichhop meeting edit LH-2016-0001 --invite";
    for lang in Lang::ALL {
        let report = meeting::refused(Some(&id), Fault::wrong("invite", "", Why::Required), lang).to_string();
        assert!(report.contains("--invite: ") && report.contains(invite), "{report}");
        let other = meeting::refused(Some(&id), Fault::wrong("to", "", Why::Required), lang).to_string();
        assert!(!other.contains(invite), "{other}");
        let report = fault(lang, &Fault::refused(Rule::Unreachable { id: id.clone(), units: Vec::new(), issued: false })).to_string();
        assert!(report.contains(invite) && !report.contains('…'), "{report}");
        assert!(report.lines().all(|line| !line.trim_end().is_empty() && line.trim_end() != "→"), "{report}");
    }
}

#[test]
fn every_other_fault() {
    let own = |who_may: Vec<String>| Fault::NotPermitted { permission: Permission::OwnApproval { id: id(), who_may } };
    let host = |problem| Fault::Host { problem };
    let backup = |problem| Fault::Backup { problem };
    let cases: Vec<(Fault, Vec<&str>)> = vec![
        (own(vec!["minh".into(), ATTACK.into()]), vec!["LH-2016-0001", "minh", "approve_own = true"]),
        (own(vec![]), vec!["LH-2016-0001", "approve_own = true"]),
        (Fault::Stale { id: format!("LH-2016-0001{ATTACK}") }, vec!["LH-2016-0001"]),
        (Fault::Store { detail: format!("disk{ATTACK}") }, vec!["disk", "lichhop check"]),
        (Fault::Damaged { detail: format!("m/1{ATTACK}") }, vec!["m/1", "lichhop restore", "backups/", "--data"]),
        (Fault::Full, vec!["lichhop check"]),
        (Fault::Locked { pid: Some(4711) }, vec!["4711"]),
        (Fault::Locked { pid: None }, vec![]),
        (host(HostFault::Nobody { socket: format!("/run/x{ATTACK}") }), vec!["/run/x", "lichhop serve"]),
        (host(HostFault::NoSocket { path: format!("/run/x{ATTACK}"), detail: format!("why{ATTACK}") }), vec!["/run/x", "why", "--socket"]),
        (host(HostFault::OtherVersion { host: format!("9.9{ATTACK}"), own: "0.1".into() }), vec!["9.9", "0.1"]),
        (host(HostFault::Serving { pid: Some(4711) }), vec!["4711", "systemctl stop lichhop"]),
        (host(HostFault::Serving { pid: None }), vec!["systemctl stop lichhop"]),
        (host(HostFault::Crowded), vec![]),
        (host(HostFault::Lost), vec![]),
        (
            backup(BackupFault::NoRoom { path: format!("/srv/x{ATTACK}"), needed: 3 << 30, free: 1 << 20, store: true }),
            vec!["/srv/x", "0 GiB", "0 MiB"],
        ),
        (
            backup(BackupFault::OtherStore { folder: format!("/b{ATTACK}"), file: "x.lichhop".into(), whose: format!("m:/s{ATTACK}") }),
            vec!["/b", "x.lichhop", "m:/s", "[backup] folder"],
        ),
        (backup(BackupFault::OtherStore { folder: "/b".into(), file: "x.lichhop".into(), whose: String::new() }), vec!["/b", "x.lichhop"]),
        (
            backup(BackupFault::IsFolder { path: format!("/b{ATTACK}"), proposed: format!("/b/c{ATTACK}") }),
            vec!["/b", "lichhop backup /b/c"],
        ),
        (Fault::NotPermitted { permission: Permission::Socket { path: format!("/run/x{ATTACK}") } }, vec!["/run/x"]),
        (Fault::NotInitialised { path: format!("/srv/x{ATTACK}") }, vec!["/srv/x", "lichhop init", "--data"]),
        (Fault::Configuration { problem: ConfigurationFault::FrozenClock }, vec!["LICHHOP_NOW", "rehearsal = true"]),
        (Fault::Configuration { problem: ConfigurationFault::Clock { year: 12 } }, vec!["12"]),
        (Fault::Configuration { problem: ConfigurationFault::NewerStore { found: 9, known: 8 } }, vec!["9", "8"]),
        (Fault::Internal { detail: format!("x{ATTACK}") }, vec!["lichhop check"]),
    ];
    for (one, facts) in cases {
        both(&facts, |lang| fault(lang, &one).to_string());
        for lang in Lang::ALL {
            assert!(!fault(lang, &one).kept.is_empty(), "what was kept is not said: {one:?}");
        }
    }
}

#[test]
fn every_finding() {
    let cases: Vec<(Finding, Vec<&str>)> = vec![
        (Finding::Changed { sequence: 17 }, vec!["17"]),
        (Finding::Unlinked { sequence: 17 }, vec!["17"]),
        (Finding::Missing { sequence: 17 }, vec!["17"]),
        (Finding::Head { expected: 9, found: 7 }, vec!["9", "7"]),
        (Finding::Versions { sequence: 17 }, vec!["17"]),
        (Finding::Damaged { detail: format!("m/1{ATTACK}") }, vec!["m/1"]),
        (Finding::Index { key: format!("i/1{ATTACK}") }, vec!["i/1"]),
        (Finding::IndexValue { key: format!("i/1{ATTACK}") }, vec!["i/1"]),
        (Finding::Record { id: format!("LH-2016-0001{ATTACK}") }, vec!["LH-2016-0001"]),
        (Finding::Series { series: format!("GM/2016{ATTACK}"), given: 5, counted: 6 }, vec!["GM/2016", "5", "6"]),
        (Finding::Outbox { id: "T1".into(), part: OutboxPart::Items, found: 2, expected: 3 }, vec!["T1", "2", "3"]),
        (Finding::Outbox { id: "T1".into(), part: OutboxPart::Messages, found: 2, expected: 3 }, vec!["T1", "2", "3"]),
    ];
    for (one, facts) in cases {
        both(&facts, |lang| finding(lang, &one));
    }
}

#[test]
fn everything_about_messages() {
    let item = lichhop::domain::dispatch::ItemId { dispatch: 12, n: 3 };
    let reasons: Vec<(Reason, Vec<&str>)> = vec![
        (Reason::Superseded { by: item }, vec!["T12-3"]),
        (Reason::NeverInvited { request: item }, vec!["T12-3"]),
        (Reason::Expired, vec![]),
        (Reason::Panicked { words: format!("index{ATTACK}") }, vec!["index"]),
        (Reason::Person { words: Prose::parse("gửi nhầm\nđơn vị").unwrap() }, vec!["gửi nhầm"]),
    ];
    for (reason, facts) in reasons {
        both(&facts, |lang| outbox::reason(lang, &reason));
    }
    let (until, expires) = (instant("2016-05-03T02:00:00Z"), instant("2016-05-08T02:00:00Z"));
    let steps: Vec<(NextStep, Vec<&str>)> = vec![
        (NextStep::Due, vec!["lichhop flush"]),
        (NextStep::Waits { until, expires }, vec!["09:00 03/05/2016", "09:00 08/05/2016"]),
        (NextStep::Behind { earlier: format!("T1-1{ATTACK}") }, vec!["T1-1"]),
        (NextStep::BeingSent, vec![]),
        (NextStep::Nothing, vec![]),
        (NextStep::Decide, vec![]),
    ];
    for (step, facts) in steps {
        both(&facts, |lang| outbox::step(lang, &step, ItemState::Sent));
    }
    for (text, printed) in [("4.2.1 busy", "450 4.2.1 busy"), ("4.2.1", "450 4.2.1"), ("4.2.10 busy", "450 4.2.1 4.2.10 busy")] {
        both(&[printed], |lang| relay::failure(lang, &Failure { text: text.into(), ..failure() }));
    }
    for trouble in [outbox::relay_unreachable, outbox::relay_paused, outbox::relay_credentials, outbox::relay_configuration] {
        both(&["450", "4.2.1", "mailbox busy"], |lang| trouble(lang, &failure()));
        let step = Lang::ALL.map(|lang| trouble(lang, &failure()).to_lowercase().contains("rcpt"));
        assert_eq!(step, [true, true], "{}", trouble(Lang::Vi, &failure()));
    }
    both(&["11", "22", "33", "44", "55", "66"], |lang| {
        outbox::flushed(lang, &Tally { sent: 11, deferred: 22, failed: 33, held: 44 }, 55, 66)
    });
    for warning in [Warning::Past, Warning::NobodyInvited, Warning::BackForApproval, Warning::PaperToo { units: 3 }] {
        both(&[], |lang| notice::warning(lang, &warning, &id()));
    }
}

#[test]
fn an_engines_own_words_stand_behind_a_sentence_and_are_marked() {
    let words = "the engine: broken";
    let of = |detail: &str| detail.to_owned();
    let path = || "/b.lichhop".to_owned();
    for one in [
        Fault::Store { detail: of(words) },
        Fault::Damaged { detail: of(words) },
        Fault::Internal { detail: of(words) },
        Fault::Host { problem: HostFault::NoSocket { path: "/run/x".into(), detail: of(words) } },
        Fault::Backup { problem: BackupFault::Damaged { path: path(), detail: of(words) } },
        Fault::Backup { problem: BackupFault::Unreadable { path: path(), detail: of(words) } },
        Fault::Backup { problem: BackupFault::Unwritable { path: path(), detail: of(words) } },
    ] {
        for (lang, mark) in [(Lang::Vi, "Chi tiết: "), (Lang::En, "Detail: ")] {
            let report = fault(lang, &one);
            let lines: Vec<&str> = report.what.lines().collect();
            assert!(lines.len() == 2 && !lines[0].contains(words) && lines[1] == format!("{mark}{words}"), "{report}");
            assert!(!report.kept.is_empty() && !report.next.is_empty(), "{report}");
            assert!(!report.to_string().to_lowercase().contains("ổ cắm"), "{report}");
        }
    }
}
