//! Whoever registered a meeting is told when messages about it wait too long: once, by a message like any other.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{Duration, TimeDelta};
use lichhop::domain::audit::Finding;
use lichhop::domain::dispatch::{Dispatch, DispatchKind, ItemId};
use lichhop::domain::fault::{Fault, Rule};
use lichhop::domain::incoming::{Outcome, Quarantine, Source};
use lichhop::domain::intervention::Intervention;
use lichhop::domain::mailbox::{MailboxRow, MailboxState};
use lichhop::domain::outbox::{Failure, Fate, Item, ItemState, NextStep, Reason};
use lichhop::domain::verdict::Verdict;
use lichhop::mail::incoming::read;
use lichhop::store::MemoryStore;
use lichhop::usecase::due::{self, Due};
use lichhop::usecase::outbox::{next_step, settle};
use lichhop::usecase::ports::{Commit, Operation, Store as _};
use lichhop::usecase::{check, incoming, intervene, issue, keys, meeting, message, recall, registry, table, update, warn};
use mail_parser::{MessageParser, MimeHeaders as _};

use super::{Bench, code, mailbox_row, prose, rules, unit_row};

const OFFICE: &str = "congthongtindientu-vhttdl@chinhphu.vn";
const VP: &str = "vanphong-vhttdl@chinhphu.vn";
const CDA: &str = "cucdienanh-vhttdl@chinhphu.vn";

fn failure(text: &str) -> Failure {
    Failure { phase: "rcpt".into(), code: Some(451), enhanced: Some("4.2.1".into()), text: text.into() }
}

impl Bench {
    /// What is due is tried and put off for an hour, each with these words.
    fn put_off(&mut self, words: &str) -> Vec<ItemId> {
        let next = self.desk.now() + Duration::hours(1);
        let fate = Fate::Deferred { failure: failure(words), next, uncertain: false };
        self.settle_due(&fate)
    }

    /// What is due is sent.
    fn goes(&mut self) -> Vec<ItemId> {
        let at = self.desk.now();
        self.settle_due(&Fate::Sent { at })
    }

    fn settle_due(&mut self, fate: &Fate) -> Vec<ItemId> {
        let ids: Vec<ItemId> = self.claim().unwrap().items.iter().map(|item| item.id).collect();
        let fates: Vec<_> = ids.iter().map(|id| (*id, fate.clone())).collect();
        settle(&mut self.desk, &fates).unwrap();
        ids
    }

    /// Looks as a host does; the warnings.
    fn looked(&mut self) -> Vec<ItemId> {
        let now = self.desk.now();
        let due = warn::due(self.desk.store(), self.desk.rules(), now).unwrap();
        due.into_iter().filter_map(|dispatch| warn::warn(&mut self.desk, dispatch, now).unwrap()).collect()
    }

    fn shown(&self, id: ItemId) -> Item {
        table::item(self.desk.store(), id).unwrap().unwrap().value
    }

    fn warned(&self, dispatch: u64) -> Option<ItemId> {
        issue::dispatch_of(self.desk.store(), dispatch).unwrap().warned
    }

    fn text(&self, id: ItemId) -> String {
        let bytes = message::read(self.desk.store(), id).unwrap();
        MessageParser::default().parse(&bytes).unwrap().body_text(0).unwrap().into_owned()
    }
}

/// A dispatch to the film agency and the legal department that was put off at once.
fn delayed() -> Bench {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC"]);
    assert_eq!(bench.put_off("hộp thư đầy").len(), 2);
    bench
}

