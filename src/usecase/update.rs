//! What is done to a meeting whose units were invited: another invitation in the place of the one before, a postponement, a
//! cancellation. Everybody who was told is told, each mailbox by one message.
//!
//! Mailboxes are told, not units: whoever holds the invitation learns what became of it, though its unit has another mailbox or
//! is invited no longer. An invitation in the place of another goes to the mailboxes that the units have now; from those which
//! hold the earlier one and do not get it, that one is withdrawn.

use std::collections::{HashMap, HashSet};

use crate::domain::dispatch::{DispatchKind, Notice, Recipient};
use crate::domain::fault::{Fault, Rule, Why};
use crate::domain::mailbox::MailAddress;
use crate::domain::meeting::{Channel, Entry, Event, Issue, Meeting, MeetingId, MeetingState, REPLACED_MAX, Replaced};
use crate::domain::order::{EntryChanges, IssueOrder, OptionalField, ReplaceOrder, Replacing};
use crate::domain::outbox::{Item, ItemState, Reason};
use crate::domain::preview::{Preview, PreviewRecipient};
use crate::domain::text::Prose;
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::warning::Warning;
use crate::domain::workflow::Action;
use crate::usecase::desk::Desk;
use crate::usecase::issue::{self, DispatchRow, TAKEN_BACK_MAX, Telling};
use crate::usecase::keys;
use crate::usecase::meeting::{self, Done};
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::preview::{self, Reach};
use crate::usecase::registry::Tree;
use crate::usecase::table::{self, Stored};

/// What a mailbox was sent about a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The mailbox.
    pub address: MailAddress,
    /// The messages, in the order of issue.
    pub messages: Vec<Item>,
}

/// Replaces the invitation to an issued meeting by another one under the next number of the year, or invites anew to a postponed
/// one.
///
/// # Errors
/// [`Fault::Wrong`], [`Fault::Stale`]; [`Fault::Refused`] in another state, with hard conflicts, with units that cannot be
/// reached; nothing is written then and no number is used.
pub fn replace(desk: &mut Desk, actor: &str, order: &ReplaceOrder) -> Result<Done, Fault> {
    let old = read(desk, order)?;
    let plan = Plan::of(desk, &old.value, order)?;
    for refusal in plan.refusals(desk, order) {
        refusal?;
    }
    let action = order.way.action();
    let mut change = desk.change(actor, meeting::audit_name(action), order.id.as_str());
    let issue = issue::take_number(desk, &mut change, &plan.order)?;
    let mut value = plan.with(issue, order);
    actor.clone_into(&mut value.changed_by);
    let reason = match &order.override_reason {
        Some(over) => Prose::parse(&format!("{}\n{over}", order.reason)).ok(),
        None => Some(order.reason.clone()),
    };
    value.note(Event { at: desk.now(), by: actor.to_owned(), action, reason });
    change.put(Some(&old), &value)?;
    // Those who get no other one are told of the one that they hold.
    let withdrawn = Meeting { sequence: value.sequence, ..old.value.clone() };
    let warnings = plan.warnings();
    let rows = anew(desk, plan.reach.recipients, &plan.told);
    let left = notices(desk, &Tree::load(desk.store())?, &plan.withdrawn);
    let tellings = vec![Telling::invitation(&value, rows), Telling::notice(Notice::Withdrawn, &withdrawn, &order.reason, left)];
    issue::dispatch(desk, actor, change, tellings, warnings)
}

/// What replacing would do.
///
/// # Errors
/// As [`replace`], but for the rules that the preview names.
pub fn preview(desk: &Desk, order: &ReplaceOrder) -> Result<Preview, Fault> {
    let old = read(desk, order)?;
    let plan = Plan::of(desk, &old.value, order)?;
    let mut refusals = Vec::new();
    for refusal in plan.refusals(desk, order) {
        match refusal {
            Ok(()) => {}
            Err(Fault::Refused { rule }) => refusals.push(*rule),
            Err(other) => return Err(other),
        }
    }
    let issue = preview::planned_issue(desk, &plan.order)?;
    let planned = plan.with(issue.clone(), order);
    let units = Tree::load(desk.store())?;
    let mut warnings = meeting::warnings(desk, &planned);
    warnings.extend(plan.warnings());
    let document = preview::invitation(&planned, desk.rules(), &units);
    Ok(Preview {
        id: order.id.clone(),
        subject: preview::subject(preview::Subject::of(&planned), &planned, &issue.number),
        number: issue.number,
        date: issue.date,
        left_out: preview::left_out(preview::reach(desk.store(), desk.rules(), &units, &issue.without)?, &issue.without),
        without: issue.without,
        recipients: plan.reach.recipients,
        unreachable: plan.reach.unreachable,
        withdrawn: plan.withdrawn.iter().filter_map(recipient_of).collect(),
        conflicts: meeting::conflicts_of(desk.store(), &planned)?,
        refusals,
        warnings,
        text: desk.around.typeset.typeset(&document).text,
    })
}

