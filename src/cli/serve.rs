//! Hosting the store for everybody on this machine.

use std::io::Write as _;
use std::time::Duration;

use crate::cli::context::{Context, Signals};
use crate::cli::output::Outcome;
use crate::client;
use crate::i18n::backup as backups;
use crate::i18n::fault::fault;
use crate::i18n::setup as texts;
use crate::report::Report;

/// Ending takes no longer: four seconds for the replies that are owed, and a little for the store.
const PATIENCE: Duration = Duration::from_secs(6);

/// Serves until a signal asks for the end; what is owed is told and what was sent is recorded first.
///
/// # Errors
/// What keeps the store from being opened or the socket from being made.
pub async fn run(context: &Context) -> Result<Outcome, Report> {
    let lang = context.view.lang;
    let mut signals = Signals::new(lang)?;
    let client = tokio::select! {
        opened = client::serve(&context.target) => opened.map_err(|why| context.not_opened(&why))?,
        exit = signals.next() => return Err(texts::ended(lang, exit)),
    };
    let _ = writeln!(std::io::stderr(), "{}", texts::serving(lang, &client::socket(&context.target)));
    if let Err(why) = client.look_at_backups().await {
        // What it is there for first of all, it does all the same.
        let _ = write!(std::io::stderr(), "{}", fault(lang, &why).kept(backups::none_made(lang)));
    }
    let exit = tokio::select! {
        exit = signals.next() => exit,
        // Not to be held up by anything: nothing more can be written.
        () = client.failed() => return Err(texts::stopped(lang)),
    };
    tokio::select! {
        () = client.close() => {}
        // Who asks twice does not wait.
        _ = signals.next() => {}
        // What was acknowledged is on the disk.
        () = tokio::time::sleep(PATIENCE) => {}
    }
    Ok(Outcome::bytes(Vec::new()).exit(exit).note(texts::ended(lang, exit).to_string().trim_end().to_owned()))
}
