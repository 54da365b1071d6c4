//! Requests that a host took with it: nobody knows whether they were done. Whoever makes one again is given its number again, so
//! that it is not done a second time.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::host::answer;
use crate::host::clock::request_id;
use crate::wire::frame::RequestId;
use crate::wire::request::Request;

/// So many are remembered at the most.
const MOST: usize = 16;
/// Who makes the same request later than this means another one.
const LONG: Duration = Duration::from_mins(15);

#[derive(Debug)]
struct Lost {
    request: Request,
    id: RequestId,
    since: Instant,
}

/// What was lost of late, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Unsure(Mutex<VecDeque<Lost>>);

impl Unsure {
    /// The number for a request: a new one, or that of the same one, which is then forgotten.
    pub(super) fn number(&self, request: &Request) -> RequestId {
        let mut lost = self.lost();
        lost.retain(|lost| lost.since.elapsed() < LONG);
        let same = lost.iter().position(|lost| lost.request == *request);
        same.and_then(|same| lost.remove(same)).map_or_else(request_id, |same| same.id)
    }

    /// Remembers a request of which nobody knows.
    pub(super) fn remember(&self, request: Request, id: RequestId) {
        // Whoever reads twice does no harm.
        if answer::decides(&request) {
            let mut lost = self.lost();
            if lost.len() >= MOST {
                lost.pop_front();
            }
            lost.push_back(Lost { request, id, since: Instant::now() });
        }
    }

    fn lost(&self) -> MutexGuard<'_, VecDeque<Lost>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::meeting::MeetingId;

    fn submit(n: u32) -> Request {
        Request::MeetingSubmit(MeetingId::new(2016, n))
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_was_lost_has_its_number_again_for_a_while_and_once() {
        let unsure = Unsure::default();
        let id = unsure.number(&submit(1));
        assert_ne!(unsure.number(&submit(1)), id);
        unsure.remember(submit(1), id);
        assert_ne!(unsure.number(&submit(2)), id);
        assert_eq!(unsure.number(&submit(1)), id);
        assert_ne!(unsure.number(&submit(1)), id);
        unsure.remember(submit(1), id);
        tokio::time::advance(LONG).await;
        assert_ne!(unsure.number(&submit(1)), id);
    }

    #[test]
    fn no_more_than_a_few_are_remembered_and_no_reading() {
        let unsure = Unsure::default();
        let id = unsure.number(&Request::UnitList);
        unsure.remember(Request::UnitList, id);
        assert!(unsure.lost().is_empty());
        for n in 1..=20 {
            unsure.remember(submit(n), id);
        }
        let lost = unsure.lost();
        assert_eq!((lost.len(), &lost.front().unwrap().request), (MOST, &submit(5)));
    }
}
