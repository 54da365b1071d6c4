//! Delivery into a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use lichhop::mail::maildir::{Delivery, Maildir, MaildirError};

use super::{MESSAGE, envelope};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_message_lies_in_new() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("a/maildir");
    let mut maildir = Maildir::open(&root).unwrap();
    assert_eq!(maildir.deliver("01J-x_1", 1_790_000_000, &envelope(), MESSAGE).unwrap(), Delivery::Delivered);
    assert_eq!(names(&root.join("new")), ["1790000000.01J-x_1.lichhop"]);
    assert_eq!(names(&root.join("tmp")), [""; 0]);
    let file = root.join("new/1790000000.01J-x_1.lichhop");
    assert_eq!(fs::read(&file).unwrap(), b"Delivered-To: an@vu.gov.vn\nSubject: meeting\n\nat nine\n.\n..and bring\n");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for folder in [root.clone(), root.join("tmp"), root.join("new"), root.join("cur")] {
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let read = fs::read(&file).unwrap();
    let parsed = mail_parser::MessageParser::default().parse(&read).unwrap();
    assert_eq!(parsed.subject(), Some("meeting"));
}

#[test]
fn the_same_id_makes_no_second_copy() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mut maildir = Maildir::open(root).unwrap();
    for id in ["seen", "unseen"] {
        maildir.deliver(id, 1, &envelope(), MESSAGE).unwrap();
        assert_eq!(maildir.deliver(id, 2, &envelope(), MESSAGE).unwrap(), Delivery::Repeated);
    }
    // A reader moves one of them; the next process still knows both.
    fs::rename(root.join("new/1.seen.lichhop"), root.join("cur/1.seen.lichhop:2,S")).unwrap();
    let mut maildir = Maildir::open(root).unwrap();
    for id in ["seen", "unseen"] {
        assert_eq!(maildir.deliver(id, 3, &envelope(), MESSAGE).unwrap(), Delivery::Repeated);
    }
    assert_eq!(maildir.deliver("see", 3, &envelope(), MESSAGE).unwrap(), Delivery::Delivered);
    assert_eq!(names(&root.join("new")), ["1.unseen.lichhop", "3.see.lichhop"]);
    assert_eq!(names(&root.join("cur")), ["1.seen.lichhop:2,S"]);
}

#[test]
fn a_draft_of_a_crash_is_no_message() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    drop(Maildir::open(root).unwrap());
    fs::write(root.join("tmp/1.x.lichhop"), "half a message that is longer than the whole one will be: ".repeat(9)).unwrap();
    let mut maildir = Maildir::open(root).unwrap();
    assert_eq!(maildir.deliver("x", 1, &envelope(), b"a\r\n").unwrap(), Delivery::Delivered);
    assert_eq!(fs::read(root.join("new/1.x.lichhop")).unwrap(), b"Delivered-To: an@vu.gov.vn\na\n");
    assert_eq!(names(&root.join("tmp")), [""; 0]);
}

#[test]
fn what_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mut maildir = Maildir::open(root).unwrap();
    for id in ["", "a/b", "..", "a.b", "a:b", "a b", "ạ", &"x".repeat(129)] {
        assert!(matches!(maildir.deliver(id, 1, &envelope(), MESSAGE), Err(MaildirError::Id(_))), "{id}");
    }
    assert!(matches!(maildir.deliver("x", 1, &envelope(), b"a\nb"), Err(MaildirError::Body(_))));
    fs::remove_dir(root.join("new")).unwrap();
    let error = maildir.deliver("x", 1, &envelope(), MESSAGE).unwrap_err();
    assert!(matches!(&error, MaildirError::Io { path, .. } if path.starts_with(root)), "{error}");
    // Nothing was noted as delivered.
    let mut maildir = Maildir::open(root).unwrap();
    assert_eq!(maildir.deliver("x", 1, &envelope(), MESSAGE).unwrap(), Delivery::Delivered);
    assert!(matches!(Maildir::open(&root.join("new/1.x.lichhop")), Err(MaildirError::Io { .. })));
}
