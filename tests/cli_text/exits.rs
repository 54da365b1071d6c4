//! Exit codes.

use lichhop::cli::audit::{self, Which};
use lichhop::cli::flush;
use lichhop::domain::audit::Finding;
use lichhop::domain::fault::{BackupFault, ConfigurationFault, Fault, HostFault, Permission, Rule, Why};
use lichhop::domain::meeting::MeetingId;
use lichhop::domain::outbox::Tally;
use lichhop::i18n::{Lang, fault::fault};
use lichhop::report::Exit;
use lichhop::wire::reply::{CheckReport, FlushReport, RelayTrouble};

use super::{failure, view};

#[test]
fn every_fault_has_its_code_and_its_report_the_same() {
    let id = MeetingId::new(2016, 1);
    let cases = [
        (Fault::wrong("title", "", Why::Required), 65),
        (Fault::refused(Rule::IssuedIsFixed { id: id.clone() }), 79),
        (Fault::NotPermitted { permission: Permission::OwnApproval { id, who_may: vec![] } }, 77),
        (Fault::Stale { id: "LH-2016-0001".into() }, 76),
        (Fault::Store { detail: "x".into() }, 74),
        (Fault::Damaged { detail: "x".into() }, 74),
        (Fault::Full, 74),
        (Fault::Locked { pid: Some(1) }, 75),
        (Fault::Host { problem: HostFault::Nobody { socket: "/x".into() } }, 69),
        (Fault::Host { problem: HostFault::OtherVersion { host: "9".into(), own: "8".into() } }, 69),
        (Fault::Host { problem: HostFault::Serving { pid: None } }, 75),
        (Fault::Host { problem: HostFault::Crowded }, 75),
        (Fault::Host { problem: HostFault::Lost }, 75),
        (Fault::Backup { problem: BackupFault::NoRoom { path: "/x".into(), needed: 2, free: 1, store: true } }, 74),
        (Fault::Backup { problem: BackupFault::NoRoom { path: "/x".into(), needed: 2, free: 1, store: false } }, 73),
        (Fault::Backup { problem: BackupFault::OtherStore { folder: "/x".into(), file: "y".into(), whose: "z".into() } }, 78),
        (Fault::Backup { problem: BackupFault::IsFolder { path: "/x".into(), proposed: "/x/y".into() } }, 73),
        (Fault::NotInitialised { path: "/x".into() }, 78),
        (Fault::Configuration { problem: ConfigurationFault::FrozenClock }, 78),
        (Fault::Internal { detail: "x".into() }, 70),
    ];
    for (one, code) in cases {
        assert_eq!(Exit::of(&one).code(), code, "{one:?}");
        for lang in Lang::ALL {
            assert_eq!(fault(lang, &one).exit.code(), code, "{one:?}");
        }
    }
}

#[test]
fn a_flush_ends_with_the_first_of_its_reasons() {
    let failure = failure();
    let tally = |deferred, failed| Tally { sent: 1, deferred, failed, held: 0 };
    let report = |tally, due, relay| FlushReport { tally, due, relay, ..FlushReport::default() };
    let cases = [
        (report(tally(0, 0), 0, None), 0),
        (report(tally(1, 0), 0, None), 75),
        (report(tally(0, 0), 3, None), 75),
        (report(tally(1, 1), 3, None), 65),
        (report(tally(0, 0), 3, Some(RelayTrouble::Paused { failure: failure.clone() })), 75),
        (report(tally(0, 0), 0, Some(RelayTrouble::Paused { failure: failure.clone() })), 75),
        (report(tally(0, 1), 3, Some(RelayTrouble::Paused { failure: failure.clone() })), 65),
        (report(tally(1, 1), 3, Some(RelayTrouble::Unreachable { failure: failure.clone() })), 69),
        (report(tally(1, 1), 3, Some(RelayTrouble::Credentials { failure: failure.clone() })), 77),
        (report(tally(1, 1), 3, Some(RelayTrouble::Configuration { failure })), 78),
    ];
    for (report, code) in cases {
        assert_eq!(flush::exit(&report).code(), code, "{report:?}");
    }
}

#[test]
fn a_check_that_finds_something_ends_with_74_and_names_it() {
    let sound = CheckReport { looked_at: 12, ..CheckReport::default() };
    let broken = CheckReport { findings: vec![Finding::Missing { sequence: 7 }], ..sound.clone() };
    for which in [Which::Audit, Which::Store] {
        for (lang, json) in [(Lang::Vi, false), (Lang::En, false), (Lang::Vi, true)] {
            let good = audit::outcome(which, &sound, &view(lang, json, None)).unwrap();
            assert_eq!(good.exit, Exit::Done);
            assert!(String::from_utf8(good.out).unwrap().contains("12"));
            let bad = audit::outcome(which, &broken, &view(lang, json, None)).unwrap();
            assert_eq!(bad.exit, Exit::Store);
            assert!(String::from_utf8(bad.out).unwrap().contains('7'));
        }
    }
}
