//! `status` and `report`: how everything stands, as people, scripts and Prometheus read it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use serde_json::{Value, json};

use super::{ALONE, House, keys, names};
use crate::incoming::BOUNCE;

/// The measurements of a page, by name and labels; each of a family with its help and its type.
fn measured(page: &str) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    let mut family = String::new();
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            help.split(' ').next().unwrap().clone_into(&mut family);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{family} gauge"));
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next().unwrap(), family, "{page}");
            assert!(found.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{line} stands twice");
        }
    }
    assert!(page.ends_with('\n'));
    found
}

#[test]
fn a_status_tells_how_everything_stands() {
    let mut house = House::office();
    house.issued("CDA,VPC,TTCNTT");
    house.ok(&["outbox", "hold", "T1-3"]);
    house.add(&[("--submit", ALONE), ("--start", "2016-05-06 08:00")]);
    house.run_with_input(b"From: a@b.vn\n\nxin chao", &["receive"]);
    house.untouched(|| (house.json(&["status"]), house.json(&["report", "outbox"])));
    house.now = Some("2016-05-02T10:30:00+07:00");
    let status = house.json(&["status"]);
    assert_eq!(keys(&status), names("at host store outbox received meetings"));
    assert_eq!(keys(&status["outbox"]), names("counts oldest next_due relay pause kept running last broken"));
    let counts = json!({"queued": 2, "sending": 0, "deferred": 0, "sent": 0, "failed": 0, "held": 1, "dropped": 0});
    assert_eq!(status["outbox"]["counts"], counts);
    assert_eq!((&status["outbox"]["oldest"], &status["at"]), (&json!("2016-05-02T01:00:00Z"), &json!("2016-05-02T03:30:00Z")));
    let relay = format!("maildir:{}", house.name("config/lichhop/out"));
    assert_eq!((&status["outbox"]["relay"], &status["outbox"]["last"]), (&json!(relay), &Value::Null));
    assert_eq!((&status["received"]["waiting"], &status["meetings"]), (&json!(1), &json!({"submitted": 1, "approved": 0})));
    assert_eq!(status["host"]["this_process"], true);
    assert!(status["store"]["schema"].as_u64() > Some(0) && status["store"]["revision"].as_u64() > Some(0));
    let said = house.ok(&["status"]);
    for fact in ["chờ gửi 2, tạm giữ 1", "2 giờ trước", relay.as_str(), "lichhop receive --list", "chờ duyệt 1", "không tự gửi"]
    {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    let said = house.ok(&["--lang", "en", "status"]);
    assert!(said.contains("queued 2, held 1") && said.contains("2 h ago") && said.contains("1 to be approved"), "{said}");
}

#[test]
fn a_status_is_asked_of_the_host_and_tells_of_a_relay_in_trouble() {
    let house = House::office();
    house.issued("CDA");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    house.set("relay = \"maildir:out\"", &format!("relay = \"smtp://127.0.0.1:{free}\""));
    house.set("mode = \"auto\"", "mode = \"service\"");
    // A service's own place is the machine's: there is one for all tests.
    let socket = house.name("host.sock");
    let at = |args: &[&'static str]| [&["--socket", socket.as_str()], args].concat();
    house.refused(69, &at(&["status"]), &["lichhop serve"]);
    house.refused(69, &at(&["status", "--metrics", "x.prom"]), &["lichhop serve"]);
    assert!(!house.path("x.prom").exists());
    let mut host = house.start(&at(&["serve"]));
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(host.stderr.as_mut().unwrap()), &mut said).unwrap();
    assert_eq!(house.run(&at(&["flush"])).code, 69);
    let status = house.json(&at(&["status"]));
    assert_eq!((&status["host"]["pid"], &status["host"]["this_process"]), (&json!(host.id()), &json!(false)));
    assert_eq!((&status["outbox"]["pause"]["trouble"], &status["outbox"]["kept"]), (&json!("unreachable"), &json!(true)));
    let said = house.ok(&at(&["status"]));
    assert!(said.contains(&host.id().to_string()) && said.contains("Không liên lạc được"), "{said}");
    let page = house.ok(&at(&["status", "--metrics", "-"]));
    assert_eq!(measured(&page)["lichhop_relay_paused"], 1);
    assert!(std::process::Command::new("kill").args(["-TERM", &host.id().to_string()]).status().unwrap().success());
    host.wait().unwrap();
}

#[test]
fn measurements_are_written_whole_in_the_place_of_those_before() {
    let mut house = House::office();
    house.issued("CDA,VPC");
    house.now = Some("2016-05-02T08:10:00+07:00");
    fs::create_dir(house.path("textfiles")).unwrap();
    let file = house.name("textfiles/lichhop.prom");
    fs::write(&file, "earlier").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let before = fs::metadata(&file).unwrap().ino();
    let kept = fs::File::open(&file).unwrap();
    assert_eq!(house.ok(&["status", "--metrics", &file]), "");
    let after = fs::metadata(&file).unwrap();
    assert_eq!(after.mode() & 0o777, 0o644);
    assert!(after.ino() != before, "another file took its place");
    assert_eq!(std::io::read_to_string(&kept).unwrap(), "earlier", "who reads the old one reads all of it");
    assert_eq!(fs::read_dir(house.path("textfiles")).unwrap().count(), 1);
    let page = fs::read_to_string(&file).unwrap();
    let found = measured(&page);
    let items: Vec<i64> = ["queued", "sending", "deferred", "sent", "failed", "held", "dropped"]
        .iter()
        .map(|state| found[&format!("lichhop_outbox_items{{state=\"{state}\"}}")])
        .collect();
    assert_eq!(items, [2, 0, 0, 0, 0, 0, 0]);
    assert_eq!((found["lichhop_outbox_oldest_seconds"], found["lichhop_outbox_next_due_seconds"]), (600, -600));
    assert_eq!((found["lichhop_relay_paused"], found["lichhop_flush_running"]), (0, 0));
    assert!(found["lichhop_store_revision"] > 0 && !found.contains_key("lichhop_flush_last_sent"), "{page}");
    // Both, where both are asked for.
    assert_eq!(house.json(&["status", "--metrics", &file])["outbox"]["counts"]["queued"], 2);
    for nowhere in ["no/such/x.prom", "textfiles", "/proc/x.prom"] {
        house.refused(73, &["status", "--metrics", nowhere], &[nowhere]);
    }
    assert_eq!(fs::read_dir(house.path("textfiles")).unwrap().count(), 1);
}

/// An office in which messages went every way: one came back, one was refused with words that would be a formula, one was given
/// up, one waits; another was issued in the month before.
fn with_all() -> House {
    let mut house = House::office();
    house.ok(&["unit", "import", &house.write("u.csv", "code,name,parent,kind,mail_domain\nTHU,Đơn vị thử,,office,\n")]);
    let row = "address,kind,unit,owner,custodian,state,quota_mb,primary\n+thu@chinhphu.vn,shared,THU,,,active,,true\n";
    house.ok(&["mailbox", "import", &house.write("m.csv", row)]);
    let script = "#!/bin/sh\ncat >/dev/null; for to; do :; done\ncase $to in +*) printf '=HYPERLINK(\"x\"),\\033[2J' >&2; exit 67;; esac\n";
    let program = house.config().with_file_name("program");
    assert!(std::process::Command::new("cp").arg(house.write("text", script)).arg(&program).status().unwrap().success());
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    house.set("relay = \"maildir:out\"", "relay = \"sendmail:program\"");
    house.issued("CDA,THU,VPC");
    house.ok(&["outbox", "drop", "T1-3", "--reason", "gửi nhầm"]);
    assert_eq!(house.run(&["flush"]).code, 65);
    let id = house.json(&["outbox", "show", "T1-1"])["message_id"].as_str().unwrap().to_owned();
    let bounce = BOUNCE.replace("MESSAGE-ID-STANDS-HERE", id.trim_matches(['<', '>']));
    assert_eq!(house.run_with_input(bounce.as_bytes(), &["receive"]).code, 0);
    house.now = Some("2016-05-03T08:00:00+07:00");
    let other = [("--start", "2016-05-10 08:00"), ("--place", "Phòng khác"), ("--chair", "Ai khác"), ("--invite", "VPC")];
    let id = house.approved(&other);
    house.ok(&["meeting", "issue", &id]);
    house
}

#[test]
fn a_report_counts_each_message_once_and_names_those_that_did_not_arrive() {
    let mut house = with_all();
    let report = house.json(&["report", "outbox"]);
    assert_eq!(keys(&report), names("from to total kinds messages"));
    assert_eq!((&report["from"], &report["to"]), (&json!("2016-05-01"), &json!("2016-05-31")));
    let counts = json!({
        "issued": 4, "sent": 0, "waiting": 1, "failed": {"refused": 1, "expired": 0}, "held": 0,
        "dropped": {"superseded": 0, "never_invited": 0, "needless": 0, "by_person": 1}, "bounced": 1,
    });
    assert_eq!((&report["total"], &report["kinds"]), (&counts, &json!({"request": counts})));
    let messages = report["messages"].as_array().unwrap();
    assert_eq!(
        messages.iter().map(|one| (&one["id"], &one["verdict"], &one["unit"])).collect::<Vec<_>>(),
        [(&json!("T1-1"), &json!("bounced"), &json!("CDA")), (&json!("T1-2"), &json!("refused"), &json!("THU")),]
    );
    assert!(messages[1]["last_error"]["text"].as_str().unwrap().contains("=HYPERLINK"));
    for (days, issued) in [
        (&["--from", "2016-05-03"][..], 1),
        (&["--to", "02/05/2016"], 3),
        (&["--from", "2016-05-02", "--to", "2016-05-02"], 3),
        (&["--from", "2016-04-01", "--to", "2016-04-30"], 0),
    ] {
        assert_eq!(house.json(&[&["report", "outbox"], days].concat())["total"]["issued"], issued, "{days:?}");
    }
    house.now = Some("2016-06-01T00:30:00+07:00");
    assert_eq!(house.json(&["report", "outbox"])["total"]["issued"], 0, "the present month");
    house.refused(65, &["report", "outbox", "--from", "soon"], &["--from", "soon"]);
    house.refused(64, &["report", "outbox", "--format", "pdf"], &["pdf"]);
    house.refused(64, &["report"], &[]);
}

#[test]
fn a_report_is_for_people_and_for_spreadsheets() {
    let house = with_all();
    let said = house.ok(&["report", "outbox"]);
    for fact in ["01/05/2016 đến 31/05/2016", "Bị trả lại", "1 (giấy mời 1)", "4 (giấy mời 4)", "T1-2", "+thu@chinhphu.vn", "unknown user"]
    {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    let said = house.ok(&["--lang", "en", "report", "outbox"]);
    assert!(said.contains("Refused for good") && said.contains("Messages that did not arrive"), "{said}");
    let sheet = house.ok(&["report", "outbox", "--format", "csv"]);
    assert!(sheet.lines().count() == sheet.matches("\r\n").count() && sheet.ends_with("\r\n"), "{sheet}");
    let mut rows = csv::Reader::from_reader(sheet.as_bytes());
    assert_eq!(rows.headers().unwrap().iter().collect::<Vec<_>>().join(","), "row,kind,verdict,count,id,meeting,unit,to,queued_at,error");
    let rows: Vec<Vec<String>> = rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let count = |row: &str, verdict: &str| rows.iter().find(|cells| cells[0] == row && cells[2] == verdict).unwrap()[3].clone();
    assert_eq!((count("total", "bounced"), count("kind", "refused"), count("total", "sent")), ("1".into(), "1".into(), "0".into()));
    let refused = rows.iter().find(|cells| cells[0] == "message" && cells[2] == "refused").unwrap();
    assert_eq!((refused[4].as_str(), refused[7].as_str()), ("T1-2", "'+thu@chinhphu.vn"));
    assert!(refused[9].contains("HYPERLINK(\"x\"),"), "{refused:?}");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let file = house.name("thư.csv");
    assert_eq!(house.ok(&["report", "outbox", "--format", "csv", "-o", &file]), "");
    assert_eq!(fs::read_to_string(&file).unwrap(), sheet);
    house.refused(73, &["report", "outbox", "-o", "no/such/file"], &["no/such/file"]);
}
