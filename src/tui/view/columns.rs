//! Which columns of a list are shown in a given width.

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Below this width it is no use.
    pub least: u16,
    /// Wider than this is no use.
    pub most: u16,
    /// When it is dropped for want of room: the highest first; 0 is never dropped.
    pub drop: u8,
}

/// Space between two columns.
pub const GAP: u16 = 1;

/// The width of each column within `total`; `None` for those that are dropped. Columns get their least width first, then
/// what is left over goes to them in turn, from the left, up to their most.
#[must_use]
pub fn widths<const N: usize>(columns: &[Column; N], total: u16) -> [Option<u16>; N] {
    let mut shown: [Option<u16>; N] = columns.map(|column| Some(column.least));
    loop {
        let count = u16::try_from(shown.iter().flatten().count()).unwrap_or(u16::MAX);
        let used = shown.iter().flatten().fold(0u16, |sum, width| sum.saturating_add(*width));
        let used = used.saturating_add(GAP.saturating_mul(count.saturating_sub(1)));
        if used <= total {
            spread(columns, &mut shown, total - used);
            return shown;
        }
        let dropped = (0..N).filter(|n| shown.get(*n).is_some_and(Option::is_some)).max_by_key(|n| columns.get(*n).map_or(0, |c| c.drop));
        let Some(n) = dropped.filter(|n| columns.get(*n).is_some_and(|column| column.drop > 0)) else {
            narrow(&mut shown, used - total);
            return shown;
        };
        if let Some(width) = shown.get_mut(n) {
            *width = None;
        }
    }
}

/// Takes what is too much from the widest of the columns that must be shown.
fn narrow<const N: usize>(shown: &mut [Option<u16>; N], too_much: u16) {
    if let Some(widest) = shown.iter_mut().flatten().max() {
        *widest = widest.saturating_sub(too_much).max(1);
    }
}

fn spread<const N: usize>(columns: &[Column; N], shown: &mut [Option<u16>; N], mut left: u16) {
    // First what stays longest, so that the important columns are whole before the others grow.
    let mut order: Vec<usize> = (0..N).collect();
    order.sort_by_key(|n| columns.get(*n).map_or(0, |column| column.drop));
    for n in order {
        if let (Some(column), Some(Some(width))) = (columns.get(n), shown.get_mut(n)) {
            let more = column.most.saturating_sub(*width).min(left);
            *width += more;
            left -= more;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 4] = [
        Column { least: 5, most: 5, drop: 0 },
        Column { least: 10, most: 60, drop: 0 },
        Column { least: 8, most: 20, drop: 1 },
        Column { least: 8, most: 20, drop: 2 },
    ];

    #[test]
    fn columns_go_in_the_stated_order() {
        assert_eq!(widths(&COLUMNS, 120), [Some(5), Some(60), Some(20), Some(20)]);
        assert_eq!(widths(&COLUMNS, 40), [Some(5), Some(16), Some(8), Some(8)]);
        assert_eq!(widths(&COLUMNS, 30), [Some(5), Some(15), Some(8), None]);
        assert_eq!(widths(&COLUMNS, 20), [Some(5), Some(14), None, None]);
        assert_eq!(widths(&COLUMNS, 12), [Some(5), Some(6), None, None], "what must be shown is made narrower");
    }

    proptest! {
        #[test]
        fn what_is_shown_fits(total in 16u16..400) {
            let shown = widths(&COLUMNS, total);
            let count = u16::try_from(shown.iter().flatten().count()).unwrap();
            prop_assert!(shown.iter().flatten().sum::<u16>() + GAP * (count - 1) <= total);
        }
    }
}