fn read(desk: &Desk, order: &ReplaceOrder) -> Result<Stored<Meeting>, Fault> {
    let old = meeting::read(desk.store(), &order.id)?;
    if order.expected.is_some_and(|expected| expected != old.rev) {
        return Err(Fault::Stale { id: order.id.to_string() });
    }
    Ok(old)
}

/// What a replacing invitation would be, and to whom it would go.
struct Plan {
    /// The meeting as it would be, but for the number.
    value: Meeting,
    /// The order by which the number is taken.
    order: IssueOrder,
    /// Who would get it, and who could not.
    reach: Reach,
    /// Who was sent what before.
    told: Vec<Told>,
    /// Mailboxes that hold an invitation and would not get the new one.
    withdrawn: Vec<Told>,
}

impl Plan {
    fn of(desk: &Desk, old: &Meeting, order: &ReplaceOrder) -> Result<Self, Fault> {
        let state = meeting::next(old, order.way.action())?;
        let Some(issued) = &old.issue else {
            return Err(Fault::Internal { detail: format!("{} is issued without a number", old.id) });
        };
        if old.replaced.len() >= REPLACED_MAX {
            return Err(Fault::refused(Rule::ReplacedTooOften { id: old.id.clone(), limit: REPLACED_MAX as u64 }));
        }
        meeting::check_reason(Some(&order.reason))?;
        meeting::check_reason(order.override_reason.as_ref())?;
        let entry = entry_after(old, order)?;
        meeting::check_entry(desk.store(), &entry)?;
        let replaced = old.replaced.iter().cloned().chain([Replaced { number: issued.number.clone(), date: issued.date }]).collect();
        let sequence = old.sequence.saturating_add(1);
        let value = Meeting { entry, state, replaced, sequence, ..old.clone() };
        let order = issue_order(desk, &value, issued, order);
        let codes = preview::ordered(&value, &order)?;
        let reach = preview::reach(desk.store(), desk.rules(), &Tree::load(desk.store())?, &codes)?;
        let told = self::told(desk.store(), old)?;
        let reached: HashSet<&MailAddress> = reach.recipients.iter().map(|recipient| &recipient.address).collect();
        let withdrawn = told.iter().filter(|told| told.holds_it() && !reached.contains(&told.address)).cloned().collect();
        Ok(Self { value, order, reach, told, withdrawn })
    }

    /// Every rule that could refuse it.
    fn refusals(&self, desk: &Desk, order: &ReplaceOrder) -> [Result<(), Fault>; 2] {
        [
            meeting::refuse_hard_conflicts(desk.store(), &self.value, order.override_reason.as_ref()),
            issue::refuse_unreachable(&self.value, &self.reach.unreachable),
        ]
    }

    /// The meeting with the number that it gets.
    fn with(&self, issue: Issue, order: &ReplaceOrder) -> Meeting {
        Meeting { issue: Some(Issue { because: Some(order.reason.clone()), ..issue }), ..self.value.clone() }
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = issue::paper_too(self.order.channel, self.reach.recipients.len());
        let mailboxes = self.withdrawn.len() as u64;
        warnings.extend((mailboxes > 0).then_some(Warning::Withdrawn { mailboxes }));
        warnings
    }
}

