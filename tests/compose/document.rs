use lichhop::domain::invitation::{Document, Invitation, Rendered};
use lichhop::domain::meeting::Urgency;
use lichhop::domain::text::{Prose, width};
use lichhop::print::{COLUMNS, Typesetter};
use lichhop::usecase::ports::Typeset;
use proptest::prelude::*;

use super::sample::{self, line, prose, time};

fn typeset(invitation: Invitation) -> Rendered {
    Typesetter.typeset(&Document::Invitation(Box::new(invitation)))
}

/// A draft with everything that the golden invitation lacks.
fn draft() -> Invitation {
    Invitation {
        number: None,
        date: None,
        title: line("Rà soát <b>hộp thư</b> & danh bạ."),
        end: Some(time("2016-05-06 11:30")),
        online: Some(line("https://hop.bvhttdl.gov.vn/j/147?pwd=\"x\"&y='z'")),
        urgency: Urgency::VeryUrgent,
        content: Some(prose("Đề nghị mang theo:\n- Danh bạ hộp thư;\n\n- Báo cáo.")),
        invited: sample::UNITS.map(line).into_iter().take(3).collect(),
        prepared_by: vec![],
        ..sample::invitation()
    }
}

fn golden(name: &str, actual: &str) {
    let path = format!("{}/tests/compose/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "{name}.txt differs; typeset now:\n{actual}");
    assert!(actual.lines().all(|line| width(line) <= COLUMNS && line.trim_end() == line));
}

#[test]
fn the_invitation_of_5_may_2016() {
    golden("invitation", &typeset(sample::invitation()).text);
}

#[test]
fn its_cancellation() {
    golden("cancellation", &Typesetter.typeset(&sample::cancellation()).text);
}

#[test]
fn the_invitation_that_replaces_it() {
    golden("replacement", &typeset(sample::replacement()).text);
}

#[test]
fn its_postponement() {
    let rendered = Typesetter.typeset(&sample::postponement());
    golden("postponement", &rendered.text);
    // In one line, whatever stands before it.
    assert!(rendered.text.lines().any(|line| line.contains("tạm hoãn, sẽ có thông báo sau")));
    assert!(rendered.html.contains("tạm hoãn, sẽ có thông báo sau"));
}

#[test]
fn its_withdrawal() {
    golden("withdrawal", &Typesetter.typeset(&sample::withdrawal()).text);
}

#[test]
fn a_draft_is_marked_and_leaves_number_and_date_open() {
    golden("draft", &typeset(draft()).text);
}

#[test]
fn every_invited_unit_stands_in_text_and_page() {
    for count in [0, 1, 2, 5, 6, 15] {
        let invited: Vec<_> = sample::UNITS.map(line).into_iter().take(count).collect();
        let rendered = typeset(Invitation { invited, ..sample::invitation() });
        for unit in sample::UNITS.into_iter().take(count) {
            assert!(rendered.text.contains(unit) && rendered.html.contains(unit), "{count}: {unit}");
        }
        assert_eq!(rendered.text.contains("DANH SÁCH CƠ QUAN, ĐƠN VỊ ĐƯỢC MỜI"), count > 5);
    }
}

#[test]
fn the_page_stands_alone() {
    let notices = [sample::cancellation(), sample::postponement(), sample::withdrawal()];
    for document in [draft(), sample::replacement()].map(|one| Document::Invitation(Box::new(one))).into_iter().chain(notices) {
        let html = Typesetter.typeset(&document).html;
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n") && html.ends_with("</html>\n"));
        for outside in ["<script", "src=", "href=", "url(", "@import", "<link", "<img"] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert_eq!(html.matches("<h1>").count(), 1);
        assert_balanced(&html);
    }
}

#[test]
fn what_people_wrote_is_escaped_on_the_page() {
    let html = typeset(draft()).html;
    assert!(html.contains("Rà soát &lt;b&gt;hộp thư&lt;/b&gt; &amp; danh bạ"), "{html}");
    assert!(html.contains("?pwd=&quot;x&quot;&amp;y=&#39;z&#39;"), "{html}");
}

/// Every element is closed in the order in which it was opened.
fn assert_balanced(html: &str) {
    let mut open = Vec::new();
    for tag in html.split('<').skip(2).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if ["meta", "hr", "br"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

proptest! {
    #[test]
    fn whatever_is_written_stays_within_the_sheet(
        lines in prop::collection::vec(super::hostile::line(), 8), content in "(?s)[ -~\\n\\tàảộư😀日]{0,400}", units in 0usize..9,
    ) {
        let Ok(content) = Prose::parse(&content) else { return Ok(()) };
        let [office, place, symbol, title, venue, online, chair, unit] = lines.as_slice() else { return Ok(()) };
        let invitation = Invitation {
            office: office.clone(),
            office_place: place.clone(),
            symbol: symbol.clone(),
            number: None,
            title: title.clone(),
            place: venue.clone(),
            online: Some(online.clone()),
            chair: chair.clone(),
            content: Some(content.clone()),
            invited: vec![unit.clone(); units],
            ..sample::invitation()
        };
        let documents = [
            Document::Invitation(Box::new(invitation.clone())),
            Document::Invitation(Box::new(Invitation { replaces: Some(sample::replaced()), because: Some(content.clone()), ..invitation.clone() })),
            Document::Cancellation { invitation: Box::new(invitation.clone()), date: sample::day("2016-05-04"), reason: content.clone() },
            Document::Postponement { invitation: Box::new(invitation.clone()), date: sample::day("2016-05-04"), reason: content.clone() },
            Document::Withdrawal { invitation: Box::new(invitation), date: sample::day("2016-05-04"), reason: content.clone() },
        ];
        for document in documents {
            let Rendered { text, html } = Typesetter.typeset(&document);
            for line in text.lines() {
                prop_assert!(width(line) <= COLUMNS && line.trim_end() == line && !line.contains('\t'), "{:?}", line);
            }
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            for part in [venue.as_str(), online.as_str(), chair.as_str(), content.as_str()] {
                prop_assert!(letters(&text).contains(&letters(part)), "{}", part);
            }
            prop_assert!(!html.contains("<Bcc") && html.matches("</html>").count() == 1);
            assert_balanced(&html);
        }
    }
}
