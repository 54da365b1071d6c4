//! How many lines to the relay there may be.
//!
//! As Postfix's queue manager does with its destinations: begin with one, one more for each round of messages that all got
//! through, and half as many when one is turned away. The first line therefore proves the relay, and one wrong password is one
//! failed login, not one for each line.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

/// The lines of a run, numbered from 0.
pub(super) struct Lines {
    /// As many as there may ever be.
    most: usize,
    /// The lines numbered below this may work; 0 when the run is over.
    open: watch::Sender<usize>,
    /// Messages that got through since the last change.
    through: AtomicUsize,
}

/// A line's own view of how many there may be.
pub(super) struct Place {
    number: usize,
    open: watch::Receiver<usize>,
}

impl Lines {
    /// Lines of which there may be `most` in the end.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), open: watch::Sender::new(1), through: AtomicUsize::new(0) }
    }

    /// The view of a line.
    pub(super) fn place(&self, number: usize) -> Place {
        Place { number, open: self.open.subscribe() }
    }

    /// A message had an answer of its own: the relay takes us.
    pub(super) fn went_well(&self) {
        let open = *self.open.borrow();
        if open == 0 || open >= self.most || self.through.fetch_add(1, Ordering::Relaxed) + 1 < open {
            return;
        }
        self.through.store(0, Ordering::Relaxed);
        self.open.send_if_modified(|open| {
            let grows = *open > 0 && *open < self.most;
            *open += usize::from(grows);
            grows
        });
    }

    /// A line was turned away. `true`: it was the only one there may be.
    pub(super) fn went_badly(&self) -> bool {
        self.through.store(0, Ordering::Relaxed);
        let mut last = false;
        self.open.send_if_modified(|open| {
            last = *open <= 1;
            let halves = *open > 1;
            *open = if halves { *open / 2 } else { *open };
            halves
        });
        last
    }

    /// Nothing will be handed out any more: who waits need not.
    pub(super) fn close(&self) {
        self.open.send_replace(0);
    }
}

impl Place {
    /// Whether this line may work now.
    pub(super) fn is_open(&self) -> bool {
        self.number < *self.open.borrow()
    }

    /// Waits until this line may work; `false` when the run is over.
    pub(super) async fn opens(&mut self) -> bool {
        let number = self.number;
        self.open.wait_for(|open| *open == 0 || number < *open).await.is_ok_and(|open| *open != 0)
    }

    /// Returns when this line may not work any more, or when the run is over.
    pub(super) async fn closes(&mut self) {
        let number = self.number;
        // An end of those who decide is an end of the run.
        let _ = self.open.wait_for(|open| number >= *open).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(lines: &Lines) -> usize {
        *lines.open.borrow()
    }

    #[test]
    fn one_more_for_each_round_and_half_when_one_is_turned_away() {
        let lines = Lines::new(5);
        let mut grown = vec![open(&lines)];
        for _ in 0..12 {
            lines.went_well();
            grown.push(open(&lines));
        }
        assert_eq!(grown, [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5]);
        assert_eq!([lines.went_badly(), lines.went_badly(), lines.went_badly()], [false, false, true]);
        assert_eq!(open(&lines), 1);
    }

    #[tokio::test]
    async fn who_is_too_many_waits_and_goes_with_the_run() {
        let lines = Lines::new(2);
        let (mut first, mut second) = (lines.place(0), lines.place(1));
        assert!(first.opens().await && !second.is_open());
        lines.went_well();
        assert!(second.opens().await);
        lines.went_badly();
        second.closes().await;
        assert!(first.is_open() && !second.is_open());
        lines.close();
        assert!(!second.opens().await && !first.opens().await);
    }
}