#[test]
fn after_four_hours_once_and_by_one_message() {
    let mut bench = delayed();
    bench.wait(Duration::minutes(4 * 60 - 1));
    assert_eq!(bench.looked(), []);
    bench.wait(Duration::minutes(1));
    let before = bench.desk.store().revision();
    let [id] = bench.looked()[..] else { panic!("one warning") };
    assert_eq!(bench.desk.store().revision(), before + 1, "warning and mark are one commit");
    assert_eq!((id, bench.warned(1)), (ItemId { dispatch: 2, n: 1 }, Some(id)));
    let item = bench.shown(id);
    assert_eq!((item.kind, item.about, item.state, item.to.as_str()), (DispatchKind::Report, Some(1), ItemState::Queued, VP));
    assert_eq!((item.unit.as_str(), item.next_attempt), ("VP", Some(bench.desk.now())));
    assert_eq!(bench.looked(), []);
    bench.assert_sound();
    // Tried behind what it tells of, and sent.
    assert_eq!(bench.put_off("hộp thư đầy").len(), 2);
    assert_eq!(bench.goes(), [id]);
    for _ in 0..30 {
        bench.wait(Duration::hours(1));
        bench.put_off("hộp thư đầy");
        assert_eq!(bench.looked(), [], "neither again about the same, nor about the warning");
    }
    assert_eq!(Verdict::of(&bench.shown(id)), Verdict::Sent);
    bench.assert_sound();
}

#[test]
fn a_warning_that_waits_itself_is_warned_of_by_nobody() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    for _ in 0..48 {
        // First what it tells of, then the warning.
        assert_eq!((bench.put_off("hộp thư đầy").len(), bench.put_off("hộp thư đầy")), (2, vec![id]));
        bench.wait(Duration::hours(1));
        assert_eq!(bench.looked(), []);
    }
    assert_eq!(bench.shown(id).attempts, 48);
    bench.assert_sound();
}

#[test]
fn what_the_relay_as_a_whole_kept_from_going_was_not_tried() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    let due = bench.desk.now();
    bench.settle_due(&Fate::Released { due });
    bench.wait(Duration::hours(9));
    assert_eq!(bench.looked(), []);
    bench.put_off("thử lại sau");
    assert_eq!(bench.looked().len(), 1);
}

#[test]
fn the_time_in_which_it_can_be_recalled_does_not_count() {
    let rules = lichhop::domain::office::Rules { hold: std::time::Duration::from_mins(30), ..rules() };
    let mut bench = Bench::on(Arc::new(MemoryStore::new()), rules);
    registry::import_units(&mut bench.desk, "lan", "u", &[unit_row(2, "VP", "Văn phòng", ""), unit_row(3, "CDA", "Cục", "")], false)
        .unwrap();
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &[mailbox_row(2, CDA, "CDA")], false).unwrap();
    bench.issued(&["CDA"]);
    bench.wait(Duration::minutes(30));
    bench.put_off("thử lại sau");
    bench.wait(Duration::minutes(4 * 60 - 1));
    assert_eq!(bench.looked(), []);
    bench.wait(Duration::minutes(1));
    let id = bench.looked()[0];
    // The unit that registered the meeting has no mailbox: the office is told.
    assert_eq!((bench.shown(id).to.as_str(), bench.shown(id).unit_name.as_str()), (OFFICE, "Văn phòng Bộ"));
    let text = bench.text(id).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("chờ gửi từ 09 giờ 30 ngày 03/05/2016"), "{text}");
    bench.assert_sound();
}

#[test]
fn the_office_is_told_where_the_unit_cannot_be() {
    let suspended = |bench: &mut Bench| {
        let row = MailboxRow { state: Some(MailboxState::Suspended), ..mailbox_row(2, VP, "VP") };
        registry::import_mailboxes(&mut bench.desk, "lan", "m", &[row], false).unwrap();
    };
    let nothing = |_: &mut Bench| {};
    for (invited, change, to) in
        [(vec!["CDA"], &suspended as &dyn Fn(&mut Bench), OFFICE), (vec!["CDA", "VP"], &nothing, OFFICE), (vec!["CDA"], &nothing, VP)]
    {
        let mut bench = Bench::new();
        bench.issued(&invited);
        bench.put_off("thử lại sau");
        change(&mut bench);
        bench.wait(Duration::hours(4));
        let id = bench.looked()[0];
        assert_eq!(bench.shown(id).to.as_str(), to, "{invited:?}");
        bench.assert_sound();
    }
}

