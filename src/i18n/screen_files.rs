//! What is wrong with a keymap or a theme.

use crate::i18n::{Lang, listed, nothing_written, quoted, shown};
use crate::report::{Exit, Report};

/// A keymap or theme cannot be used. `problems` are `FILE:LINE:` lines.
#[must_use]
pub fn report(lang: Lang, problems: &[String]) -> Report {
    let next = lang.pick(
        "Sửa tệp ấy, hoặc chọn bộ phím và giao diện màu có sẵn ở mục [screen] của cấu hình",
        "Mend the file, or choose a keymap and theme of the program in [screen] of the configuration",
    );
    Report::new(Exit::Configuration, problems.join("\n")).kept(nothing_written(lang)).next(next.to_owned())
}

/// A sentence with what may have been meant.
fn perhaps(lang: Lang, sentence: String, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => {
            say!(lang, "{sentence}; có phải {nearest}?", "{sentence}; perhaps {nearest}?", sentence = sentence, nearest = quoted(nearest))
        }
        None => sentence,
    }
}

/// There is no such keymap.
#[must_use]
pub fn no_keymap(lang: Lang, name: &str, known: &[String]) -> String {
    say!(
        lang,
        "không có bộ phím {name}; có: {known}",
        "there is no keymap {name}; there are: {known}",
        name = quoted(name),
        known = listed(known)
    )
}

/// There is no such theme.
#[must_use]
pub fn no_theme(lang: Lang, name: &str, known: &[String]) -> String {
    say!(
        lang,
        "không có giao diện màu {name}; có: {known}",
        "there is no theme {name}; there are: {known}",
        name = quoted(name),
        known = listed(known)
    )
}

/// A file inherits from itself.
#[must_use]
pub fn circle(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "inherits = {name} dẫn trở lại một tệp đã đọc; mỗi tệp chỉ được kế thừa tệp chưa đọc",
        "inherits = {name} leads back to a file that was read already",
        name = quoted(name)
    )
}

/// There is no such scope.
#[must_use]
pub fn no_scope(lang: Lang, nearest: Option<&str>) -> String {
    perhaps(lang, say!(lang, "không có phạm vi này", "there is no such scope"), nearest)
}

/// There is no such action.
#[must_use]
pub fn no_action(lang: Lang, word: &str, nearest: Option<&str>) -> String {
    perhaps(lang, say!(lang, "không có thao tác {word}", "there is no action {word}", word = quoted(word)), nearest)
}

/// There is no such key.
#[must_use]
pub fn no_key(lang: Lang, word: &str, nearest: Option<&str>) -> String {
    perhaps(lang, say!(lang, "không có phím {word}", "there is no key {word}", word = quoted(word)), nearest)
}

/// The action is in another scope.
#[must_use]
pub fn elsewhere(lang: Lang, action: &str, scope: &str) -> String {
    say!(
        lang,
        "không làm được {action} ở phạm vi này; chuyển sang [{scope}]",
        "{action} cannot be done in this scope; move it to [{scope}]",
        action = action,
        scope = scope
    )
}

/// The same keys stand there twice.
#[must_use]
pub fn twice(lang: Lang) -> String {
    say!(lang, "phím này đã được gán ở trên, với cách viết khác", "these keys are bound above already, written differently")
}

/// A letter alone where text is typed.
#[must_use]
pub fn types(lang: Lang, scope: &str) -> String {
    say!(
        lang,
        "ở “{scope}” phím chữ dùng để gõ văn bản; thêm ctrl- hoặc alt-, hoặc dùng phím chức năng",
        "in “{scope}” letters are typed as text; add ctrl- or alt-, or use a function key",
        scope = scope
    )
}

