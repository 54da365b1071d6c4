//! The schedule of a week as it stands now.

use std::collections::BTreeMap;

use crate::domain::meeting::Meeting;
use crate::domain::time::IsoWeek;
use crate::domain::unit::UnitCode;
use crate::domain::week::stands_in;
use crate::usecase::meeting::{concerns, on_day};
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table::Stored;

/// The meetings of a week by start; only those that concern `unit` if given.
///
/// # Errors
/// The store's.
pub fn week(store: &dyn Store, week: IsoWeek, unit: Option<&UnitCode>) -> Result<Vec<Stored<Meeting>>, StoreError> {
    let mut found = BTreeMap::new();
    for day in week.days() {
        for meeting in on_day(store, day)? {
            let shown = stands_in(&meeting.value, week) && unit.is_none_or(|unit| concerns(&meeting.value.entry, unit));
            if shown {
                found.insert((meeting.value.entry.start, meeting.value.id.clone()), meeting);
            }
        }
    }
    Ok(found.into_values().collect())
}
