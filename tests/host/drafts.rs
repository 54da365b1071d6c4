//! Drafts of forms, as a form keeps them.

use lichhop::domain::draft::DRAFT_BYTES_MAX;
use lichhop::domain::fault::{Fault, Why};
use lichhop::wire::reply::{Answer, Draft};
use lichhop::wire::request::{DraftField, FormKey, Request};

use super::{House, NOW};

fn form(name: &str) -> FormKey {
    FormKey::parse(name).unwrap()
}

fn fields(texts: &[(&str, &str)]) -> Vec<DraftField> {
    texts.iter().map(|(field, text)| DraftField { field: (*field).into(), text: (*text).into() }).collect()
}

impl House {
    async fn draft(&self, request: Request) -> Option<Draft> {
        match self.client.call(request).await.unwrap() {
            Answer::Draft(draft) => draft,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_there_again_to_the_letter() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let typed =
        fields(&[("title", "  Ho\u{323}p \u{1b}[31m\0\u{7f}\u{202e}\r\n\t"), ("start", "05/13/20"), ("invite", ""), ("title", "…")]);
    let new = form("meeting.new");
    assert_eq!(house.draft(Request::DraftShow(new.clone())).await, None);
    let kept = house.draft(Request::DraftKeep { form: new.clone(), fields: typed.clone() }).await.unwrap();
    assert_eq!((kept.at, &kept.fields), (NOW.parse().unwrap(), &typed));
    let house = house.reopened("2016-05-20T00:00:00Z".parse().unwrap()).await;
    assert_eq!(house.draft(Request::DraftShow(new.clone())).await, Some(kept.clone()));
    let edit = form("meeting.edit/LH-2016-0001");
    let later = house.draft(Request::DraftKeep { form: edit.clone(), fields: vec![] }).await.unwrap();
    let Answer::Drafts(all) = house.client.call(Request::DraftList).await.unwrap() else { panic!() };
    assert_eq!(all, [later, kept], "the latest first");
    for _ in 0..2 {
        assert_eq!(house.draft(Request::DraftDrop(new.clone())).await, None);
    }
    assert_eq!(house.draft(Request::DraftShow(new)).await, None);
    assert!(house.draft(Request::DraftShow(edit)).await.is_some());
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_refused_and_what_was_kept_stays() {
    let house = House::with("relay = \"maildir:mail\"\n").await;
    let new = form("meeting.new");
    let kept = house.draft(Request::DraftKeep { form: new.clone(), fields: fields(&[("title", "Họp")]) }).await;
    // Escapes count as they are stored: a control character takes six bytes.
    for text in ["x".repeat(DRAFT_BYTES_MAX), "\u{1}".repeat(DRAFT_BYTES_MAX / 6)] {
        let refused = house.client.call(Request::DraftKeep { form: new.clone(), fields: fields(&[("content", &text)]) }).await;
        let Err(Fault::Wrong { wrong }) = refused else { panic!("{refused:?}") };
        assert_eq!((wrong[0].field.as_str(), &wrong[0].why), ("meeting.new", &Why::TooLarge { limit: DRAFT_BYTES_MAX as u64 }));
        assert_eq!(house.draft(Request::DraftShow(new.clone())).await, kept);
    }
    let most = "x".repeat(DRAFT_BYTES_MAX - 200);
    assert!(house.draft(Request::DraftKeep { form: new, fields: fields(&[("content", &most)]) }).await.is_some());
}
