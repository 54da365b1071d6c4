use super::*;
use crate::domain::fault::Fault;
use crate::domain::meeting::MeetingState;
use crate::tui::keymap::Chord;
use crate::tui::sample::{code, meeting, now, units};
use crate::wire::request::{OptionalField, Request};

fn form(editing: Option<MeetingView>, units: &Units) -> Form {
    let id = editing.as_ref().map(|meeting| meeting.id.clone());
    Form::new(draft_name(id.as_ref()).unwrap(), editing, reading(units))
}

fn reading(units: &Units) -> Reading<'_> {
    Reading { now: now(), start: None, day: None, units }
}

fn filled(units: &Units) -> Form {
    let mut form = form(None, units);
    for (name, text) in [
        (FieldName::Title, "Họp về Tết"),
        (FieldName::Start, "mai 14h"),
        (FieldName::End, "+2h"),
        (FieldName::Place, "51 Ngô Quyền"),
        (FieldName::Chair, "Bộ trưởng"),
        (FieldName::Unit, "vp"),
        (FieldName::Invited, "CDA, tcdl"),
    ] {
        form.set(name, text, reading(units));
    }
    form
}

fn meaning(name: FieldName, text: &str, units: &Units) -> Result<Meaning, Wrong> {
    field::read(name, text, reading(units))
}

#[test]
fn what_is_typed_is_understood_or_refused_at_once() {
    let units = units();
    assert_eq!(meaning(FieldName::Title, " ", &units), Err(Wrong::Missing));
    assert_eq!(meaning(FieldName::Online, " ", &units), Ok(Meaning::Nothing));
    assert_eq!(meaning(FieldName::Invited, "cda; TCDL VP", &units), Ok(Meaning::Units(vec![code("CDA"), code("TCDL"), code("VP")])));
    let unknown = Wrong::Units { unknown: vec!["TCD".into()], like: Some(code("TCDL")) };
    assert_eq!(meaning(FieldName::Invited, "VP, TCD", &units), Err(unknown));
    assert_eq!(meaning(FieldName::Invited, "VP, vp", &units), Err(Wrong::Twice(code("VP"))));
    assert_eq!(meaning(FieldName::Unit, "VP CDA", &units), Err(Wrong::TooMany));
    assert!(matches!(meaning(FieldName::Start, "lúc nào đó", &units), Err(Wrong::Time(_))));
    assert!(matches!(meaning(FieldName::Title, "a\u{202e}b", &units), Err(Wrong::Text(_))));
    assert_eq!(meaning(FieldName::Invited, "VP", &Units::default()), Ok(Meaning::Units(vec![code("VP")])), "before the registry has come");
}

#[test]
fn an_hour_alone_is_one_of_the_day_the_form_was_opened_on() {
    let units = units();
    let mut form = form(None, &units);
    form.begin_on("2026-12-01".parse().unwrap());
    for (typed, meant) in [
        ("14h", "14:00 01/12/2026"),
        ("hôm nay 14h", "14:00 26/11/2026"),
        ("mai 8h30", "08:30 27/11/2026"),
        ("03/12 9h", "09:00 03/12/2026"),
    ] {
        form.set(FieldName::Start, typed, reading(&units));
        let start = form.fields.iter().find(|field| field.name == FieldName::Start).unwrap();
        assert!(matches!(&start.meaning, Ok(Meaning::Time(time)) if time.to_string() == meant), "{typed}: {:?}", start.meaning);
    }
}

#[test]
fn the_end_is_judged_by_the_start() {
    let units = units();
    let mut form = filled(&units);
    form.set(FieldName::End, "13h", reading(&units));
    assert!(matches!(form.request(false, reading(&units)), Err(Unsaved::Field(FieldName::End))));
    assert_eq!(form.focused(), FieldName::End, "the wrong field gets the focus");
}

#[test]
fn a_new_meeting_is_asked_for_as_it_was_typed() {
    let units = units();
    let Ok(Request::MeetingAdd { entry, submit }) = filled(&units).request(true, reading(&units)) else { panic!("not asked") };
    assert!(submit);
    assert_eq!(entry.start.to_string(), "14:00 27/11/2026");
    assert_eq!(entry.end.unwrap().to_string(), "16:00 27/11/2026");
    assert_eq!((entry.unit, entry.invited), (code("VP"), vec![code("CDA"), code("TCDL")]));
    assert_eq!((entry.online, entry.content), (None, None));
}

#[test]
fn an_edit_asks_for_what_differs_and_empties_what_was_emptied() {
    let units = units();
    let before = MeetingView { state: MeetingState::Draft, ..meeting(5, "2026-11-27 08:00", Some("2026-11-27 09:00")) };
    let mut form = form(Some(before), &units);
    assert_eq!(form.request(false, reading(&units)), Err(Unsaved::Unchanged));
    form.set(FieldName::End, "", reading(&units));
    form.set(FieldName::Invited, "TCDL", reading(&units));
    let Ok(Request::MeetingEdit { changes, expected, .. }) = form.request(false, reading(&units)) else { panic!("not asked") };
    assert_eq!(expected, Some(7), "the revision that was shown");
    assert_eq!(changes.cleared, [OptionalField::End]);
    assert_eq!((&changes.invite[..], &changes.uninvite[..]), (&[code("TCDL")][..], &[code("CDA")][..]));
    assert_eq!((&changes.title, &changes.start, changes.end), (&None, &None, None));
}

#[test]
fn what_was_typed_comes_back_from_its_draft() {
    let units = units();
    let empty = form(None, &units);
    assert_eq!(empty.typed_texts(), None, "nothing was typed");
    let fields = filled(&units).typed_texts().unwrap();
    let mut again = form(None, &units);
    again.restore(&Draft { form: again.draft.clone(), fields: fields.clone(), at: now() }, reading(&units));
    assert_eq!(again.typed_texts(), Some(fields));
    assert!(again.request(false, reading(&units)).is_ok());
}

#[test]
fn letters_go_to_the_field_that_has_the_focus() {
    let units = units();
    let mut form = form(None, &units);
    for c in "Tết".chars() {
        assert!(form.typed().unwrap().insert(Chord::char(c)));
    }
    form.step(-1, reading(&units));
    assert_eq!((form.focused(), form.on_text()), (FieldName::Content, true), "around the end");
    form.step(-1, reading(&units));
    assert!(form.on_choice() && form.typed().is_none());
    let texts = form.typed_texts().unwrap();
    assert_eq!(texts.iter().find(|field| field.field == "title").unwrap().text, "Tết");
}

#[test]
fn every_field_has_a_word_that_leads_back_to_it() {
    for name in FieldName::ALL {
        assert_eq!(FieldName::from_word(name.word()), Some(name));
    }
    // The host names fields by the same words.
    assert!(
        matches!(Fault::wrong("invite", "", crate::domain::fault::Why::Twice), Fault::Wrong { wrong } if FieldName::from_word(&wrong[0].field).is_some())
    );
}
