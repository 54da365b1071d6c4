//! Who does in the world what the application wants done: the loop on a terminal, and the tests without one. What every
//! such world does alike stands here, so that both run the same.

use crate::client::Client;
use crate::i18n::mended::mended;
use crate::report::Exit;
use crate::tui::ask::Ticket;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Setting};
use crate::tui::msg::Msg;
use crate::tui::notices::Weight;
use crate::tui::update::{begin, update};
use crate::wire::request::{DraftField, FormKey, Request};

/// The application as it is opened on a store: what was mended there is said first.
#[must_use]
pub fn opened(client: &Client, setting: Setting, size: (u16, u16)) -> Model {
    let mut model = Model::new(setting, client.now(), size);
    for repair in client.repairs() {
        model.say(Weight::Warning, mended(model.lang(), &repair));
    }
    model
}

/// A world in which the application lives.
pub trait World {
    /// The application.
    fn model(&mut self) -> &mut Model;
    /// Makes a request of the host; the answer comes back as a message, under this ticket.
    fn ask(&mut self, ticket: Ticket, request: Request);
    /// Keeps what stands in a form, or forgets it.
    fn keep(&mut self, form: FormKey, fields: Option<Vec<DraftField>>);
    /// Leaves the terminal to the shell until it brings us forward; `false` where there is no shell.
    fn leave_to_shell(&mut self) -> bool;
    /// Columns and rows of the terminal.
    fn size(&self) -> (u16, u16);
    /// Draws everything anew.
    fn repaint(&mut self);

    /// Asks for what is shown first.
    fn begin(&mut self) -> Option<Exit> {
        let effects = begin(self.model());
        self.perform(effects)
    }

    /// Takes a message in and performs what it leads to. Gives the exit of who has left.
    fn take(&mut self, msg: Msg) -> Option<Exit> {
        let effects = update(self.model(), msg);
        self.perform(effects)
    }

    /// Performs what is wanted; all of it, also where somebody has left.
    fn perform(&mut self, effects: Vec<Effect>) -> Option<Exit> {
        let mut left = None;
        for effect in effects {
            match effect {
                Effect::Ask { ticket, request } => self.ask(ticket, request),
                Effect::Draft { form, fields } => self.keep(form, fields),
                Effect::Suspend => self.suspend(),
                Effect::Redraw => self.repaint(),
                Effect::Quit(exit) => left = Some(exit),
            }
        }
        left
    }

    /// Goes to the shell and comes back: the window may have another size by then.
    fn suspend(&mut self) {
        let gone = self.leave_to_shell();
        let (columns, rows) = self.size();
        self.take(Msg::Resized { columns, rows });
        if !gone {
            self.take(Msg::NotSuspended);
        }
    }
}
