//! Stuffing is undone by what RFC 5321 section 4.5.2 has the receiver do, whatever the message.

use lichhop::mail::driver::body::{check, stuff};
use proptest::prelude::*;

/// The receiver's side: up to the line that is a lone dot, without the first dot of each line.
fn unstuff(wire: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    let mut lines = wire.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref() {
        assert!(line.ends_with(b"\r\n"));
        if line == b".\r\n" {
            break;
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    assert_eq!(lines.next(), None, "the message ends at the first lone dot");
    message
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => Just(b'.'), 4 => any::<u8>().prop_filter("no line ends", |byte| ![0, b'\r', b'\n'].contains(byte))];
    proptest::collection::vec(byte, 0..80)
}

proptest! {
    #[test]
    fn what_arrives_is_what_was_stored(lines in proptest::collection::vec(line(), 0..40), ended in any::<bool>()) {
        let mut message = lines.join(&b"\r\n"[..]);
        if ended {
            message.extend_from_slice(b"\r\n");
        }
        let mut wire = Vec::new();
        let shape = stuff(&message, &mut wire).unwrap();
        let mut arrived = message.clone();
        if !message.is_empty() && !message.ends_with(b"\r\n") {
            arrived.extend_from_slice(b"\r\n");
        }
        prop_assert_eq!(shape.size, arrived.len() as u64);
        prop_assert_eq!(shape.eight_bit, message.iter().any(|byte| *byte > 127));
        prop_assert_eq!(unstuff(&wire), arrived);
    }

    #[test]
    fn nothing_but_whole_lines_leaves(bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(0), Just(b'a')], 0..12)) {
        let mut wire = Vec::new();
        let stuffed = stuff(&bytes, &mut wire);
        prop_assert_eq!(check(&bytes), stuffed);
        let text = String::from_utf8(bytes.clone()).unwrap().replace("\r\n", "|");
        let clean = !text.contains(['\r', '\n', '\0']);
        prop_assert_eq!(stuffed.is_ok(), clean, "{:?}", bytes);
        if clean {
            unstuff(&wire);
        }
    }
}
