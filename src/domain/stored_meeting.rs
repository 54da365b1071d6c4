//! How a meeting is read back.

use serde::Deserialize;

use crate::domain::meeting::{Entry, Event, InvitationMode, Issue, Meeting, MeetingId, MeetingState, Replaced, Urgency, Voided};
use crate::domain::text::{Line, Prose};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;

/// A meeting as it is read: what is entered stands among the other fields. Written out, because reading through `flatten`
/// keeps every field in a form between, which takes longer than all the rest of reading.
#[derive(Deserialize)]
pub(super) struct Flat {
    id: MeetingId,
    title: Line,
    start: WallTime,
    end: Option<WallTime>,
    place: Line,
    online: Option<Line>,
    chair: Line,
    unit: UnitCode,
    invited: Vec<UnitCode>,
    prepared_by: Vec<UnitCode>,
    content: Option<Prose>,
    #[serde(default)]
    urgency: Urgency,
    #[serde(default)]
    mode: InvitationMode,
    state: MeetingState,
    issue: Option<Issue>,
    #[serde(default)]
    replaced: Vec<Replaced>,
    #[serde(default)]
    voided: Vec<Voided>,
    sequence: u32,
    uid: String,
    registered_by: String,
    changed_by: String,
    history: Vec<Event>,
}

impl From<Flat> for Meeting {
    fn from(flat: Flat) -> Self {
        Self {
            id: flat.id,
            entry: Entry {
                title: flat.title,
                start: flat.start,
                end: flat.end,
                place: flat.place,
                online: flat.online,
                chair: flat.chair,
                unit: flat.unit,
                invited: flat.invited,
                prepared_by: flat.prepared_by,
                content: flat.content,
                urgency: flat.urgency,
                mode: flat.mode,
            },
            state: flat.state,
            issue: flat.issue,
            replaced: flat.replaced,
            voided: flat.voided,
            sequence: flat.sequence,
            uid: flat.uid,
            registered_by: flat.registered_by,
            changed_by: flat.changed_by,
            history: flat.history,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::meeting::Channel;
    use crate::domain::meeting::tests::entry;
    use crate::domain::workflow::Action;

    #[test]
    fn a_stored_meeting_is_read_as_it_was_written() {
        let now = DateTime::UNIX_EPOCH;
        let meeting = Meeting {
            id: MeetingId::new(2016, 1),
            entry: Entry {
                online: Line::parse("https://hop.chinhphu.vn/1").ok(),
                prepared_by: vec![UnitCode::parse("VPC").unwrap()],
                content: Prose::parse("Hai\ndòng").ok(),
                urgency: Urgency::Flash,
                ..entry("2016-05-05 14:00", Some("2016-05-05 16:00"))
            },
            state: MeetingState::Issued,
            issue: Some(Issue {
                number: "02/GM-BVHTTDL".into(),
                date: now.date_naive(),
                channel: Channel::Parallel,
                without: vec![UnitCode::parse("CDA").unwrap()],
                because: Prose::parse("Đổi phòng họp").ok(),
            }),
            replaced: vec![Replaced { number: "01/GM-BVHTTDL".into(), date: now.date_naive() }],
            voided: vec![Voided { number: "02/GM-BVHTTDL".into(), date: now.date_naive(), reason: Prose::parse("nhầm").unwrap() }],
            sequence: 3,
            uid: "uid".into(),
            registered_by: "lan".into(),
            changed_by: "minh".into(),
            history: vec![Event { at: now, by: "lan".into(), action: Action::Register, reason: None }],
        };
        let json = serde_json::to_value(&meeting).unwrap();
        assert_eq!(json["title"], meeting.entry.title.as_str(), "flat");
        assert_eq!(serde_json::from_value::<Meeting>(json.clone()).unwrap(), meeting);
        // As older programs wrote it, and as newer ones may.
        let mut other = json;
        for absent in ["urgency", "mode", "end", "online", "content", "replaced", "voided"] {
            other.as_object_mut().unwrap().remove(absent);
        }
        other["issue"].as_object_mut().unwrap().remove("because");
        other["room"] = "A1".into();
        let entry = Entry { urgency: Urgency::Normal, end: None, online: None, content: None, ..meeting.entry.clone() };
        let issue = meeting.issue.clone().map(|issue| Issue { because: None, ..issue });
        assert_eq!(
            serde_json::from_value::<Meeting>(other).unwrap(),
            Meeting { entry, issue, replaced: vec![], voided: vec![], ..meeting }
        );
    }
}
