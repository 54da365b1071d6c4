//! How much of a mailbox one look reads.

use std::cell::RefCell;
use std::fmt::Write as _;

use lichhop::mail::incoming::imap::{AT_ONCE, Account, Cursor, poll};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use zeroize::Zeroizing;

/// The numbers that stand in a range of IMAP.
fn range(raw: &str) -> (u32, u32) {
    let (first, last) = raw.split_once(':').unwrap_or((raw, raw));
    (first.parse().unwrap(), last.parse().unwrap())
}

/// Answers one visitor out of a folder with these numbers; gives how many ranges he asked for.
async fn serve(visitor: TcpStream, uids: &[u32], next: u32) -> u32 {
    let (from, mut to) = visitor.into_split();
    let mut lines = BufReader::new(from).lines();
    to.write_all(b"* OK ready\r\n").await.unwrap();
    let mut listed = 0;
    while let Ok(Some(line)) = lines.next_line().await {
        let words: Vec<&str> = line.split(' ').collect();
        let mut answer = String::new();
        match (words[1], words.get(2).copied()) {
            ("SELECT", _) => {
                answer = format!("* {} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT {next}]\r\n", uids.len());
            }
            ("UID", Some("FETCH")) if line.contains("RFC822.SIZE") => {
                listed += 1;
                let (first, last) = range(words[3]);
                for (n, uid) in uids.iter().enumerate().filter(|(_, uid)| (first..=last).contains(uid)) {
                    write!(answer, "* {} FETCH (UID {uid} RFC822.SIZE 2)\r\n", n + 1).unwrap();
                }
            }
            ("UID", Some("FETCH")) => answer = format!("* 1 FETCH (UID {} BODY[] {{2}}\r\nhi)\r\n", words[3]),
            ("LOGOUT", _) => answer.push_str("* BYE\r\n"),
            _ => {}
        }
        to.write_all(format!("{answer}{} OK done\r\n", words[0]).as_bytes()).await.unwrap();
        if words[1] == "LOGOUT" {
            break;
        }
    }
    listed
}

/// What one look takes, how far it came if there is more, and how many ranges it asked for.
async fn look(uids: &[u32], next: u32, cursor: Cursor) -> (Vec<u32>, Option<Cursor>, u32) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("imap://{}", listener.local_addr().unwrap());
    let account = Account {
        server: &server,
        username: "u",
        password: Zeroizing::new("p".to_owned()),
        ca_file: None,
        folder: "INBOX",
        processed: None,
    };
    let taken = RefCell::new(Vec::new());
    let take = |mail: lichhop::mail::incoming::folder::Mail, cursor: Cursor| {
        assert_eq!(mail.bytes, b"hi");
        taken.borrow_mut().push(cursor.last);
        async { Ok::<_, std::convert::Infallible>(()) }
    };
    let (looked, listed) =
        tokio::join!(poll(&account, cursor, take), async { serve(listener.accept().await.unwrap().0, uids, next).await });
    let more = looked.unwrap();
    (taken.into_inner(), more, listed)
}

#[tokio::test]
async fn one_look_takes_so_many_messages_and_the_next_one_goes_on() {
    let uids: Vec<u32> = (1..=205).map(|n| 3 * n).collect();
    let (taken, more, _) = look(&uids, 616, Cursor::default()).await;
    assert_eq!((AT_ONCE, taken.as_slice()), (200, &uids[..200]));
    assert_eq!(more, Some(Cursor { validity: 7, last: 600 }));
    let (taken, more, _) = look(&uids, 616, more.unwrap()).await;
    assert_eq!((taken.as_slice(), more), (&uids[200..], None));
    // With other numbers than before everything is new.
    let (taken, _, _) = look(&uids, 616, Cursor { validity: 6, last: 600 }).await;
    assert_eq!(taken.len(), 200);
}

#[tokio::test]
async fn a_look_ends_in_a_folder_of_great_gaps_and_the_next_one_begins_behind_it() {
    // An old mailbox in which nearly everything was deleted: nothing is within the numbers that one look goes through.
    let (far, next) = (1_500_000, 1_500_001);
    let (taken, more, listed) = look(&[far], next, Cursor::default()).await;
    assert_eq!((taken, more, listed), (vec![], Some(Cursor { validity: 7, last: 1_000_000 }), 500));
    let (taken, more, _) = look(&[far], next, more.unwrap()).await;
    assert_eq!((taken, more), (vec![far], None));
}