#[test]
fn nobody_is_told_what_is_over_by_then() {
    let fates: [fn(&Bench) -> Fate; 2] =
        [|bench| Fate::Sent { at: bench.desk.now() }, |_| Fate::Failed { failure: failure("không có hộp thư này") }];
    for fate in fates {
        let mut bench = delayed();
        bench.wait(Duration::hours(4));
        let id = bench.looked()[0];
        // While the messages are being sent it waits; of those that a run would try it is none.
        let now = bench.desk.now();
        let tried = due::would_be_sent(bench.desk.store(), &bench.desk.claimed.items, now, None).unwrap();
        assert_eq!(tried.iter().map(|item| item.kind).collect::<Vec<_>>(), [DispatchKind::Request; 2]);
        let fate = fate(&bench);
        assert_eq!(bench.settle_due(&fate).len(), 2);
        assert_eq!(due::next(&bench.desk, now).unwrap(), Due::Now, "somebody must drop it");
        assert_eq!(bench.goes(), []);
        let item = bench.shown(id);
        assert_eq!((item.state, item.reason.clone(), Verdict::of(&item)), (ItemState::Dropped, Some(Reason::Needless), Verdict::Needless));
        assert_eq!(due::next(&bench.desk, now).unwrap(), Due::Never);
        bench.wait(Duration::hours(9));
        assert_eq!(bench.looked(), []);
        bench.assert_sound();
    }
}

#[test]
fn a_cancellation_takes_the_warning_along_and_is_not_in_its_way() {
    let mut bench = delayed();
    let id = bench.shown(ItemId { dispatch: 1, n: 1 }).meeting;
    bench.wait(Duration::hours(4));
    let warning = bench.looked()[0];
    meeting::cancel(&mut bench.desk, "minh", &id, &prose("không họp nữa")).unwrap();
    let stored = meeting::read(bench.desk.store(), &id).unwrap().value;
    let kinds: Vec<_> = issue::items_of(bench.desk.store(), &stored, None).unwrap().iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [DispatchKind::Request, DispatchKind::Request, DispatchKind::Cancel, DispatchKind::Cancel]);
    // Nobody was invited: nobody is told, neither of the end nor of the delay.
    assert_eq!(bench.goes(), []);
    assert_eq!(bench.shown(warning).reason, Some(Reason::Needless));
    // The cancellation is what was told last: it is recalled, and the warning stays as it is.
    recall::recall(&mut bench.desk, "minh", &id, &prose("vẫn họp")).unwrap();
    assert_eq!(bench.shown(warning).reason, Some(Reason::Needless));
    bench.put_off("hộp thư đầy");
    // What waits again is worth a warning, since nobody got the first one.
    let again = bench.looked();
    assert_eq!((again.len(), bench.warned(1)), (1, again.first().copied()));
    assert_eq!(bench.goes(), again);
    assert_eq!(bench.looked(), []);
    bench.assert_sound();
}

#[test]
fn what_somebody_gave_up_is_not_warned_of_again() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let decide = |bench: &mut Bench, what| intervene::intervene(&mut bench.desk, "thu", &[id], &what).unwrap()[0].1;
    assert_eq!(decide(&mut bench, Intervention::Hold), ItemState::Held);
    // The day of the meeting is no reason against it, nor is what its mailbox was told later.
    bench.wait(Duration::hours(1));
    assert_eq!(decide(&mut bench, Intervention::Release), ItemState::Queued);
    assert_eq!(bench.shown(id).expires_at, bench.desk.now() + Duration::days(5));
    assert_eq!(decide(&mut bench, Intervention::Drop { reason: prose("đã biết") }), ItemState::Dropped);
    bench.put_off("hộp thư đầy");
    assert_eq!(bench.looked(), []);
    bench.assert_sound();
}

#[test]
fn what_is_due_goes_before_the_warning_though_that_waits_longer() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    bench.put_off("hộp thư đầy");
    // Nothing was sent since, and by now everything is due: the warning first.
    let id = bench.looked()[0];
    bench.wait(Duration::hours(2));
    assert_eq!(bench.goes(), [1, 2].map(|n| ItemId { dispatch: 1, n }));
    assert_eq!((bench.goes(), bench.shown(id).reason), (vec![], Some(Reason::Needless)));
}

