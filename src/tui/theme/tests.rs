//! The program's own themes, and those of users, right and wrong.

use std::path::Path;

use ratatui::style::Modifier;

use super::*;
use crate::i18n::Lang;
use crate::tui::screen_file::{Kind, ProblemKind};

fn own(depth: ColorDepth) -> Vec<Theme> {
    Kind::Theme
        .embedded()
        .iter()
        .map(|(name, _)| Theme::load(name, &[], depth).unwrap_or_else(|fault| panic!("{name}: {fault:?}")))
        .collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("themes")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join("themes").join(name).with_extension("toml"), text).unwrap();
    }
    folder
}

/// The theme `mine` of this text.
fn load(text: &str, depth: ColorDepth) -> Result<Theme, ScreenFault> {
    Theme::load("mine", &[folder(&[("mine", text)]).path().to_owned()], depth)
}

fn has_no_color(style: Style) -> bool {
    style.fg.is_none() && style.bg.is_none() && style.underline_color.is_none()
}

#[test]
fn roles_stand_in_the_order_of_their_numbers_and_have_names_of_their_own() {
    for (number, role) in Role::ALL.iter().enumerate() {
        assert_eq!(*role as usize, number, "{role:?}");
    }
    let names: std::collections::BTreeSet<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    assert_eq!(names.len(), Role::ALL.len());
}

#[test]
fn every_theme_of_the_program_is_whole_and_self_contained() {
    for (name, text) in Kind::Theme.embedded() {
        let table: toml::Table = toml::from_str(text).unwrap();
        let names: std::collections::BTreeSet<&str> = table.keys().map(String::as_str).collect();
        assert_eq!(names, Role::ALL.iter().map(|role| role.name()).collect(), "{name}");
    }
}

#[test]
fn the_themes_of_the_program_use_the_colours_of_the_terminal() {
    for (theme, all) in own(ColorDepth::Ansi).iter().zip(own(ColorDepth::Rgb)) {
        assert_eq!(*theme, all, "{}: nothing is lost where there are 16 colours", theme.name());
        for role in Role::ALL {
            for color in [theme.style(*role).fg, theme.style(*role).bg].into_iter().flatten() {
                assert!(color::NAMED.iter().any(|(_, named)| *named == color), "{}: {}", theme.name(), role.name());
            }
        }
    }
}

#[test]
fn what_must_be_seen_is_seen_in_every_theme() {
    for depth in [ColorDepth::None, ColorDepth::Ansi] {
        for theme in own(depth).iter().filter(|theme| depth != ColorDepth::None || theme.name() == MONO) {
            let text = theme.style(Role::Text);
            for role in [
                Role::Selected,
                Role::SelectedUnfocused,
                Role::TabActive,
                Role::ButtonFocused,
                Role::FieldFocused,
                Role::Match,
                Role::Error,
            ] {
                assert_ne!(theme.style(role), text, "{}: {}", theme.name(), role.name());
            }
            for (one, other) in [
                (Role::Selected, Role::SelectedUnfocused),
                (Role::Tab, Role::TabActive),
                (Role::Button, Role::ButtonFocused),
                (Role::Field, Role::FieldFocused),
                (Role::Border, Role::BorderFocused),
                (Role::MailSent, Role::MailFailed),
            ] {
                assert_ne!(theme.style(one), theme.style(other), "{}: {} and {}", theme.name(), one.name(), other.name());
            }
        }
    }
}

#[test]
fn mono_has_no_colours_and_shows_the_selection() {
    for theme in [Theme::default(), Theme::load(MONO, &[], ColorDepth::Rgb).unwrap()] {
        for role in Role::ALL {
            assert!(has_no_color(theme.style(*role)), "{}", role.name());
        }
        for role in [Role::Selected, Role::TabActive, Role::ButtonFocused] {
            assert!(theme.style(role).add_modifier.contains(Modifier::REVERSED), "{}", role.name());
        }
    }
}

#[test]
fn without_colours_even_a_users_theme_has_none() {
    let colored = "inherits = \"mono\"\nselected = { fg = \"red\", bg = 3, bold = true }\nerror = { fg = \"#ff0000\" }\n";
    let theme = load(colored, ColorDepth::None).unwrap();
    assert!(Role::ALL.iter().all(|role| has_no_color(theme.style(*role))));
    assert_eq!(theme.style(Role::Selected).add_modifier, Modifier::BOLD);
}