/// Terminals do not send this key.
#[must_use]
pub fn never_sent(lang: Lang, chord: &str, instead: Option<&str>) -> String {
    match instead {
        Some(instead) => say!(
            lang,
            "thiết bị đầu cuối gửi {chord} như {instead} nên không dùng được; chọn phím khác",
            "terminals send {chord} as {instead}, so it cannot be used; choose another",
            chord = quoted(chord),
            instead = quoted(instead)
        ),
        None => say!(
            lang,
            "thiết bị đầu cuối không gửi được {chord}; chọn phím khác",
            "terminals cannot send {chord}; choose another",
            chord = quoted(chord)
        ),
    }
}

/// Keys that are the beginning of others.
#[must_use]
pub fn covers(lang: Lang, longer: &str, action: &str) -> String {
    say!(
        lang,
        "che mất {action}; chọn phím khác, hoặc bỏ phím kia: \"{longer}\" = \"none\"",
        "hides {action}; choose another, or unbind that one: \"{longer}\" = \"none\"",
        longer = shown(longer),
        action = action
    )
}

/// Keys that others are the beginning of.
#[must_use]
pub fn covered(lang: Lang, shorter: &str, action: &str) -> String {
    say!(
        lang,
        "không bao giờ bấm được vì {action} làm trước; chọn phím khác, hoặc bỏ phím kia: \"{shorter}\" = \"none\"",
        "can never be pressed, because {action} comes first; choose another, or unbind that one: \"{shorter}\" = \"none\"",
        shorter = shown(shorter),
        action = action
    )
}

/// A key that does the same in every keymap.
#[must_use]
pub fn reserved(lang: Lang, chord: &str, action: &str, scope: &str) -> String {
    say!(
        lang,
        "trong mọi bộ phím, {chord} luôn là {action} trong [{scope}], không gán cho việc khác được",
        "in every keymap {chord} is {action} in [{scope}] and nothing else",
        chord = quoted(chord),
        action = action,
        scope = scope
    )
}

/// A key that must be there is not.
#[must_use]
pub fn unbound(lang: Lang, chord: &str, action: &str, scope: &str) -> String {
    say!(
        lang,
        "thiếu trong [{scope}]: \"{chord}\" = \"{action}\"; hoặc mở đầu tệp bằng inherits = \"default\"",
        "missing in [{scope}]: \"{chord}\" = \"{action}\"; or begin the file with inherits = \"default\"",
        scope = scope,
        chord = shown(chord),
        action = action
    )
}

/// There is no such role.
#[must_use]
pub fn no_role(lang: Lang, nearest: Option<&str>) -> String {
    perhaps(lang, say!(lang, "không có vai trò hiển thị này", "there is no such role"), nearest)
}

/// There is no such part of a style.
#[must_use]
pub fn no_part(lang: Lang, nearest: Option<&str>) -> String {
    let sentence = say!(
        lang,
        "không có thuộc tính này; chỉ có fg, bg, bold, dim, italic, underlined, reversed",
        "there is no such part of a style; there are fg, bg, bold, dim, italic, underlined, reversed"
    );
    perhaps(lang, sentence, nearest)
}

/// There is no such colour.
#[must_use]
pub fn no_color(lang: Lang, word: &str, nearest: Option<&str>) -> String {
    let sentence = say!(
        lang,
        "không có màu {word}; cần tên màu của thiết bị đầu cuối (red, bright-red…), \"#rrggbb\" hoặc số từ 0 đến 255",
        "there is no colour {word}; expected a colour of the terminal (red, bright-red…), \"#rrggbb\" or a number from 0 to 255",
        word = quoted(word)
    );
    perhaps(lang, sentence, nearest)
}

/// Roles that a theme says nothing of.
#[must_use]
pub fn missing_roles(lang: Lang, names: &[&str]) -> String {
    say!(
        lang,
        "thiếu các vai trò: {names}; ghi thêm, hoặc mở đầu tệp bằng inherits = \"dark\"",
        "these roles are missing: {names}; add them, or begin the file with inherits = \"dark\"",
        names = listed(names)
    )
}
