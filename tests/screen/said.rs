//! What there is to say while a layer lies on top: all of it can be read from there.

use lichhop::i18n::Lang;
use lichhop::tui::layer::Layer;
use lichhop::tui::notices::Weight;

use super::driver::{Driver, Opening};
use super::keys::OPENED;

/// A message of so many words, of which the last is one of its own.
fn words(count: usize) -> String {
    (0..count).map(|n| format!("lời{n}")).chain(["hết.".to_owned()]).collect::<Vec<_>>().join(" ")
}

/// What was typed into the layers.
fn typed(driver: &Driver) -> Vec<String> {
    let text = |layer: &Layer| match layer {
        Layer::Form(form) => format!("{:?}", form.typed_texts()),
        Layer::Picker(picker) => picker.field.text(),
        Layer::Prompt(prompt) => prompt.field.text(),
        Layer::Menu(menu) => menu.field.text(),
        Layer::Search(search) => search.field.text(),
        Layer::Comparison(_) | Layer::Confirm(_) | Layer::Preview(_) | Layer::Sheet(_) => String::new(),
    };
    driver.model.layers.iter().map(text).collect()
}

/// The screen without its borders and line ends, so that what is wrapped is found.
fn flat(driver: &mut Driver, size: (u16, u16)) -> String {
    driver.screen(size).text().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn below_every_layer_a_message_is_shown_whole() {
    for (keys, _) in OPENED {
        let mut driver = Driver::ministry();
        driver.keys(keys);
        let text = words(40);
        driver.model.say(Weight::Error, text.clone());
        for size in [(80, 24), (120, 40)] {
            assert!(flat(&mut driver, size).contains(&text), "{keys} {size:?}\n{}", driver.drawn().text());
            assert!(!driver.drawn().text().contains("xem hết"), "{keys}");
            let caret = driver.drawn().caret.unwrap_or_default();
            let last = (0..size.1).rfind(|y| driver.drawn().row(*y).contains("hết.")).unwrap();
            assert!(caret.1 < last || keys.ends_with('/'), "{keys}: what is typed stays in sight");
        }
    }
}

#[test]
fn where_there_is_no_room_for_it_a_key_shows_it_that_types_nothing() {
    for lang in Lang::ALL {
        // Where the notices are read already, there is nothing more to show.
        for (keys, _) in OPENED.into_iter().filter(|(keys, _)| *keys != "N") {
            let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
            driver.keys(keys);
            driver.model.say(Weight::Error, words(60));
            let told = driver.screen((40, 10)).text();
            let hint = lang.pick("xem hết", "all of it");
            let line = told.lines().find(|line| line.contains(hint)).unwrap_or_else(|| panic!("{keys}: {told}"));
            let key = line.split(hint).next().unwrap().split_whitespace().last().unwrap().to_owned();
            let before = typed(&driver);
            driver.keys(&key);
            assert!(matches!(driver.model.layers.last(), Some(Layer::Sheet(_))), "{keys}: {key}");
            driver.keys("G");
            assert!(flat(&mut driver, (80, 24)).contains("lời59 hết."), "{keys}\n{}", driver.drawn().text());
            // Once is enough, and what lies below is as it was.
            assert!(!driver.drawn().text().contains(hint), "{keys}");
            driver.keys(&key).keys("esc");
            assert_eq!(typed(&driver), before, "{keys} {key}");
        }
    }
}

#[test]
fn why_not_everybody_can_be_invited_is_read_with_the_form_open() {
    let mut driver = Driver::ministry();
    driver.select("Họp về phương án tổ chức Liên hoan Phim").keys("e").typed(", TVQG, BTMT").keys("ctrl-s");
    assert!(matches!(driver.model.layers.last(), Some(Layer::Form(_))), "{}", driver.told());
    let told = flat(&mut driver, (80, 24));
    for words in ["TVQG", "BTMT", "Không có gì được ghi."] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // The next key gives the form its room back.
    driver.typed(" ");
    assert!(!flat(&mut driver, (80, 24)).contains("Không có gì được ghi."));
}

#[test]
fn what_was_mended_at_the_start_is_told_in_the_readers_language() {
    for (lang, words) in [(Lang::Vi, "Không mất gì"), (Lang::En, "Nothing is lost")] {
        let mut driver = Driver::open(Opening::MINISTRY.lang(lang));
        std::fs::write(driver.target.state.join("store/snap.00000000000FFFFF.generating"), b"torn").unwrap();
        driver.reopened();
        let told = |driver: &Driver| driver.model.notices.latest().map(|notice| notice.text.clone()).find(|text| text.contains("snap."));
        let here = told(&driver).expect("it is told where the store was opened");
        assert!(here.contains(words), "{here}");
        assert_eq!(told(&driver.beside()), Some(here), "and over the socket the same");
    }
}
