//! Drawing the tree of units.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::domain::mailbox::MailboxState;
use crate::domain::unit::Unit;
use crate::i18n::label::{Column as Label, column as label};
use crate::i18n::screen::{self as texts, Nothing};
use crate::i18n::{rule, word};
use crate::tui::keymap::{Action, Scope};
use crate::tui::pane::units::{Row, Units};
use crate::tui::theme::Role;
use crate::tui::view::columns::{Column, widths};
use crate::tui::view::detail::Field;
use crate::tui::view::layout::Areas;
use crate::tui::view::look::{Look, put};
use crate::tui::view::{detail, list, meeting};

/// Code, name, mailbox. In a narrow window the mailbox goes.
const COLUMNS: [Column; 3] =
    [Column { least: 14, most: 20, drop: 0 }, Column { least: 16, most: 60, drop: 0 }, Column { least: 22, most: 60, drop: 1 }];
/// Columns by which each step down the tree is set in.
const STEP: usize = 2;
/// So deep the setting in goes on.
const DEEPEST: usize = 4;

/// Draws the tree; gives the place of the selection.
pub fn draw(units: &Units, look: &Look<'_>, detail_top: usize, areas: &Areas, buf: &mut Buffer) -> Option<(u16, u16)> {
    let searching = !units.search.trim().is_empty();
    let mut heading = vec![
        look.text(look.lang.pick("Đơn vị", "Units"), Role::Title),
        look.text(&format!("  {}", texts::of(units.rows.len(), units.units.len(), searching)), Role::Muted),
    ];
    if searching {
        heading.push(Span::raw("  "));
        heading.push(look.text(&format!("“{}”", units.search.trim()), Role::Match));
    }
    put(&Line::from(heading), areas.heading, buf);
    if units.loaded && units.rows.is_empty() {
        let what = if units.units.is_empty() { Nothing::Units } else { Nothing::Found };
        let key = look.keymap.key_for(Action::UnitsClear, &[Scope::Units]);
        put(&Line::from(look.text(&format!("  {}", texts::nothing_here(look.lang, what, key.as_deref())), Role::Muted)), areas.list, buf);
    }
    if let (Some(area), Some(unit)) = (areas.detail, units.selected()) {
        detail::draw(look, &fields(unit, units, look), detail_top, area, buf);
    }
    let columns = widths(&COLUMNS, areas.list.width.saturating_sub(list::MARGIN));
    let rows = units.rows.iter().skip(units.cursor.top);
    let rows = rows.filter_map(|row| units.units.get(row.index).map(|unit| (row, unit)));
    let rows = rows.map(|(row, unit)| list::Row { spans: cells(*row, unit, units, &columns, look), handle: 3, news: false });
    list::draw(look, units.cursor, rows, areas.list, buf)
}

fn cells(row: Row, unit: &Unit, units: &Units, columns: &[Option<u16>; 3], look: &Look<'_>) -> Vec<Span<'static>> {
    let sign = match (row.parent, units.folded.contains(&unit.code)) {
        (true, true) => "+ ",
        (true, false) => "- ",
        (false, _) => "  ",
    };
    let indent = " ".repeat(STEP * row.depth.min(DEEPEST));
    let (mailbox, role) = mailbox(unit, units, look);
    let texts = [(format!("{indent}{sign}{}", unit.code), Role::Code), (unit.name.to_string(), Role::Text), (mailbox, role)];
    meeting::in_columns(&texts, columns, look)
}

/// The mailbox to which invitations go, or that there is none.
fn mailbox(unit: &Unit, units: &Units, look: &Look<'_>) -> (String, Role) {
    match units.mailbox(&unit.code) {
        Some(mailbox) if mailbox.state == MailboxState::Active => (mailbox.address.to_string(), Role::Text),
        Some(mailbox) => (format!("{} ({})", mailbox.address, word::mailbox_state(look.lang, mailbox.state)), Role::Warning),
        None => (texts::no_mailbox(look.lang).to_owned(), Role::Muted),
    }
}

/// What the details say about a unit.
#[must_use]
pub fn fields(unit: &Unit, units: &Units, look: &Look<'_>) -> Vec<Field> {
    let lang = look.lang;
    let mut fields = vec![
        Field::line("", unit.name.to_string(), Role::Title).rows(2),
        Field::line(label(lang, Label::Code), unit.code.to_string(), Role::Code),
        Field::line(label(lang, Label::Kind), unit.kind.map_or("–", |kind| word::unit_kind(lang, kind)).to_owned(), Role::Text),
        Field::line(
            label(lang, Label::Parent),
            unit.parent.as_ref().map_or("–".to_owned(), |code| meeting::named(code, units)),
            Role::Text,
        ),
    ];
    let shown = units.shown.as_ref().filter(|shown| shown.unit.code == unit.code);
    if let Some(shown) = shown {
        let (value, role) = match &shown.unreachable {
            None => (lang.pick("nhận được giấy mời", "can be invited").to_owned(), Role::Success),
            Some(why) => (rule::unreachable(lang, why), Role::Warning),
        };
        fields.push(Field::line("", value, role).rows(0));
    }
    for mailbox in units.mailboxes.get(&unit.code).into_iter().flatten() {
        let kind = format!("{} · {}", word::mailbox_kind(lang, mailbox.kind), word::mailbox_state(lang, mailbox.state));
        fields.push(Field::line(label(lang, Label::Mailbox), format!("{}\n{kind}", mailbox.address), Role::Text).rows(0));
        if let Some(custodian) = &mailbox.custodian {
            fields.push(Field::line(label(lang, Label::Custodian), custodian.to_string(), Role::Text).rows(0));
        }
    }
    fields
}
