//! To which addresses of the office's mailbox a message was delivered, as far as they name one of its messages.

use super::header::Header;
use crate::domain::incoming::NAMED_MAX;
use crate::domain::mailbox::MailAddress;
use crate::domain::verp::Tag;

/// The fields in which mail servers write for whom they delivered: Postfix and qmail, Postfix before it rewrote, Exim; and the one
/// in which the sender of a bounce writes it.
const FIELDS: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "to"];

/// The tags in the order of the fields: each server writes above those before it.
pub(super) fn read(header: &Header<'_>) -> Vec<Tag> {
    let mut tags = Vec::new();
    for (_, value) in header.in_order().filter(|(name, _)| FIELDS.contains(name)) {
        // Only what holds a `+` is looked at, so that a long list of recipients costs nothing.
        let words = value.split([' ', '\t', ',', ';', '<', '>', '"', '(', ')']).filter(|word| word.contains('+'));
        for tag in words.filter_map(|word| Tag::of(&MailAddress::parse(word).ok()?)) {
            if tags.len() < NAMED_MAX && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hop_stands_first() {
        let text = "Delivered-To: vp+t1-2-aaaaaaaaaa@b.vn\nX-Original-To: <VP+T1-3-bbbbbbbbbb@b.vn>\nReceived: for <vp+t9-9-cccccccccc@b.vn>\n\
                    Envelope-To: x@b.vn, vp+t1-4-dddddddddd@b.vn\nTo: \"a, b\" <vp+t1-2-aaaaaaaaaa@b.vn>,\n vp+x@b.vn, +@, vp+t1-5-eeeeeeeeee@b.vn\n";
        let tags: Vec<String> = read(&Header::read(text.as_bytes())).into_iter().map(String::from).collect();
        assert_eq!(tags, ["t1-2-aaaaaaaaaa", "t1-3-bbbbbbbbbb", "t1-4-dddddddddd", "t1-5-eeeeeeeeee"]);
    }

    #[test]
    fn there_are_not_too_many() {
        let many = (0..1000).map(|n| format!("To: a+t1-{n}-aaaaaaaaaa@b.vn\n")).collect::<Vec<_>>().concat();
        assert_eq!(read(&Header::read(many.as_bytes())).len(), NAMED_MAX);
    }
}
