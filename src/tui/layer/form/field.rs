//! The fields of the form, and what their texts mean.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::meeting::{INVITED_BYTES_MAX, Urgency, check_end};
use crate::domain::text::{Line, Prose, TextFault, search_key};
use crate::domain::time::WallTime;
use crate::domain::unit::UnitCode;
use crate::domain::when::{Span, WhenFault, parse_end, parse_span};
use crate::tui::pane::units::Units;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the fields of a meeting; `domain::meeting::Entry` says what they are")]
pub enum FieldName {
    Title,
    Start,
    End,
    Place,
    Chair,
    Unit,
    Invited,
    PreparedBy,
    Online,
    Urgency,
    Content,
}

impl FieldName {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Start,
        Self::End,
        Self::Place,
        Self::Chair,
        Self::Unit,
        Self::Invited,
        Self::PreparedBy,
        Self::Online,
        Self::Urgency,
        Self::Content,
    ];

    /// The name under which its text is kept, and by which the host names what is wrong.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Start => "start",
            Self::End => "end",
            Self::Place => "place",
            Self::Chair => "chair",
            Self::Unit => "unit",
            Self::Invited => "invite",
            Self::PreparedBy => "prepared-by",
            Self::Online => "online",
            Self::Urgency => "urgency",
            Self::Content => "content",
        }
    }

    /// The field of a name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }

    /// Whether a meeting cannot be without it.
    #[must_use]
    pub fn required(self) -> bool {
        matches!(self, Self::Title | Self::Start | Self::Place | Self::Chair | Self::Unit)
    }

    /// Whether units are chosen for it.
    #[must_use]
    pub fn takes_units(self) -> bool {
        matches!(self, Self::Unit | Self::Invited | Self::PreparedBy)
    }

    /// Whether it holds several units.
    #[must_use]
    pub fn takes_several_units(self) -> bool {
        matches!(self, Self::Invited | Self::PreparedBy)
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing is typed, and something must be.
    Missing,
    /// The text cannot be kept.
    Text(TextFault),
    /// No time is meant.
    Time(WhenFault),
    /// The end is not after the start, or too long after it.
    End(crate::domain::meeting::EntryFault),
    /// These are no units.
    Units {
        /// What was typed.
        unknown: Vec<String>,
        /// A unit whose code is like the first of them.
        like: Option<UnitCode>,
    },
    /// This unit stands twice.
    Twice(UnitCode),
    /// More units than a meeting can invite.
    TooMany,
    /// This unit was invited, and stays so.
    Uninvited(UnitCode),
    /// It differs from what the units were told, which is not edited.
    Locked,
}

/// What a field's text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing is typed, and nothing need be.
    Nothing,
    /// One line.
    Line(Line),
    /// Several lines.
    Prose(Prose),
    /// A time.
    Time(WallTime),
    /// From when to when.
    Hours(WallTime, WallTime),
    /// Units.
    Units(Vec<UnitCode>),
    /// An urgency.
    Urgency(Urgency),
}

/// What the fields are read by.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The present instant.
    pub now: DateTime<Utc>,
    /// When the meeting begins, if that is known.
    pub start: Option<WallTime>,
    /// The day that an hour alone means; without, today.
    pub day: Option<NaiveDate>,
    /// The registry.
    pub units: &'a Units,
}

/// Reads a field's text.
///
/// # Errors
/// What is wrong with it.
pub fn read(name: FieldName, text: &str, by: Reading<'_>) -> Result<Meaning, Wrong> {
    if text.trim().is_empty() && name != FieldName::Urgency {
        return if name.required() { Err(Wrong::Missing) } else { Ok(Meaning::Nothing) };
    }
    match name {
        FieldName::Title | FieldName::Place | FieldName::Chair | FieldName::Online => {
            Line::parse(text).map(Meaning::Line).map_err(Wrong::Text)
        }
        FieldName::Content => Prose::parse(text).map(Meaning::Prose).map_err(Wrong::Text),
        FieldName::Start => {
            let span = start(text, by).map_err(Wrong::Time)?;
            check_end(span.start, span.end).map_err(Wrong::End)?;
            Ok(span.end.map_or(Meaning::Time(span.start), |end| Meaning::Hours(span.start, end)))
        }
        FieldName::End => end(text, by),
        FieldName::Unit | FieldName::Invited | FieldName::PreparedBy => units(name, text, by.units),
        FieldName::Urgency => Ok(Meaning::Urgency(urgency(text))),
    }
}