#[test]
fn a_warning_about_what_is_held_is_still_sent() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let ids = [1, 2].map(|n| ItemId { dispatch: 1, n });
    intervene::intervene(&mut bench.desk, "thu", &ids, &Intervention::Hold).unwrap();
    let (_, _, step) = next_step(bench.desk.store(), &bench.desk.claimed.items, id, bench.desk.now()).unwrap();
    assert_eq!(step, NextStep::Due);
    assert_eq!(bench.goes(), [id]);
}

#[test]
fn it_can_be_switched_off() {
    let mut bench = delayed();
    let off = lichhop::domain::office::Rules { warn_after: std::time::Duration::ZERO, ..rules() };
    bench.wait(Duration::hours(40));
    assert!(warn::due(bench.desk.store(), &off, bench.desk.now()).unwrap().is_empty());
    bench.desk.around.rules = Arc::new(off);
    let now = bench.desk.now();
    assert_eq!(warn::warn(&mut bench.desk, 1, now).unwrap(), None);
}

#[test]
fn a_crash_leaves_one_warning() {
    let (mut none, mut one) = (0, 0);
    for left in 0..3 {
        let mut bench = Bench::on(Arc::new(MemoryStore::new()), lichhop::domain::office::Rules { verp: true, ..rules() });
        registry::import_units(&mut bench.desk, "lan", "u", &[unit_row(2, "VP", "Văn phòng", ""), unit_row(3, "CDA", "Cục", "")], false)
            .unwrap();
        registry::import_mailboxes(&mut bench.desk, "lan", "m", &[mailbox_row(2, CDA, "CDA")], false).unwrap();
        bench.issued(&["CDA"]);
        bench.put_off("thử lại sau");
        bench.wait(Duration::hours(4));
        bench.store.left.store(left, Ordering::SeqCst);
        let now = bench.desk.now();
        let queued = warn::warn(&mut bench.desk, 1, now).is_ok();
        let mut after = bench.reopened();
        after.assert_sound();
        let before = after.warned(1);
        assert_eq!(before.is_some(), queued);
        if queued {
            one += 1;
        } else {
            none += 1;
        }
        // Whoever comes next finds it, or makes it; there is one in the end.
        assert_eq!(after.looked().len(), usize::from(!queued));
        let reports = table::all::<Item>(after.desk.store()).unwrap();
        let reports: Vec<_> = reports.into_iter().filter(|item| item.value.kind == DispatchKind::Report).collect();
        assert_eq!(reports.len(), 1);
        assert!(reports[0].value.from.as_str().contains("+t2-1-"), "an address of its own: {}", reports[0].value.from);
        after.assert_sound();
    }
    assert_eq!((none, one), (1, 2));
}

