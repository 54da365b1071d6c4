//! What stood at some time, against what was seen at that time.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use lichhop::domain::account::Account;
use lichhop::domain::dispatch::Dispatch;
use lichhop::domain::mailbox::{Mailbox, MailboxRow, MailboxState};
use lichhop::domain::meeting::{Entry, Meeting, MeetingId};
use lichhop::domain::order::{EntryChanges, MeetingFilter};
use lichhop::domain::outbox::{Failure, Fate, Item};
use lichhop::domain::search::Hit;
use lichhop::domain::time::{IsoWeek, WallTime};
use lichhop::domain::unit::{Unit, UnitRow};
use lichhop::usecase::listing::{Listed, list};
use lichhop::usecase::past::Past;
use lichhop::usecase::ports::{Commit, Entry as StoreEntry, Store, StoreError, Value};
use lichhop::usecase::table::each;
use lichhop::usecase::{history, issue, keys, meeting, outbox, registry, search, week};
use proptest::prelude::*;

use super::{Bench, code, entry, everything, instant, line, mailbox_row, order, prose, unit_row};

/// A change: what is done, to which of the things there are, and how.
type Change = (u8, prop::sample::Index, u8);

/// Everything that can be read of a store, without the kinds that are not kept with versions.
#[derive(Debug, PartialEq)]
struct Whole {
    records: BTreeMap<Vec<u8>, StoreEntry>,
    indexes: Vec<(Vec<u8>, Value)>,
    meetings: Vec<Listed>,
    week: Vec<Listed>,
    found: Vec<Hit>,
    items: Vec<(Item, lichhop::domain::outbox::ItemState)>,
}

