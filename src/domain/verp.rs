//! The name of a message in the address to which it comes back (VERP): `office+t12-3-k4wq2nzd6a@chinhphu.vn`. Who sends something
//! there has seen the envelope of that message: the letters behind its name are a code that only this store can compute.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::dispatch::ItemId;
use crate::domain::hmac;
use crate::domain::mailbox::MailAddress;

/// What stands between a mailbox and the tag of an address of it.
const DELIMITER: char = '+';
/// Letters of the code: 50 bits.
const CODE: usize = 10;
/// The most bytes before the `@` (RFC 5321, section 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// The letters of base32 (RFC 4648, section 6), small.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What stands behind the `+`: a message's name and its code. Not checked: see [`Tag::of`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag {
    item: ItemId,
    code: String,
}

impl Tag {
    /// The tag of a message under the store's key.
    #[must_use]
    pub fn new(key: &[u8], item: ItemId) -> Self {
        Self { item, code: letters(&hmac::sha256(key, item.to_string().as_bytes())) }
    }

    /// The tag that an address has. Anybody can write one: it is right if the message that it names was sent with it.
    #[must_use]
    pub fn of(address: &MailAddress) -> Option<Self> {
        let (local, _) = address.as_str().rsplit_once('@')?;
        Self::parse(local.rsplit_once(DELIMITER)?.1)
    }

    /// The address with this tag; `None` when that would be too long for one.
    #[must_use]
    pub fn on(&self, address: &MailAddress) -> Option<MailAddress> {
        let (local, domain) = address.as_str().rsplit_once('@')?;
        let local = format!("{local}{DELIMITER}{self}");
        let fits = local.len() <= LOCAL_MAX;
        fits.then(|| MailAddress::parse(&format!("{local}@{domain}")).ok()).flatten()
    }

    /// The message it names.
    #[must_use]
    pub fn item(&self) -> ItemId {
        self.item
    }

    fn parse(raw: &str) -> Option<Self> {
        let raw = raw.to_ascii_lowercase();
        let (item, code) = raw.rsplit_once('-')?;
        let plain = code.len() == CODE && code.bytes().all(|byte| LETTERS.contains(&byte));
        let tag = Self { item: ItemId::parse(item)?, code: code.to_owned() };
        // One way to write each: `T012-3` is nobody's.
        (plain && tag.to_string() == raw).then_some(tag)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As addresses are kept, in small letters.
        write!(f, "t{}-{}-{}", self.item.dispatch, self.item.n, self.code)
    }
}

impl TryFrom<String> for Tag {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("not the tag of an address: {raw:?}"))
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.to_string()
    }
}

/// The first letters of a code in base32.
fn letters(code: &[u8; 32]) -> String {
    let bits = code.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |n: usize| LETTERS.get(usize::try_from(bits >> (59 - 5 * n) & 31).unwrap_or(0)).copied();
    (0..CODE).filter_map(letter).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ITEM: ItemId = ItemId { dispatch: 12, n: 3 };

    fn address(raw: &str) -> MailAddress {
        MailAddress::parse(raw).unwrap()
    }

    #[test]
    fn a_tag_stands_in_the_address_and_is_found_there() {
        let tag = Tag::new(b"key", ITEM);
        let tagged = tag.on(&address("van-phong@chinhphu.vn")).unwrap();
        // The code is that of `printf T12-3 | openssl dgst -sha256 -hmac key -binary | base32`.
        assert_eq!(tagged.as_str(), "van-phong+t12-3-dtgevqs5wm@chinhphu.vn");
        assert_eq!(Tag::of(&tagged), Some(tag.clone()));
        // Whatever the mailbox is called where it is delivered, and whoever made the letters great.
        assert_eq!(Tag::of(&address(&tagged.as_str().to_uppercase())), Some(tag.clone()));
        assert_eq!(Tag::of(&tag.on(&address("a+b@may.noi.bo")).unwrap()), Some(tag.clone()));
        assert_ne!(Tag::new(b"key", ItemId { n: 4, ..ITEM }), tag);
        assert_ne!(Tag::new(b"yek", ITEM), tag);
        assert_eq!(Tag::try_from(String::from(tag.clone())), Ok(tag));
    }

    #[test]
    fn what_is_no_tag_is_none() {
        for wrong in [
            "van-phong",
            "a+b",
            "a+t12-3",
            "a+t12-3-",
            "a+t12-3-abcdefghi",
            "a+t12-3-abcdefghijk",
            "a+t12-3-abcdefghi1",
            "a+t012-3-abcdefghij",
            "a+t12-03-abcdefghij",
            "a+t-3-abcdefghij",
            "a+abcdefghij",
            "t12-3-abcdefghij",
        ] {
            assert_eq!(Tag::of(&address(&format!("{wrong}@b.vn"))), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_that_would_be_too_long_gets_none() {
        let tag = Tag::new(b"key", ITEM);
        let room = LOCAL_MAX - 1 - tag.to_string().len();
        assert!(tag.on(&address(&format!("{}@b.vn", "a".repeat(room)))).is_some());
        assert_eq!(tag.on(&address(&format!("{}@b.vn", "a".repeat(room + 1)))), None);
    }

    proptest! {
        #[test]
        fn every_message_has_a_tag_of_its_own(dispatch in any::<u64>(), n in any::<u32>(), key in any::<[u8; 32]>()) {
            let tag = Tag::new(&key, ItemId { dispatch, n });
            prop_assert_eq!(Tag::of(&tag.on(&address("a@b.vn")).unwrap()), Some(tag));
        }
    }
}