/// The meeting's entry after what is ordered.
fn entry_after(old: &Meeting, order: &ReplaceOrder) -> Result<Entry, Fault> {
    let changes = &order.changes;
    if old.state == MeetingState::Postponed && changes.start.is_none() {
        // The day that was called off does not come back by itself.
        return Err(Fault::wrong("start", "", Why::Required));
    }
    let changes = match order.way {
        Replacing::Reschedule => EntryChanges {
            start: changes.start,
            end: changes.end,
            place: changes.place.clone(),
            cleared: changes.cleared.iter().copied().filter(|field| *field == OptionalField::End).collect(),
            ..EntryChanges::default()
        },
        Replacing::Replace => EntryChanges { invite: Vec::new(), uninvite: Vec::new(), ..changes.clone() },
    };
    let mut entry = changes.apply(&old.entry);
    if let (Some(end), None, false) = (old.entry.end, changes.end, changes.cleared.contains(&OptionalField::End)) {
        // It lasts as long as before.
        let minutes = end.minutes() - old.entry.start.minutes();
        entry.end = WallTime::from_minutes(entry.start.minutes().saturating_add(minutes));
    }
    if let (Replacing::Replace, Some(invited)) = (order.way, &order.invited) {
        entry.invited.clone_from(invited);
    }
    if order.way == Replacing::Reschedule && old.state == MeetingState::Issued && entry == old.entry {
        return Err(Fault::wrong("start", &entry.start.to_string(), Why::Unchanged));
    }
    Ok(entry)
}

/// The order by which the number is taken: it travels as before, while paper is allowed; who was left out is so further, unless
/// he is named.
fn issue_order(desk: &Desk, value: &Meeting, issued: &Issue, order: &ReplaceOrder) -> IssueOrder {
    let paper = desk.rules().policy.paper_allowed(WallTime::at(desk.now()).day());
    let named = order.invited.is_some() && order.way == Replacing::Replace;
    let before = issued.without.iter().filter(|code| !named && value.entry.invited.contains(code));
    // Each once.
    let mut seen = HashSet::new();
    let without: Vec<UnitCode> = before.chain(&order.without).filter(|code| seen.insert(*code)).cloned().collect();
    IssueOrder {
        id: value.id.clone(),
        without,
        reason: Some(order.reason.clone()),
        override_reason: order.override_reason.clone(),
        channel: if paper { issued.channel } else { Channel::Electronic },
    }
}

/// Postpones an issued meeting without a new date, and tells the mailboxes that were invited.
///
/// # Errors
/// [`Fault::Refused`] in another state, [`Fault::Store`].
pub fn postpone(desk: &mut Desk, actor: &str, id: &MeetingId, reason: &Prose) -> Result<Done, Fault> {
    let old = meeting::read(desk.store(), id)?;
    call_off(desk, actor, &old, Action::Postpone, Notice::Postponed, reason)
}

/// Cancels an issued meeting, or a postponed one, and tells the mailboxes that were invited. What was never sent is not sent any
/// more, and takes its cancellation with it.
///
/// # Errors
/// [`Fault::Refused`], [`Fault::Store`].
pub fn take_back(desk: &mut Desk, actor: &str, old: &Stored<Meeting>, reason: &Prose) -> Result<Done, Fault> {
    call_off(desk, actor, old, Action::Cancel, Notice::Cancelled, reason)
}

fn call_off(desk: &mut Desk, actor: &str, old: &Stored<Meeting>, action: Action, notice: Notice, reason: &Prose) -> Result<Done, Fault> {
    let state = meeting::next(&old.value, action)?;
    meeting::check_reason(Some(reason))?;
    let mut value = Meeting { state, sequence: old.value.sequence.saturating_add(1), ..old.value.clone() };
    value.note(Event { at: desk.now(), by: actor.to_owned(), action, reason: Some(reason.clone()) });
    let mut told = self::told(desk.store(), &value)?;
    told.retain(Told::holds_it);
    let rows = notices(desk, &Tree::load(desk.store())?, &told);
    let mut change = desk.change(actor, meeting::audit_name(action), value.id.as_str());
    change.put(Some(old), &value)?;
    issue::dispatch(desk, actor, change, vec![Telling::notice(notice, &value, reason, rows)], Vec::new())
}

/// The rows of an invitation, to who got earlier messages and to who did not.
pub(super) fn anew(desk: &Desk, recipients: Vec<PreviewRecipient>, told: &[Told]) -> Vec<DispatchRow> {
    let by_address: HashMap<&MailAddress, &Told> = told.iter().map(|told| (&told.address, told)).collect();
    let mut rows = issue::invitations(recipients);
    for row in &mut rows {
        if let Some(told) = by_address.get(&row.recipient.address) {
            row.takes_back = told.in_its_place(desk).collect();
            row.recipient.references = told.followed(desk).map(|item| item.message_id.clone());
        }
    }
    rows
}

