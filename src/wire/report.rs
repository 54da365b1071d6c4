//! The report of the outbox: what is asked and what is told, a part at a time.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::dispatch::ItemId;
pub use crate::domain::verdict::{Verdict, Verdicts};
use crate::wire::reply::ItemView;

/// The messages of which days are reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxReportOrder {
    /// Issued on this day or later; without, from the first day of the month in which the last one lies.
    pub from: Option<NaiveDate>,
    /// Issued on this day or before; without, to the end of the present month.
    pub to: Option<NaiveDate>,
    /// Go on behind this message, as [`OutboxReportPart::next`] said.
    pub after: Option<ItemId>,
}

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxReportPart {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The messages of this part by what they say, in the order in which they were met.
    pub kinds: Vec<KindVerdicts>,
    /// Those of them that a person has to look at.
    pub troubled: Vec<Troubled>,
    /// Behind which message the next part begins; `None`: there is none.
    pub next: Option<ItemId>,
}

/// Messages that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindVerdicts {
    /// What they say: the word of [`ItemView::said`].
    pub kind: String,
    /// What became of them.
    pub verdicts: Verdicts,
}

/// A message that was to reach somebody and has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Troubled {
    /// What became of it.
    pub verdict: Verdict,
    /// The message.
    pub item: ItemView,
}

impl OutboxReportPart {
    /// Counts a message.
    pub fn count(&mut self, verdict: Verdict, item: ItemView) {
        let mut one = Verdicts::default();
        one.count(verdict);
        self.more(item.said(), &one);
        if verdict.is_trouble() {
            self.troubled.push(Troubled { verdict, item });
        }
    }

    /// Adds the part that follows.
    pub fn add(&mut self, part: Self) {
        for one in part.kinds {
            self.more(&one.kind, &one.verdicts);
        }
        self.troubled.extend(part.troubled);
        self.next = part.next;
    }

    /// All messages together.
    #[must_use]
    pub fn total(&self) -> Verdicts {
        let mut total = Verdicts::default();
        for one in &self.kinds {
            total.add(&one.verdicts);
        }
        total
    }

    fn more(&mut self, kind: &str, verdicts: &Verdicts) {
        match self.kinds.iter_mut().find(|one| one.kind == kind) {
            Some(one) => one.verdicts.add(verdicts),
            None => self.kinds.push(KindVerdicts { kind: kind.to_owned(), verdicts: *verdicts }),
        }
    }
}
