//! Giấy mời: form 1.7 of annex III of Decree 30/2020/NĐ-CP.

use crate::domain::invitation::Invitation;
use crate::domain::meeting::Channel;
use crate::domain::number::INVITATION;
use crate::domain::text::{Line, search_key};
use crate::domain::time::{WallTime, document_date, weekday};
use crate::print::sheet::{Annex, Block, Sheet, acknowledgment, because, dated, numbered, open_ended, paragraphs, reference};

/// The most units that are listed within the content. With more, time and place would leave the first screen: the list is
/// annexed instead.
const LISTED: usize = 5;

/// The sheet of an invitation. The text carries all of it, with every unit invited: some readers of mail show nothing else.
pub(super) fn sheet(invitation: &Invitation) -> Sheet {
    let draft = invitation.number.is_none();
    let number = invitation.number.clone().unwrap_or_else(|| format!("     /{INVITATION}-{}", invitation.symbol));
    Sheet {
        office: invitation.office.as_str().to_uppercase(),
        number: Some(number),
        dated: dated(&invitation.office_place, invitation.date),
        stamp: invitation.urgency.stamp(),
        draft,
        kind: "GIẤY MỜI",
        subject: open_ended(invitation.title.as_str()).to_owned(),
        content: content(invitation),
        recipients: recipients(invitation.channel),
        annex: annex(invitation),
    }
}

fn content(invitation: &Invitation) -> Vec<Block> {
    let mut content = invited(invitation);
    content.push(Block::Text(format!("Tới dự {}.", event(&invitation.title))));
    content.extend(facts(invitation));
    content.extend(replaces(invitation));
    if let Some(prose) = &invitation.content {
        content.extend(paragraphs(prose.as_str()));
    }
    if !invitation.prepared_by.is_empty() {
        content.push(Block::Fact("Đơn vị chuẩn bị tài liệu", format!("{}.", names(&invitation.prepared_by))));
    }
    content.push(acknowledgment(invitation, "Giấy mời này"));
    content
}

/// Which invitation it replaces, and why: what was issued with an error is replaced by a document of the same form
/// (Decree 30/2020/NĐ-CP, article 18.3), never silently.
fn replaces(invitation: &Invitation) -> Vec<Block> {
    let Some(replaced) = &invitation.replaces else { return Vec::new() };
    let earlier = numbered(&replaced.number, replaced.date);
    let mut blocks = vec![Block::Text(format!("Giấy mời này thay thế {earlier}."))];
    blocks.extend(invitation.because.iter().flat_map(|reason| because("Lý do thay thế", reason)));
    blocks
}

/// "… trân trọng kính mời:" — one on the same line, several below, many in the annex (form 1.7, note 6).
fn invited(invitation: &Invitation) -> Vec<Block> {
    let lead = format!("{} trân trọng kính mời", invitation.office);
    match invitation.invited.as_slice() {
        [] => vec![Block::Text(format!("{lead}:"))],
        [one] => vec![Block::Text(format!("{lead}: {one}"))],
        several if several.len() <= LISTED => {
            let last = several.len() - 1;
            let items = several.iter().enumerate().map(|(n, name)| format!("{name}{}", if n == last { "." } else { ";" }));
            vec![Block::Text(format!("{lead}:")), Block::Items(items.collect())]
        }
        _ => vec![Block::Text(format!("{lead}: Lãnh đạo các cơ quan, đơn vị (danh sách kèm theo)"))],
    }
}

fn annex(invitation: &Invitation) -> Option<Annex> {
    (invitation.invited.len() > LISTED).then(|| Annex {
        heading: "DANH SÁCH CƠ QUAN, ĐƠN VỊ ĐƯỢC MỜI",
        belongs: reference(invitation),
        items: invitation.invited.iter().map(ToString::to_string).collect(),
    })
}

