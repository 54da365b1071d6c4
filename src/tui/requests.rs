//! Requests in the world: made, and their answers heard, also after somebody has left.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::tui::ask::Ticket;
use crate::tui::effect::{Effect, draft_request};
use crate::tui::model::Model;
use crate::tui::msg::Msg;
use crate::tui::update::left;
use crate::wire::request::Request;

/// Makes a request; its answer is told.
pub(super) fn ask(asked: &mut JoinSet<()>, client: Arc<Client>, tell: mpsc::Sender<Msg>, ticket: Ticket, request: Request) {
    while asked.try_join_next().is_some() {}
    asked.spawn(async move {
        let reply = Box::new(client.call(request).await);
        // Whoever asked may have gone.
        let _ = tell.send(Msg::Answered { ticket, reply }).await;
    });
}

/// Hears what is still on its way, after somebody has left: a draft that was saved meanwhile is not offered again.
pub(super) async fn hear_out(
    model: &mut Model,
    client: &Arc<Client>,
    asked: &mut JoinSet<()>,
    told: &mut mpsc::Receiver<Msg>,
    tell: &mpsc::Sender<Msg>,
) {
    loop {
        let msg = tokio::select! {
            Some(msg) = told.recv() => msg,
            ended = asked.join_next() => match (ended, told.try_recv()) {
                (_, Ok(msg)) => msg,
                (Some(_), Err(_)) => continue,
                (None, Err(_)) => break,
            },
        };
        for effect in left(model, msg) {
            match effect {
                Effect::Ask { ticket, request } => ask(asked, client.clone(), tell.clone(), ticket, request),
                // One that is not forgotten is offered again: better than one that is lost.
                Effect::Draft { form, fields } => drop(client.call(draft_request(form, fields)).await),
                Effect::Suspend | Effect::Redraw | Effect::Quit(_) => {}
            }
        }
    }
}
