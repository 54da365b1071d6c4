//! Keeping what is typed: at once when typing begins, then at most once a second, and always at the end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::i18n::Lang;
use crate::i18n::fault::fault;
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
    pub(super) fn start(client: Arc<Client>, tell: mpsc::Sender<Msg>, lang: Lang) -> Self {
        let waiting = Arc::new(Waiting::default());
        let task = tokio::spawn(run(waiting.clone(), client, tell, lang));
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

    /// Puts back what could not be written, unless something newer waits by now.
    fn put_back(&self, form: FormKey, fields: Fields) {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).entry(form).or_insert(fields);
    }
}

async fn run(waiting: Arc<Waiting>, client: Arc<Client>, tell: mpsc::Sender<Msg>, lang: Lang) {
    loop {
        tokio::select! {
            () = waiting.bell.notified() => {}
            () = waiting.ending.notified() => break,
        }
        write(&waiting, &client, &tell, lang).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = waiting.ending.notified() => break,
        }
    }
    write(&waiting, &client, &tell, lang).await;
}

async fn write(waiting: &Waiting, client: &Client, tell: &mpsc::Sender<Msg>, lang: Lang) {
    for (form, fields) in waiting.take() {
        if let Err(why) = client.call(draft_request(form.clone(), fields.clone())).await {
            let words = fault(lang, &why).what;
            waiting.put_back(form, fields);
            // At the end nobody listens any more.
            let _ = tell.try_send(Msg::DraftNotKept(words));
        }
    }
}
