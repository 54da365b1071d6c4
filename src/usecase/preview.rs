//! Who a meeting's invitation would reach, before and when it is issued.

use crate::domain::dispatch::Notice;
use crate::domain::fault::{Fault, Rule, Why, Wrong};
use crate::domain::invitation::{Document, Invitation};
use crate::domain::meeting::{Issue, Meeting, MeetingState};
use crate::domain::number::{self, INVITATION};
use crate::domain::office::Rules;
use crate::domain::order::IssueOrder;
use crate::domain::policy::mailbox_for_invitation;
use crate::domain::preview::{Preview, PreviewLeftOut, PreviewRecipient, PreviewUnreachable};
use crate::domain::text::{LINE_MAX, Line};
use crate::domain::time::{WallTime, weekday_short};
use crate::domain::unit::UnitCode;
use crate::domain::workflow::Action;
use crate::usecase::desk::Desk;
use crate::usecase::issue;
use crate::usecase::keys;
use crate::usecase::meeting;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::registry::{Tree, mailboxes_of};
use crate::usecase::table;

/// Who would be reached and who would not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Units with the mailbox that would get the invitation.
    pub recipients: Vec<PreviewRecipient>,
    /// Units that cannot be reached.
    pub unreachable: Vec<PreviewUnreachable>,
}

/// Finds the mailbox of each unit.
///
/// # Errors
/// The store's.
pub fn reach<'a>(
    store: &dyn Store,
    rules: &Rules,
    units: &Tree,
    codes: impl IntoIterator<Item = &'a UnitCode>,
) -> Result<Reach, StoreError> {
    let mut reach = Reach::default();
    for code in codes {
        let (Some(unit), Some(line)) = (units.get(code), units.line(code)) else {
            return Err(StoreError::Corrupt(format!("the unit {code} is invited but not registered")));
        };
        match mailbox_for_invitation(&mailboxes_of(store, code)?, &line, &rules.policy) {
            Ok(mailbox) => {
                reach.recipients.push(PreviewRecipient { unit: code.clone(), name: unit.name.clone(), address: mailbox.address.clone() });
            }
            Err(why) => reach.unreachable.push(PreviewUnreachable { unit: code.clone(), name: unit.name.clone(), why }),
        }
    }
    Ok(reach)
}

/// The invited units of a meeting that an order does not leave out.
///
/// # Errors
/// [`Why::NotInvited`] where the order leaves out somebody who is not invited.
pub fn ordered(meeting: &Meeting, order: &IssueOrder) -> Result<Vec<UnitCode>, Fault> {
    let strangers = order.without.iter().filter(|code| !meeting.entry.invited.contains(code));
    let wrong: Vec<Wrong> = strangers.map(|code| Wrong::new("without", code.as_str(), Why::NotInvited)).collect();
    if !wrong.is_empty() {
        return Err(Fault::Wrong { wrong });
    }
    Ok(meeting.entry.invited.iter().filter(|code| !order.without.contains(code)).cloned().collect())
}

/// What issuing would do.
///
/// # Errors
/// As [`ordered`]; [`Fault::Refused`] when the meeting cannot be issued in its state at all.
pub fn preview(desk: &Desk, order: &IssueOrder) -> Result<Preview, Fault> {
    let store = desk.store();
    let stored = meeting::read(store, &order.id)?;
    let units = Tree::load(store)?;
    let state = stored.value.state;
    if stored.value.issue.is_none() && !state.claims_time() && state != MeetingState::Draft {
        meeting::next(&stored.value, Action::Issue)?;
    }
    let told = stored.value.issue.as_ref().map(|issue| issue.without.as_slice()).unwrap_or_default();
    let (out, codes): (Vec<_>, Vec<_>) = ordered(&stored.value, order)?.into_iter().partition(|code| told.contains(code));
    let without: Vec<UnitCode> = order.without.iter().chain(&out).cloned().collect();
    let here = reach(store, desk.rules(), &units, &codes)?;
    let left_out = left_out(reach(store, desk.rules(), &units, &without)?, &without);
    let issue = match &stored.value.issue {
        Some(issue) => issue.clone(),
        None => planned_issue(desk, order)?,
    };
    let planned = Meeting { issue: Some(issue.clone()), ..stored.value.clone() };
    let document = invitation(&planned, desk.rules(), &units);
    let mut warnings = meeting::warnings(desk, &stored.value);
    warnings.extend(issue::paper_too(order.channel, here.recipients.len()));
    Ok(Preview {
        id: order.id.clone(),
        number: issue.number.clone(),
        refusals: refusals(desk, &stored.value, order, &here.unreachable)?,
        recipients: here.recipients,
        unreachable: here.unreachable,
        withdrawn: Vec::new(),
        without,
        left_out,
        conflicts: meeting::conflicts_of(store, &stored.value)?,
        warnings,
        date: issue.date,
        subject: subject(Subject::of(&planned), &planned, &issue.number),
        text: desk.around.typeset.typeset(&document).text,
    })
}

