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

    /// Keeps the selected row within `len` rows and within `height` rows on the screen. Who moves off the screen finds the
    /// selected row at a quarter of it from where he came, not at its edge: a list that scrolls by one row at each step is
    /// written whole at each step, and over a slow line that is what takes the time.
    pub fn settle(&mut self, len: usize, height: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let before = margin.max(height / 4);
        let last = len.saturating_sub(height);
        self.top = self.top.min(last);
        if self.top > self.at.saturating_sub(margin) {
            self.top = (self.at + before + 1).saturating_sub(height);
        } else if self.top < (self.at + margin + 1).saturating_sub(height) {
            self.top = self.at.saturating_sub(before);
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
}
