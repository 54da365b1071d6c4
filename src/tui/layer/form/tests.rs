use super::*;
use crate::domain::draft::Draft;
use crate::domain::fault::Fault;
use crate::domain::meeting::{EntryFault, MeetingState};
use crate::domain::when::WhenFault;
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

/// Types into a field and leaves it.
fn typed_into(form: &mut Form, name: FieldName, text: &str, units: &Units) {
    form.go(name, reading(units));
    form.set(name, text, reading(units));
    form.step(1, reading(units));
}

#[test]
fn the_end_goes_along_with_the_start() {
    use FieldName::{End, Start};
    let units = units();
    // What was typed into which field, one after the other; what the end says then, and which end that is.
    for (typed, end, meant) in [
        (&[(Start, "mai 8h"), (End, "10h"), (Start, "mai 14h")][..], "16:00", "16:00 27/11/2026"),
        // On another day its words say what they said.
        (&[(Start, "mai 8h"), (End, "10h"), (Start, "1/12 8h")], "10h", "10:00 01/12/2026"),
        (&[(Start, "mai 8h"), (End, "10h"), (Start, "1/12 9h")], "11:00", "11:00 01/12/2026"),
        (&[(Start, "mai 8h"), (End, "1/12/2026 10:00"), (Start, "mai 9h")], "01/12/2026 11:00", "11:00 01/12/2026"),
        (&[(Start, "mai 20h"), (End, "23h"), (Start, "mai 22h")], "28/11/2026 01:00", "01:00 28/11/2026"),
        // It says its length, or where it ends, by itself.
        (&[(Start, "mai 8h"), (End, "+2h"), (Start, "mai 14h")], "+2h", "16:00 27/11/2026"),
        (&[(Start, "mai 8h"), (End, "hết buổi"), (Start, "mai 14h")], "hết buổi", "18:00 27/11/2026"),
        // Typed after the start was changed, or before there was one.
        (&[(Start, "mai 8h"), (End, "10h"), (Start, "mai 9h"), (End, "10h30")], "10h30", "10:30 27/11/2026"),
        (&[(End, "16h"), (Start, "mai 8h")], "16h", "16:00 27/11/2026"),
        (&[(Start, "mai 8h"), (Start, "lúc nào"), (End, "16h"), (Start, "mai 14h")], "16h", "16:00 27/11/2026"),
        // Nothing understood in between is nothing moved.
        (&[(Start, "mai 8h"), (End, "10h"), (Start, "lúc nào"), (Start, "mai 14h")], "16:00", "16:00 27/11/2026"),
        // Before the start it has no length.
        (&[(Start, "mai 14h"), (End, "10h"), (Start, "mai 8h")], "10h", "10:00 27/11/2026"),
        // A start that says the end.
        (&[(Start, "mai 8h-10h")], "10:00", "10:00 27/11/2026"),
        (&[(Start, "mai 8h-10h"), (Start, "mai 9h")], "11:00", "11:00 27/11/2026"),
        (&[(Start, "mai 8h"), (End, "17h"), (Start, "mai 9h đến 10h")], "10:00", "10:00 27/11/2026"),
        (&[(Start, "mai 8h-10h"), (End, "11h")], "11h", "11:00 27/11/2026"),
        (&[(Start, "8h 1/12 - 17h 2/12")], "02/12/2026 17:00", "17:00 02/12/2026"),
    ] {
        let mut form = form(None, &units);
        for (name, text) in typed {
            typed_into(&mut form, *name, text, &units);
        }
        let field = form.field(End).unwrap();
        assert_eq!(field.text(), end, "{typed:?}");
        assert!(matches!(&field.meaning, Ok(Meaning::Time(time)) if time.to_string() == meant), "{typed:?}: {:?}", field.meaning);
    }
    let mut form = form(None, &units);
    for start in ["mai 8h", "mai 14h"] {
        typed_into(&mut form, Start, start, &units);
        assert_eq!((form.text(End).as_str(), form.take_moved()), ("", None), "an empty end stays empty");
    }
}

#[test]
fn that_the_end_moved_is_told_once() {
    use FieldName::{End, Start};
    let units = units();
    let mut form = form(None, &units);
    typed_into(&mut form, Start, "mai 8h-10h", &units);
    assert_eq!(form.take_moved(), None, "where nothing stood nothing is overwritten");
    typed_into(&mut form, Start, "mai 9h", &units);
    assert_eq!(form.take_moved(), Some(EndMoved::Followed { end: "11:00".into() }));
    typed_into(&mut form, Start, "mai 9h-11h", &units);
    assert_eq!(form.take_moved(), None, "it says what stands there");
    typed_into(&mut form, End, "17h", &units);
    form.set(Start, "mai 9h-10h", reading(&units));
    let _ = form.request(false, reading(&units));
    assert_eq!(form.take_moved(), Some(EndMoved::Said { end: "10:00".into(), before: "17h".into() }), "saved from within the field");
    assert_eq!((form.text(End).as_str(), form.take_moved()), ("10:00", None));
}

