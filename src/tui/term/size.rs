//! How large a screen counts as.

/// A terminal that does not know its size (a serial line, a new pseudo-terminal) says 0.
const UNKNOWN: (u16, u16) = (80, 24);
/// The largest screen that is drawn, far beyond any that can be read: a size is only what somebody on the other side says,
/// and a screen takes memory for each of its cells.
const LARGEST: (u16, u16) = (1000, 400);

/// The columns and rows to draw for those that the terminal says it has.
pub(super) fn sensible((columns, rows): (u16, u16)) -> (u16, u16) {
    let one = |said: u16, unknown: u16, largest: u16| if said == 0 { unknown } else { said.min(largest) };
    (one(columns, UNKNOWN.0, LARGEST.0), one(rows, UNKNOWN.1, LARGEST.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_absurd_sizes_are_replaced() {
        for (said, counts) in [
            ((0, 0), (80, 24)),
            ((0, 5), (80, 5)),
            ((300, 0), (300, 24)),
            ((1, 1), (1, 1)),
            ((80, 24), (80, 24)),
            ((65535, 2), (1000, 2)),
            ((65535, 65535), (1000, 400)),
        ] {
            assert_eq!(sensible(said), counts, "{said:?}");
        }
    }
}