#[test]
fn the_message_says_what_waits_why_and_what_can_be_done() {
    let mut bench = Bench::new();
    bench.issued(&["CDA", "VPC", "TCDL"]);
    let claimed = bench.claim().unwrap().items;
    let next = bench.desk.now() + Duration::hours(5);
    let put_off = |words: &str| Fate::Deferred { failure: failure(words), next, uncertain: false };
    let sent = Fate::Sent { at: bench.desk.now() };
    settle(&mut bench.desk, &[(claimed[0].id, put_off("4.2.1 hộp thư đầy")), (claimed[1].id, sent), (claimed[2].id, put_off("<chờ>"))])
        .unwrap();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let bytes = message::read(bench.desk.store(), id).unwrap();
    let mail = MessageParser::default().parse(&bytes).unwrap();
    let types: Vec<_> = mail.parts.iter().filter_map(|part| part.content_type()).map(|t| t.subtype().unwrap().to_owned()).collect();
    assert_eq!(types, ["alternative", "plain", "html"], "and no calendar");
    assert!(matches!(issue::calendar_of(&bench.desk, id), Err(Fault::Internal { detail }) if detail.contains("no calendar")));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!((mail.to().unwrap().first().unwrap().address(), mail.from().unwrap().first().unwrap().address()), (Some(VP), Some(OFFICE)));
    assert_eq!(mail.message_id().map(|id| format!("<{id}>")), Some(bench.shown(id).message_id));
    assert!(mail.subject().unwrap().starts_with("[CHƯA GỬI ĐƯỢC] [GIẤY MỜI] 01/GM-BVHTTDL"), "{:?}", mail.subject());
    let text = bench.text(id).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Kính gửi: Văn phòng Bộ",
        "Giấy mời số 01/GM-BVHTTDL: họp rà soát việc sử dụng hộp thư điện tử công vụ; 14 giờ 00, thứ Năm, ngày 05 tháng 5 năm 2016;",
        "Đến 13 giờ 00 ngày 03/05/2016, 2 thư chưa gửi được, chờ gửi từ 09 giờ 00 ngày 03/05/2016.",
        "1. Cục Điện ảnh <cucdienanh-vhttdl@chinhphu.vn> (thư T1-1)",
        "Đã thử gửi 1 lần; lần tới: 14 giờ 00 ngày 03/05/2016; thời hạn gửi: 14 giờ 00 ngày 05/05/2016.",
        "Lần thử gần nhất, khi nêu người nhận (RCPT TO): 451 4.2.1 hộp thư đầy",
        "2. Tổng cục Du lịch <vanthu@vietnamtourism.gov.vn> (thư T1-3)",
        "lichhop outbox why T1-1",
        "lichhop outbox retry T1-1",
        "kênh khác",
        "không cần trả lời",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("Vụ Pháp chế") && !text.contains("[LH-"), "{text}");
    let page = mail.body_html(0).unwrap();
    assert!(page.contains("&lt;chờ&gt;") && page.contains("<ol>"), "{page}");
}

#[test]
fn whatever_relays_answer_it_is_one_mail_with_at_most_fifty_entries() {
    let names: Vec<String> = (0..60).map(|n| format!("DV{n}")).collect();
    let mut bench = Bench::new();
    let rows: Vec<_> = names.iter().zip(2..).map(|(code, line)| unit_row(line, code, "Đơn vị", "")).collect();
    registry::import_units(&mut bench.desk, "lan", "u", &rows, false).unwrap();
    let address = |code: &String| format!("{}@chinhphu.vn", code.to_lowercase());
    let rows: Vec<_> = names.iter().zip(2..).map(|(code, line)| mailbox_row(line, &address(code), code)).collect();
    registry::import_mailboxes(&mut bench.desk, "lan", "m", &rows, false).unwrap();
    bench.issued(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let hostile = [
        "\r\n.\r\nBcc: x@y.vn\r\n\r\n--=_lichhop",
        "\u{1b}]0;x\u{7}\u{1b}[2J\0\u{202e}\u{feff}",
        "</body></html><script>alert(1)</script>",
        "[LH-2016-0001] đề nghị xác nhận",
    ];
    for n in 0.. {
        let words = format!("{}{}", hostile[n % hostile.len()], "dài ".repeat(5_000));
        let Some(item) = bench.claim().unwrap().items.pop() else { break };
        let next = bench.desk.now() + Duration::hours(1);
        let fate = Fate::Deferred { failure: failure(&words), next, uncertain: false };
        settle(&mut bench.desk, &[(item.id, fate)]).unwrap();
        // The others of the claim go back.
        let others: Vec<ItemId> = bench.desk.claimed.items.iter().copied().collect();
        let due = bench.desk.now();
        let back: Vec<_> = others.into_iter().map(|id| (id, Fate::Released { due })).collect();
        settle(&mut bench.desk, &back).unwrap();
    }
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let bytes = message::read(bench.desk.store(), id).unwrap();
    assert!(bytes.is_ascii() && bytes.len() < 128 * 1024, "{}", bytes.len());
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 79));
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!((mail.parts.len(), mail.header_raw("Bcc")), (3, None));
    let text = bench.text(id);
    assert!(text.contains("\r\n50. Đơn vị") && !text.contains("\r\n51. ") && text.contains("Và 10 thư khác"), "{text}");
    assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\r' | '\n')), "nothing steers a reader's program");
    assert!(!mail.body_html(0).unwrap().contains("<script"));
    bench.assert_sound();
}

