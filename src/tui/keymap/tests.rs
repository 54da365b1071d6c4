//! The program's own keymaps, and those of users, right and wrong.

use super::contract::RESERVED;
use super::*;
use crate::tui::screen_file::{Kind, Problem, ProblemKind, ScreenFault};

/// The scopes that hold together, the nearest first: each pane with and without a meeting, each layer.
const TOGETHER: &[&[Scope]] = &[
    &[Scope::Meeting, Scope::Week, Scope::List, Scope::App],
    &[Scope::Meeting, Scope::Meetings, Scope::List, Scope::App],
    &[Scope::Units, Scope::List, Scope::App],
    &[Scope::Outbox, Scope::List, Scope::App],
    &[Scope::Preview, Scope::Confirm, Scope::Layer, Scope::List],
    &[Scope::Confirm, Scope::Layer],
    &[Scope::Comparison, Scope::Layer, Scope::List],
    &[Scope::Text, Scope::Form, Scope::Layer],
    &[Scope::Text, Scope::Picker, Scope::Layer, Scope::List],
];

fn own() -> Vec<Keymap> {
    Kind::Keymap.embedded().iter().map(|(name, _)| Keymap::load(name, &[]).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))).collect()
}

fn chords(keys: &str) -> Vec<Chord> {
    keys.split(' ').map(|word| Chord::parse(word).unwrap()).collect()
}

/// The keymap `mine` of this text in a folder of its own.
fn load(text: &str) -> Result<Keymap, ScreenFault> {
    load_files(&[("mine", text)])
}

fn load_files(files: &[(&str, &str)]) -> Result<Keymap, ScreenFault> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keymaps")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join("keymaps").join(name).with_extension("toml"), text).unwrap();
    }
    Keymap::load(files[0].0, &[folder.path().to_owned()])
}

/// What is wrong with a keymap: line, key and kind of every problem.
fn problems(text: &str) -> Vec<(Option<u32>, String, ProblemKind)> {
    let problems = load(text).unwrap_err().problems;
    problems.into_iter().map(|Problem { line, key, kind, .. }| (line, key, kind)).collect()
}

fn word(word: &str) -> String {
    word.to_owned()
}

#[test]
fn the_reserved_keys_do_the_same_in_every_keymap() {
    for keymap in own() {
        for reserved in &RESERVED {
            for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&reserved.scope) && !scopes.contains(&Scope::Text)) {
                let found = keymap.lookup(scopes, &[reserved.chord]);
                assert_eq!(found, Lookup::Found(reserved.action), "{}: {} in {scopes:?}", keymap.name(), reserved.chord);
            }
        }
        for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&Scope::Layer)) {
            assert_eq!(keymap.lookup(scopes, &chords("esc")), Lookup::Found(Action::Close), "{}", keymap.name());
        }
    }
}

#[test]
fn no_key_of_the_program_is_hidden_by_another() {
    for keymap in own() {
        for scopes in TOGETHER.iter().filter(|scopes| !scopes.contains(&Scope::Text)) {
            for binding in keymap.bindings().iter().filter(|binding| scopes.contains(&binding.scope)) {
                // Ctrl with letters moves through lists in layers, and Tab goes to the next of what there is.
                let found = keymap.lookup(scopes, &binding.chords);
                assert_eq!(found, Lookup::Found(binding.action), "{}: {} in {scopes:?}", keymap.name(), binding.keys());
            }
        }
    }
}

#[test]
fn most_actions_have_keys() {
    for keymap in own() {
        let without: Vec<&str> =
            Action::ALL.iter().filter(|action| keymap.keys_of(**action).next().is_none()).map(|action| action.name()).collect();
        assert_eq!(without, [""; 0], "{}", keymap.name());
    }
}

#[test]
fn no_letter_is_a_command_where_text_is_typed() {
    for keymap in own() {
        let typed = keymap.bindings().iter().filter(|binding| binding.scope.is_typed_into());
        for binding in typed {
            assert_eq!(binding.chords[0].types(), None, "{}: {}", keymap.name(), binding.keys());
        }
        for scopes in TOGETHER.iter().filter(|scopes| scopes.contains(&Scope::Text)) {
            for letter in "jkgG/?:qynesarx ươ".chars() {
                assert_eq!(keymap.lookup(scopes, &[Chord::char(letter)]), Lookup::None, "{letter}");
            }
        }
    }
}

#[test]
fn what_was_said_can_be_read_wherever_the_keys_go() {
    for keymap in own() {
        for scopes in TOGETHER {
            let scopes = [*scopes, &[Scope::App]].concat();
            let key = keymap.key_for(Action::Notices, &scopes).unwrap_or_else(|| panic!("{}: {scopes:?}", keymap.name()));
            let typed = scopes.contains(&Scope::Text) && Chord::parse(&key).unwrap().types().is_some();
            assert!(!typed, "{}: {key} in {scopes:?}", keymap.name());
        }
    }
}

