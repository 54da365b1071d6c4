//! The meeting of 5 May 2016, as the source documents tell of it, and a dispatch of its invitation.

use chrono::{DateTime, NaiveDate, Utc};
use lichhop::domain::dispatch::{CalendarEntry, Dispatch, DispatchKind, Notice, Recipient};
use lichhop::domain::invitation::{Document, Invitation};
use lichhop::domain::mailbox::MailAddress;
use lichhop::domain::meeting::{Channel, Meeting, MeetingId, Replaced, Urgency};
use lichhop::domain::office::Sender;
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::UnitCode;
use lichhop::print::Typesetter;
use lichhop::usecase::ports::Typeset;

pub(super) const TITLE: &str = "Họp về cung cấp dịch vụ công trực tuyến mức độ 3, sử dụng hộp thư điện tử công vụ và tổ chức ứng dụng \
                         công nghệ thông tin của Bộ VHTTDL";
pub(super) const MAILBOX: &str = "congthongtindientu-vhttdl@chinhphu.vn";
pub(super) const UNITS: [&str; 15] = [
    "Tổng cục Du lịch",
    "Tổng cục Thể dục thể thao",
    "Cục Điện ảnh",
    "Cục Di sản văn hóa",
    "Cục Văn hóa cơ sở",
    "Cục Nghệ thuật biểu diễn",
    "Cục Mỹ thuật, Nhiếp ảnh và Triển lãm",
    "Vụ Kế hoạch, Tài chính",
    "Vụ Tổ chức cán bộ",
    "Vụ Pháp chế",
    "Văn phòng Bộ",
    "Trung tâm Công nghệ thông tin",
    "Trung tâm Thông tin Du lịch (Tổng cục Du lịch)",
    "Trung tâm Thông tin Thể dục thể thao (Tổng cục Thể dục thể thao)",
    "Vụ Khoa học, Công nghệ và Môi trường",
];

pub(super) fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub(super) fn prose(text: &str) -> Prose {
    Prose::parse(text).unwrap()
}

