//! What tells at a glance that two meetings are in nobody's way. Of the many meetings of a day few are held at one time, and of
//! those hardly any claims what another claims: the others need not be read.
//!
//! A glance may say *perhaps* of two meetings that have no conflict; of two that have one it never says *no*.

use crate::domain::conflict::{ConflictKind, claims};
use crate::domain::meeting::{Meeting, overlap};
use crate::domain::text::search_key;
use crate::domain::time::WallTime;

/// What a meeting claims, in 32 bits: equal for whatever [`conflicts`](crate::domain::conflict::conflicts) takes for the same,
/// and seldom equal for anything else.
///
/// Marks are stored. How they are made, and with that [`search_key`], is part of the store's schema: a change of either is a
/// new schema and a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub u32);

impl Mark {
    /// The CRC-32C of a letter for the kind and of the text's [`search_key`] in UTF-8. Two texts have one mark by chance once in
    /// four milliards; that costs a look at the meeting.
    #[must_use]
    pub fn of(kind: ConflictKind, text: &str) -> Self {
        let letter = match kind {
            ConflictKind::Room => b'p',
            ConflictKind::Chair => b'c',
        };
        Self(crc32c::crc32c_append(crc32c::crc32c(&[letter]), search_key(text).as_bytes()))
    }
}

/// A meeting at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// When it begins.
    pub start: WallTime,
    /// When it is over, for all who must reckon with it.
    pub until: WallTime,
    /// Whether it claims anything of others, in the state that it is in.
    pub claims_time: bool,
    /// What it claims, or would claim: ascending, each once.
    pub marks: Vec<Mark>,
}

impl Glance {
    /// Of a meeting that is known.
    #[must_use]
    pub fn of(meeting: &Meeting) -> Self {
        let (start, until) = meeting.entry.span();
        let mut marks: Vec<Mark> = claims(&meeting.entry).map(|(kind, claimed)| Mark::of(kind, claimed.as_str())).collect();
        marks.sort_unstable();
        marks.dedup();
        Self { start, until, claims_time: meeting.state.claims_time(), marks }
    }

    /// Whether the meeting may be in the way of another, whatever state that one is in.
    #[must_use]
    pub fn may_clash(&self, other: &Self) -> bool {
        self.claims_time
            && overlap((self.start, self.until), (other.start, other.until))
            && self.marks.iter().any(|mark| other.marks.binary_search(mark).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, NaiveDateTime};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::conflict::conflicts;
    use crate::domain::conflict::tests::meeting;
    use crate::domain::meeting::tests::entry;
    use crate::domain::meeting::{Entry, MeetingState};
    use crate::domain::text::Line;

    /// Whoever changes one of these numbers changes the store's schema: what is stored must be made anew, or conflicts are lost.
    #[test]
    fn marks_are_what_is_stored() {
        assert_eq!(Mark::of(ConflictKind::Room, "Phòng họp tầng 2, số 51 Ngô Quyền"), Mark(0x5F21_05C5));
        assert_eq!(Mark::of(ConflictKind::Chair, "Thứ trưởng"), Mark(0xA461_F162));
        assert_eq!(Mark::of(ConflictKind::Room, "Thứ trưởng"), Mark(0x458F_22B9));
        // Every letter of the scripts that are written here, with every mark that may stand behind it.
        let letters = ('\0'..='\u{24F}').chain('\u{300}'..='\u{36F}').chain('\u{1E00}'..='\u{1EFF}').chain('\u{2000}'..='\u{206F}');
        let keys: String = letters.map(|letter| search_key(&format!("x{letter}x"))).collect();
        assert_eq!(crc32c::crc32c(keys.as_bytes()), 0x1F8A_333E);
    }

    /// Texts that differ in case, marks, composition and spaces, and texts that differ in letters.
    fn text() -> impl Strategy<Value = Line> {
        let same = [
            "Phòng họp số 1",
            "PHÒNG HỌP SỐ 1",
            "phong hop so 1",
            "Pho\u{300}ng   ho\u{323}p số 1",
            "Đại sảnh",
            "dai sanh",
            "Phòng họp số 2",
        ];
        prop_oneof![3 => prop::sample::select(same.to_vec()).prop_map(str::to_owned), 1 => "\\PC{1,12}"]
            .prop_filter_map("no line", |raw| Line::parse(&raw).ok())
    }

    fn made() -> impl Strategy<Value = (Entry, MeetingState)> {
        // Within two days and beyond them, with every kind of end.
        let end = prop::option::of(prop_oneof![4 => 1i64..300, 1 => 300i64..60_000]);
        (0i64..4_000, end, text(), text(), prop::sample::select(MeetingState::ALL.to_vec())).prop_map(
            |(start, length, place, chair, state)| {
                let base = entry("2016-05-05 06:00", None);
                let at = |minutes: i64| {
                    let time: NaiveDateTime = base.start.naive() + Duration::minutes(minutes);
                    WallTime::new(time.date(), time.time())
                };
                (Entry { start: at(start), end: length.map(|length| at(start + length)), place, chair, ..base.clone() }, state)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn no_conflict_is_overlooked(made in prop::collection::vec(made(), 2..8)) {
            let meetings: Vec<Meeting> = made.into_iter().zip(1..).map(|((entry, state), serial)| meeting(serial, entry, state)).collect();
            for mine in &meetings {
                let glance = Glance::of(mine);
                prop_assert!(glance.marks.is_sorted_by(|a, b| a < b));
                let seen = meetings.iter().filter(|other| Glance::of(other).may_clash(&glance));
                prop_assert_eq!(conflicts(Some(&mine.id), &mine.entry, seen), conflicts(Some(&mine.id), &mine.entry, &meetings));
            }
        }
    }

    #[test]
    fn who_claims_something_else_is_not_looked_at() {
        let mine = meeting(1, entry("2016-05-05 14:00", None), MeetingState::Draft);
        let mut other = meeting(2, entry("2016-05-05 14:00", None), MeetingState::Approved);
        assert!(Glance::of(&other).may_clash(&Glance::of(&mine)) && !Glance::of(&mine).may_clash(&Glance::of(&other)));
        // One's chair is not the other's place.
        other.entry.place = mine.entry.chair.clone();
        other.entry.chair = mine.entry.place.clone();
        assert!(!Glance::of(&other).may_clash(&Glance::of(&mine)));
    }
}
