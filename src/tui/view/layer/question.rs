//! Questions: a reason to be typed, a yes or no.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::i18n::{screen, why};
use crate::print::layout::{cut, wrap};
use crate::tui::layer::confirm::Confirm;
use crate::tui::layer::prompt::Prompt;
use crate::tui::theme::Role;
use crate::tui::view::below;
use crate::tui::view::layout::{boxed, inside};
use crate::tui::view::look::{Look, put};

/// The lines of a question: as many as leave room for what is typed or chosen below it. Of a long one the beginning and the
/// last sentence stay, which is what is asked.
fn question(text: &str, body: Rect) -> Vec<String> {
    const ANSWER: u16 = 2;
    let columns = usize::from(inside(boxed(body, 1)).width).max(1);
    let most = usize::from(inside(boxed(body, u16::MAX)).height.saturating_sub(ANSWER)).max(1);
    let sentences: Vec<Vec<String>> = text.lines().map(|line| wrap(line, columns)).collect();
    let asked = sentences.last().map_or(0, Vec::len).min(most);
    let mut lines = sentences.concat();
    if lines.len() > most {
        let mut end = lines.split_off(lines.len() - asked);
        lines.truncate(most - asked);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}……"), columns.min(crate::domain::text::width(last) + 1));
        }
        lines.append(&mut end);
    }
    lines
}

/// Draws the question for a reason.
pub(super) fn prompt(prompt: &Prompt, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let lines = question(&prompt.question, body);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let area = boxed(body, height);
    look.frame(look.lang.pick("Lý do", "Reason"), area, buf);
    let mut rest = inside(area);
    for line in lines {
        put(&Line::from(look.text(&line, Role::Text)), rest, buf);
        rest = below(rest, 1);
    }
    let field = Rect { height: rest.height.min(1), ..rest };
    let placeholder = Span::styled(look.lang.pick("gõ lý do rồi Enter", "type it, then Enter"), look.style(Role::Placeholder));
    prompt.field.render(field, buf, look.style(Role::FieldFocused), &placeholder);
    if let Some(wrong) = &prompt.wrong {
        put(&Line::from(look.text(&why::text(look.lang, wrong), Role::Error)), below(rest, 1), buf);
    }
    prompt.field.caret(field)
}

/// Draws a yes or no.
pub(super) fn confirm(confirm: &Confirm, look: &Look<'_>, body: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    let lines = question(&confirm.question, body);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let area = boxed(body, height);
    look.frame(look.lang.pick("Xác nhận", "Confirm"), area, buf);
    let mut rest = inside(area);
    for line in lines {
        put(&Line::from(look.text(&line, Role::Text)), rest, buf);
        rest = below(rest, 1);
    }
    let rest = below(rest, 1);
    choices(&[screen::capital(&confirm.yes)], confirm.marked, look, rest, buf)
}

/// The two choices, the marked one standing out; gives its place. Of several wordings the first for which there is room is used.
pub(super) fn choices(yes: &[String], marked: bool, look: &Look<'_>, area: Rect, buf: &mut Buffer) -> Option<(u16, u16)> {
    const GAP: usize = 2;
    let no = look.lang.pick("Không", "No");
    let button = |text: &str, marked: bool| {
        let text = if marked { format!("[> {text} <]") } else { format!("[  {text}  ]") };
        look.text(&text, if marked { Role::ButtonFocused } else { Role::Button })
    };
    let no = button(no, !marked);
    let room = usize::from(area.width).saturating_sub(no.width() + GAP);
    let yes: Vec<Span<'_>> = yes.iter().map(|yes| button(yes, marked)).collect();
    let yes = yes.iter().find(|yes| yes.width() <= room).or(yes.last())?.clone();
    let columns = u16::try_from(yes.width() + GAP).unwrap_or(0);
    put(&Line::from(vec![yes, Span::raw("  "), no]), area, buf);
    (area.height > 0).then_some((if marked { area.x } else { area.x + columns }, area.y))
}
