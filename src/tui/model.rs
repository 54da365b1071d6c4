//! What the application knows. Pure: it is changed by [`crate::tui::update`] alone and drawn by [`crate::tui::view`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::draft::{Draft, FormKey};
use crate::i18n::Lang;
use crate::tui::ask::Asks;
use crate::tui::keymap::{Chord, Keymap, Scope};
use crate::tui::layer::Layer;
use crate::tui::layer::form::Reading;
use crate::tui::layer::preview::Order;
use crate::tui::layer::sheet::Subject;
use crate::tui::notices::{Notices, Weight};
use crate::tui::pane::Pane;
use crate::tui::pane::meetings::Meetings;
use crate::tui::pane::outbox::Outbox;
use crate::tui::pane::units::Units;
use crate::tui::pane::week::Week;
use crate::tui::theme::Theme;
use crate::tui::watch::Watch;
use crate::wire::reply::MeetingView;

/// With what the application is opened.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The language of the screen.
    pub lang: Lang,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// The themes to step through; the first is the one it is opened with.
    pub themes: Vec<Arc<Theme>>,
    /// The symbol of the office, which stands in a corner.
    pub office: String,
    /// Whether the clock stands: said on the screen, so that nobody takes a rehearsal for the day's work.
    pub frozen: bool,
    /// What is said first.
    pub greeting: Option<String>,
}

/// What the application knows.
#[derive(Debug)]
pub struct Model {
    /// With what it was opened.
    pub setting: Setting,
    /// The theme in use.
    pub theme: Arc<Theme>,
    /// The present instant, told once a minute.
    pub now: DateTime<Utc>,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The pane on the screen.
    pub pane: Pane,
    /// The week.
    pub week: Week,
    /// The list of meetings.
    pub meetings: Meetings,
    /// The units: the registry, too.
    pub units: Units,
    /// The outbox.
    pub outbox: Outbox,
    /// Lines of the detail pane scrolled out at the top.
    pub detail_top: usize,
    /// The layers, the top one last.
    pub layers: Vec<Layer>,
    /// What it has to say.
    pub notices: Notices,
    /// Keys of a sequence that is begun.
    pub pending: Vec<Chord>,
    /// Requests on their way.
    pub asks: Asks,
    /// Panes whose records changed while they were not on the screen.
    pub stale: BTreeSet<Pane>,
    /// What was typed into forms and not saved.
    pub drafts: BTreeMap<FormKey, Draft>,
    /// The issue that a preview was asked for last.
    pub previewed: Option<Order>,
    /// Since when the host is away: what is on the screen may be old.
    pub away: Option<DateTime<Utc>>,
    /// What others have changed and nobody here has looked at.
    pub watch: Watch,
}

impl Model {
    /// The application at its start.
    #[must_use]
    pub fn new(setting: Setting, now: DateTime<Utc>, size: (u16, u16)) -> Self {
        let mut notices = Notices::default();
        if let Some(greeting) = &setting.greeting {
            notices.say(Weight::Info, greeting.clone(), now);
        }
        Self {
            theme: setting.themes.first().cloned().unwrap_or_default(),
            setting,
            now,
            size,
            pane: Pane::Week,
            week: Week::at(now),
            meetings: Meetings::default(),
            units: Units::default(),
            outbox: Outbox::default(),
            detail_top: 0,
            layers: Vec::new(),
            notices,
            pending: Vec::new(),
            asks: Asks::default(),
            stale: BTreeSet::new(),
            drafts: BTreeMap::new(),
            previewed: None,
            away: None,
            watch: Watch::default(),
        }
    }

    /// The language of the screen.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.setting.lang
    }

    /// Takes the next theme into use.
    pub fn next_theme(&mut self) {
        let themes = &self.setting.themes;
        let at = themes.iter().position(|theme| theme.name() == self.theme.name()).unwrap_or(0);
        if let Some(next) = themes.iter().cycle().nth(at + 1) {
            self.theme = next.clone();
        }
    }

    /// The scopes whose keys hold now, the nearest first.
    #[must_use]
    pub fn scopes(&self) -> &'static [Scope] {
        self.layers.last().map_or_else(|| self.pane.scopes(), Layer::scopes)
    }

    /// The meeting that is selected in the pane on the screen.
    #[must_use]
    pub fn selected_meeting(&self) -> Option<&MeetingView> {
        match self.pane {
            Pane::Week => self.week.selected(),
            Pane::Meetings => self.meetings.selected(),
            Pane::Units | Pane::Outbox => None,
        }
    }

    /// A meeting that is loaded somewhere.
    #[must_use]
    pub fn meeting(&self, id: &crate::domain::meeting::MeetingId) -> Option<&MeetingView> {
        // What is on the screen is up to date; the other list may wait to be looked at.
        let (week, list) = (&self.week.meetings, &self.meetings.list);
        let (first, second) = if self.pane == Pane::Meetings { (list, week) } else { (week, list) };
        first.iter().chain(second).find(|meeting| meeting.id == *id)
    }

    /// Whether something is filtered out of a pane.
    #[must_use]
    pub fn filtered(&self, pane: Pane) -> bool {
        match pane {
            Pane::Week => false,
            Pane::Meetings => self.meetings.filtered(),
            Pane::Units => !self.units.search.trim().is_empty(),
            Pane::Outbox => self.outbox.state.is_some() || self.outbox.meeting.is_some(),
        }
    }

    /// Whether the notices are open to be read.
    #[must_use]
    pub fn reads_notices(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer, Layer::Sheet(sheet) if sheet.subject == Subject::Notices))
    }

    /// What the texts of a form are read by.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        Reading { now: self.now, start: None, day: None, units: &self.units }
    }

    /// Says something.
    pub fn say(&mut self, weight: Weight, text: String) {
        self.notices.say(weight, text, self.now);
    }
}
