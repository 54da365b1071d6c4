//! Keeping what is typed: at once when typing begins, then at most once a second, and always at the end. What could not be kept
//! is tried again when a host is reached.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::tui::effect::draft_request;
use crate::tui::msg::Msg;
use crate::wire::request::{DraftField, FormKey};

/// The time between two writes.
const PAUSE: Duration = Duration::from_secs(1);

/// What is to be kept of a form; `None`: nothing any more.
type Fields = Option<Vec<DraftField>>;

/// What waits to be written: of each form the latest.
#[derive(Debug, Default)]
struct Waiting {
    forms: Mutex<BTreeMap<FormKey, Fields>>,
    bell: Notify,
    ending: Notify,
}

/// Whoever keeps drafts.
#[derive(Debug)]
pub(super) struct Keeper {
    waiting: Arc<Waiting>,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Begins; `tell` hears of what could not be kept.
    pub(super) fn start(client: Arc<Client>, tell: mpsc::Sender<Msg>) -> Self {
        let waiting = Arc::new(Waiting::default());
        let task = tokio::spawn(run(waiting.clone(), client, tell));
        Self { waiting, task }
    }

    /// Keeps what stands in a form, soon.
    pub(super) fn keep(&self, form: FormKey, fields: Fields) {
        self.waiting.put(form, fields);
        self.waiting.bell.notify_one();
    }

    /// Writes what still waits, and ends.
    pub(super) async fn finish(self) {
        self.waiting.ending.notify_one();
        // A panic of the task was reported when it happened.
        let _ = self.task.await;
    }
}

impl Waiting {
    fn put(&self, form: FormKey, fields: Fields) {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).insert(form, fields);
    }

    fn take(&self) -> BTreeMap<FormKey, Fields> {
        std::mem::take(&mut *self.forms.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_empty(&self) -> bool {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Puts back what could not be written, unless something newer waits by now.
    fn put_back(&self, form: FormKey, fields: Fields) {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).entry(form).or_insert(fields);
    }
}

async fn run(waiting: Arc<Waiting>, client: Arc<Client>, tell: mpsc::Sender<Msg>) {
    let (mut reached, mut unkept) = (client.reached(), BTreeSet::new());
    loop {
        tokio::select! {
            () = waiting.bell.notified() => {}
            () = waiting.ending.notified() => break,
            () = reached.anew(), if !waiting.is_empty() => {}
        }
        write(&waiting, &client, &tell, &mut unkept).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = waiting.ending.notified() => break,
        }
    }
    write(&waiting, &client, &tell, &mut unkept).await;
}

/// Writes what waits; `unkept` are the forms of which it was told that they could not be kept.
async fn write(waiting: &Waiting, client: &Client, tell: &mpsc::Sender<Msg>, unkept: &mut BTreeSet<FormKey>) {
    for (form, fields) in waiting.take() {
        let typed = fields.is_some();
        let msg = match client.call(draft_request(form.clone(), fields.clone())).await {
            Err(why) => {
                waiting.put_back(form.clone(), fields);
                // One that could not be forgotten is no loss.
                typed.then(|| {
                    unkept.insert(form.clone());
                    Msg::DraftNotKept { form, why }
                })
            }
            Ok(_) => unkept.remove(&form).then_some(Msg::DraftKept(form)),
        };
        if let Some(msg) = msg {
            // At the end nobody listens any more.
            let _ = tell.try_send(msg);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{self, Target};
    use crate::config::{self, HostMode};
    use crate::wire::reply::Answer;
    use crate::wire::request::Request;

    fn target(folder: &std::path::Path) -> Target {
        let file = folder.join("config.toml");
        std::fs::write(&file, "[mail]\nrelay = \"maildir:mail\"\n").unwrap();
        let config = Arc::new(config::load(Some(&file)).unwrap());
        Target { state: folder.join("state"), config, frozen: None, socket: Some(folder.join("host.sock")) }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_could_not_be_kept_is_kept_as_soon_as_the_host_is_back_without_a_further_key() {
        let folder = tempfile::tempdir().unwrap();
        let host = target(folder.path());
        client::init(&host, None).await.unwrap();
        let first = client::serve(&host).await.unwrap();
        let mut config = (*host.config).clone();
        config.host = HostMode::Service;
        let screen = Arc::new(client::open(&Target { config: config.into(), ..host.clone() }).await.unwrap());
        let (tell, mut told) = mpsc::channel(8);
        let keeper = Keeper::start(screen.clone(), tell);
        first.close().await;
        let form = FormKey::parse("meeting.new").unwrap();
        keeper.keep(form.clone(), Some(vec![DraftField { field: "title".into(), text: "Họp".into() }]));
        let mut heard = async || tokio::time::timeout(Duration::from_mins(1), told.recv()).await.expect("nothing is told");
        let msg = heard().await;
        assert!(matches!(&msg, Some(Msg::DraftNotKept { form: of, .. }) if *of == form), "{msg:?}");
        let next = client::serve(&host).await.unwrap();
        // Whatever is asked reaches it; nothing more is typed.
        assert!(screen.call(Request::UnitList).await.is_ok());
        assert_eq!(heard().await, Some(Msg::DraftKept(form.clone())));
        let kept = next.call(Request::DraftList).await.unwrap();
        assert!(matches!(&kept, Answer::Drafts(drafts) if drafts.len() == 1 && drafts[0].form == form), "{kept:?}");
        keeper.finish().await;
        next.close().await;
    }
}
