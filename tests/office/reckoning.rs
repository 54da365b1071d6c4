//! What became of messages: each is counted once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use lichhop::domain::dispatch::ItemId;
use lichhop::domain::incoming::ReceivedId;
use lichhop::domain::intervention::Intervention;
use lichhop::domain::outbox::{Bounce, Failure, Fate};
use lichhop::domain::verdict::Verdict;
use lichhop::usecase::intervene::intervene;
use lichhop::usecase::outbox::settle;
use lichhop::usecase::ports::StoreError;
use lichhop::usecase::{meeting, reckoning, table};

use super::{Bench, prose};

fn day(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// What was met from one day to another, in its order, when each walk is broken off behind so many messages.
fn met(bench: &Bench, from: &str, to: &str, at_once: usize) -> Vec<(ItemId, Verdict)> {
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let mut here = 0;
        after = reckoning::walk(bench.desk.store(), (day(from), day(to)), after, |item| {
            here += 1;
            met.push((item.id, Verdict::of(&item)));
            Ok::<_, StoreError>(if here == at_once { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
        if after.is_none() {
            return met;
        }
    }
}

fn failure() -> Failure {
    Failure { phase: "rcpt".into(), code: Some(550), enhanced: None, text: "no such mailbox".into() }
}

#[test]
fn each_message_is_counted_once_whatever_became_of_it() {
    let mut bench = Bench::new();
    let first = bench.issued(&["CDA", "VPC", "TCDL", "TCDL-TTTT"]);
    let claimed = bench.claim().unwrap().items;
    let [sent, refused, expired, bounced] = <[_; 4]>::try_from(claimed).unwrap();
    let (at, next) = (bench.desk.now(), expired.expires_at);
    let fates = [
        (sent.id, Fate::Sent { at }),
        (refused.id, Fate::Failed { failure: failure() }),
        (expired.id, Fate::Deferred { failure: failure(), next, uncertain: false }),
        (bounced.id, Fate::Sent { at }),
    ];
    settle(&mut bench.desk, &fates).unwrap();
    let stored = table::item(bench.desk.store(), bounced.id).unwrap().unwrap();
    let mut back = stored.value.clone();
    back.bounce = Some(Bounce { at, status: Some("5.1.1".into()), text: None, message: ReceivedId(1) });
    let mut change = bench.desk.change("lan", "test", "");
    change.put(Some(&stored), &back).unwrap();
    bench.desk.commit(change).unwrap();

    // Cancelled before it was sent: the invitation gives way, and nobody needs the notice of it.
    let second = bench.issued(&["CDA"]);
    meeting::cancel(&mut bench.desk, "minh", &second, &prose("bận")).unwrap();
    // Refused after it was cancelled: its notice is not sent either.
    let third = bench.issued(&["VPC"]);
    let claimed = bench.claim().unwrap().items;
    assert_eq!(claimed.iter().map(|item| &item.meeting).collect::<Vec<_>>(), [&third]);
    meeting::cancel(&mut bench.desk, "minh", &third, &prose("bận")).unwrap();
    settle(&mut bench.desk, &[(claimed[0].id, Fate::Failed { failure: failure() })]).unwrap();
    bench.claim().unwrap();
    // Kept back, given up, and still waiting.
    bench.wait(chrono::Duration::days(1));
    let fourth = bench.issued(&["CDA", "VPC", "TCDL"]);
    let ids: Vec<ItemId> = met(&bench, "2016-05-04", "2016-05-04", 100).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 3, "{fourth} of {first}");
    intervene(&mut bench.desk, "lan", &ids[..1], &Intervention::Hold).unwrap();
    intervene(&mut bench.desk, "lan", &ids[1..2], &Intervention::Drop { reason: prose("gửi nhầm") }).unwrap();

    let all = met(&bench, "2016-05-03", "2016-05-04", 1000);
    let mut counts = BTreeMap::new();
    for (_, verdict) in &all {
        *counts.entry(*verdict).or_insert(0) += 1;
    }
    let all_items = lichhop::usecase::outbox::list(bench.desk.store(), &bench.desk.claimed.items, None).unwrap();
    assert_eq!(all.iter().map(|(id, _)| *id).collect::<Vec<_>>(), all_items.iter().map(|(item, _)| item.id).collect::<Vec<_>>());
    // What becomes of warnings is looked at where there are some.
    for verdict in Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Needless) {
        assert!(counts.contains_key(&verdict), "{verdict:?} of {counts:?}");
    }
    assert_eq!((counts[&Verdict::Sent], counts[&Verdict::Bounced], counts[&Verdict::Expired]), (1, 1, 1));
    assert_eq!((counts[&Verdict::Refused], counts[&Verdict::Held], counts[&Verdict::ByPerson]), (2, 1, 1));
    assert_eq!(
        (counts[&Verdict::Waiting], counts[&Verdict::Superseded], counts.values().sum::<i32>()),
        (1, 1, i32::try_from(all.len()).unwrap())
    );
    // However it is divided, and only of the days that were asked for.
    for at_once in [1, 2, 3] {
        assert_eq!(met(&bench, "2016-05-03", "2016-05-04", at_once), all);
    }
    assert_eq!(met(&bench, "2016-05-04", "2016-05-04", 2).len(), 3);
    assert_eq!(met(&bench, "2016-05-05", "2016-06-04", 2), []);
    bench.assert_sound();
}

#[test]
fn days_are_those_of_vietnam() {
    let mut bench = Bench::new();
    // 23:59 and 00:01 in Hà Nội.
    for now in ["2016-05-03T16:59:00Z", "2016-05-03T17:01:00Z"] {
        *bench.clock.0.lock().unwrap() = super::instant(now);
        bench.issued(&["CDA"]);
    }
    assert_eq!(met(&bench, "2016-05-03", "2016-05-03", 9).len(), 1);
    assert_eq!(met(&bench, "2016-05-04", "2016-05-04", 9).len(), 1);
}
