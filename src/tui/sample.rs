//! Records for the tests of panes and layers.

use chrono::{DateTime, Utc};

use crate::domain::meeting::{InvitationMode, MeetingId, MeetingState, Urgency};
use crate::domain::text::Line;
use crate::domain::time::WallTime;
use crate::domain::unit::{Unit, UnitCode};
use crate::tui::pane::units::Units;
use crate::wire::reply::{MeetingView, Replies};

/// Thursday 26 November 2026, 10:00 in Vietnam.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-26T10:00:00+07:00".parse().unwrap()
}

/// A wall time.
pub(crate) fn at(text: &str) -> WallTime {
    WallTime::parse(text, now()).unwrap()
}

/// A code.
pub(crate) fn code(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

/// A meeting by its serial number, with its times.
pub(crate) fn meeting(serial: u32, start: &str, end: Option<&str>) -> MeetingView {
    MeetingView {
        id: MeetingId::new(2026, serial),
        title: Line::parse(&format!("Họp {serial}")).unwrap(),
        start: at(start),
        end: end.map(at),
        place: Line::parse("51 Ngô Quyền").unwrap(),
        room: None,
        online: None,
        chair: Line::parse("Chánh Văn phòng").unwrap(),
        unit: code("VP"),
        invited: vec![code("CDA")],
        people: Vec::new(),
        prepared_by: Vec::new(),
        content: None,
        agenda: Vec::new(),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
        state: MeetingState::Draft,
        number: None,
        issued_on: None,
        without: Vec::new(),
        replaces: Vec::new(),
        voided: Vec::new(),
        sequence: 0,
        revision: 7,
        conflicts: Vec::new(),
        replies: Replies::default(),
        history: Vec::new(),
        queued: None,
        warnings: Vec::new(),
    }
}

/// A registry of three units.
pub(crate) fn units() -> Units {
    let unit = |text: &str, name: &str| Unit {
        code: code(text),
        name: Line::parse(name).unwrap(),
        parent: None,
        kind: None,
        mail_domain: None,
        order: 0,
    };
    let mut units = Units::default();
    units.load(vec![unit("VP", "Văn phòng Bộ"), unit("CDA", "Cục Điện ảnh"), unit("TCDL", "Tổng cục Du lịch")]);
    units
}
