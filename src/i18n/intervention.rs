//! What people decide about messages on their way.

use crate::domain::dispatch::ItemId;
use crate::domain::intervention::InterventionKind;
use crate::domain::meeting::MeetingId;
use crate::domain::outbox::{ItemState, Reason};
use crate::i18n::{Lang, shown, word};

/// What is decided, as a verb.
#[must_use]
pub fn verb(lang: Lang, kind: InterventionKind) -> &'static str {
    match kind {
        InterventionKind::Hold => lang.pick("tạm giữ", "hold"),
        InterventionKind::Release => lang.pick("thôi giữ", "release"),
        InterventionKind::Retry => lang.pick("gửi lại ngay", "retry"),
        InterventionKind::Drop => lang.pick("bỏ", "drop"),
    }
}

/// The command for it, but for the messages.
fn command(kind: InterventionKind) -> &'static str {
    match kind {
        InterventionKind::Hold => "lichhop outbox hold ID",
        InterventionKind::Release => "lichhop outbox release ID",
        InterventionKind::Retry => "lichhop outbox retry ID",
        InterventionKind::Drop => "lichhop outbox drop ID --reason T",
    }
}

/// Messages with which that cannot be done, and what can be done instead.
#[must_use]
pub fn refused(lang: Lang, wanted: InterventionKind, refused: &[(ItemId, ItemState)]) -> (String, String) {
    let mut lines = vec![say!(lang, "Không thể {verb}:", "Cannot {verb}:", verb = verb(lang, wanted))];
    lines.extend(refused.iter().map(|(id, state)| format!("  {id}: {}", word::item_state(lang, *state))));
    let possible: Vec<&str> =
        InterventionKind::ALL.into_iter().filter(|kind| refused.iter().any(|(_, state)| kind.possible(*state))).map(command).collect();
    let next = if possible.is_empty() {
        lang.pick(
            "Thư đã đến kết cục cuối cùng; xem: lichhop outbox why ID",
            "These messages have their final fate; see: lichhop outbox why ID",
        )
        .to_owned()
    } else {
        say!(lang, "Có thể: {commands}", "Possible: {commands}", commands = possible.join(" · "))
    };
    (lines.join("\n"), next)
}

/// A message that is of no use any more.
#[must_use]
pub fn overdue(lang: Lang, id: ItemId, meeting: &MeetingId, begun: bool) -> (String, String) {
    let meeting = shown(meeting);
    if begun {
        let what = say!(
            lang,
            "Không gửi {id} nữa: cuộc họp {meeting} đã bắt đầu.",
            "{id} is not sent any more: {meeting} has begun.",
            id = id,
            meeting = meeting
        );
        (what, drop_it(lang, id))
    } else {
        let what = say!(
            lang,
            "Không gửi {id} nữa: các đơn vị đã được báo nội dung mới hơn về {meeting}.",
            "{id} is not sent any more: the units have been told something newer about {meeting}.",
            id = id,
            meeting = meeting
        );
        (what, drop_it(lang, id))
    }
}

fn drop_it(lang: Lang, id: ItemId) -> String {
    say!(
        lang,
        "Nếu đang tạm giữ thì bỏ: lichhop outbox drop {id} --reason 'lý do'",
        "If it is held, drop it: lichhop outbox drop {id} --reason 'reason'",
        id = id
    )
}

/// The question for the reason why a message is given up.
#[must_use]
pub fn why_drop(lang: Lang, id: &str, to: &str) -> String {
    say!(
        lang,
        "{to} sẽ không nhận được thư {id}. Lý do bỏ, ghi lại:",
        "{to} will never get {id}. Why it is dropped, on record:",
        to = shown(to),
        id = shown(id)
    )
}

/// What was done with a message, or what will be done once its attempt has ended.
#[must_use]
pub fn done(lang: Lang, kind: InterventionKind, id: &str, state: ItemState, to: &str) -> String {
    let (id, to) = (shown(id), shown(to));
    if state == ItemState::Sending {
        return match kind {
            InterventionKind::Drop => say!(
                lang,
                "{id} tới {to} đang được gửi; nếu lần này không gửi được thì sẽ bỏ.",
                "{id} to {to} is being sent right now; should this attempt fail it is dropped.",
                id = id,
                to = to
            ),
            InterventionKind::Hold | InterventionKind::Release | InterventionKind::Retry => say!(
                lang,
                "{id} tới {to} đang được gửi; nếu lần này không gửi được thì sẽ tạm giữ.",
                "{id} to {to} is being sent right now; should this attempt fail it is held.",
                id = id,
                to = to
            ),
        };
    }
    match kind {
        InterventionKind::Hold => say!(lang, "Đã tạm giữ {id} tới {to}.", "Held {id} to {to}.", id = id, to = to),
        InterventionKind::Release => say!(
            lang,
            "Đã thôi giữ {id} tới {to}; lần gửi tới sẽ gửi.",
            "Released {id} to {to}; the next flush sends it.",
            id = id,
            to = to
        ),
        InterventionKind::Retry => say!(lang, "Sẽ gửi lại ngay {id} tới {to}.", "{id} to {to} is due now.", id = id, to = to),
        InterventionKind::Drop => {
            say!(lang, "Đã bỏ {id} tới {to}, không gửi nữa.", "Dropped {id} to {to}; it is not sent any more.", id = id, to = to)
        }
    }
}

/// What somebody wished while a message was being sent.
#[must_use]
pub fn wish(lang: Lang, wish: &Reason) -> String {
    match wish {
        Reason::KeptBack { by } => {
            say!(lang, "Nếu lần này không gửi được thì sẽ tạm giữ ({by}).", "Should this attempt fail it is held ({by}).", by = shown(by))
        }
        _ => lang.pick("Nếu lần này không gửi được thì sẽ bỏ.", "Should this attempt fail it is dropped.").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_can_be_done_instead() {
        let id = ItemId { dispatch: 3, n: 1 };
        let (what, next) = refused(Lang::En, InterventionKind::Hold, &[(id, ItemState::Failed)]);
        assert_eq!((what.as_str(), next.as_str()), ("Cannot hold:\n  T3-1: failed", "Possible: lichhop outbox retry ID"));
        let (_, next) = refused(Lang::Vi, InterventionKind::Retry, &[(id, ItemState::Sent)]);
        assert!(next.starts_with("Thư đã đến kết cục cuối cùng"), "{next}");
    }
}
