//! The terminal application as its users meet it: the real thing on a real store, without a terminal.

mod away;
mod chance;
mod day;
mod drawn;
mod driver;
mod hints;
mod keys;
mod layers;
mod others;
mod outbox;
mod panes;
mod picture;
mod readme;
mod said;

use lichhop::i18n::Lang;

use driver::{Driver, Opening};

/// The sizes at which every screen is looked at: the usual terminal, a big one, the smallest.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 10)];

/// A screen in every size, in both languages, with and without colours, as one text: what `opened` leads to.
fn told(opened: impl Fn(&mut Driver) -> &mut Driver) -> String {
    told_of(Opening::MINISTRY, opened)
}

fn told_of(opening: Opening, opened: impl Fn(&mut Driver) -> &mut Driver) -> String {
    let opening_in = |lang| {
        let mut driver = Driver::open(opening.lang(lang));
        opened(&mut driver);
        driver
    };
    let mut driver = opening_in(Lang::Vi);
    let mut parts = Vec::new();
    for (columns, rows) in SIZES {
        let picture = driver.screen((columns, rows));
        parts.push(format!("== {columns}x{rows}, vi, dark\n{}\n{}", picture.grid(), picture.styles()));
        if (columns, rows) == SIZES[0] {
            parts.push(format!("== the same, mono\n{}", driver.theme("mono").drawn().styles()));
            driver.theme("dark");
        }
    }
    let english = opening_in(Lang::En).screen(SIZES[0]);
    parts.push(format!("== 80x24, en\n{}", english.grid()));
    parts.join("\n\n")
}

/// Compares what is told with the file of that name in `snapshots/`.
macro_rules! assert_screens {
    ($name:literal, $told:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $told);
        });
    };
}
use assert_screens;
