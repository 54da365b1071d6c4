//! Where everything stands, from the size of the terminal alone, so that moving and drawing agree about it.

use ratatui::layout::Rect;

/// The smallest terminal that is drawn on.
pub const LEAST: (u16, u16) = (40, 10);
/// From this width the details stand beside the list.
const BESIDE_FROM: u16 = 140;
/// From this height they stand below it, where they cannot stand beside it.
const BELOW_FROM: u16 = 20;
/// The rows of the details below a list.
const BELOW_ROWS: u16 = 7;
/// The rows that a layer needs in any case, with its border.
const LAYER_LEAST: u16 = 5;
/// The widest that a list of choices or a question becomes: lines longer than this are hard to read.
const BOX_WIDEST: u16 = 100;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// The names of the panes.
    pub tabs: Rect,
    /// The heading of the list.
    pub heading: Rect,
    /// The list.
    pub list: Rect,
    /// The details of what is selected, inside their border; `None` where there is no room.
    pub detail: Option<Rect>,
    /// The line between the list and the details.
    pub border: Option<Rect>,
    /// Everything between the tabs and the message: the ground of layers.
    pub body: Rect,
    /// What there is to say.
    pub message: Rect,
    /// What can be done.
    pub hints: Rect,
}

/// The parts of a screen of this size; `None` when it is too small.
#[must_use]
pub fn areas((columns, rows): (u16, u16)) -> Option<Areas> {
    if columns < LEAST.0 || rows < LEAST.1 {
        return None;
    }
    let line = |y| Rect { x: 0, y, width: columns, height: 1 };
    let body = Rect { x: 0, y: 1, width: columns, height: rows - 3 };
    let (main, border, detail) = split(body);
    let heading = Rect { height: 1, ..main };
    let list = Rect { y: main.y + 1, height: main.height - 1, ..main };
    Some(Areas { tabs: line(0), heading, list, detail, border, body, message: line(rows - 2), hints: line(rows - 1) })
}

impl Areas {
    /// The parts for layers below which a message takes so many rows: the layers give way to it.
    #[must_use]
    pub fn with_message(self, rows: u16) -> Self {
        let more = rows.clamp(1, self.message_most()) - 1;
        let body = Rect { height: self.body.height - more, ..self.body };
        let message = Rect { y: self.message.y - more, height: 1 + more, ..self.message };
        Self { body, message, ..self }
    }

    /// The parts for a message of so many rows above the line in which it stands otherwise.
    #[must_use]
    pub fn above_message(self, rows: u16) -> Self {
        let rows = rows.min(self.message_most());
        Self { message: Rect { y: self.message.y - rows, height: rows, ..self.message }, ..self }
    }

    /// The most rows that a message takes below a layer: what the layer is there for stays in sight.
    #[must_use]
    pub fn message_most(self) -> u16 {
        1 + (self.body.height / 2).min(self.body.height.saturating_sub(LAYER_LEAST))
    }
}

/// The list, the line beside or below it, and the details.
fn split(body: Rect) -> (Rect, Option<Rect>, Option<Rect>) {
    if body.width >= BESIDE_FROM {
        let width = body.width * 3 / 5;
        let main = Rect { width, ..body };
        let border = Rect { x: width, width: 1, ..body };
        let detail = Rect { x: width + 2, width: body.width - width - 2, ..body };
        return (main, Some(border), Some(detail));
    }
    if body.height + 3 >= BELOW_FROM {
        let height = body.height - BELOW_ROWS - 1;
        let main = Rect { height, ..body };
        let border = Rect { y: body.y + height, height: 1, ..body };
        let detail = Rect { x: 1, y: body.y + height + 1, width: body.width - 2, height: BELOW_ROWS };
        return (main, Some(border), Some(detail));
    }
    (body, None, None)
}

/// A box for a text to read: as wide as the body, as far as lines can be read.
#[must_use]
pub fn page(body: Rect) -> Rect {
    let width = body.width.min(BOX_WIDEST);
    Rect { x: body.x + (body.width - width) / 2, width, ..body }
}

/// A box in the middle of the body, of at most this many rows, with its border.
#[must_use]
pub fn boxed(body: Rect, rows: u16) -> Rect {
    let width = body.width.saturating_sub(if body.width >= 60 { 8 } else { 0 }).min(BOX_WIDEST);
    let height = rows.saturating_add(2).min(body.height);
    let (x, y) = (body.x + (body.width - width) / 2, body.y + (body.height - height) / 3);
    Rect { x, y, width, height }
}

/// What is inside a border.
#[must_use]
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(2),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_details_stand_where_there_is_room() {
        assert_eq!(areas((39, 24)), None);
        assert_eq!(areas((40, 9)), None);
        let small = areas((40, 10)).unwrap();
        assert_eq!((small.list.height, small.detail), (6, None));
        let usual = areas((80, 24)).unwrap();
        assert_eq!((usual.list.height, usual.detail.unwrap().height), (12, 7));
        let wide = areas((150, 40)).unwrap();
        assert_eq!((wide.list.width, wide.list.height, wide.detail.unwrap().width), (90, 36, 58));
    }

    proptest! {
        #[test]
        fn everything_lies_on_the_screen(columns in 40u16..600, rows in 10u16..300, height in 0u16..400) {
            let areas = areas((columns, rows)).unwrap();
            let screen = Rect::new(0, 0, columns, rows);
            let parts = [areas.tabs, areas.heading, areas.list, areas.body, areas.message, areas.hints, boxed(areas.body, height)];
            for part in parts.into_iter().chain(areas.detail).chain(areas.border) {
                prop_assert_eq!(part.intersection(screen), part);
            }
            prop_assert!(areas.list.height >= 3);
            let told = areas.with_message(height);
            prop_assert_eq!((told.body.bottom(), told.message.bottom()), (told.message.y, areas.hints.y));
            prop_assert!(told.message.height >= 1 && told.body.height >= 5);
        }
    }
}
