//! The tables that come with the program.

use std::collections::BTreeSet;
use std::path::Path;

use lichhop::config;
use lichhop::domain::mailbox::{MailboxKind, MailboxState};
use lichhop::domain::unit::UnitCode;
use lichhop::import;

use super::right;

#[test]
fn the_sample_ministry_can_be_imported_and_invited() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples");
    let table = import::units(&folder.join("units.csv")).unwrap();
    assert_eq!(table.ignored_columns, ["named_in_source"]);
    let units = right(table);
    let codes: BTreeSet<&UnitCode> = units.iter().map(|unit| &unit.code).collect();
    assert_eq!(codes.len(), 34);
    assert!(units.iter().all(|unit| unit.name.is_some() && unit.kind.is_some()));
    assert!(units.iter().filter_map(|unit| unit.parent.as_ref()).all(|parent| codes.contains(parent)));

    let policy = config::defaults().rules.policy;
    let mailboxes = right(import::mailboxes(&folder.join("mailboxes.csv")).unwrap());
    assert_eq!(mailboxes.len(), 16);
    for mailbox in &mailboxes {
        let unit = mailbox.unit.as_ref().unwrap();
        assert!(codes.contains(unit) && mailbox.kind == Some(MailboxKind::Shared) && mailbox.state == Some(MailboxState::Active));
        let parent = units.iter().find(|known| known.code == *unit).and_then(|known| known.parent.clone());
        let line: Vec<UnitCode> = [Some(unit.clone()), parent].into_iter().flatten().collect();
        assert!(policy.allows(&mailbox.address, &line), "{}", mailbox.address);
    }
    let invited: BTreeSet<_> = mailboxes.iter().filter_map(|mailbox| mailbox.unit.as_ref()).collect();
    assert_eq!(invited.len(), mailboxes.len());
}