/// The rows of a notice to who holds an invitation.
fn notices(desk: &Desk, units: &Tree, told: &[Told]) -> Vec<DispatchRow> {
    let mut rows = Vec::with_capacity(told.len());
    for (n, told) in (1..).zip(told) {
        let Some(recipient) = recipient_of(told) else { continue };
        let name = units.get(&recipient.unit).map_or(recipient.name, |unit| unit.name.clone());
        let followed = told.followed(desk).or_else(|| told.invitations().next_back());
        rows.push(DispatchRow {
            recipient: Recipient {
                n,
                unit: recipient.unit,
                name,
                address: recipient.address,
                after: None,
                told: false,
                references: followed.map(|item| item.message_id.clone()),
                dropped: None,
            },
            takes_back: told.in_its_place(desk).collect(),
            dispatch: None,
        });
    }
    rows
}

fn recipient_of(told: &Told) -> Option<PreviewRecipient> {
    let last = told.messages.last()?;
    Some(PreviewRecipient { unit: last.unit.clone(), name: last.unit_name.clone(), address: told.address.clone() })
}

impl Told {
    /// Whether the mailbox is to learn what becomes of the meeting: it was invited, and that was not withdrawn since. A
    /// withdrawal that surely never arrived counts for nothing.
    #[must_use]
    pub fn holds_it(&self) -> bool {
        match self.messages.last() {
            Some(last) if last.kind == DispatchKind::Cancel && last.notice == Notice::Withdrawn => {
                let ended = matches!(last.state, ItemState::Failed | ItemState::Dropped);
                ended && last.surely_undelivered() && !matches!(last.reason, Some(Reason::NeverInvited { .. }))
            }
            last => last.is_some(),
        }
    }

    fn invitations(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.messages.iter().filter(|item| item.kind == DispatchKind::Request)
    }

    /// The last invitation that may have arrived, or may do so yet: the one that a further message follows.
    fn followed(&self, desk: &Desk) -> Option<&Item> {
        self.invitations().rfind(|item| !item.surely_undelivered() || desk.claimed.items.contains(&item.id))
    }

    /// The messages in whose place a further one comes: those without their fate; of the others the last that may have arrived,
    /// which says that the further one is wanted; where there is neither, the last invitation.
    fn in_its_place(&self, desk: &Desk) -> impl Iterator<Item = crate::domain::dispatch::ItemId> + use<> {
        let open = |item: &&Item| item.state.is_waiting() || item.state == ItemState::Held || desk.claimed.items.contains(&item.id);
        let waiting: Vec<&Item> = self.messages.iter().filter(open).collect();
        let arrived = self.messages.iter().rfind(|item| !open(item) && !item.surely_undelivered());
        let none = if waiting.is_empty() && arrived.is_none() { self.invitations().next_back() } else { None };
        let surplus = waiting.len().saturating_sub(TAKEN_BACK_MAX - 1);
        let mut ids: Vec<_> = arrived.into_iter().chain(none).chain(waiting.into_iter().skip(surplus)).map(|item| item.id).collect();
        ids.sort_unstable();
        ids.into_iter()
    }
}

/// What each mailbox was sent about a meeting.
///
/// # Errors
/// The store's.
pub fn told(store: &dyn Store, meeting: &Meeting) -> Result<Vec<Told>, StoreError> {
    let mut by_mailbox: Vec<Told> = Vec::new();
    let mut place: HashMap<MailAddress, usize> = HashMap::new();
    for dispatch in issue::dispatches_of(store, meeting)? {
        table::each(store, &keys::numbered(keys::ITEM, dispatch), |entry| {
            let item: Stored<Item> = table::decode(&entry)?;
            let at = *place.entry(item.value.to.clone()).or_insert(by_mailbox.len());
            match by_mailbox.get_mut(at) {
                Some(told) => told.messages.push(item.value),
                None => by_mailbox.push(Told { address: item.value.to.clone(), messages: vec![item.value] }),
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(by_mailbox)
}