#[test]
fn while_a_start_is_typed_the_end_stands_still() {
    let units = units();
    let mut form = filled(&units);
    form.set(FieldName::End, "16h", reading(&units));
    form.go(FieldName::Start, reading(&units));
    for start in ["mai 8", "mai 8h", "mai 8h3", "mai 8h30", "mai 8h30-9h"] {
        form.set(FieldName::Start, start, reading(&units));
        assert_eq!(form.text(FieldName::End), "16h", "{start}");
    }
}

#[test]
fn an_end_is_not_moved_for_what_came_back_or_was_changed_by_others() {
    let units = units();
    let before = meeting(5, "2026-11-27 08:00", Some("2026-11-27 09:00"));
    let mut restored = form(Some(before.clone()), &units);
    let start = crate::domain::draft::DraftField { field: "start".into(), text: "27/11/2026 08:30".into() };
    restored.restore(&Draft { form: restored.draft.clone(), fields: vec![start], at: now() }, reading(&units));
    restored.step(1, reading(&units));
    assert_eq!(restored.text(FieldName::End), "27/11/2026 09:00");
    let mut renewed = form(Some(before), &units);
    renewed.renew(meeting(5, "2026-11-27 08:30", Some("2026-11-27 09:00")), reading(&units));
    renewed.step(1, reading(&units));
    assert_eq!((renewed.text(FieldName::End).as_str(), renewed.typed_texts()), ("27/11/2026 09:00", None));
}

#[test]
fn a_wrong_end_is_wrong_whatever_the_start() {
    let units = units();
    for start in ["", "lúc nào", "mai 14h"] {
        let mut form = form(None, &units);
        form.set(FieldName::Start, start, reading(&units));
        form.set(FieldName::End, "25h", reading(&units));
        assert_eq!(form.field(FieldName::End).unwrap().meaning, Err(Wrong::Time(WhenFault::NoSuchHour("25h".into()))), "{start}");
        form.set(FieldName::End, "16h", reading(&units));
        assert!(form.field(FieldName::End).unwrap().meaning.is_ok(), "{start}");
    }
    assert_eq!(meaning(FieldName::Start, "mai 10h-8h", &units), Err(Wrong::End(EntryFault::EndBeforeStart)));
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
fn a_draft_names_what_it_is_of() {
    let id = MeetingId::new(2026, 5);
    assert_eq!(draft_of(&draft_name(None).unwrap()), Some(None));
    assert_eq!(draft_of(&draft_name(Some(&id)).unwrap()), Some(Some(id)));
    for other in ["meeting.edit/x", "unit.new", "meeting.newer"] {
        assert_eq!(draft_of(&FormKey::parse(other).unwrap()), None, "{other}");
    }
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

#[test]
fn a_draft_knows_what_it_is_a_change_of() {
    let units = units();
    let before = meeting(5, "2026-11-27 08:00", None);
    let typed = |before: &MeetingView, name, text: &str| {
        let mut form = form(Some(before.clone()), &units);
        form.set(name, text, reading(&units));
        Draft { form: form.draft.clone(), fields: form.typed_texts().unwrap(), at: now() }
    };
    let again = |now_is: MeetingView, draft: &Draft| {
        let mut form = form(Some(now_is), &units);
        form.restore(draft, reading(&units));
        form
    };
    let place = |text: &str, revision| MeetingView { place: crate::domain::text::Line::parse(text).unwrap(), revision, ..before.clone() };
    let draft = typed(&before, FieldName::Place, "Phòng A");
    let untouched = again(before.clone(), &draft);
    assert_eq!((untouched.revision(), &untouched.newer, untouched.typed_texts()), (7, &None, Some(draft.fields.clone())));
    let other = again(MeetingView { chair: place("Vụ trưởng", 9).place, revision: 9, ..before.clone() }, &draft);
    assert_eq!((other.revision(), &other.newer), (9, &None), "others have changed something else");
    let conflict = again(place("Phòng B", 9), &draft);
    assert_eq!((conflict.revision(), conflict.newer.is_some(), conflict.typed_texts()), (7, true, Some(draft.fields.clone())));
    let same = again(place("Phòng A", 9), &draft);
    assert_eq!((same.revision(), same.typed_texts()), (9, None), "they have typed the same");
    // As older versions kept it: as ever.
    let old = Draft { fields: draft.fields[..1].to_vec(), ..draft.clone() };
    assert_eq!(again(place("Phòng B", 9), &old).revision(), 9);
}

#[test]
fn of_what_is_too_long_to_be_kept_it_is_not_known_who_changed_it() {
    let units = Units::default();
    let invited: Vec<UnitCode> = (0..3000).map(|n| code(&format!("DV{n:05}"))).collect();
    let before = MeetingView { invited, ..meeting(5, "2026-11-27 08:00", None) };
    let mut first = form(Some(before.clone()), &units);
    first.set(FieldName::Invited, "VP", reading(&units));
    let draft = Draft { form: first.draft.clone(), fields: first.typed_texts().unwrap(), at: now() };
    let theirs = MeetingView { invited: vec![code("CDA")], revision: 9, ..before };
    let mut again = form(Some(theirs.clone()), &units);
    again.restore(&draft, reading(&units));
    assert_eq!(again.revision(), 7);
    let comparison = again.compared(MeetingView { revision: 9, ..theirs }, false);
    assert!(matches!(&comparison.fields[..], [field] if field.sides.base.is_none() && field.chosen.is_none()), "{comparison:?}");
}
