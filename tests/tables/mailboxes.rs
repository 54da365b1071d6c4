//! What stands in a table of mailboxes.

use lichhop::domain::fault::Why;
use lichhop::domain::mailbox::{AddressFault, MailboxKind, MailboxState};

use super::{mailboxes, places, right};

const HEADER: &str = "address,kind,unit,owner,custodian,state,quota_mb,primary\n";

#[test]
fn every_column_is_taken_and_an_empty_cell_is_not_known() {
    let rows = right(mailboxes(format!("{HEADER}VP-VHTTDL@ChinhPhu.vn,Shared,vp,Ông A,Bà B,ACTIVE,5120,yes\na@chinhphu.vn,,,,,,,\n")));
    let mailbox = &rows[0];
    assert_eq!((mailbox.address.as_str(), mailbox.unit.as_ref().unwrap().as_str()), ("vp-vhttdl@chinhphu.vn", "VP"));
    assert_eq!((mailbox.kind, mailbox.state), (Some(MailboxKind::Shared), Some(MailboxState::Active)));
    assert_eq!((mailbox.owner.as_ref().unwrap().as_str(), mailbox.custodian.as_ref().unwrap().as_str()), ("Ông A", "Bà B"));
    assert_eq!((mailbox.quota_mb, mailbox.primary, mailbox.line), (Some(5120), Some(true), 2));
    let bare = &rows[1];
    assert!(bare.kind.is_none() && bare.unit.is_none() && bare.owner.is_none() && bare.custodian.is_none());
    assert!(bare.state.is_none() && bare.quota_mb.is_none() && bare.primary.is_none());
}

#[test]
fn yes_and_no_in_the_words_of_people() {
    for (word, meant) in [
        ("yes", true),
        ("TRUE", true),
        ("1", true),
        ("X", true),
        ("Có", true),
        ("CO\u{301}", true),
        ("no", false),
        ("False", false),
        ("0", false),
        ("không", false),
        ("kho\u{302}ng", false),
    ] {
        assert_eq!(right(mailboxes(format!("address,primary\na@b.vn,{word}\n")))[0].primary, Some(meant), "{word}");
    }
    let table = mailboxes("address,primary\na@b.vn,maybe\n");
    assert!(matches!(places(&table).as_slice(), [(2, "primary", Why::Word { expected })] if expected.len() == 9));
}

#[test]
fn sizes_are_whole_numbers() {
    for wrong in ["-1", "+1", "5120.5", "5.120", "5120.0", "5 120", "4294967296", "5GB", "٥"] {
        let table = mailboxes(format!("address,quota_mb\na@b.vn,{wrong}\n"));
        assert_eq!(places(&table), [(2, "quota_mb", &Why::Number { max: u32::MAX.into() })], "{wrong}");
    }
    assert_eq!(right(mailboxes("address,quota_mb\na@b.vn,0\n"))[0].quota_mb, Some(0));
}

#[test]
fn every_wrong_cell_is_named() {
    let table = mailboxes(format!(
        "{HEADER}vănphòng@chinhphu.vn,group,A B,\u{7},,lost,many,perhaps\n,shared,VP,,,,,\na@b.vn,,,,,,,\nA@B.vn,,,,,,,\n"
    ));
    let columns: Vec<(u32, &str)> = places(&table).into_iter().map(|(line, column, _)| (line, column)).collect();
    let expected = [
        (2, "address"),
        (2, "kind"),
        (2, "unit"),
        (2, "owner"),
        (2, "state"),
        (2, "quota_mb"),
        (2, "primary"),
        (3, "address"),
        (5, "address"),
    ];
    assert_eq!(columns, expected);
    assert_eq!(table.wrong[0].why, Why::Address(AddressFault::NotAscii));
    assert_eq!((&table.wrong[7].why, &table.wrong[8].why), (&Why::Required, &Why::Duplicate { first: 4 }));
    assert_eq!(table.wrong[8].value, "A@B.vn");
    assert_eq!(table.rows.len(), 1);
}