#[test]
fn keys_after_keys_lead_to_actions() {
    let keymap = load(
        "inherits = \"default\"\n[week]\n\"g w\" = \"week.today\"\n\"x a b\" = \"week.next\"\n[meeting]\n\"x\" = \"none\"\n\"x a c\" = \"meeting.show\"\n",
    )
    .unwrap();
    let scopes = [Scope::Meeting, Scope::Week, Scope::List, Scope::App];
    for (pressed, found) in [
        ("j", Lookup::Found(Action::Down)),
        ("g", Lookup::Prefix),
        ("g g", Lookup::Found(Action::First)),
        ("g w", Lookup::Found(Action::WeekToday)),
        ("g x", Lookup::None),
        ("g g g", Lookup::None),
        ("x a", Lookup::Prefix),
        ("x a b", Lookup::Found(Action::WeekNext)),
        ("x a c", Lookup::Found(Action::MeetingShow)),
        ("ctrl-a", Lookup::None),
    ] {
        assert_eq!(keymap.lookup(&scopes, &chords(pressed)), found, "{pressed}");
    }
    assert_eq!(keymap.lookup(&scopes, &[]), Lookup::Prefix);
    assert_eq!(keymap.lookup(&[], &chords("j")), Lookup::None);
    assert_eq!(keymap.lookup(&[Scope::App], &chords("j")), Lookup::None);
    let following = |pressed: &str| {
        let keys = keymap.continuations(&scopes, &chords(pressed)).into_iter();
        keys.map(|next| (next.chord.to_string(), next.action)).collect::<Vec<_>>()
    };
    assert_eq!(following("g"), [(word("g"), Some(Action::First)), (word("w"), Some(Action::WeekToday))]);
    assert_eq!(following("x"), [(word("a"), None)]);
    assert_eq!(following("x a"), [(word("b"), Some(Action::WeekNext)), (word("c"), Some(Action::MeetingShow))]);
    assert_eq!(following("j"), []);
}

#[test]
fn the_nearest_scope_decides() {
    let keymap = load("inherits = \"default\"\n[week]\n\"n\" = \"week.next\"\n\"k k\" = \"week.today\"\n").unwrap();
    let press = |scopes: &[Scope], keys| keymap.lookup(scopes, &chords(keys));
    assert_eq!(press(&[Scope::Week, Scope::List, Scope::App], "n"), Lookup::Found(Action::WeekNext));
    assert_eq!(press(&[Scope::App, Scope::Week], "n"), Lookup::Found(Action::MeetingNew));
    assert_eq!(press(&[Scope::Week, Scope::List, Scope::App], "k"), Lookup::Prefix);
    assert_eq!(press(&[Scope::Units, Scope::List, Scope::App], "k"), Lookup::Found(Action::Up));
    assert_eq!(keymap.key_for(Action::MeetingNew, &[Scope::Week, Scope::List, Scope::App]), None);
    assert_eq!(keymap.key_for(Action::MeetingNew, &[Scope::Units, Scope::List, Scope::App]).as_deref(), Some("n"));
    // What is told works where it is told: letters are typed in a field, so the arrow moves through the list there.
    assert_eq!(keymap.key_for(Action::Down, &[Scope::Text, Scope::List]).as_deref(), Some("down"));
    assert_eq!(keymap.key_for(Action::Down, &[Scope::Outbox, Scope::List]).as_deref(), Some("j"));
}

#[test]
fn a_file_changes_what_it_inherits() {
    let keymap = load("inherits = \"vim\"\n[app]\n\"ctrl-n\" = \"meeting.new\"\n\"n\" = \"app.notices\"\n\"F\" = \"none\"\n").unwrap();
    let keys = |action| keymap.keys_of(action).collect::<Vec<_>>();
    assert_eq!(keys(Action::MeetingNew), ["ctrl-n"], "the key that was given to another action is gone");
    assert_eq!(keys(Action::Notices), ["n", "!", "ctrl-g", "N", "f2"], "what the file says comes first");
    assert_eq!(keys(Action::OutboxFlush), [""; 0]);
    assert_eq!(keys(Action::PaneNext), ["g t", "tab"], "what vim says stays");
    assert_eq!((keymap.name(), Keymap::default().name()), ("mine", "default"));
}