/// Who chairs, when, where: the facts that an invitation and its cancellation share.
pub(super) fn facts(invitation: &Invitation) -> Vec<Block> {
    let mut facts = vec![
        Block::Fact("Chủ trì", invitation.chair.to_string()),
        Block::Fact("Thời gian", time(invitation.start, invitation.end)),
        Block::Fact("Địa điểm", invitation.place.to_string()),
    ];
    if let Some(online) = &invitation.online {
        facts.push(Block::Fact("Tham dự trực tuyến", online.to_string()));
    }
    facts
}

/// `14 giờ 00, thứ Năm, ngày 05 tháng 5 năm 2016`; with an end, `từ … đến …`.
pub(super) fn time(start: WallTime, end: Option<WallTime>) -> String {
    let hour = |time: WallTime| time.time().format("%H giờ %M").to_string();
    let day = |time: WallTime| format!("{}, {}", weekday(time.day()), document_date(time.day()));
    match end {
        None => format!("{}, {}", hour(start), day(start)),
        Some(end) if end.day() == start.day() => format!("từ {} đến {}, {}", hour(start), hour(end), day(start)),
        Some(end) => format!("từ {}, {} đến {}, {}", hour(start), day(start), hour(end), day(end)),
    }
}

/// The beginnings of a title that names an event of its own, without marks.
const EVENTS: [&str; 14] = [
    "hop", "cuoc", "buoi", "phien", "hoi nghi", "hoi thao", "hoi dam", "dai hoi", "toa dam", "le", "lop", "giao ban", "lam viec",
    "ngay hoi",
];

/// The title as it stands within a sentence: `họp rà soát …`; what is not the name of an event becomes one.
pub(super) fn event(title: &Line) -> String {
    let title = open_ended(title.as_str());
    let plain = search_key(title);
    let named = EVENTS.iter().any(|event| plain.strip_prefix(event).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if named && second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => format!("cuộc họp: {title}"),
    }
}

/// Names of units beside each other. They hold commas themselves ("Vụ Kế hoạch, Tài chính").
fn names(units: &[Line]) -> String {
    units.iter().map(Line::as_str).collect::<Vec<_>>().join("; ")
}

/// Nơi nhận, with the way on each line where it is not paper alone.
pub(super) fn recipients(channel: Channel) -> Vec<String> {
    let way = match channel {
        Channel::Electronic => "qua thư điện tử",
        Channel::Parallel => "bản giấy và qua thư điện tử",
    };
    vec![format!("Như thành phần mời ({way});"), "Lưu: VT, VP.".to_owned()]
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn titles_stand_within_a_sentence() {
        let event = |title| super::event(&Line::parse(title).unwrap());
        assert_eq!(event("Họp rà soát hộp thư."), "họp rà soát hộp thư");
        assert_eq!(event("Hội nghị tổng kết năm 2016"), "hội nghị tổng kết năm 2016");
        assert_eq!(event("Hội đồng Tiền lương xét nâng bậc"), "cuộc họp: Hội đồng Tiền lương xét nâng bậc");
        assert_eq!(event("HỌP GIAO BAN"), "cuộc họp: HỌP GIAO BAN");
        assert_eq!(event("Lên kế hoạch"), "cuộc họp: Lên kế hoạch");
    }

    #[test]
    fn times_are_written_out() {
        let at = |raw| WallTime::parse(raw, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(time(at("2016-05-05 14:00"), None), "14 giờ 00, thứ Năm, ngày 05 tháng 5 năm 2016");
        assert_eq!(
            time(at("2016-02-01 08:05"), Some(at("2016-02-01 11:30"))),
            "từ 08 giờ 05 đến 11 giờ 30, thứ Hai, ngày 01 tháng 02 năm 2016"
        );
        assert_eq!(
            time(at("2016-12-31 20:00"), Some(at("2017-01-01 00:30"))),
            "từ 20 giờ 00, thứ Bảy, ngày 31 tháng 12 năm 2016 đến 00 giờ 30, Chủ nhật, ngày 01 tháng 01 năm 2017"
        );
    }
}
