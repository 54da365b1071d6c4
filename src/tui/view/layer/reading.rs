//! Texts to read: the preview of an invitation, a whole meeting, the notices.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::card::{self, Card};
use crate::domain::fault::Rule;
use crate::domain::meeting::MeetingState;
use crate::domain::text::{visible, width};
use crate::domain::time::WallTime;
use crate::i18n::screen::{self as texts, Nothing};
use crate::i18n::{Lang, rule, word};
use crate::print::layout::wrap;
use crate::tui::layer::preview::{Next, Preview};
use crate::tui::layer::sheet::{Sheet, Subject};
use crate::tui::model::Model;
use crate::tui::notices::Weight;
use crate::tui::theme::Role;
use crate::tui::view::layer::question::choices;
use crate::tui::view::layout::{inside, page};
use crate::tui::view::list;
use crate::tui::view::look::{Look, meeting_sign, put};

/// A line of a text: what stands before it, the text and its role.
struct Said {
    label: String,
    text: String,
    role: Role,
}

/// The preview's text: everything but the line of the choices.
pub(super) fn preview_text(body: Rect) -> Rect {
    let area = inside(page(body));
    Rect { height: area.height.saturating_sub(1), ..area }
}

/// How many lines the preview has at a width.
pub(super) fn preview_height(preview: &Preview, model: &Model, columns: u16) -> usize {
    preview_lines(preview, model.lang(), columns).len()
}

fn preview_lines(preview: &Preview, lang: Lang, columns: u16) -> Vec<Said> {
    let mut lines = Vec::new();
    // What only the meeting's state forbids is no trouble while somebody is only looking.
    let role = if preview.issuable { Role::Error } else { Role::Muted };
    // Conflicts and who cannot be reached are told below, each by itself.
    let told = |rule: &&Rule| !matches!(rule, Rule::Conflicts { .. } | Rule::Unreachable { .. });
    for rule in preview.preview.refusals.iter().filter(told) {
        lines.extend(plain(&rule::refused(lang, rule).what, role, columns));
    }
    for conflict in &preview.preview.conflicts {
        lines.extend(plain(&card::conflict(lang, conflict), Role::Conflict, columns));
    }
    for warning in &preview.preview.warnings {
        lines.extend(plain(&texts::warning(lang, warning, &preview.preview.id), Role::Warning, columns));
    }
    lines.extend(fields(&card::preview(lang, &preview.preview), preview.order.id().as_str(), columns));
    lines.push(Said { label: String::new(), text: String::new(), role: Role::Text });
    // The document is laid out already: its lines are cut, not wrapped.
    let document = preview.preview.text.lines();
    lines.extend(document.map(|line| Said { label: String::new(), text: visible(line).trim_end().to_owned(), role: Role::Text }));
    lines
}

/// Draws the preview of an invitation.
pub(super) fn preview(preview: &Preview, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let area = page(body);
    let title = format!("{} · {}", look.lang.pick("Giấy mời", "Invitation"), preview.order.id());
    look.frame(&title, area, buf);
    let text = preview_text(body);
    scrolled(&preview_lines(preview, look.lang, text.width), preview.top, look, text, buf);
    let last = Rect { y: text.bottom(), height: 1, ..text };
    let yes = match preview.next() {
        Next::Look => {
            let note = look.lang.pick("Chỉ xem trước.", "Only a preview.");
            put(&Line::from(look.text(note, Role::Muted)), last, buf);
            return None;
        }
        Next::Issue => {
            let issue = texts::capital(word::action_alone(look.lang, preview.order.action()));
            vec![format!("{issue} ({})", texts::units(look.lang, preview.preview.recipients.len()))]
        }
        Next::Without(count) => texts::issue_without(look.lang, count).to_vec(),
    };
    choices(&yes, preview.marked, look, last, buf)
}

/// How many lines a sheet has at a width.
pub(super) fn sheet_height(sheet: &Sheet, model: &Model, columns: u16) -> usize {
    sheet_lines(sheet, model, columns).len()
}

