//! `docs/cli.md` is what the commands say of themselves, never something else.

use std::path::Path;

use clap_markdown::MarkdownOptions;
use lichhop::cli::locale;
use lichhop::i18n::Lang;

fn reference() -> String {
    let options = MarkdownOptions::new().show_footer(false).title("lichhop: the commands".to_owned());
    let page = clap_markdown::help_markdown_command_custom(&locale::tree(Lang::En), &options);
    let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

#[test]
fn the_reference_is_what_the_commands_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    if std::env::var_os("LICHHOP_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == reference(), "docs/cli.md is not what the commands say: LICHHOP_WRITE_REFERENCE=1 cargo test reference");
}
