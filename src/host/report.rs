//! The report of the outbox, as far as an account sees it.

use std::ops::ControlFlow;

use chrono::{Datelike as _, Months, NaiveDate};

use crate::domain::fault::Fault;
use crate::domain::time::WallTime;
use crate::domain::verdict::Verdict;
use crate::host::answer::Place;
use crate::host::sight::Eyes;
use crate::usecase::access::Caller;
use crate::usecase::reckoning;
use crate::wire::reply::ItemView;
use crate::wire::report::{OutboxReportOrder, OutboxReportPart};

/// How many messages one part names.
const NAMED: usize = 512;

/// A part of the report: what the account does not see is not counted either.
///
/// # Errors
/// [`Fault::Store`].
pub(super) fn part(place: &Place, caller: &Caller, order: &OutboxReportOrder) -> Result<OutboxReportPart, Fault> {
    let (from, to) = days(order, WallTime::at(place.now).day());
    let mut eyes = Eyes::of(place.store, caller);
    let mut part = OutboxReportPart { from, to, kinds: Vec::new(), troubled: Vec::new(), next: None };
    part.next = reckoning::walk(place.store, (from, to), order.after, |item| {
        if let Some(seen) = eyes.item(ItemView::of(&item, item.state))? {
            part.count(Verdict::of(&item), seen);
        }
        Ok::<_, Fault>(if part.troubled.len() == NAMED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(part)
}

/// The first and the last day; in whichever order they are named.
fn days(order: &OutboxReportOrder, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let last = |day: NaiveDate| first(day).checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
    match (order.from, order.to) {
        (Some(from), Some(to)) => (from.min(to), from.max(to)),
        (Some(from), None) => (from, last(today).max(from)),
        (None, Some(to)) => (first(to), to),
        (None, None) => (first(today), last(today)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_days_it_is_the_present_month() {
        let day = |raw: &str| raw.parse::<NaiveDate>().unwrap();
        let order = |from: Option<&str>, to: Option<&str>| OutboxReportOrder { from: from.map(day), to: to.map(day), after: None };
        for (from, to, expected) in [
            (None, None, ("2016-02-01", "2016-02-29")),
            (Some("2016-01-15"), None, ("2016-01-15", "2016-02-29")),
            (Some("2016-03-15"), None, ("2016-03-15", "2016-03-15")),
            (None, Some("2015-12-31"), ("2015-12-01", "2015-12-31")),
            (Some("2016-02-05"), Some("2016-02-03"), ("2016-02-03", "2016-02-05")),
        ] {
            assert_eq!(days(&order(from, to), day("2016-02-10")), (day(expected.0), day(expected.1)), "{from:?} {to:?}");
        }
    }
}
