//! Drafts of forms: whose they are, how long they live, and that they leave no trace.

use chrono::Duration;
use lichhop::domain::audit::Finding;
use lichhop::domain::draft::{DraftField, FormKey, KEPT_DAYS};
use lichhop::usecase::ports::{Commit, Format, Operation, Store, Value};
use lichhop::usecase::{audit, check, draft, keys};

use super::Bench;

fn form(name: &str) -> FormKey {
    FormKey::parse(name).unwrap()
}

fn typed(text: &str) -> Vec<DraftField> {
    vec![DraftField { field: "title".into(), text: text.into() }]
}

fn titles(bench: &Bench, account: &str) -> Vec<String> {
    let drafts = draft::list(bench.desk.store(), account, bench.desk.now()).unwrap();
    drafts.into_iter().map(|draft| draft.fields[0].text.clone()).collect()
}

#[test]
fn each_account_finds_its_own_and_the_audit_none() {
    let bench = Bench::new();
    let before = audit::verify(bench.memory.as_ref()).unwrap().head;
    for account in ["lan", "lan/x", "la"] {
        draft::keep(&bench.desk, account, form("meeting.new"), typed(account)).unwrap();
        draft::keep(&bench.desk, account, form("meeting.new"), typed(&format!("{account} 2"))).unwrap();
    }
    assert_eq!(titles(&bench, "lan"), ["lan 2"]);
    assert_eq!(draft::show(bench.desk.store(), "la", &form("meeting.new"), bench.desk.now()).unwrap().unwrap().fields, typed("la 2"));
    draft::discard(&bench.desk, "la", &form("meeting.new")).unwrap();
    assert_eq!((titles(&bench, "la").len(), titles(&bench, "lan").len(), titles(&bench, "lan/x").len()), (0, 1, 1));
    assert_eq!(audit::verify(bench.memory.as_ref()).unwrap().head, before);
    bench.assert_sound();
}

#[test]
fn after_a_month_it_is_gone() {
    let bench = Bench::new();
    draft::keep(&bench.desk, "lan", form("old"), typed("cũ")).unwrap();
    bench.wait(Duration::days(1));
    draft::keep(&bench.desk, "lan", form("young"), typed("mới")).unwrap();
    bench.wait(Duration::days(KEPT_DAYS - 1));
    assert_eq!(titles(&bench, "lan"), ["mới"]);
    assert_eq!(draft::show(bench.desk.store(), "lan", &form("old"), bench.desk.now()).unwrap(), None);
    let there = |name| bench.desk.store().get(&keys::draft("lan", name)).unwrap().is_some();
    assert!(there("old"), "shown no more, but not removed yet");
    draft::sweep(&bench.desk).unwrap();
    assert!(!there("old") && there("young"));
}

#[test]
fn a_damaged_or_misplaced_draft_is_found_and_costs_nobody_else_theirs() {
    let bench = Bench::new();
    draft::keep(&bench.desk, "lan", form("good"), typed("tốt")).unwrap();
    let value = bench.desk.store().get(&keys::draft("lan", "good")).unwrap().unwrap().value;
    let damaged = Value { format: Format::Json, schema: 1, bytes: b"{".to_vec() };
    let put = |name, value| Operation::Put { key: keys::draft("minh", name), value };
    let operations = vec![put("damaged", damaged), put("elsewhere", value)];
    bench.memory.commit(&Commit { checks: vec![], operations }).unwrap();
    bench.wait(Duration::days(2 * KEPT_DAYS));
    draft::sweep(&bench.desk).unwrap();
    let findings = check::check(bench.memory.as_ref()).unwrap().findings;
    assert!(matches!(findings.as_slice(), [Finding::Damaged { detail }] if detail.contains("damaged")), "{findings:?}");
    let bench = Bench::new();
    let value = {
        draft::keep(&bench.desk, "lan", form("good"), typed("tốt")).unwrap();
        bench.desk.store().get(&keys::draft("lan", "good")).unwrap().unwrap().value
    };
    bench.memory.commit(&Commit { checks: vec![], operations: vec![put("elsewhere", value)] }).unwrap();
    let findings = check::check(bench.memory.as_ref()).unwrap().findings;
    assert!(matches!(findings.as_slice(), [Finding::Record { id }] if id.contains("elsewhere")), "{findings:?}");
}