#[test]
fn the_background_chooses_between_dark_and_light() {
    for (setting, no_color, colorfgbg, name) in [
        ("auto", false, None, "dark"),
        ("auto", false, Some("15;0"), "dark"),
        ("auto", false, Some("0;15"), "light"),
        ("auto", false, Some("0;default;15"), "light"),
        ("auto", false, Some("7;8"), "dark"),
        ("auto", false, Some("0;7"), "light"),
        ("auto", false, Some("0;default"), "dark"),
        ("auto", false, Some(""), "dark"),
        ("auto", false, Some("0;255"), "dark"),
        ("auto", true, Some("0;15"), "mono"),
        ("light", true, None, "mono"),
        ("light", false, Some("15;0"), "light"),
        ("mine", false, Some("0;15"), "mine"),
    ] {
        assert_eq!(Theme::choose(setting, no_color, colorfgbg), name, "{setting} {no_color} {colorfgbg:?}");
    }
}

#[test]
fn a_users_theme_changes_what_it_says_and_keeps_the_rest() {
    let text = "inherits = \"dark\"\ntitle = { fg = \"#ff8700\", bg = 17, italic = true, bold = false }\n[today]\nreversed = true\n";
    let theme = load(text, ColorDepth::Rgb).unwrap();
    let dark = Theme::load("dark", &[], ColorDepth::Rgb).unwrap();
    let title = Style::new().fg(Color::Rgb(255, 135, 0)).bg(Color::Indexed(17)).add_modifier(Modifier::ITALIC);
    assert_eq!(theme.style(Role::Title), title);
    assert_eq!(theme.style(Role::Today), Style::new().add_modifier(Modifier::REVERSED), "a role is changed as a whole");
    for role in Role::ALL.iter().filter(|role| ![Role::Title, Role::Today].contains(role)) {
        assert_eq!(theme.style(*role), dark.style(*role), "{}", role.name());
    }
    assert_eq!(load(text, ColorDepth::Indexed).unwrap().style(Role::Title).fg, Some(Color::Indexed(208)));
    assert_eq!(theme.name(), "mine");
}

#[test]
fn users_folders_come_before_the_program_and_the_first_before_the_second() {
    let first = folder(&[("light", "inherits = \"light\"\ntext = { bold = true }\n")]);
    let second = folder(&[("light", "inherits = \"light\"\ntext = { dim = true }\ntitle = { dim = true }\n")]);
    let folders = [first.path().to_owned(), Path::new("/no/such/folder").to_owned(), second.path().to_owned()];
    let theme = Theme::load("light", &folders, ColorDepth::Ansi).unwrap();
    assert_eq!(theme.style(Role::Text).add_modifier, Modifier::BOLD);
    assert_eq!(theme.style(Role::Title).add_modifier, Modifier::DIM);
    assert_eq!(theme.style(Role::Heading), Theme::load("light", &[], ColorDepth::Ansi).unwrap().style(Role::Heading));
}

#[test]
fn everything_wrong_is_named_at_once_in_its_line() {
    let text = "inherits = \"dark\"\nselectd = {}\ntitle = \"bold\"\ntext = { fg = \"bleu\", bg = 256, bolt = true,\n  dim = 1 }\n\
                error = { fg = [1] }\n[mail_sent]\nfg = \"#12345\"\nforeground = \"red\"\n";
    let fault = load(text, ColorDepth::Rgb).unwrap_err();
    let word = |word: &str| Some(word.to_owned());
    let found: Vec<_> = fault.problems.iter().map(|problem| (problem.line.unwrap(), problem.key.as_str(), problem.kind.clone())).collect();
    let expected = [
        (2, "selectd", ProblemKind::UnknownRole { nearest: word("selected") }),
        (3, "title", ProblemKind::NotATable),
        (4, "text.fg", ProblemKind::UnknownColor { word: "bleu".into(), nearest: word("blue") }),
        (4, "text.bg", ProblemKind::UnknownColor { word: "256".into(), nearest: None }),
        (4, "text.bolt", ProblemKind::UnknownPart { nearest: word("bold") }),
        (5, "text.dim", ProblemKind::NotBoolean),
        (6, "error.fg", ProblemKind::NotText),
        (8, "mail_sent.fg", ProblemKind::UnknownColor { word: "#12345".into(), nearest: None }),
        (9, "mail_sent.foreground", ProblemKind::UnknownPart { nearest: None }),
    ];
    assert_eq!(found, expected);
    for (lang, meant) in [(Lang::Vi, "có phải “selected”?"), (Lang::En, "perhaps “selected”?")] {
        let report = fault.report(lang);
        assert_eq!(report.exit.code(), 78);
        assert!(
            report.what.lines().count() == expected.len() && report.what.contains("mine.toml:2: selectd: ") && report.what.contains(meant)
        );
    }
}

#[test]
fn a_theme_that_inherits_nothing_must_be_whole() {
    let problems = load("text = {}\n", ColorDepth::Rgb).unwrap_err().problems;
    assert!(
        matches!(&problems[..], [problem] if matches!(&problem.kind, ProblemKind::MissingRoles { names } if names.len() == Role::ALL.len() - 1))
    );
}
