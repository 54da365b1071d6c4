use proptest::prelude::*;

use super::*;
use crate::tui::sample::meeting;

fn sides(name: FieldName, base: &str, theirs: &str, mine: &str) -> Sides {
    Sides { name, base: Some(base.to_owned()), theirs: theirs.to_owned(), mine: mine.to_owned() }
}

fn compared(name: FieldName, [base, theirs, mine]: [&str; 3], state: MeetingState) -> Compared {
    Compared::of(sides(name, base, theirs, mine), state).unwrap()
}

fn comparison(fields: Vec<Sides>) -> Comparison {
    Comparison::new(fields.into_iter(), meeting(5, "2026-11-27 08:00", None), MeetingState::Draft, false)
}

#[test]
fn what_one_side_changed_is_chosen_and_what_both_changed_is_not() {
    for (texts, kind, chosen) in [
        (["a", "a", "b"], Kind::Mine, Some(Side::Mine)),
        (["a", "b", "a"], Kind::Theirs, Some(Side::Theirs)),
        (["a", "b", "b "], Kind::Alike, Some(Side::Theirs)),
        (["a", "b", "c"], Kind::Conflict, None),
        (["a", "", "c"], Kind::Conflict, None),
    ] {
        let field = compared(FieldName::Title, texts, MeetingState::Draft);
        assert_eq!((field.kind, field.chosen, field.both, field.locked), (kind, chosen, None, false), "{texts:?}");
    }
    assert_eq!(Compared::of(sides(FieldName::Title, "a", "a", "a"), MeetingState::Draft), None);
}

#[test]
fn where_it_is_not_known_what_it_was_somebody_chooses() {
    let unknown = |theirs: &str, mine: &str| Sides { base: None, ..sides(FieldName::Content, "", theirs, mine) };
    assert_eq!(Compared::of(unknown("a", "b"), MeetingState::Draft).unwrap().chosen, None);
    assert_eq!(Compared::of(unknown("a", "a"), MeetingState::Draft), None);
}

#[test]
fn units_are_compared_as_sets_and_taken_together() {
    use FieldName::Invited;
    let state = MeetingState::Submitted;
    assert_eq!(Compared::of(sides(Invited, "VP, CDA", "CDA, VP", "vp;cda"), state), None, "their order says nothing");
    let field = compared(Invited, ["VP, CDA, VPC", "VP, CDA, TCDL", "VP, VPC, TVQG"], state);
    assert_eq!((field.chosen, field.both.as_deref()), (None, Some("VP, TCDL, TVQG")), "added and taken out by both");
    assert_eq!(compared(Invited, ["VP", "VP, CDA", "VP, CDA, VPC"], state).both, None, "mine is both already");
    assert_eq!(compared(FieldName::Unit, ["VP", "CDA", "VPC"], state).both, None, "of one unit there is no both");
}

#[test]
fn of_an_issued_meeting_nothing_is_taken_but_further_units() {
    use FieldName::{Invited, Place};
    let issued = |name, texts| compared(name, texts, MeetingState::Issued);
    let place = issued(Place, ["a", "a", "b"]);
    assert_eq!((place.locked, place.chosen, place.offers(Side::Mine)), (true, Some(Side::Theirs), false));
    let place = issued(Place, ["a", "b", "a"]);
    assert_eq!((place.locked, place.chosen), (false, Some(Side::Theirs)), "what others did needs no leave");
    assert_eq!(issued(Invited, ["VP", "VP", "VP, CDA"]).chosen, Some(Side::Mine));
    let both = issued(Invited, ["VP", "VP, CDA", "VP, VPC"]);
    assert_eq!((both.chosen, both.offers(Side::Mine), both.both.as_deref()), (None, false, Some("VP, CDA, VPC")));
    let taken_out = issued(Invited, ["VP, CDA", "VP, CDA", "VP, TVQG"]);
    assert_eq!((taken_out.chosen, taken_out.both.as_deref()), (Some(Side::Both), Some("VP, CDA, TVQG")), "nobody is uninvited");
    assert!(compared(Invited, ["VP", "VP", "CDA"], MeetingState::Cancelled).locked);
}

#[test]
fn what_cannot_be_saved_is_left() {
    let theirs = MeetingView { state: MeetingState::Issued, ..meeting(5, "2026-11-27 08:00", None) };
    let fields = [sides(FieldName::Place, "a", "a", "b"), sides(FieldName::Invited, "VP", "VP", "VP, CDA")];
    let mut comparison = Comparison::new(fields.clone().into_iter(), theirs.clone(), MeetingState::Approved, false);
    assert!(!comparison.saves_nothing() && comparison.open() == 0);
    comparison.take_all(Side::Mine);
    let left = comparison.left();
    assert_eq!((left.len(), left[0].field.as_str(), left[0].text.as_str()), (1, "place", "b"));
    assert_eq!(comparison.text(FieldName::Invited).as_deref(), Some("VP, CDA"));
    let cancelled = MeetingView { state: MeetingState::Cancelled, ..theirs.clone() };
    assert!(Comparison::new(fields.clone().into_iter(), cancelled, MeetingState::Draft, false).saves_nothing());
    assert!(Comparison::new(fields.into_iter().take(1), theirs, MeetingState::Draft, false).saves_nothing());
}

