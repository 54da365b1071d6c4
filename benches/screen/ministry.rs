//! Ten thousand meetings of three years, for each program in its own form.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use lichhop::client::{self, Target};
use lichhop::config;
use lichhop::domain::meeting::{Entry, InvitationMode, Urgency};
use lichhop::domain::text::{Line, Prose};
use lichhop::domain::time::WallTime;
use lichhop::domain::unit::{UnitCode, UnitRow};
use lichhop::host::clock::{FrozenClock, SystemRandom};
use lichhop::mail::compose::Composer;
use lichhop::print::Typesetter;
use lichhop::store::SledStore;
use lichhop::usecase::desk::{Desk, Surroundings};
use lichhop::usecase::ports::Store;
use lichhop::usecase::{meeting, registry};

use super::words::{MATTERS, WORK};

/// All meetings.
pub(crate) const MEETINGS: usize = 10_000;
/// Of one day: 63 a week. The same on every day of the week, so that a run on a Sunday finds as much as one on a Monday.
const DAILY: i64 = 9;

const PLACES: [&str; 9] = [
    "Phòng họp tầng 2, số 51 Ngô Quyền",
    "Phòng họp tầng 3, số 51 Ngô Quyền",
    "Hội trường tầng 8, số 51 Ngô Quyền",
    "Bảo tàng Mỹ thuật Việt Nam, số 66 Nguyễn Thái Học",
    "Nhà hát Lớn Hà Nội, số 1 Tràng Tiền",
    "Phòng họp tầng 4, Tổng cục Du lịch, số 80 Quán Sứ",
    "Phòng họp A, Tổng cục Thể dục thể thao, số 36 Trần Phú",
    "Bảo tàng Lịch sử quốc gia, số 1 Tràng Tiền",
    "Thư viện Quốc gia, số 31 Tràng Thi",
];
const CHAIRS: [&str; 9] = [
    "Bộ trưởng",
    "Thứ trưởng phụ trách văn hóa",
    "Chánh Văn phòng",
    "Vụ trưởng Vụ Pháp chế",
    "Thứ trưởng phụ trách thể thao",
    "Cục trưởng Cục Di sản văn hóa",
    "Thứ trưởng phụ trách du lịch",
    "Cục trưởng Cục Nghệ thuật biểu diễn",
    "Vụ trưởng Vụ Kế hoạch, Tài chính",
];
const UNITS: [(&str, &str); 11] = [
    ("VP", "Văn phòng Bộ"),
    ("VKHTC", "Vụ Kế hoạch, Tài chính"),
    ("VTCCB", "Vụ Tổ chức cán bộ"),
    ("VPC", "Vụ Pháp chế"),
    ("CDSVH", "Cục Di sản văn hóa"),
    ("CNTBD", "Cục Nghệ thuật biểu diễn"),
    ("CVHCS", "Cục Văn hóa cơ sở"),
    ("TTCNTT", "Trung tâm Công nghệ thông tin"),
    ("TCDL", "Tổng cục Du lịch"),
    ("TCTDTT", "Tổng cục Thể dục thể thao"),
    ("CMTNATL", "Cục Mỹ thuật, Nhiếp ảnh và Triển lãm"),
];

fn line(raw: &str) -> Line {
    Line::parse(raw).unwrap()
}

fn number(n: i64) -> usize {
    usize::try_from(n).unwrap()
}

/// What the `n`-th meeting is about.
fn title(n: usize) -> String {
    format!("{} {}", WORK[n % WORK.len()], MATTERS[n / 3 % MATTERS.len()])
}

/// The days of the meetings around today: the first is a Monday, and this week is in the middle.
fn first_day(today: NaiveDate) -> NaiveDate {
    let weeks = i64::try_from(MEETINGS).unwrap() / (7 * DAILY);
    today - Duration::days(i64::from(today.weekday().num_days_from_monday()) + 7 * (weeks / 2))
}

/// From when to when the `n`-th meeting is held; the days of one morning and afternoon are filled before the next.
fn times(n: usize, today: NaiveDate) -> (WallTime, WallTime) {
    let n = i64::try_from(n).unwrap();
    let (day, of_day) = (first_day(today) + Duration::days(n / DAILY), n % DAILY);
    let minutes = if of_day < 5 { 480 + 30 * of_day } else { 810 + 30 * (of_day - 5) };
    let start = day.and_time(NaiveTime::MIN) + Duration::minutes(minutes);
    let end = start + Duration::minutes(60 + 30 * (n % 3));
    (WallTime::new(start.date(), start.time()), WallTime::new(end.date(), end.time()))
}