#[test]
fn a_file_may_carry_the_name_of_the_one_that_it_changes() {
    let keymap = load_files(&[("default", "inherits = \"default\"\n[app]\n\"ctrl-n\" = \"meeting.new\"\n")]).unwrap();
    assert_eq!(keymap.keys_of(Action::MeetingNew).collect::<Vec<_>>(), ["ctrl-n", "n"]);
    let keymap =
        load_files(&[("vim", "inherits = \"vim\"\n"), ("default", "inherits = \"default\"\n[list]\n\"ctrl-j\" = \"list.down\"\n")]);
    assert!(keymap.unwrap().keys_of(Action::Down).any(|keys| keys == "ctrl-j"), "the user's default comes before the program's");
}

#[test]
fn slips_of_the_pen_are_named_with_their_lines_and_what_was_meant() {
    let found = problems(
        "inherits = \"default\"\n[wek]\n[app]\n\"ctrl-Q\" = \"app.quit\"\n\"F5\" = \"app.redrw\"\n\"f6\" = \"flush\"\n\"control-k\" = \"app.help\"\n\
         \"\" = \"app.help\"\n\"f7\" = 7\n\"f8\" = \"zzzz\"\n\"f9\" = \"meeting.edit\"\n[week]\n\"f9\" = \"app.help\"\n\"gt\" = \"week.next\"\n\"q q\" = \"app.help\"\n",
    );
    let expected = [
        (2, "wek", ProblemKind::UnknownScope { nearest: Some(word("week")) }),
        (4, "app.\"ctrl-Q\"", ProblemKind::UnknownKey { word: word("ctrl-Q"), nearest: Some(word("ctrl-q")) }),
        (5, "app.\"F5\"", ProblemKind::UnknownAction { word: word("app.redrw"), nearest: Some(word("app.redraw")) }),
        (6, "app.\"f6\"", ProblemKind::UnknownAction { word: word("flush"), nearest: Some(word("outbox.flush")) }),
        (7, "app.\"control-k\"", ProblemKind::UnknownKey { word: word("control-k"), nearest: Some(word("ctrl-k")) }),
        (8, "app.\"\"", ProblemKind::UnknownKey { word: word(""), nearest: None }),
        (9, "app.\"f7\"", ProblemKind::NotText),
        (10, "app.\"f8\"", ProblemKind::UnknownAction { word: word("zzzz"), nearest: None }),
        (11, "app.\"f9\"", ProblemKind::Elsewhere { action: Action::MeetingEdit }),
        (14, "week.\"gt\"", ProblemKind::UnknownKey { word: word("gt"), nearest: Some(word("g t")) }),
        (15, "week.\"q q\"", ProblemKind::Reserved { chord: word("q"), action: Action::Quit, scope: Scope::App }),
    ];
    assert_eq!(found, expected.map(|(line, key, kind)| (Some(line), word(key), kind)));
}

#[test]
fn what_would_break_the_contract_is_refused() {
    let reserved = |chord: &str, action, scope| ProblemKind::Reserved { chord: word(chord), action, scope };
    let never = |chord: &str, instead| ProblemKind::NeverSent { chord: word(chord), instead };
    for (scope, keys, action, kind) in [
        ("text", "a", "text.left", ProblemKind::Types { scope: Scope::Text }),
        ("form", "space", "form.next", ProblemKind::Types { scope: Scope::Form }),
        ("layer", "q", "layer.close", ProblemKind::Types { scope: Scope::Layer }),
        ("picker", "ư", "picker.mark", ProblemKind::Types { scope: Scope::Picker }),
        ("text", "ctrl-h", "text.delete_back", never("ctrl-h", Some("backspace"))),
        ("app", "f5 ctrl-h", "app.help", never("ctrl-h", Some("backspace"))),
        ("app", "ctrl-i", "pane.next", never("ctrl-i", Some("tab"))),
        ("app", "ctrl-1", "pane.week", never("ctrl-1", None)),
        ("app", ":", "app.help", reserved(":", Action::Palette, Scope::App)),
        ("app", "? x", "app.help", reserved("?", Action::Help, Scope::App)),
        ("meetings", "q", "app.quit", reserved("q", Action::Quit, Scope::App)),
        ("list", ":", "list.down", reserved(":", Action::Palette, Scope::App)),
        ("app", "esc", "app.quit", reserved("esc", Action::Close, Scope::Layer)),
        ("form", "esc", "form.discard", reserved("esc", Action::Close, Scope::Layer)),
        ("text", "ctrl-x esc", "layer.close", reserved("esc", Action::Close, Scope::Layer)),
        ("confirm", "y", "confirm.no", reserved("y", Action::ConfirmYes, Scope::Confirm)),
        ("confirm", "enter", "confirm.yes", reserved("enter", Action::ConfirmTake, Scope::Confirm)),
        ("preview", "y", "preview.without", reserved("y", Action::ConfirmYes, Scope::Confirm)),
        ("preview", "enter", "preview.without", reserved("enter", Action::ConfirmTake, Scope::Confirm)),
        ("list", "g", "list.last", ProblemKind::Covers { longer: word("g g"), action: Action::First }),
        ("list", "j j", "list.last", ProblemKind::Covered { shorter: word("j"), action: Action::Down }),
    ] {
        let text = format!("inherits = \"default\"\n[{scope}]\n\"{keys}\" = \"{action}\"\n");
        assert_eq!(problems(&text), [(Some(3), format!("{scope}.\"{keys}\""), kind)], "{text}");
    }
}

