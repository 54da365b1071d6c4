//! Numbers of issued documents: `05/GM-BVHTTDL`, counted within a year, given at issue and never again.
//!
//! Decree 30/2020/NĐ-CP, article 15.1 and annex I, II.3: a serial for each organ and year, from 01 on 1 January; numbers
//! below ten carry a zero; `/` stands between number and symbol, `-` between the groups of the symbol, without spaces.

/// The series of invitations (giấy mời): its abbreviation in annex III of the decree.
pub const INVITATION: &str = "GM";

/// The written form of a number.
#[must_use]
pub fn written(number: u32, kind: &str, symbol: &str) -> String {
    format!("{number:02}/{kind}-{symbol}")
}

/// The number in a written form, for checks: `05/GM-BVHTTDL` holds 5.
#[must_use]
pub fn serial(written: &str) -> Option<u32> {
    written.split_once('/').and_then(|(number, _)| number.parse().ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_written_by_the_rule() {
        assert_eq!(written(5, INVITATION, "BVHTTDL"), "05/GM-BVHTTDL");
        assert_eq!(written(1810, INVITATION, "BVHTTDL"), "1810/GM-BVHTTDL");
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(number in 1u32..) {
            let text = written(number, INVITATION, "BVHTTDL");
            prop_assert_eq!(serial(&text), Some(number));
            prop_assert!(!text.contains(' ') && text.len() >= 5);
        }
    }
}