#[test]
fn a_warning_that_comes_to_the_office_is_answered_by_nothing_and_its_answer_confirms_nothing() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let bytes = message::read(bench.desk.store(), id).unwrap();
    let before = table::all::<Item>(bench.desk.store()).unwrap().len();
    let take = |bench: &mut Bench, bytes: &[u8]| {
        let said = read(bytes, None);
        incoming::take(&mut bench.desk, "thu", &said, bytes, Source::Pipe).unwrap().received.outcome
    };
    assert_eq!(take(&mut bench, &bytes), Outcome::Quarantined { why: Quarantine::Automatic });
    let answer = format!(
        "From: {CDA}\r\nTo: {OFFICE}\r\nSubject: Re: [LH-2016-0001]\r\nIn-Reply-To: {}\r\n\r\nĐã biết.\r\n",
        bench.shown(id).message_id
    );
    assert_eq!(take(&mut bench, answer.as_bytes()), Outcome::Quarantined { why: Quarantine::AnswersReport });
    assert_eq!(table::all::<Item>(bench.desk.store()).unwrap().len(), before, "nothing is sent because something came");
    let attendance: Vec<_> = table::all::<lichhop::domain::attendance::Attendance>(bench.desk.store()).unwrap();
    assert_eq!(attendance, []);
    bench.assert_sound();
}

#[test]
fn what_an_earlier_version_stored_is_read_and_warned_of() {
    let mut bench = delayed();
    let stored: Dispatch = issue::dispatch_of(bench.desk.store(), 1).unwrap();
    let text = serde_json::to_string(&stored).unwrap();
    assert!(!text.contains("\"about\"") && !text.contains("\"warned\""), "what needs neither is written as before");
    assert!(!serde_json::to_string(&bench.shown(ItemId { dispatch: 1, n: 1 })).unwrap().contains("\"about\""));
    bench.wait(Duration::hours(4) + TimeDelta::days(1));
    assert_eq!(bench.looked().len(), 1);
    assert_eq!(code("VP"), bench.shown(ItemId { dispatch: 2, n: 1 }).unit);
}

#[test]
fn check_names_a_dispatch_whose_warning_is_gone() {
    let mut bench = delayed();
    bench.wait(Duration::hours(4));
    let id = bench.looked()[0];
    let operations = vec![Operation::Delete { key: keys::item(keys::ITEM, id) }];
    bench.memory.commit(&Commit { checks: vec![], operations }).unwrap();
    let findings = check::check(bench.memory.as_ref()).unwrap().findings;
    assert!(findings.contains(&Finding::Record { id: "dispatch/1".into() }), "{findings:?}");
}

/// The warning writes its dispatch again: that it was told together with withdrawals is known all the same.
#[test]
fn what_was_warned_of_is_not_taken_back_in_part() {
    let mut bench = Bench::new();
    let id = bench.issued(&["CDA", "VPC"]);
    bench.goes();
    bench.wait(Duration::minutes(1));
    update::replace(&mut bench.desk, "minh", &super::updating::instead(&id, &["CDA", "TCDL"])).unwrap();
    let claimed = bench.claim().unwrap().items;
    assert_eq!(claimed.iter().map(|item| item.kind.word()).collect::<Vec<_>>(), ["request", "request", "cancel"]);
    let later = bench.desk.now() + Duration::hours(9);
    let tried = Fate::Deferred { failure: failure("hộp thư đầy"), next: later, uncertain: false };
    let untried = Fate::Released { due: later };
    let fates = [(claimed[0].id, tried.clone()), (claimed[1].id, tried), (claimed[2].id, untried)];
    settle(&mut bench.desk, &fates).unwrap();
    bench.wait(Duration::hours(4));
    assert_eq!(bench.looked().len(), 1);
    let refused = recall::recall(&mut bench.desk, "minh", &id, &prose("ghi nhầm giờ")).unwrap_err();
    assert_eq!(super::refusal(refused), Rule::TooLateToRecall { id, left: 2 });
    bench.assert_sound();
}