#[test]
fn a_reserved_key_cannot_be_taken_away() {
    for reserved in &RESERVED {
        let (scope, chord) = (reserved.scope, reserved.chord.to_string());
        let text = format!("inherits = \"default\"\n[{}]\n\"{chord}\" = \"none\"\n", scope.name());
        let kind = ProblemKind::Unbound { chord, action: reserved.action, scope };
        assert_eq!(problems(&text), [(None, String::new(), kind)], "{text}");
    }
    assert_eq!(problems("").len(), RESERVED.len(), "a map of nothing has none of them");
}

#[test]
fn the_same_keys_are_bound_once() {
    let found = problems("inherits = \"default\"\n[form]\n\"ctrl-g\" = \"form.save\"\n\"C-g\" = \"form.next\"\n");
    assert_eq!(found, [(Some(4), word("form.\"C-g\""), ProblemKind::Twice)]);
    assert!(load("inherits = \"default\"\n[form]\n\"C-S\" = \"form.save\"\n").is_err());
}

#[test]
fn the_nearest_key_is_one() {
    for (slip, meant) in [
        ("Ctrl-S", Some("ctrl-s")),
        ("ctrl-S", Some("ctrl-s")),
        ("shift-a", Some("A")),
        ("shift-ctrl-a", Some("ctrl-a")),
        ("meta-x", Some("alt-x")),
        ("enterr", Some("enter")),
        ("Return", Some("enter")),
        ("Page_Down", Some("pagedown")),
        ("pgup", Some("pageup")),
        ("ctrl-ctrl-a", Some("ctrl-a")),
        ("escape", Some("esc")),
        ("backtab", Some("shift-tab")),
        ("hyper-a", None),
        ("zzzzz", None),
        ("gg", None),
        ("", None),
        ("ctrl-", None),
    ] {
        assert_eq!(Chord::nearest(slip).as_deref(), meant, "{slip}");
    }
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    let text = "[wek]\n[app]\n\"ctrl-Q\" = \"app.qut\"\n\"ctrl-q\" = \"app.qut\"\n[form]\n\"a\" = \"form.save\"\n";
    for (lang, words) in [(crate::i18n::Lang::Vi, "có phải “week”?"), (crate::i18n::Lang::En, "perhaps “week”?")] {
        let report = load(text).unwrap_err().report(lang);
        assert_eq!(report.exit.code(), 78);
        for part in
            ["mine.toml:1: wek: ", words, "mine.toml:3: app.\"ctrl-Q\": ", "“ctrl-q”", "mine.toml:4: ", "“app.quit”", "mine.toml:6: "]
        {
            assert!(report.what.contains(part), "{part} in {report}");
        }
        assert!(report.what.contains("\":\" = \"app.palette\""), "{report}");
    }
}

#[test]
fn a_name_is_no_path_and_a_circle_ends() {
    let kind = |files: &[(&str, &str)]| load_files(files).unwrap_err().problems.remove(0).kind;
    for name in ["../mine", "", ".", "a/b", "vmi"] {
        let fault = Keymap::load(name, &[]).unwrap_err();
        let kind = ProblemKind::UnknownFile { kind: Kind::Keymap, name: word(name), known: vec![word("default"), word("vim")] };
        assert_eq!(fault, ScreenFault::one(Problem { file: "keymaps".into(), line: None, key: String::new(), kind }));
    }
    assert_eq!(kind(&[("a", "inherits = \"b\""), ("b", "inherits = \"a\"")]), ProblemKind::Circle { name: word("a") });
    assert_eq!(kind(&[("a", "inherits = \"a\"")]), ProblemKind::Circle { name: word("a") });
    assert_eq!(kind(&[("a", "inherits = 1")]), ProblemKind::NotText);
    assert!(matches!(kind(&[("a", "\n[app\n")]), ProblemKind::Syntax { .. }));
    let fault = load_files(&[("a", "\n\ninherits = \"defautl\"")]).unwrap_err();
    assert_eq!(fault.problems[0].line, Some(3));
    assert!(fault.report(crate::i18n::Lang::En).what.contains("a.toml:3: there is no keymap “defautl”; there are: default, vim, a"));
}