/// Reads a start: an hour alone is meant on the day on which the form was opened.
fn start(text: &str, by: Reading<'_>) -> Result<Span, WhenFault> {
    let span = parse_span(text, by.now)?;
    let today = WallTime::at(by.now).day();
    let Some(day) = by.day.filter(|day| *day != today && span.start.day() == today) else { return Ok(span) };
    // Whoever names a day means it: only what would move with the present day is an hour alone.
    let names_today = search_key(text).split_whitespace().any(|word| ["nay", "today"].contains(&word));
    let moved = parse_span(text, WallTime::new(day, chrono::NaiveTime::MIN).instant())?;
    Ok(if !names_today && moved.start.day() == day { moved } else { span })
}

/// Reads an end, and holds it against the start.
fn end(text: &str, by: Reading<'_>) -> Result<Meaning, Wrong> {
    let end = parse_end(text, by.start.unwrap_or_else(|| WallTime::at(by.now)), by.now).map_err(Wrong::Time)?;
    // Without a start only its words can be judged; the start says itself what is wrong with it.
    let Some(start) = by.start else { return Ok(Meaning::Nothing) };
    check_end(start, Some(end)).map_err(Wrong::End)?;
    Ok(Meaning::Time(end))
}

fn units(name: FieldName, text: &str, registry: &Units) -> Result<Meaning, Wrong> {
    let (mut codes, mut unknown) = (Vec::new(), Vec::new());
    for word in text.split([',', ';', ' ', '\n', '\t']).filter(|word| !word.trim().is_empty()) {
        match UnitCode::parse(word) {
            // Before the registry has come, nothing is said to be wrong: the host looks again.
            Ok(code) if !registry.loaded || registry.get(&code).is_some() => codes.push(code),
            _ => unknown.push(word.trim().to_owned()),
        }
    }
    if let Some(first) = unknown.first() {
        let like = like(first, registry);
        return Err(Wrong::Units { unknown, like });
    }
    let twice = codes.iter().enumerate().find(|(n, code)| codes.iter().take(*n).any(|before| before == *code));
    if let Some((_, code)) = twice {
        return Err(Wrong::Twice(code.clone()));
    }
    let bytes: usize = codes.iter().map(|code| code.as_str().len() + 3).sum();
    if !name.takes_several_units() && codes.len() > 1 || bytes > INVITED_BYTES_MAX {
        return Err(Wrong::TooMany);
    }
    Ok(Meaning::Units(codes))
}

/// The unit whose code is most like what was typed.
fn like(typed: &str, registry: &Units) -> Option<UnitCode> {
    const LIKENESS: f64 = 0.6;
    let typed = typed.to_uppercase();
    let scored = registry.units.iter().map(|unit| (strsim::jaro_winkler(&typed, unit.code.as_str()), &unit.code));
    scored.filter(|(likeness, _)| *likeness >= LIKENESS).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, code)| code.clone())
}

/// All urgencies, in the order in which the field steps through them.
pub const URGENCIES: [(Urgency, &str); 4] =
    [(Urgency::Normal, "normal"), (Urgency::Urgent, "urgent"), (Urgency::VeryUrgent, "very-urgent"), (Urgency::Flash, "flash")];

/// The urgency that a word names; anything else is the usual one.
#[must_use]
pub fn urgency(word: &str) -> Urgency {
    URGENCIES.into_iter().find(|(_, known)| *known == word).map_or(Urgency::Normal, |(urgency, _)| urgency)
}

/// The word of an urgency.
#[must_use]
pub fn urgency_word(urgency: Urgency) -> &'static str {
    URGENCIES.into_iter().find(|(known, _)| *known == urgency).map_or("normal", |(_, word)| word)
}
