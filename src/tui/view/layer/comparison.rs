//! Drawing what was typed beside what others have made of the meeting.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::text::{visible, width};
use crate::i18n::{Lang, comparing as words, word};
use crate::print::layout::wrap;
use crate::tui::layer::comparison::{Compared, Comparison, Kind, Side, merge};
use crate::tui::layer::form::{self, FieldName};
use crate::tui::theme::Role;
use crate::tui::view::layout::{inside, page};
use crate::tui::view::look::{Look, put};

/// Where the lines of the selected field stand among all lines, and how many are on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first line; the first field begins with what is said above it.
    pub start: usize,
    /// The line behind its last one.
    pub end: usize,
    /// The rows on the screen.
    pub height: usize,
}

/// The columns of the name's signs, and of the blanks between it and who has changed it.
const BEFORE_KIND: usize = 6;

/// A line: its parts with their roles.
type Parts = Vec<(String, Role)>;

/// The lines of a comparison.
struct Told {
    lines: Vec<Parts>,
    /// The line with the name of the selected field.
    head: usize,
    start: usize,
    end: usize,
}

/// In what the lines are told.
#[derive(Clone, Copy)]
struct Telling {
    lang: Lang,
    now: DateTime<Utc>,
    columns: usize,
    /// Whether there is room for an empty line between what is said and what is chosen.
    roomy: bool,
}

impl Telling {
    fn of(lang: Lang, now: DateTime<Utc>, area: Rect) -> Self {
        const ROOMY_FROM: u16 = 12;
        Self { lang, now, columns: usize::from(area.width), roomy: area.height >= ROOMY_FROM }
    }
}

/// The part of it that scrolls.
pub(super) fn text(body: Rect) -> Rect {
    inside(page(body))
}

/// Where the selected field stands.
pub(in crate::tui::view) fn place(comparison: &Comparison, lang: Lang, now: DateTime<Utc>, body: Rect) -> Place {
    let area = text(body);
    let lines = lines(comparison, Telling::of(lang, now, area));
    Place { start: lines.start, end: lines.end, height: usize::from(area.height) }
}

/// Keeps the selected field on the screen; where it is longer than that, a part of it.
pub(in crate::tui::view) fn settle(comparison: &mut Comparison, lang: Lang, now: DateTime<Utc>, body: Rect) {
    let Place { start, end, height } = place(comparison, lang, now, body);
    let last = end.saturating_sub(height);
    comparison.top = comparison.top.clamp(start.min(last), start.max(last));
}

