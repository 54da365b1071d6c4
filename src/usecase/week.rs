//! The schedule of a week as it stands now.

use std::collections::BTreeMap;

use crate::domain::time::IsoWeek;
use crate::domain::unit::UnitCode;
use crate::domain::week::stands_in;
use crate::usecase::access::Caller;
use crate::usecase::days::Days;
use crate::usecase::listing::{Listed, concerns, listed};
use crate::usecase::ports::{Store, StoreError};

/// The meetings of a week that are there for who asks, by start, with their conflicts; only those that concern `unit` if given.
///
/// # Errors
/// The store's.
pub fn week(store: &dyn Store, caller: &Caller, week: IsoWeek, unit: Option<&UnitCode>) -> Result<Vec<Listed>, StoreError> {
    let mut days = Days::new(store);
    let mut found = BTreeMap::new();
    for meeting in days.between(week.monday(), week.sunday())? {
        let shown =
            caller.knows(&meeting.value) && stands_in(&meeting.value, week) && unit.is_none_or(|unit| concerns(&meeting.value.entry, unit));
        if shown {
            found.insert((meeting.value.entry.start, meeting.value.id.clone()), meeting);
        }
    }
    listed(&mut days, found.into_values().collect())
}
