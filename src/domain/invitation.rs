//! What stands in an invitation (giấy mời, form 1.7 of annex III of Decree 30/2020/NĐ-CP) and in the notice that takes it
//! back: the facts, before any layout.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::delay::Delay;
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{Channel, Meeting, MeetingId, Replaced, Urgency};
use crate::domain::office::Rules;
use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;

/// The most characters of names that an invitation lists; more would make every message as long as the list.
pub const LISTED_MAX: usize = 6_000;

/// The facts of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The issuing organ's name.
    pub office: Line,
    /// The place name before the date.
    pub office_place: Line,
    /// The symbol of the organ, for the blank number of a draft.
    pub symbol: Line,
    /// The meeting it is about; its id is the reference that replies keep.
    pub meeting: MeetingId,
    /// Number and symbol; `None` while it is a draft.
    pub number: Option<String>,
    /// The document's date; `None` while it is a draft.
    pub date: Option<NaiveDate>,
    /// The invitation that it replaces.
    pub replaces: Option<Replaced>,
    /// Why it replaces that one.
    pub because: Option<Prose>,
    /// What the meeting is about.
    pub title: Line,
    /// When it begins.
    pub start: WallTime,
    /// When it ends, if that was said.
    pub end: Option<WallTime>,
    /// Where.
    pub place: Line,
    /// Where for those who are not there.
    pub online: Option<Line>,
    /// Who chairs.
    pub chair: Line,
    /// How urgent.
    pub urgency: Urgency,
    /// What the invited should know or bring.
    pub content: Option<Prose>,
    /// The invited units' names, in the order of the meeting; one line with their count beyond [`LISTED_MAX`].
    pub invited: Vec<Line>,
    /// Names of the units that prepare the papers.
    pub prepared_by: Vec<Line>,
    /// Where replies go.
    pub reply_to: MailAddress,
    /// Whether paper accompanies it.
    pub channel: Channel,
}

impl Invitation {
    /// The invitation to `meeting`. `invited` and `prepared_by` are the names of its units, in its order.
    #[must_use]
    pub fn of(meeting: &Meeting, rules: &Rules, invited: Vec<Line>, prepared_by: Vec<Line>) -> Self {
        let entry = &meeting.entry;
        Self {
            office: rules.office.name.clone(),
            office_place: rules.office.place.clone(),
            symbol: rules.office.symbol.clone(),
            meeting: meeting.id.clone(),
            number: meeting.issue.as_ref().map(|issue| issue.number.clone()),
            date: meeting.issue.as_ref().map(|issue| issue.date),
            replaces: meeting.replaced.last().cloned(),
            because: meeting.issue.as_ref().and_then(|issue| issue.because.clone()),
            title: entry.title.clone(),
            start: entry.start,
            end: entry.end,
            place: entry.place.clone(),
            online: entry.online.clone(),
            chair: entry.chair.clone(),
            urgency: entry.urgency,
            content: entry.content.clone(),
            invited: listed(invited),
            prepared_by,
            reply_to: rules.sender.address.clone(),
            channel: meeting.issue.as_ref().map(|issue| issue.channel).unwrap_or_default(),
        }
    }
}

fn listed(invited: Vec<Line>) -> Vec<Line> {
    if invited.iter().map(|name| name.as_str().chars().count()).sum::<usize>() <= LISTED_MAX {
        return invited;
    }
    let count = format!("{} cơ quan, đơn vị (theo danh sách lưu tại đơn vị phát hành)", invited.len());
    Line::parse(&count).map_or(invited, |line| vec![line])
}

/// A document to be typeset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// Giấy mời.
    Invitation(Box<Invitation>),
    /// Thông báo hủy: the invitation that is taken back, and why.
    Cancellation {
        /// What was issued.
        invitation: Box<Invitation>,
        /// The day of the notice.
        date: NaiveDate,
        /// Why.
        reason: Prose,
    },
    /// Thông báo hoãn: the invitation whose meeting is put off without a new date, and why.
    Postponement {
        /// What was issued.
        invitation: Box<Invitation>,
        /// The day of the notice.
        date: NaiveDate,
        /// Why.
        reason: Prose,
    },
    /// Thông báo thu hồi: the invitation that was replaced, to a mailbox that the one in its place does not go to.
    Withdrawal {
        /// What was issued.
        invitation: Box<Invitation>,
        /// The day of the notice.
        date: NaiveDate,
        /// Why.
        reason: Prose,
    },
    /// Cảnh báo: to whoever registered a meeting, that messages about it wait too long. No document of the office's: nobody signs it.
    Delay(Box<Delay>),
}

/// A document as text and as a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// For terminals and plain mail; lines ended by `\n`, at most 92 columns.
    pub text: String,
    /// A whole HTML document without scripts and without references to anything outside it.
    pub html: String,
}