/// Draws the comparison; gives the place of the selected field.
pub(super) fn draw(comparison: &Comparison, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> (u16, u16) {
    let compare = look.lang.pick("So sánh", "Compare");
    look.frame(&format!("{compare} {} · {}", comparison.id(), words::to_choose(look.lang, comparison.open())), page(body), buf);
    let area = text(body);
    let lines = lines(comparison, Telling::of(look.lang, look.now, area));
    let mut place = (area.x, area.y);
    for ((n, parts), y) in lines.lines.iter().enumerate().skip(comparison.top).zip(area.y..area.bottom()) {
        let spans: Vec<Span<'_>> = parts.iter().map(|(text, role)| Span::styled(text.as_str(), look.style(*role))).collect();
        put(&Line::from(spans), Rect { y, height: 1, ..area }, buf);
        if n == lines.head {
            place.1 = y;
        }
    }
    place
}

fn lines(comparison: &Comparison, telling: Telling) -> Told {
    let mut told = Told { lines: heading(comparison, telling), head: 0, start: 0, end: 0 };
    for (n, field) in comparison.fields.iter().enumerate() {
        let selected = n == comparison.at;
        if selected {
            (told.head, told.start) = (told.lines.len(), if n == 0 { 0 } else { told.lines.len() });
        }
        told.lines.extend(field_lines(field, selected, telling));
        if selected {
            told.end = told.lines.len();
        }
    }
    if comparison.fields.is_empty() {
        told.end = told.lines.len();
    }
    told
}

/// Who changed the meeting and when, and what follows from the state that it is in by now.
fn heading(comparison: &Comparison, telling: Telling) -> Vec<Parts> {
    let Telling { lang, now, columns, roomy } = telling;
    let state = comparison.theirs.state;
    let mut said = vec![(format!("{}.", words::last_change(lang, comparison.theirs.history.last(), now)), Role::Text)];
    if state != comparison.before {
        said.push((words::state_moved(lang, comparison.before, state), Role::Warning));
    }
    if comparison.saves_nothing() || comparison.fields.iter().any(|field| field.locked) {
        said.push((format!("× {}", words::cannot_save(lang, state)), Role::Warning));
    }
    let mut lines: Vec<Parts> = Vec::new();
    for (text, role) in said {
        lines.extend(wrap(&visible(&text), columns.max(1)).into_iter().map(|line| vec![(line, role)]));
    }
    if roomy {
        lines.push(Vec::new());
    }
    lines
}

/// A field: its name and who changed it, below that what can be taken.
fn field_lines(field: &Compared, selected: bool, telling: Telling) -> Vec<Parts> {
    let Telling { lang, .. } = telling;
    let (sign, role) = match field.chosen {
        _ if field.locked => ("×", Role::Warning),
        None => ("!", Role::Error),
        Some(_) => ("✓", Role::Success),
    };
    let marker = if selected { ">" } else { " " };
    let name = if selected { Role::Selected } else { Role::FieldLabel };
    let called = form::label(lang, field.sides.name);
    let room = telling.columns.saturating_sub(BEFORE_KIND + width(called));
    // What is to be done is told in any window; who has changed what can be seen below.
    let kind = [told_kind(field, lang), if field.chosen.is_none() { lang.pick("hãy chọn", "choose") } else { "" }];
    let kind = kind.into_iter().find(|kind| width(kind) <= room).unwrap_or_default();
    let mut lines: Vec<Parts> = vec![vec![
        (format!("{marker} "), Role::Marker),
        (format!("{sign} "), role),
        (called.to_owned(), name),
        (format!("  {kind}"), role),
    ]];
    for side in [Side::Mine, Side::Both, Side::Theirs] {
        if side == Side::Both && !field.offers(side) || side == Side::Mine && field.kind == Kind::Alike {
            continue;
        }
        let taken = field.chosen == Some(side);
        let mark = match (taken, field.offers(side)) {
            (true, _) => "[x] ",
            (false, true) => "[ ] ",
            (false, false) => " ×  ",
        };
        let called = match (side, field.kind) {
            (_, Kind::Alike) => lang.pick("cả hai", "both"),
            (Side::Mine, _) => lang.pick("của tôi", "mine"),
            (Side::Both, _) => lang.pick("gộp cả hai", "both"),
            (Side::Theirs, _) => lang.pick("người khác", "theirs"),
        };
        // What somebody has to choose from is to be read, all of it.
        let role = if taken || field.chosen.is_none() { Role::Text } else { Role::Muted };
        lines.extend(value(mark, called, &said(field, field.text(side), lang), role, telling));
    }
    if let Some(base) = field.sides.base.as_deref().filter(|_| field.kind == Kind::Conflict) {
        lines.extend(value("    ", lang.pick("lúc mở", "before"), &whole(field.sides.name, base, lang), Role::Muted, telling));
    }
    lines
}

/// Who changed a field, and what is to be done about it.
fn told_kind(field: &Compared, lang: Lang) -> &'static str {
    let open = field.chosen.is_none();
    match field.kind {
        _ if field.locked => lang.pick("không lưu được", "cannot be saved"),
        Kind::Conflict if open && field.sides.base.is_none() => lang.pick("khác nhau: hãy chọn", "different: choose"),
        Kind::Conflict if open => lang.pick("cả hai cùng sửa: hãy chọn", "both changed it: choose"),
        Kind::Conflict => lang.pick("cả hai cùng sửa", "both changed it"),
        Kind::Mine => lang.pick("chỉ tôi sửa", "changed by me"),
        Kind::Theirs => lang.pick("chỉ người khác sửa", "changed by others"),
        Kind::Alike | Kind::Untouched => lang.pick("cả hai sửa như nhau", "both changed it alike"),
    }
}

/// A text that can be taken, behind its mark and its name.
fn value(mark: &str, called: &str, text: &str, role: Role, telling: Telling) -> Vec<Parts> {
    const INDENT: usize = 4;
    const CALLED: usize = 11;
    let before = format!("{}{mark}{called}{}", " ".repeat(INDENT), " ".repeat(CALLED.saturating_sub(width(called))));
    let room = telling.columns.saturating_sub(width(&before)).max(1);
    let texts = text.lines().flat_map(|line| wrap(&visible(line), room));
    let blank = " ".repeat(width(&before));
    let lines: Vec<Parts> =
        texts.enumerate().map(|(n, text)| vec![(if n == 0 { before.clone() } else { blank.clone() }, role), (text, role)]).collect();
    if lines.is_empty() { vec![vec![(before, role)]] } else { lines }
}

/// What a side of a field says; of a list of units, what it adds and takes out.
fn said(field: &Compared, text: &str, lang: Lang) -> String {
    let name = field.sides.name;
    let Some(base) = field.sides.base.as_deref() else { return whole(name, text, lang) };
    if merge::same(name, base, text) {
        let unchanged = lang.pick("như lúc mở", "as before");
        return format!("{} ({unchanged})", whole(name, text, lang));
    }
    if !name.takes_several_units() {
        return whole(name, text, lang);
    }
    let (before, after) = (merge::codes(base), merge::codes(text));
    let added = after.iter().filter(|code| !before.contains(code)).map(|code| format!("+{code}"));
    let gone = before.iter().filter(|code| !after.contains(code)).map(|code| format!("−{code}"));
    let moves: Vec<String> = added.chain(gone).collect();
    format!("{} ({})", moves.join(" "), crate::i18n::screen::units(lang, after.len()))
}

/// A text of a field as people read it.
fn whole(name: FieldName, text: &str, lang: Lang) -> String {
    match name {
        _ if text.trim().is_empty() => lang.pick("(trống)", "(empty)").to_owned(),
        FieldName::Urgency => word::urgency(lang, form::urgency(text)).to_owned(),
        _ => text.to_owned(),
    }
}
