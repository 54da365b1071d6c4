//! A day at the office by keys alone: what stands in the store and on the screen afterwards.

pub(super) mod comparing;
mod deciding;
mod drafts;
mod handling;
mod inviting;
mod issuing;
mod registering;
mod updating;

use lichhop::domain::text::Line;
use lichhop::wire::reply::MeetingView;
use lichhop::wire::request::{EntryChanges, Request};

use super::driver::Driver;

/// A meeting as somebody types it: title, start, end, place, chair, unit, invited units.
const TYPED: [&str; 7] =
    ["Họp rà soát hộp thư điện tử công vụ", "thứ 6 8h30", "+2h", "Phòng họp tầng 5", "Phó Chánh Văn phòng", "vp", "TTCNTT, VPC CDA"];
/// A submitted meeting whose place is taken.
const TAKEN: &str = "Họp bàn kế hoạch tổ chức Ngày hội Văn hóa các dân tộc";
/// A submitted meeting that nothing is in the way of.
const FREE: &str = "Họp về việc cấp hộp thư dùng chung cho các đơn vị chưa có";
/// The start of it, written out when its field was left: the next day it would be another day.
const DATED: &str = "27/11/2026 08:30";
/// A draft.
const DRAFT: &str = "Trao đổi về chế độ dinh dưỡng và y học thể thao";
/// An approved meeting that everybody invited to can be reached for.
const READY: &str = "Họp Ban Chỉ đạo chuyển đổi số của Bộ";
/// An issued meeting.
const ISSUED: &str = "Họp về phương án tổ chức Liên hoan Phim Việt Nam";

impl Driver {
    /// Holds that the screen says something, whatever its lines.
    fn says(&mut self, words: &str) -> &mut Self {
        let told = self.told();
        assert!(told.contains(words), "“{words}” is not on the screen:\n{told}");
        self
    }

    /// Holds that the screen does not say something.
    fn is_silent_about(&mut self, words: &str) -> &mut Self {
        let told = self.told();
        assert!(!told.contains(words), "“{words}” is on the screen:\n{told}");
        self
    }

    /// Somebody else gives a meeting another place.
    fn moved_by_another(&mut self, meeting: &MeetingView, place: &str) {
        let changes = Box::new(EntryChanges { place: Line::parse(place).ok(), ..EntryChanges::default() });
        self.meeting(Request::MeetingEdit { id: meeting.id.clone(), changes, expected: None });
        self.settle();
    }

    /// Nothing is left open, and the store is sound.
    fn assert_quiet(&mut self) {
        assert!(self.model.layers.is_empty() && self.model.asks.answered_all(), "{:?}", self.model.layers);
        match self.call(Request::Check) {
            Ok(lichhop::wire::reply::Answer::Checked(report)) => assert_eq!(report.findings, []),
            other => panic!("{other:?}"),
        }
    }
}
