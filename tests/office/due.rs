//! When the outbox wants to be looked at next: what a run would take, and nothing else.

use chrono::Duration;
use lichhop::domain::outbox::{Failure, Fate};
use lichhop::usecase::due::{self, Due};
use lichhop::usecase::keys;
use lichhop::usecase::outbox::settle;
use lichhop::usecase::ports::{Commit, Format, Operation, Store, Value};

use super::Bench;

fn next(bench: &Bench) -> Due {
    due::next(&bench.desk, bench.desk.now()).unwrap()
}

#[test]
fn something_due_something_later_nothing() {
    let mut bench = Bench::new();
    assert_eq!(next(&bench), Due::Never);
    bench.issued(&["CDA", "VPC"]);
    assert_eq!(next(&bench), Due::Now);
    let claimed = bench.claim().unwrap().items;
    assert_eq!(next(&bench), Due::Now, "somebody must take over what is claimed and not in a run");
    let at = bench.desk.now() + Duration::minutes(7);
    let failure = Failure { phase: "rcpt".into(), code: Some(451), enhanced: None, text: "later".into() };
    let deferred = Fate::Deferred { failure, next: at, uncertain: false };
    let sent = Fate::Sent { at: bench.desk.now() };
    settle(&mut bench.desk, &[(claimed[0].id, deferred), (claimed[1].id, sent)]).unwrap();
    assert_eq!(next(&bench), Due::At(at));
    assert_eq!(due::earliest(bench.desk.store(), |_| false).unwrap(), Some(at));
    assert_eq!(due::earliest(bench.desk.store(), |id| *id == claimed[0].id).unwrap(), None);
    bench.wait(Duration::minutes(7));
    assert_eq!(next(&bench), Due::Now);
    bench.wait(Duration::days(30));
    assert_eq!(next(&bench), Due::Now, "what has expired wants to be ended");
}

#[test]
fn what_no_run_can_take_keeps_nobody_awake() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    let id = bench.claim().unwrap().items[0].id;
    let fate = Fate::Released { due: bench.desk.now() };
    settle(&mut bench.desk, &[(id, fate)]).unwrap();
    assert_eq!(next(&bench), Due::Now);
    let damaged = Value { format: Format::Json, schema: 1, bytes: b"{".to_vec() };
    let operations = vec![Operation::Put { key: keys::item(keys::ITEM, id), value: damaged }];
    bench.memory.commit(&Commit { checks: vec![], operations }).unwrap();
    assert_eq!(next(&bench), Due::Never);
    assert!(bench.claim().unwrap().items.is_empty());
}