pub(super) fn time(text: &str) -> WallTime {
    WallTime::parse(text, DateTime::UNIX_EPOCH).unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn instant() -> DateTime<Utc> {
    "2016-05-03T02:15:30Z".parse().unwrap()
}

pub(super) fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

pub(super) fn invitation() -> Invitation {
    Invitation {
        office: line("Bộ Văn hóa, Thể thao và Du lịch"),
        office_place: line("Hà Nội"),
        symbol: line("BVHTTDL"),
        meeting: MeetingId::new(2016, 147),
        number: Some("05/GM-BVHTTDL".to_owned()),
        date: Some(day("2016-05-03")),
        replaces: None,
        because: None,
        title: line(TITLE),
        start: time("2016-05-05 14:00"),
        end: None,
        place: line("51 Ngô Quyền, Hoàn Kiếm, Hà Nội"),
        online: None,
        chair: line("Thứ trưởng Đặng Thị Bích Liên"),
        urgency: Urgency::Normal,
        content: Some(prose(
            "Vụ Khoa học, Công nghệ và Môi trường báo cáo tình hình cung cấp dịch vụ công trực tuyến và hộp thư điện tử công vụ của \
             Bộ; Văn phòng Bộ báo cáo việc sử dụng hộp thư điện tử công vụ (@chinhphu.vn); Trung tâm Công nghệ thông tin báo cáo về \
             Dự án CPnet và tiến độ thực hiện.",
        )),
        invited: UNITS.map(line).to_vec(),
        prepared_by: [UNITS[14], UNITS[10], UNITS[11]].map(line).to_vec(),
        reply_to: address(MAILBOX),
        channel: Channel::Parallel,
    }
}

pub(super) fn cancellation() -> Document {
    Document::Cancellation {
        invitation: Box::new(invitation()),
        date: day("2016-05-04"),
        reason: prose("Đồng chí chủ trì tham dự phiên họp đột xuất của Chính phủ; thời gian họp mới sẽ được thông báo sau."),
    }
}

pub(super) fn dispatch(kind: DispatchKind) -> Dispatch {
    let invitation = invitation();
    let document = match kind {
        DispatchKind::Request => Document::Invitation(Box::new(invitation.clone())),
        _ => cancellation(),
    };
    let (id, sequence) = if kind == DispatchKind::Request { (12, 0) } else { (13, 1) };
    Dispatch {
        id,
        meeting: invitation.meeting,
        kind,
        notice: Notice::Cancelled,
        replaces: None,
        number: "05/GM-BVHTTDL".to_owned(),
        at: instant(),
        seed: 0x0123_4567_89ab_cdef,
        sender: Sender { name: line("Văn phòng Bộ Văn hóa, Thể thao và Du lịch"), address: address(MAILBOX) },
        subject: line(&format!("[GIẤY MỜI] 05/GM-BVHTTDL - 14:00 T5 05/5/2016 - {TITLE}")),
        calendar: CalendarEntry {
            uid: "lh-2016-0147.8f14e45fceea167a@chinhphu.vn".to_owned(),
            sequence,
            title: invitation.title,
            start: invitation.start,
            until: invitation.start.session_end(),
            place: invitation.place,
            online: Some(line("https://hop.bvhttdl.gov.vn/j/147?pwd=a,b;c")),
            chair: invitation.chair,
            content: invitation.content,
            urgency: invitation.urgency,
        },
        body: Typesetter.typeset(&document),
        held_until: None,
        tagged: false,
        expires_at: "2016-05-05T07:00:00Z".parse().unwrap(),
        recipients: 15,
        about: None,
        warned: None,
    }
}

/// The invitation in whose place that of 5 May is issued for another day.
pub(super) fn replaced() -> Replaced {
    Replaced { number: "05/GM-BVHTTDL".to_owned(), date: day("2016-05-03") }
}

pub(super) fn replacement() -> Invitation {
    Invitation {
        number: Some("06/GM-BVHTTDL".to_owned()),
        date: Some(day("2016-05-04")),
        start: time("2016-05-09 08:30"),
        replaces: Some(replaced()),
        because: Some(prose("Đồng chí chủ trì tham dự phiên họp đột xuất của Chính phủ.")),
        ..invitation()
    }
}

pub(super) fn postponement() -> Document {
    let reason = prose("Đồng chí chủ trì tham dự phiên họp đột xuất của Chính phủ.");
    Document::Postponement { invitation: Box::new(invitation()), date: day("2016-05-04"), reason }
}

pub(super) fn withdrawal() -> Document {
    let reason = prose("Điều chỉnh thành phần mời.\nĐơn vị gửi báo cáo bằng văn bản.");
    Document::Withdrawal { invitation: Box::new(invitation()), date: day("2016-05-04"), reason }
}

/// The dispatch of another invitation in the place of the one of 5 May.
pub(super) fn replacing() -> Dispatch {
    let before = dispatch(DispatchKind::Request);
    let invitation = replacement();
    let start = invitation.start;
    Dispatch {
        id: 14,
        replaces: Some(replaced()),
        number: "06/GM-BVHTTDL".to_owned(),
        at: "2016-05-04T03:00:00Z".parse().unwrap(),
        seed: 0x1023_4567_89ab_cdef,
        subject: line(&format!("[GIẤY MỜI THAY THẾ] 06/GM-BVHTTDL - 08:30 T2 09/05/2016 - {TITLE}")),
        calendar: CalendarEntry { sequence: 1, start, until: start.session_end(), ..before.calendar },
        body: Typesetter.typeset(&Document::Invitation(Box::new(invitation))),
        ..before
    }
}

/// The dispatch of a notice about the invitation of 5 May.
pub(super) fn notice(notice: Notice) -> Dispatch {
    let document = match notice {
        Notice::Postponed => postponement(),
        Notice::Withdrawn => withdrawal(),
        _ => cancellation(),
    };
    Dispatch { notice, body: Typesetter.typeset(&document), ..dispatch(DispatchKind::Cancel) }
}

/// Every kind of message with its name, each to the same mailbox; all but the first follow the first.
pub(super) fn messages() -> Vec<(&'static str, Dispatch, Recipient)> {
    let first = dispatch(DispatchKind::Request);
    let follows = Recipient { references: Some(first.message_id(7)), ..recipient() };
    vec![
        ("request", first, recipient()),
        ("replacing", replacing(), follows.clone()),
        ("cancel", notice(Notice::Cancelled), follows.clone()),
        ("postponed", notice(Notice::Postponed), follows.clone()),
        ("withdrawn", notice(Notice::Withdrawn), follows),
    ]
}

pub(super) fn recipient() -> Recipient {
    Recipient {
        n: 7,
        unit: UnitCode::parse("CMTNATL").unwrap(),
        name: line(UNITS[6]),
        address: address("cucmtnatl-vhttdl@chinhphu.vn"),
        after: None,
        told: false,
        references: None,
        dropped: None,
    }
}

pub(super) fn meeting(uid: &str, state: &str) -> Meeting {
    let json = serde_json::json!({
        "id": "LH-2016-0147", "title": "Họp A; B, C\\D", "start": "2016-05-05T14:00:00+07:00", "end": null,
        "place": "51 Ngô Quyền, Hoàn Kiếm, Hà Nội", "online": null, "chair": "Thứ trưởng \"X\"", "unit": "VP",
        "invited": ["CDA", "TCDL"], "prepared_by": [], "content": "Dòng một\nDòng hai; ba, bốn", "state": state,
        "issue": null, "sequence": 3, "uid": uid, "registered_by": "an", "changed_by": "an", "history": []
    });
    serde_json::from_value(json).unwrap()
}
