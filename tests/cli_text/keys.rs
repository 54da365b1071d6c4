//! `keys`: as a table, in a pipe and as JSON; with keymaps of the user's own, right and wrong.

use lichhop::domain::text::width;
use lichhop::tui::keymap::{Action, Scope};
use serde_json::Value;

use super::Home;

/// A home with a keymap of its own beside its configuration.
fn home(keymap: &str) -> Home {
    let home = Home::new();
    let folder = home.path().join(".config/lichhop/keymaps");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.toml"), keymap).unwrap();
    home
}

fn rows(home: &Home, args: &[&str]) -> Vec<Value> {
    let text = home.done(&[&["keys", "--json"], args].concat());
    serde_json::from_str(&text).unwrap()
}

fn keys<'a>(rows: &'a [Value], action: &str) -> Vec<&'a str> {
    let row = rows.iter().find(|row| row["action"] == action).unwrap_or_else(|| panic!("{action} is missing"));
    row["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect()
}

#[test]
fn the_json_has_the_four_fields_of_every_action() {
    let (quit, vim) = ("Quit, or go back", &["--lang", "en", "--keymap", "vim"]);
    for (args, title) in [(&[][..], "Thoát, hoặc trở về"), (&["--lang", "en"], quit), (vim, quit)] {
        let rows = rows(&Home::new(), args);
        for action in Action::ALL {
            assert!(rows.iter().any(|row| row["action"] == action.name() && row["scope"] == action.scope().name()), "{}", action.name());
        }
        for row in &rows {
            let fields: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(fields.len(), 4, "{fields:?}");
            assert!(row["keys"].is_array() && !row["title"].as_str().unwrap().is_empty(), "{row}");
        }
        assert_eq!(rows[0]["title"], title);
        assert_eq!(keys(&rows, "app.palette")[0], ":");
        assert_eq!((keys(&rows, "app.help")[0], keys(&rows, "layer.close")), ("?", vec!["esc"]));
    }
    let text = Home::new().done(&["keys", "--json"]);
    let fields = text
        .lines()
        .skip(2)
        .filter_map(|line| line.trim().strip_prefix('"')?.split('"').next())
        .filter(|word| ["action", "scope", "keys", "title"].contains(word));
    assert_eq!(fields.take(4).collect::<Vec<_>>(), ["action", "scope", "keys", "title"]);
}

#[test]
fn a_pipe_gets_one_line_an_action_and_a_terminal_its_scopes() {
    let piped = Home::new().done(&["keys"]);
    assert!(
        piped.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == "app q, ctrl-c Thoát, hoặc trở về app.quit"),
        "{piped}"
    );
    assert!(piped.lines().all(|line| Scope::ALL.iter().any(|scope| line.starts_with(scope.name()))), "{piped}");
    let home = Home::with_terminal(60);
    let shown = home.done(&["keys", "--lang", "en", "--color", "never"]);
    assert!(shown.starts_with("Application\n  q, ctrl-c ") && shown.contains("\n\nWeek\n  l, right, ] "), "{shown}");
    assert!(shown.lines().all(|line| width(line) <= 60), "{shown}");
    assert!(home.done(&["keys", "--color", "always"]).contains("\u{1b}[1m"));
}

#[test]
fn a_keymap_of_the_users_own_is_asked_for_or_configured() {
    let home = home("inherits = \"vim\"\n[app]\n\"ctrl-n\" = \"meeting.new\"\n");
    assert_eq!(keys(&rows(&home, &["--keymap", "mine"]), "meeting.new"), ["ctrl-n", "n"]);
    assert_eq!(keys(&rows(&home, &[]), "meeting.new"), ["n"]);
    home.write(".config/lichhop/config.toml", "[screen]\nkeymap = \"mine\"\n");
    assert_eq!(keys(&rows(&home, &[]), "meeting.new"), ["ctrl-n", "n"]);
    assert_eq!(keys(&rows(&home, &["--keymap", "default"]), "meeting.new"), ["n"]);
    // Beside another configuration too; the user's own folder still counts.
    std::fs::create_dir(home.path().join("keymaps")).unwrap();
    home.write("keymaps/other.toml", "inherits = \"mine\"\n[app]\n\"f4\" = \"meeting.new\"\n");
    let config = home.write("other.toml", "[screen]\nkeymap = \"other\"\n");
    assert_eq!(keys(&rows(&home, &["--config", &config]), "meeting.new"), ["f4", "ctrl-n", "n"]);
}

#[test]
fn a_wrong_keymap_is_named_by_file_and_line() {
    let home = home("inherits = \"default\"\n[meting]\n[text]\n\"a\" = \"text.left\"\n\"ctrl-h\" = \"text.lef\"\n");
    for lang in ["vi", "en"] {
        let ran = home.run(&["keys", "--keymap", "mine", "--lang", lang]);
        assert_eq!((ran.code, ran.out.as_str()), (78, ""));
        for fact in
            ["keymaps/mine.toml:2: meting: ", "“meeting”", "mine.toml:4: text.\"a\": ", "mine.toml:5: text.\"ctrl-h\": ", "“text.left”"]
        {
            assert!(ran.err.contains(fact), "{fact} in {}", ran.err);
        }
    }
    for args in [
        &["keys", "--keymap", "mien"][..],
        &["keys", "--keymap", "../mine"],
        &["keys", "--keymap", ""],
        &["keys", "--keymap", super::ATTACK],
    ] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (65, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("--keymap") && ran.err.contains("default, vim, mine") && !ran.err.contains('\u{1b}'), "{}", ran.err);
    }
}

#[test]
fn the_configuration_check_reads_what_the_screen_reads() {
    let home = home("inherits = \"default\"\n[app]\n\"ctrl-i\" = \"app.help\"\n");
    std::fs::create_dir(home.path().join(".config/lichhop/themes")).unwrap();
    home.write(".config/lichhop/themes/dark.toml", "inherits = \"dark\"\nselectd = {}\n");
    home.write(".config/lichhop/config.toml", "[screen]\nkeymap = \"mine\"\n");
    let ran = home.run(&["config", "check"]);
    assert_eq!(ran.code, 78, "{}", ran.err);
    assert!(ran.err.contains("keymaps/mine.toml:3: ") && ran.err.contains("themes/dark.toml:2: selectd: "), "{}", ran.err);
    home.write(".config/lichhop/config.toml", "[screen]\nkeymap = \"vmi\"\ntheme = \"light\"\n");
    let ran = home.run(&["config", "check", "--lang", "en"]);
    assert!(
        ran.code == 78 && ran.err.contains("config.toml: screen.keymap: there is no keymap “vmi”") && !ran.err.contains("dark.toml"),
        "{}",
        ran.err
    );
    home.write(".config/lichhop/config.toml", "[screen]\nkeymap = \"vim\"\ntheme = \"light\"\n");
    home.done(&["config", "check"]);
    assert!(home.done(&["config", "show"]).ends_with("[screen]\ntheme = \"light\"\nkeymap = \"vim\"\n"));
}
