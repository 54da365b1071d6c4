//! Which row of a list is selected, and which stands at the top.

/// Rows that stay visible above and below the selected one, where there is room.
const MARGIN: usize = 2;

/// A place in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The selected row.
    pub at: usize,
    /// The row at the top.
    pub top: usize,
}

impl Cursor {
    /// Moves by so many rows, within `len`.
    pub fn step(&mut self, by: isize, len: usize) {
        self.at = self.at.saturating_add_signed(by).min(len.saturating_sub(1));
    }

    /// Selects the row to which the selected one has moved: it stays where it is on the screen, as far as it can.
    pub fn move_to(&mut self, row: usize) {
        self.top = row.saturating_sub(self.at.saturating_sub(self.top));
        self.at = row;
    }

    /// Keeps the selected row within `len` rows and within `height` rows on the screen. A step over the edge scrolls by as much
    /// and no more: the rows that stay are moved by the terminal, and the eye follows them. Who goes farther finds the selected
    /// row at a quarter of the screen from where he came, with what stands around it.
    pub fn settle(&mut self, len: usize, height: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let quarter = margin.max(height / 4);
        let last = len.saturating_sub(height);
        self.top = self.top.min(last);
        let (lowest, highest) = ((self.at + margin + 1).saturating_sub(height), self.at.saturating_sub(margin));
        if self.top > highest {
            let far = self.top - highest > quarter;
            self.top = if far { (self.at + quarter + 1).saturating_sub(height) } else { highest };
        } else if self.top < lowest {
            let far = lowest - self.top > quarter;
            self.top = if far { self.at.saturating_sub(quarter) } else { lowest };
        }
        self.top = self.top.min(last);
    }

    /// Whether [`Self::settle`] would leave a row at the top, if it stood there.
    #[must_use]
    pub fn may_begin_at(self, top: usize, len: usize, height: usize) -> bool {
        let mut moved = Self { top, ..self };
        moved.settle(len, height);
        moved.top == top
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_selected_row_is_always_on_the_screen(at in 0usize..200, top in 0usize..200, len in 0usize..150, height in 1usize..60) {
            let mut cursor = Cursor { at, top };
            cursor.settle(len, height);
            prop_assert!(len == 0 && cursor.at == 0 || cursor.at < len);
            prop_assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height);
            prop_assert!(cursor.top + height <= len.max(height), "no empty rows below while there are some above");
        }
    }

    #[test]
    fn steps_end_at_the_ends() {
        let mut cursor = Cursor { at: 3, top: 0 };
        cursor.step(-10, 5);
        assert_eq!(cursor.at, 0);
        cursor.step(10, 5);
        assert_eq!(cursor.at, 4);
        cursor.step(1, 0);
        assert_eq!(cursor.at, 0);
    }

    #[test]
    fn a_step_scrolls_by_a_row_and_a_leap_shows_what_is_around() {
        for (at, top, expected, what) in [
            (17, 0, 0, "two rows stay below"),
            (18, 0, 1, "a step down over the edge"),
            (20, 0, 3, "a few at once"),
            (60, 0, 55, "a leap down: a quarter above"),
            (41, 40, 39, "a step up"),
            (10, 40, 0, "a leap up: a quarter below"),
            (99, 75, 80, "the end has no rows below"),
        ] {
            let mut cursor = Cursor { at, top };
            cursor.settle(100, 20);
            assert_eq!(cursor.top, expected, "{what}");
        }
    }
}
