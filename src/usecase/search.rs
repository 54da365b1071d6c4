//! Finding records by their words, with or without marks.

use crate::domain::access::Sight;
use crate::domain::mailbox::Mailbox;
use crate::domain::meeting::Meeting;
use crate::domain::search::{Hit, RecordKind};
use crate::domain::text::{compare, matches};
use crate::domain::unit::Unit;
use crate::usecase::access::Caller;
use crate::usecase::keys;
use crate::usecase::listing::searched;
use crate::usecase::ports::{Store, StoreError};
use crate::usecase::table;

/// Records that are there for who asks and whose words match; of one kind if given. Meetings first, then units and mailboxes, each by title.
///
/// # Errors
/// The store's.
pub fn search(store: &dyn Store, caller: &Caller, text: &str, kind: Option<RecordKind>) -> Result<Vec<Hit>, StoreError> {
    let wanted = |this| kind.is_none_or(|kind| kind == this);
    let mut hits = Vec::new();
    if wanted(RecordKind::Meeting) {
        // One after the other: all meetings of a ministry are more than anybody should hold for a word.
        table::each(store, keys::MEETING, |entry| {
            let meeting: Meeting = table::decode(&entry)?.value;
            let sight = caller.sees(&meeting);
            if sight != Sight::Nothing && matches(text, &searched(&meeting, sight)) {
                hits.push(Hit { kind: RecordKind::Meeting, id: meeting.id.to_string(), title: meeting.entry.title.to_string() });
            }
            Ok::<_, StoreError>(())
        })?;
    }
    if wanted(RecordKind::Unit) {
        for unit in table::all::<Unit>(store)?.into_iter().map(|unit| unit.value) {
            if matches(text, &format!("{} {}", unit.code, unit.name)) {
                hits.push(Hit { kind: RecordKind::Unit, id: unit.code.to_string(), title: unit.name.to_string() });
            }
        }
    }
    if wanted(RecordKind::Mailbox) {
        for mailbox in table::all::<Mailbox>(store)?.into_iter().map(|mailbox| mailbox.value) {
            let Some(mailbox) = caller.mailbox(mailbox) else { continue };
            let people = [&mailbox.owner, &mailbox.custodian].map(|person| person.as_ref().map_or("", |person| person.as_str()));
            if matches(text, &format!("{} {} {} {}", mailbox.address, mailbox.unit, people[0], people[1])) {
                hits.push(Hit { kind: RecordKind::Mailbox, id: mailbox.address.to_string(), title: mailbox.address.to_string() });
            }
        }
    }
    hits.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| compare(&a.title, &b.title)));
    Ok(hits)
}
