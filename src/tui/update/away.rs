//! The host is away: what is on the screen stays, and is known to be old. It is back: everything is read anew.

use crate::domain::draft::FormKey;
use crate::domain::fault::{Fault, HostFault};
use crate::i18n::{away as words, screen as texts};
use crate::report::Report;
use crate::tui::ask::{Deed, Purpose};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::notices::Weight;

/// Whether this is why: no host was reached. `Some(true)`: one went away with what it was asked, and may have done it.
pub(super) fn is_why(why: &Fault) -> Option<bool> {
    match why {
        Fault::Host { problem: HostFault::Lost } => Some(true),
        Fault::Host { problem: HostFault::Nobody { .. } } | Fault::Locked { .. } => Some(false),
        _ => None,
    }
}

/// The host is away.
pub(super) fn gone(model: &mut Model) {
    model.away.get_or_insert(model.now);
}

/// Something is heard of a host: if it was away, it is back.
pub(super) fn heard(model: &mut Model) {
    if model.away.take().is_some() {
        model.notices.aside(words::back(model.lang()), model.now);
    }
}

/// Something was not read. What the screen reads by itself it reads again, and nobody waits for it; what a key asked for is
/// missed.
pub(super) fn not_read(model: &mut Model, purpose: Purpose) {
    match purpose {
        Purpose::Week | Purpose::Meetings | Purpose::MoreMeetings | Purpose::Units | Purpose::Outbox => {
            model.notices.aside(words::not_read(model.lang()), model.now);
        }
        Purpose::Preview => model.notices.report(&words::not_done(model.lang(), false), model.now),
        Purpose::Mailboxes | Purpose::Status | Purpose::Unit | Purpose::Why | Purpose::Drafts | Purpose::Newest | Purpose::Deed => {}
    }
}

/// Why a deed was not done: what was kept, and what to do once the host is back.
pub(super) fn not_done(model: &Model, deed: &Deed, perhaps: bool) -> Report {
    let lang = model.lang();
    // Looking up what a save is to be compared with is still that save, which was refused before.
    let (submit, perhaps) = match deed {
        Deed::Save { submit, .. } => (submit, perhaps),
        Deed::Again { submit, .. } => (submit, false),
        Deed::Find(_) => return words::not_done(lang, false),
        Deed::Move { .. } | Deed::Issue(_) | Deed::Flush | Deed::Decide { .. } => return words::not_done(lang, perhaps),
    };
    let action = if *submit { Action::FormSubmit } else { Action::FormSave };
    words::not_saved(lang, perhaps, model.setting.keymap.keys_of(action).next().as_deref())
}

/// A draft could not be kept. One that was saved or thrown away meanwhile need not be.
pub(super) fn draft_not_kept(model: &mut Model, form: FormKey, why: &Fault) {
    if !model.drafts.contains_key(&form) {
        return;
    }
    let (lang, now) = (model.lang(), model.now);
    let (weight, text) = if is_why(why).is_some() {
        (Weight::Warning, words::draft_waits(lang))
    } else {
        (Weight::Error, texts::draft_not_kept(lang, &crate::i18n::fault::fault(lang, why).what))
    };
    model.notices.say_of(form, weight, text, now);
}