/// Units that are left out, in the order given.
pub(super) fn left_out(reach: Reach, order: &[UnitCode]) -> Vec<PreviewLeftOut> {
    let reached = reach.recipients.into_iter().map(|unit| PreviewLeftOut {
        unit: unit.unit,
        name: unit.name,
        address: Some(unit.address),
        why: None,
    });
    let unreachable =
        reach.unreachable.into_iter().map(|unit| PreviewLeftOut { unit: unit.unit, name: unit.name, address: None, why: Some(unit.why) });
    let mut all: Vec<PreviewLeftOut> = reached.chain(unreachable).collect();
    all.sort_by_key(|one| order.iter().position(|code| *code == one.unit));
    all
}

/// Every rule for which the issue would be refused as it was ordered, where the issue itself ends at the first.
fn refusals(desk: &Desk, meeting: &Meeting, order: &IssueOrder, unreachable: &[PreviewUnreachable]) -> Result<Vec<Rule>, Fault> {
    let steps = [
        meeting::next(meeting, Action::Issue).map(drop),
        meeting::refuse_hard_conflicts(desk.store(), meeting, order.override_reason.as_ref()),
        issue::refuse_paper(desk, order.channel),
        issue::refuse_unreachable(meeting, unreachable),
    ];
    let mut rules = Vec::new();
    for step in steps {
        match step {
            Ok(()) => {}
            Err(Fault::Refused { rule }) => rules.push(*rule),
            Err(other) => return Err(other),
        }
    }
    Ok(rules)
}

/// The number and date that the next issue would have.
///
/// # Errors
/// The store's.
pub fn planned_issue(desk: &Desk, order: &IssueOrder) -> Result<Issue, StoreError> {
    let date = WallTime::at(desk.now()).day();
    let last = table::get::<u64>(desk.store(), &keys::counter(&series(date)))?.map_or(0, |stored| stored.value);
    let number = number::written(u32::try_from(last + 1).unwrap_or(u32::MAX), INVITATION, desk.rules().office.symbol.as_str());
    Ok(Issue { number, date, channel: order.channel, without: order.without.clone(), because: None })
}

/// The counter of the invitations of a year.
#[must_use]
pub fn series(date: chrono::NaiveDate) -> String {
    format!("{}/{INVITATION}", date.format("%Y"))
}

/// The invitation to a meeting as a document.
#[must_use]
pub fn invitation(meeting: &Meeting, rules: &Rules, units: &Tree) -> Document {
    Document::Invitation(Box::new(facts(meeting, rules, units)))
}

/// The facts of a meeting's invitation.
#[must_use]
pub fn facts(meeting: &Meeting, rules: &Rules, units: &Tree) -> Invitation {
    let name = |code: &UnitCode| units.get(code).map(|unit| unit.name.clone());
    let invited = meeting.reached().filter_map(name).collect();
    let prepared_by = meeting.entry.prepared_by.iter().filter_map(name).collect();
    Invitation::of(meeting, rules, invited, prepared_by)
}

/// What a message's subject is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An invitation.
    Invitation,
    /// An invitation that replaces an earlier one.
    Replacement,
    /// What became of one.
    Notice(Notice),
}

impl Subject {
    /// What an invitation to a meeting is called.
    #[must_use]
    pub fn of(meeting: &Meeting) -> Self {
        if meeting.replaced.is_empty() { Self::Invitation } else { Self::Replacement }
    }
}

/// The subject of a message: kind, urgency, number and time first, because lists of mail cut the rest.
#[must_use]
pub fn subject(about: Subject, meeting: &Meeting, number: &str) -> Line {
    let kind = match about {
        Subject::Invitation => "[GIẤY MỜI]",
        Subject::Replacement => "[GIẤY MỜI THAY THẾ]",
        Subject::Notice(Notice::Cancelled) => "[HỦY HỌP]",
        Subject::Notice(Notice::Postponed) => "[HOÃN HỌP]",
        Subject::Notice(Notice::Withdrawn) => "[THU HỒI GIẤY MỜI]",
    };
    let entry = &meeting.entry;
    let urgency = entry.urgency.stamp().map(|stamp| format!("[{stamp}]")).unwrap_or_default();
    let (day, start) = (weekday_short(entry.start.day()), entry.start.naive());
    let head = format!("{kind}{urgency} {number} - {} {day} {} - ", start.format("%H:%M"), start.format("%d/%m/%Y"));
    let room = LINE_MAX.saturating_sub(head.chars().count() + 1);
    let title = entry.title.as_str();
    let cut: String = if title.chars().count() > room { title.chars().take(room).chain(['…']).collect() } else { title.to_owned() };
    // A checked title behind a fixed head is a line again; the title alone is what remains should that ever not hold.
    Line::parse(&format!("{head}{cut}")).unwrap_or_else(|_| entry.title.clone())
}
