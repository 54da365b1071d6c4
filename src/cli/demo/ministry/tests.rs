use std::collections::BTreeSet;

use super::*;
use crate::domain::unit::UnitRow;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_meeting_of_the_table_can_be_read() {
    let rows = rows().unwrap();
    assert!((30..=40).contains(&rows.len()), "{}", rows.len());
    let units: Table<UnitRow> = import::units_in(Path::new(UNITS.0), UNITS.1.as_bytes()).unwrap();
    let known: BTreeSet<UnitCode> = units.rows.into_iter().map(|row| row.code).collect();
    for row in &rows {
        let entry = row.entry(day("2026-11-25")).unwrap();
        assert!(entry.validate().is_ok(), "{}", row.title);
        assert!(entry.invited.iter().chain(&entry.prepared_by).chain([&entry.unit]).all(|code| known.contains(code)), "{}", row.title);
        let today = row.steps().into_iter().filter(|(sitting, _)| *sitting > TODAY).count();
        assert_eq!(today, 0, "{}", row.title);
        assert!(row.fate != Fate::Queued || row.day > 0, "{}: nobody is invited to what has begun", row.title);
    }
    assert!(rows.iter().any(|row| row.title.chars().count() > 250), "a long title");
    assert!(rows.iter().any(|row| row.urgency == Urgency::Urgent) && rows.iter().any(|row| !row.online.is_empty()));
}

#[test]
fn meetings_are_on_working_days() {
    // Monday, Wednesday, Saturday, Sunday, New Year's Day (a Friday).
    for (today, before, next, far) in [
        ("2026-11-23", "2026-11-20", "2026-11-24", "2026-11-30"),
        ("2026-11-25", "2026-11-24", "2026-11-26", "2026-12-02"),
        ("2026-11-28", "2026-11-27", "2026-12-01", "2026-12-07"),
        ("2026-11-29", "2026-11-27", "2026-12-01", "2026-12-07"),
        ("2027-01-01", "2026-12-31", "2027-01-04", "2027-01-08"),
    ] {
        let at = |days| working_day(day(today), days).to_string();
        assert_eq!((at(-1), at(1), at(5)), (before.to_owned(), next.to_owned(), far.to_owned()), "{today}");
        // What is done is done in order, and before today.
        let sittings: Vec<_> = SITTINGS.map(|at| instant(day(today), at)).to_vec();
        assert!(sittings.is_sorted() && WallTime::at(sittings[4]).day() < day(today));
    }
    assert_eq!(WallTime::at(instant(day("1990-01-03"), SITTINGS[0])).to_string(), "00:00 01/01/1990");
}