fn whole(store: &dyn Store) -> Whole {
    let mut records = BTreeMap::new();
    for prefix in [keys::UNIT, keys::MAILBOX, keys::MEETING, keys::DISPATCH, keys::ITEM] {
        each(store, prefix, |entry| {
            records.insert(entry.key.clone(), entry);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
    let mut indexes = Vec::new();
    for prefix in [keys::INDEX, keys::DUE] {
        each(store, prefix, |entry| {
            indexes.push((entry.key, entry.value));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
    let caller = everything();
    Whole {
        records,
        indexes,
        meetings: list(store, &caller, &MeetingFilter::default()).unwrap(),
        week: week::week(store, &caller, IsoWeek::of(at(0).day()), None).unwrap(),
        found: search::search(store, &caller, "a", None).unwrap(),
        items: outbox::list(store, &std::collections::HashSet::new(), None).unwrap(),
    }
}

fn past(store: &dyn Store, at: DateTime<Utc>) -> Past {
    let mut past = Past::at(at);
    past.take::<Unit>(store).unwrap();
    past.take::<Mailbox>(store).unwrap();
    past.take::<Meeting>(store).unwrap();
    past.take::<Dispatch>(store).unwrap();
    past.take::<Item>(store).unwrap();
    past
}

fn at(hours: u8) -> WallTime {
    let start = WallTime::parse("2016-05-05 08:00", DateTime::UNIX_EPOCH).unwrap().naive() + Duration::hours(hours.into());
    WallTime::new(start.date(), start.time())
}

fn registry(bench: &mut Bench, which: usize, how: u8) {
    let codes = ["VP", "CDA", "VPC", "TCDL", "MOI"];
    let unit = codes[which % codes.len()];
    let name = format!("Đơn vị {how}");
    let row = UnitRow { parent: (how.is_multiple_of(2) && unit != "VP").then(|| code("VP")), ..unit_row(2, unit, &name, "") };
    let _ = registry::import_units(&mut bench.desk, "lan", "u.csv", &[row], false);
    let state = [MailboxState::Active, MailboxState::Suspended, MailboxState::Allocated][usize::from(how % 3)];
    let address = format!("hop{}@chinhphu.vn", which % 3);
    let row = MailboxRow { state: Some(state), custodian: Some(line(&name)), ..mailbox_row(2, &address, unit) };
    let _ = registry::import_mailboxes(&mut bench.desk, "lan", "m.csv", &[row], false);
}

/// Claims what is due; what becomes of each message is as chance has it.
fn send(bench: &mut Bench, how: u8) {
    let claim = bench.claim().unwrap();
    let now = bench.desk.now();
    let failure = Failure { phase: "rcpt".into(), code: Some(450), enhanced: None, text: "bận".into() };
    let fate = match how % 3 {
        0 => Fate::Sent { at: now },
        1 => Fate::Deferred { failure, next: now + Duration::minutes(1), uncertain: false },
        _ => Fate::Failed { failure },
    };
    let fates: Vec<_> = claim.items.iter().map(|item| (item.id, fate.clone())).collect();
    outbox::settle(&mut bench.desk, &fates).unwrap();
}

/// Does a change, if it can be done in the state that the meeting is in.
fn change(bench: &mut Bench, ids: &mut Vec<MeetingId>, (what, which, how): Change) {
    let reason = prose("đã thống nhất");
    if ids.is_empty() || what < 3 {
        let made = Entry { start: at(how), place: line(&format!("Phòng {}", how % 2)), ..entry(&["CDA", "VPC"]) };
        ids.push(meeting::add(&mut bench.desk, "lan", &made, how % 4 > 0).unwrap().meeting.value.id);
        return;
    }
    let id = ids[which.index(ids.len())].clone();
    let desk = &mut bench.desk;
    match what {
        3 => {
            let changes = EntryChanges { start: Some(at(how)), place: Some(line("Nơi khác")), ..EntryChanges::default() };
            drop(meeting::edit(desk, "lan", &id, &changes, None));
        }
        4 => drop(meeting::submit(desk, "lan", &id)),
        5..8 => drop(meeting::approve(desk, "minh", &id, Some(&reason))),
        8 => drop(meeting::give_back(desk, "minh", &id, &reason)),
        9 => drop(meeting::reject(desk, "minh", &id, &reason)),
        10 => drop(meeting::cancel(desk, "minh", &id, &reason)),
        11..14 => drop(issue::issue(desk, "minh", &order(&id))),
        14 => drop(meeting::edit(desk, "minh", &id, &EntryChanges { invite: vec![code("TCDL")], ..EntryChanges::default() }, None)),
        15..17 => send(bench, how),
        _ => registry(bench, which.index(60), how),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_stood_is_what_was_seen(changes in prop::collection::vec((0u8..20, any::<prop::sample::Index>(), 0u8..24), 1..32), gaps in prop::collection::vec(1i64..4_000, 32)) {
        let mut bench = Bench::new();
        let mut ids = Vec::new();
        let mut seen = vec![(bench.desk.now(), whole(bench.desk.store()))];
        for (made, gap) in changes.into_iter().zip(gaps) {
            bench.wait(Duration::seconds(gap));
            change(&mut bench, &mut ids, made);
            seen.push((bench.desk.now(), whole(bench.desk.store())));
        }
        bench.assert_sound();
        for (n, (moment, then)) in seen.iter().enumerate() {
            prop_assert_eq!(&whole(&past(bench.desk.store(), *moment)), then, "at {}", moment);
            // Until the next change.
            let until = seen.get(n + 1).map_or(*moment + Duration::days(365), |(next, _)| *next - Duration::nanoseconds(1));
            prop_assert_eq!(&whole(&past(bench.desk.store(), until)), then, "until {}", until);
        }
        let before = whole(&past(bench.desk.store(), seen[0].0 - Duration::nanoseconds(1)));
        prop_assert!(before.records.is_empty() && before.indexes.is_empty() && before.meetings.is_empty());
    }
}

#[test]
fn a_revision_is_the_one_that_the_record_had() {
    let mut bench = Bench::new();
    let id = bench.submitted(&["CDA"]);
    let mut revisions = vec![meeting::read(bench.desk.store(), &id).unwrap().rev];
    for start in [1, 2, 3] {
        bench.wait(Duration::minutes(1));
        let changes = EntryChanges { start: Some(at(start)), ..EntryChanges::default() };
        revisions.push(meeting::edit(&mut bench.desk, "lan", &id, &changes, None).unwrap().meeting.rev);
    }
    let kept = history::versions::<Meeting>(bench.desk.store(), id.as_str()).unwrap();
    assert_eq!(kept.iter().map(|version| version.rev).collect::<Vec<_>>(), revisions);
    assert!(kept.is_sorted_by_key(|version| (version.at, version.audit)) && kept.iter().all(|version| version.by == "lan"));
    assert!(history::versions::<Meeting>(bench.desk.store(), "LH-2016-000").unwrap().is_empty());
    let mut one = Past::at(kept[1].at);
    one.take_one::<Meeting>(bench.desk.store(), id.as_str()).unwrap();
    assert_eq!(meeting::read(&one, &id).unwrap().rev, revisions[1]);
}

#[test]
fn of_versions_whose_times_are_out_of_order_the_one_made_last_counts() {
    let mut bench = Bench::new();
    let id = bench.submitted(&["CDA"]);
    // The clock was an hour fast for a while.
    for (minutes, place) in [(60, "Phòng nhanh"), (-50, "Phòng đúng"), (100, "Phòng sau")] {
        bench.wait(Duration::minutes(minutes));
        meeting::edit(&mut bench.desk, "lan", &id, &EntryChanges { place: Some(line(place)), ..EntryChanges::default() }, None).unwrap();
    }
    let place = |minutes| {
        let past = past(bench.desk.store(), instant("2016-05-03T02:00:00Z") + Duration::minutes(minutes));
        meeting::read(&past, &id).unwrap().value.entry.place.to_string()
    };
    assert_eq!(
        [place(5), place(15), place(70), place(110)],
        ["Phòng họp tầng 2, số 51 Ngô Quyền", "Phòng đúng", "Phòng đúng", "Phòng sau"]
    );
}

#[test]
fn what_was_is_not_written_and_holds_what_was_asked_for_only() {
    let bench = Bench::new();
    let mut past = Past::at(bench.desk.now());
    past.take::<Unit>(bench.desk.store()).unwrap();
    assert!(matches!(past.commit(&Commit::default()), Err(StoreError::Unavailable(_))));
    assert!(past.sync().is_ok() && past.revision() > 0);
    assert!(past.get(b"u/VP").unwrap().is_some() && past.get(b"w/lan").unwrap().is_none());
    assert!(lichhop::usecase::table::all::<Mailbox>(&past).unwrap().is_empty());
    assert!(lichhop::usecase::table::all::<Account>(&past).unwrap().is_empty());
}
