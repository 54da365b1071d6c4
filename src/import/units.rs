//! Rows of the table of units.

use crate::domain::unit::{UnitKind, UnitRow};
use crate::import::table::{Reading, Record, one_of};

impl Record for UnitRow {
    const COLUMNS: &'static [&'static str] = &["code", "name", "parent", "kind", "mail_domain"];

    fn read(row: &mut Reading<'_>) -> Option<Self> {
        let code = row.code_key("code");
        let name = row.line_of("name");
        let parent = row.code("parent");
        let kind = row.cell("kind", |word| UnitKind::from_word(word).ok_or_else(|| one_of(UnitKind::ALL.map(UnitKind::word))));
        let mail_domain = row.line_of("mail_domain");
        Some(Self { line: row.line(), code: code?, name, parent, kind, mail_domain })
    }
}