fn entry(n: usize, today: NaiveDate) -> Entry {
    let code = |n: usize| UnitCode::parse(UNITS[n % UNITS.len()].0).unwrap();
    let (start, end) = times(n, today);
    let of_day = n % number(DAILY);
    Entry {
        title: line(&title(n)),
        start,
        end: (n % 4 != 3).then_some(end),
        place: line(PLACES[of_day]),
        online: None,
        chair: line(CHAIRS[(of_day + n / number(DAILY)) % CHAIRS.len()]),
        unit: code(n / 2),
        invited: (1..=3 + n % 5).map(|k| code(n / 2 + k)).collect(),
        prepared_by: Vec::new(),
        content: n.is_multiple_of(6).then(|| Prose::parse("Đề nghị các đơn vị chuẩn bị báo cáo bằng văn bản.").unwrap()),
        urgency: Urgency::Normal,
        mode: InvitationMode::Own,
    }
}

/// Makes a store with its configuration in a folder.
pub(crate) async fn make(folder: &Path, now: DateTime<Utc>) {
    let file = folder.join("config.toml");
    let text = "[office]\nname = \"Bộ Văn hóa, Thể thao và Du lịch\"\nsymbol = \"BVHTTDL\"\nrehearsal = true\n[workflow]\napprove_own = \
                true\n[mail]\nrelay = \"maildir:mail\"\n";
    fs::write(&file, text).unwrap();
    let config = Arc::new(config::load(Some(&file)).unwrap());
    let today = WallTime::at(now).day();
    // They were all registered before the first of them was held.
    let then = WallTime::new(first_day(today), NaiveTime::MIN).instant();
    let target = Target { state: folder.join("state"), config: config.clone(), frozen: Some(then), socket: None };
    client::init(&target, None).await.unwrap();
    let (store, _) = SledStore::open(&folder.join("state/store")).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let mut desk = Desk::open(Surroundings {
        store: store.clone(),
        rules: Arc::new(config.rules.clone()),
        clock: Arc::new(FrozenClock(then)),
        random: Arc::new(SystemRandom),
        typeset: Arc::new(Typesetter),
        compose: Arc::new(Composer),
    })
    .unwrap();
    let units: Vec<UnitRow> = UNITS.iter().zip(2..).map(|((code, name), row)| unit(code, name, row)).collect();
    registry::import_units(&mut desk, "bench", "units", &units, false).unwrap();
    let reason = Prose::parse("Đã thống nhất với các đơn vị.").unwrap();
    for n in 0..MEETINGS {
        let added = meeting::add(&mut desk, "bench", &entry(n, today), n % 9 != 8).unwrap();
        if n % 9 != 4 && n % 9 != 8 {
            meeting::approve(&mut desk, "bench", &added.meeting.value.id, Some(&reason)).unwrap();
        }
    }
    store.sync().unwrap();
}

fn unit(code: &str, name: &str, row: u32) -> UnitRow {
    UnitRow { line: row, code: UnitCode::parse(code).unwrap(), name: Some(line(name)), parent: None, kind: None, mail_domain: None }
}

/// The same as `calcurse` keeps it. Its clock in the status bar is off: it would count among the bytes.
pub(crate) fn calcurse(folder: &Path, now: DateTime<Utc>) {
    let today = WallTime::at(now).day();
    let mut apts = String::new();
    for n in 0..MEETINGS {
        let (start, end) = times(n, today);
        let at = |time: WallTime| time.naive().format("%m/%d/%Y @ %H:%M").to_string();
        writeln!(apts, "{} -> {} |{}", at(start), at(end), title(n)).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("apts"), apts).unwrap();
    fs::write(folder.join("todo"), "").unwrap();
    fs::write(folder.join("conf"), "appearance.notifybar=no\n").unwrap();
}

/// The same as messages of a mailbox, with the titles as subjects.
pub(crate) fn mbox(file: &Path, now: DateTime<Utc>) {
    let today = WallTime::at(now).day();
    let mut mbox = String::new();
    for n in 0..MEETINGS {
        let start = times(n, today).0.instant();
        let (from, date) = (start.format("%a %b %e %H:%M:%S %Y"), start.to_rfc2822());
        let chair = CHAIRS[n % CHAIRS.len()];
        writeln!(
            mbox,
            "From vp@bvhttdl.gov.vn {from}\nFrom: {chair} <vp@bvhttdl.gov.vn>\nTo: <dv@bvhttdl.gov.vn>\nDate: {date}\nSubject: {}\n\
             Message-ID: <{n}@bvhttdl.gov.vn>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\nStatus: RO\n\n{}\n",
            title(n),
            PLACES[n % PLACES.len()]
        )
        .unwrap();
    }
    fs::write(file, mbox).unwrap();
}