#[test]
fn the_choices_of_a_field_go_round() {
    let mut units = comparison(vec![sides(FieldName::Invited, "VP", "VP, CDA", "VP, VPC")]);
    let round: Vec<Option<Side>> = (0..4)
        .map(|_| {
            units.take_next();
            units.fields[0].chosen
        })
        .collect();
    assert_eq!(round, [Side::Mine, Side::Both, Side::Theirs, Side::Mine].map(Some));
    let mut title = comparison(vec![sides(FieldName::Title, "a", "b", "c")]);
    assert!(!title.take(Side::Both) && title.open() == 1);
    assert!(title.take(Side::Theirs) && title.open() == 0);
}

#[test]
fn what_is_to_be_chosen_comes_first() {
    let one = |name, mine: &str| sides(name, "a", "b", mine);
    let names = |comparison: &Comparison| comparison.fields.iter().map(|field| field.sides.name).collect::<Vec<_>>();
    let mut mixed = comparison(vec![one(FieldName::Title, "a"), one(FieldName::Place, "c"), one(FieldName::Chair, "d")]);
    assert_eq!(names(&mixed), [FieldName::Place, FieldName::Chair, FieldName::Title]);
    mixed.take(Side::Mine);
    mixed.go_to_open();
    assert_eq!(mixed.at, 1);
}

/// A text of a field: few of them, so that they meet.
fn text(name: FieldName) -> BoxedStrategy<String> {
    if name.takes_several_units() {
        let units = proptest::sample::subsequence(vec!["VP", "CDA", "VPC", "TCDL"], 0..=4);
        return units.prop_shuffle().prop_map(|codes| codes.join(", ")).boxed();
    }
    proptest::sample::select(&["", "a", "b", "c"][..]).prop_map(str::to_owned).boxed()
}

fn any_sides() -> impl Strategy<Value = Vec<Sides>> {
    let one = |name: FieldName| {
        (text(name), text(name), text(name)).prop_map(move |(base, theirs, mine)| Sides { name, base: Some(base), theirs, mine })
    };
    FieldName::ALL.map(one).to_vec()
}

proptest! {
    /// With all of mine, mine stands wherever something was typed; with all of theirs, theirs wherever they have changed
    /// something; and what nobody has touched stays as it was.
    #[test]
    fn whoever_takes_all_of_a_side_gets_it(all in any_sides(), mine_first in any::<bool>()) {
        let mut merged = comparison(all.clone());
        let taken = |comparison: &Comparison, name| comparison.fields.iter().find(|field| field.sides.name == name).map(|field| field.text(field.chosen.unwrap()).to_owned());
        for side in if mine_first { [Side::Mine, Side::Theirs] } else { [Side::Theirs, Side::Mine] } {
            merged.take_all(side);
            prop_assert_eq!(merged.open(), 0);
            for Sides { name, base, theirs, mine } in &all {
                let (base, text) = (base.as_deref().unwrap(), taken(&merged, *name));
                let same = |text: &Option<String>, wanted: &str| text.as_deref().is_some_and(|text| merge::same(*name, text, wanted));
                match (merge::same(*name, base, mine), merge::same(*name, base, theirs)) {
                    (true, true) => prop_assert_eq!(text, None),
                    (false, _) if side == Side::Mine => prop_assert!(same(&text, mine)),
                    (_, false) if side == Side::Theirs => prop_assert!(same(&text, theirs)),
                    // What one side alone has changed stays chosen whoever takes all of the other.
                    (false, true) => prop_assert!(same(&text, mine)),
                    (true, false) => prop_assert!(same(&text, theirs)),
                    (false, false) => prop_assert!(false, "one of the two was taken"),
                }
            }
        }
    }

    /// Before anybody has chosen, nothing that two have changed differently is taken, and everything else is.
    #[test]
    fn nothing_wins_in_silence(all in any_sides()) {
        let fresh = comparison(all.clone());
        for field in &fresh.fields {
            prop_assert_eq!(field.chosen.is_none(), field.kind == Kind::Conflict);
            if let Some(side) = field.chosen {
                let (text, Sides { name, theirs, mine, .. }) = (field.text(side), &field.sides);
                let changed = if field.kind == Kind::Mine { mine } else { theirs };
                prop_assert!(merge::same(*name, text, changed));
            }
        }
        let open = all.iter().filter(|sides| sides.kind() == Kind::Conflict).count();
        prop_assert_eq!(fresh.open(), open);
    }

    /// Both together: everybody whom one side has added and the other has not taken out, nobody whom one has taken out.
    #[test]
    fn both_have_what_each_added_and_not_what_either_took_out(
        base in text(FieldName::Invited), theirs in text(FieldName::Invited), mine in text(FieldName::Invited)
    ) {
        let both = merge::codes(&sides(FieldName::Invited, &base, &theirs, &mine).both(false).unwrap());
        let [base, theirs, mine] = [base, theirs, mine].map(|text| merge::codes(&text));
        for code in merge::codes("VP, CDA, VPC, TCDL") {
            let wanted = if base.contains(&code) { theirs.contains(&code) && mine.contains(&code) } else { theirs.contains(&code) || mine.contains(&code) };
            prop_assert_eq!(both.contains(&code), wanted, "{}", code);
        }
    }
}