fn sheet_lines(sheet: &Sheet, model: &Model, columns: u16) -> Vec<Said> {
    let lang = model.lang();
    match &sheet.subject {
        Subject::Meeting(id) => {
            model.meeting(id).map(|meeting| fields(&card::meeting(lang, meeting), id.as_str(), columns)).unwrap_or_default()
        }
        Subject::Legend => legend(lang),
        Subject::Notices => {
            let mut lines = Vec::new();
            for notice in model.notices.latest() {
                let role = match notice.weight {
                    Weight::Done => Role::Success,
                    Weight::Info => Role::Info,
                    Weight::Warning => Role::Warning,
                    Weight::Error => Role::Error,
                };
                let at = WallTime::at(notice.at).naive().format("%H:%M  ").to_string();
                let texts = notice.text.lines().flat_map(|line| wrap(&visible(line), usize::from(columns).saturating_sub(7).max(1)));
                for (n, text) in texts.enumerate() {
                    lines.push(Said { label: if n == 0 { at.clone() } else { " ".repeat(7) }, text, role });
                }
            }
            if lines.is_empty() {
                lines.extend(plain(&texts::nothing_here(lang, Nothing::Notices, None), Role::Muted, columns));
            }
            lines
        }
    }
}

/// What the signs of the lists mean.
fn legend(lang: Lang) -> Vec<Said> {
    let states = MeetingState::ALL.into_iter().map(|state| {
        let (sign, role) = meeting_sign(state);
        Said { label: format!("{sign}  "), text: word::meeting_state(lang, state).to_owned(), role }
    });
    let conflict = lang.pick("trùng địa điểm hoặc người chủ trì với cuộc họp khác", "place or chair claimed by another meeting too");
    let further = [
        ("!", conflict, Role::Conflict),
        (">", lang.pick("dòng đang chọn", "the selected row"), Role::Marker),
        (list::NEWS, lang.pick("người khác vừa thay đổi, chưa xem", "changed by others, not looked at yet"), Role::News),
        ("*", lang.pick("ô bắt buộc; đơn vị đã đánh dấu", "a field that must be filled; a marked unit"), Role::Text),
    ];
    let further = further.into_iter().map(|(sign, text, role)| Said { label: format!("{sign}  "), text: text.to_owned(), role });
    states.chain(further).collect()
}

/// Draws a text to read.
pub(super) fn sheet(sheet: &Sheet, model: &Model, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> (u16, u16) {
    let area = page(body);
    let title = match &sheet.subject {
        Subject::Meeting(id) => id.to_string(),
        Subject::Legend => look.lang.pick("Ký hiệu", "Signs").to_owned(),
        Subject::Notices => look.lang.pick("Thông báo", "Notices").to_owned(),
    };
    look.frame(&title, area, buf);
    let text = inside(area);
    scrolled(&sheet_lines(sheet, model, text.width), sheet.top, look, text, buf);
    (text.x, text.y)
}

fn scrolled(lines: &[Said], top: usize, look: &Look<'_>, area: Rect, buf: &mut Buffer) {
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(top)) {
        let spans =
            vec![Span::styled(line.label.clone(), look.style(Role::FieldLabel)), Span::styled(line.text.clone(), look.style(line.role))];
        put(&Line::from(spans), Rect { y, height: 1, ..area }, buf);
    }
}

fn plain(text: &str, role: Role, columns: u16) -> Vec<Said> {
    let lines = text.lines().flat_map(|line| wrap(&visible(line), usize::from(columns).max(1)));
    lines.map(|text| Said { label: String::new(), text, role }).collect()
}

/// Fields with their names before them; in a narrow window the names stand above. What stands in the title is not told again.
fn fields(card: &Card, titled: &str, columns: u16) -> Vec<Said> {
    const NARROW: usize = 50;
    let columns = usize::from(columns);
    let card = || card.iter().filter(|(_, value)| value != titled);
    let widest = card().map(|(name, _)| width(name)).max().unwrap_or(0) + 2;
    let above = columns < NARROW;
    let room = if above { columns } else { columns.saturating_sub(widest) }.max(1);
    let mut lines = Vec::new();
    for (name, value) in card() {
        if above {
            lines.push(Said { label: name.clone(), text: String::new(), role: Role::Text });
        }
        let texts = value.lines().flat_map(|line| wrap(&visible(line), room));
        for (n, text) in texts.enumerate() {
            let label = match (above, n) {
                (true, _) => String::new(),
                (false, 0) => format!("{name}{}", " ".repeat(widest.saturating_sub(width(name)))),
                (false, _) => " ".repeat(widest),
            };
            lines.push(Said { label, text, role: Role::Text });
        }
    }
    lines
}
