//! `docs/cli.md` and `docs/keys.md` are what the commands and the keymaps say of themselves, never something else.

use std::fmt::Write as _;
use std::path::Path;

use clap_markdown::MarkdownOptions;
use lichhop::cli::locale;
use lichhop::i18n::Lang;
use lichhop::tui::keymap::{Action, Keymap, Row, Scope, chart};

fn commands() -> String {
    let options = MarkdownOptions::new().show_footer(false).title("lichhop: the commands".to_owned());
    let page = clap_markdown::help_markdown_command_custom(&locale::tree(Lang::En), &options);
    let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// What stands above the tables.
const KEYS_HEAD: &str = "# lichhop: the keys

Every key of the terminal application, from the same table as its hint bar, its help (`?`) and its palette (`:`, which finds
an action by its title in either language, with and without marks). `lichhop keys` prints the keys in force, `--json` for
scripts, `--keymap NAME` those of another keymap.

The keymap is chosen in the configuration: `[screen] keymap = \"vim\"`. One of your own is a file `keymaps/NAME.toml` beside
`config.toml`; it may carry the name of the one that it changes:

```toml
inherits = \"default\"            # everything as there, but for what stands below

[meeting]
\"E\" = \"meeting.edit\"           # the first key of an action is the one shown in the hint bar
\"ctrl-x m\" = \"meeting.cancel\"  # keys one after the other
\"x\" = \"none\"                   # takes a key away
```

Keys are letters and signs as they are typed (`j`, `G`, `:`), names (`space enter esc tab backspace delete insert left right up
down home end pageup pagedown f1` … `f24`), and both with `ctrl-`, `alt-` or `shift-` before them. In every keymap `:` opens the
palette, `?` opens help, `q` closes the top layer, goes back to the week from the other panes and quits from there, `esc` closes
the top layer and does nothing else, `y` says yes to a question and `enter` takes the choice that is marked. Where text is typed,
no letter is a command.
";

fn keys() -> String {
    let maps = ["default", "vim"].map(|name| Keymap::load(name, &[]).unwrap());
    let [default, vim] = maps.each_ref().map(chart);
    let mut page = KEYS_HEAD.to_owned();
    for scope in Scope::ALL {
        let (vi, en, name) = (scope.title(Lang::Vi), scope.title(Lang::En), scope.name());
        writeln!(page, "\n## {en} · {vi} `[{name}]`\n\n| action | default | vim | Tiếng Việt | English |\n|---|---|---|---|---|").unwrap();
        for action in Action::ALL {
            let [default, vim] = [&default, &vim].map(|rows| find(rows, scope, *action));
            if default.is_some() || vim.is_some() {
                let [default, vim] = [default, vim].map(|row| row.map_or_else(String::new, shown));
                let (vi, en) = (action.title(Lang::Vi), action.title(Lang::En));
                writeln!(page, "| `{}` | {default} | {vim} | {vi} | {en} |", action.name()).unwrap();
            }
        }
    }
    page
}

fn find(rows: &[Row], scope: Scope, action: Action) -> Option<&Row> {
    rows.iter().find(|row| row.scope == scope && row.action == action)
}

fn shown(row: &Row) -> String {
    row.keys.iter().map(|keys| format!("`{}`", keys.replace('|', "\\|"))).collect::<Vec<_>>().join(" ")
}

pub(crate) fn compare(file: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("LICHHOP_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == wanted, "{file} is out of date: LICHHOP_WRITE_REFERENCE=1 cargo test reference");
}

#[test]
fn the_reference_is_what_the_commands_say() {
    compare("docs/cli.md", &commands());
}

#[test]
fn the_reference_is_what_the_keymaps_say() {
    compare("docs/keys.md", &keys());
}

#[test]
fn the_example_of_the_reference_is_a_keymap() {
    let folder = tempfile::tempdir().unwrap();
    let example = KEYS_HEAD.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    std::fs::create_dir(folder.path().join("keymaps")).unwrap();
    std::fs::write(folder.path().join("keymaps/mine.toml"), example).unwrap();
    let keymap = Keymap::load("mine", &[folder.path().to_owned()]).unwrap();
    assert_eq!(keymap.keys_of(Action::MeetingEdit).collect::<Vec<_>>(), ["E", "e"]);
    assert_eq!(keymap.keys_of(Action::MeetingCancel).collect::<Vec<_>>(), ["ctrl-x m"]);
}
