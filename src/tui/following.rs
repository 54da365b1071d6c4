//! Following what changes for the screen, and noticing that the host is away.

use std::pin::pin;
use std::time::Duration;

use futures_util::stream::{Stream, StreamExt as _, unfold};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::client::{Changes, Heard};
use crate::tui::msg::Msg;

/// A host that is followed by the next one within this time was not away for anybody who looks at a screen.
const BLINK: Duration = Duration::from_millis(500);

/// What is heard. A stream, since one that is asked for in vain goes on looking for a host where it was.
pub(super) fn heard(changes: Changes) -> impl Stream<Item = Heard> {
    unfold(changes, async |mut changes| changes.heard().await.map(|heard| (heard, changes)))
}

/// Tells what changes, and that the host is away when that lasts.
pub(super) async fn follow(heard: impl Stream<Item = Heard>, tell: mpsc::Sender<Msg>) {
    let mut heard = pin!(heard);
    while let Some(one) = heard.next().await {
        let one = match one {
            Heard::Away => timeout(BLINK, heard.next()).await.unwrap_or(Some(Heard::Away)),
            changed @ Heard::Changed(_) => Some(changed),
        };
        let msg = match one {
            Some(Heard::Changed(change)) => Msg::Changed(change),
            Some(Heard::Away) => Msg::Away,
            None => break,
        };
        if tell.send(msg).await.is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::change::{Change, ChangeKind};

    fn everything() -> Change {
        Change { revision: 0, kinds: vec![ChangeKind::Everything] }
    }

    /// What is told of a host that is away for so long.
    async fn told(away: Duration) -> Vec<Msg> {
        let (tell, mut told) = mpsc::channel(8);
        let back = futures_util::stream::once(async move {
            tokio::time::sleep(away).await;
            Heard::Changed(everything())
        });
        follow(futures_util::stream::iter([Heard::Away]).chain(back), tell).await;
        let mut all = Vec::new();
        while let Some(msg) = told.recv().await {
            all.push(msg);
        }
        all
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_is_followed_at_once_was_not_away() {
        assert_eq!(told(BLINK / 2).await, [Msg::Changed(everything())]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_stays_away_is_missed_once_until_it_is_back() {
        assert_eq!(told(BLINK * 100).await, [Msg::Away, Msg::Changed(everything())]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_told_at_the_end_of_a_store_is_not_that_it_is_away() {
        let (tell, mut told) = mpsc::channel(8);
        follow(futures_util::stream::iter([Heard::Away]), tell).await;
        assert_eq!(told.recv().await, None);
    }
}
