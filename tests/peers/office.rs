//! An office of one person, worked by the commands of the real program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) const TITLE: &str = "Họp về cung cấp dịch vụ công trực tuyến mức độ 3, sử dụng hộp thư điện tử công vụ và tổ chức ứng dụng \
                                công nghệ thông tin của Bộ VHTTDL";
pub(crate) const PLACE: &str = "51 Ngô Quyền, Hoàn Kiếm, Hà Nội";
pub(crate) const CHAIR: &str = "Thứ trưởng Đặng Thị Bích Liên";
pub(crate) const CONTENT: &str = "Vụ Khoa học, Công nghệ và Môi trường báo cáo tình hình cung cấp dịch vụ công trực tuyến; Văn phòng Bộ \
                                  báo cáo việc sử dụng hộp thư điện tử công vụ (@chinhphu.vn).";
pub(crate) const REASON: &str = "Đồng chí chủ trì tham dự phiên họp đột xuất của Chính phủ";
pub(crate) const SENDER_NAME: &str = "Văn phòng Bộ";
pub(crate) const SENDER: &str = "congthongtindientu-vhttdl@chinhphu.vn";
/// The units that were invited to the meeting of 5 May 2016.
pub(crate) const INVITED: [&str; 15] = [
    "TCDL",
    "TCTDTT",
    "CDA",
    "CDSVH",
    "CVHCS",
    "CNTBD",
    "CMTNATL",
    "VKHTC",
    "VTCCB",
    "VPC",
    "VP",
    "TTCNTT",
    "TCDL-TTTT",
    "TCTDTT-TTTT",
    "VKHCNMT",
];
/// When the invitations were issued; the meeting is two days later.
pub(crate) const ISSUED: &str = "2016-05-03T09:15:30+07:00";
/// After every first wait of the back-off, before the meeting.
pub(crate) const HOURS_LATER: &str = "2016-05-03T14:15:30+07:00";

/// What no command of a test takes: then it hangs.
const SECONDS: &str = "120";

/// A state directory and a configuration, in a home of their own.
pub(crate) struct Office {
    home: tempfile::TempDir,
    now: String,
    password: Option<String>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A message in the outbox.
#[derive(Debug, Clone, serde::Deserialize)]
pub(crate) struct Item {
    pub(crate) kind: String,
    pub(crate) to: String,
    pub(crate) unit: String,
    pub(crate) state: String,
    pub(crate) attempts: u32,
    pub(crate) next_attempt: Option<String>,
    pub(crate) last_error: Option<Failure>,
    pub(crate) message_id: String,
    pub(crate) sent_at: Option<String>,
    pub(crate) reason: Option<String>,
}

/// How its last attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Failure {
    pub(crate) phase: String,
    pub(crate) code: Option<u16>,
    pub(crate) enhanced: Option<String>,
    pub(crate) text: String,
}

/// What `flush` printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Flushed {
    pub(crate) code: i32,
    pub(crate) sent: u64,
    pub(crate) deferred: u64,
    pub(crate) failed: u64,
    pub(crate) remaining: u64,
    pub(crate) err: String,
}

impl Office {
    /// With the units and mailboxes of the samples, and these lines below `[mail]`.
    pub(crate) fn new(mail: &str) -> Self {
        let office = Self { home: tempfile::tempdir().unwrap(), now: ISSUED.to_owned(), password: None };
        fs::create_dir_all(office.config_folder()).unwrap();
        office.configure(mail);
        office.done(&["init"]);
        office.done(&["unit", "import", sample("units.csv").to_str().unwrap()]);
        office.done(&["mailbox", "import", sample("mailboxes.csv").to_str().unwrap()]);
        office
    }

    /// With a relay on this machine, without TLS.
    pub(crate) fn with_relay(port: u16) -> Self {
        Self::new(&relay(port))
    }

    /// With the meeting of 5 May 2016 issued to all its units.
    pub(crate) fn with_issued_meeting(mail: &str) -> (Self, String) {
        let office = Self::new(mail);
        let id = office.issue_meeting();
        (office, id)
    }

    pub(crate) fn config_folder(&self) -> PathBuf {
        self.home.path().join("config/lichhop")
    }

    /// Writes the configuration anew.
    pub(crate) fn configure(&self, mail: &str) {
        let text = format!("[workflow]\napprove_own = true\n[mail]\n{mail}\n");
        fs::write(self.config_folder().join("config.toml"), text).unwrap();
    }

    /// Puts the clock forward.
    pub(crate) fn wait_until(&mut self, now: &str) {
        now.clone_into(&mut self.now);
    }

    /// What `LICHHOP_MAIL_PASSWORD` holds from now on.
    pub(crate) fn set_password(&mut self, password: &str) {
        self.password = Some(password.to_owned());
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let home = self.home.path();
        let mut command = Command::new("timeout");
        command.args([SECONDS, env!("CARGO_BIN_EXE_lichhop")]).args(args).env_clear().stdin(Stdio::null());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("HOME", home).env("LICHHOP_LANG", "en");
        command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_STATE_HOME", home.join("state"));
        command.env("LICHHOP_NOW", &self.now);
        command.envs(self.password.as_ref().map(|password| ("LICHHOP_MAIL_PASSWORD", password)));
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs the program, which must succeed; gives what it printed.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {run:?}");
        run.out
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[args, &["--json"]].concat())).unwrap()
    }

    /// Registers, approves and issues the meeting of 5 May 2016; gives its id.
    pub(crate) fn issue_meeting(&self) -> String {
        let id = self.register(TITLE, PLACE, CHAIR, CONTENT);
        self.issue(&id);
        id
    }

    pub(crate) fn register(&self, title: &str, place: &str, chair: &str, content: &str) -> String {
        let invited = INVITED.join(",");
        let what = ["meeting", "add", "--title", title, "--place", place, "--chair", chair, "--content", content];
        let when = ["--start", "2016-05-05 14:00", "--unit", "VP", "--invite", &invited, "--prepared-by", "VKHCNMT,VP,TTCNTT", "--submit"];
        self.done(&[&what[..], &when[..]].concat()).trim_end().to_owned()
    }

    pub(crate) fn issue(&self, id: &str) {
        self.done(&["meeting", "approve", id]);
        self.done(&["meeting", "issue", id]);
    }

    pub(crate) fn cancel(&self, id: &str) {
        self.done(&["meeting", "cancel", id, "--reason", REASON]);
    }

    /// The number of an issued meeting.
    pub(crate) fn number(&self, id: &str) -> String {
        self.json(&["meeting", "show", id])["number"].as_str().unwrap().to_owned()
    }

    pub(crate) fn flush(&self) -> Flushed {
        let run = self.run(&["flush", "--once", "--json"]);
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        let count = |field: &str| report[field].as_u64().unwrap();
        Flushed {
            code: run.code,
            sent: count("sent"),
            deferred: count("deferred"),
            failed: count("failed"),
            remaining: count("remaining"),
            err: run.err,
        }
    }

    /// Flushes; everything that is due must go.
    pub(crate) fn flush_all(&self, sent: u64) {
        let flushed = self.flush();
        assert_eq!((flushed.code, flushed.sent, flushed.deferred, flushed.failed, flushed.remaining), (0, sent, 0, 0, 0), "{flushed:?}");
    }

    pub(crate) fn outbox(&self) -> Vec<Item> {
        serde_json::from_value(self.json(&["outbox", "list"])).unwrap()
    }

    /// The outbox, in which everything must be like this.
    pub(crate) fn outbox_of(&self, state: &str, attempts: u32) -> Vec<Item> {
        let items = self.outbox();
        assert!(!items.is_empty());
        for item in &items {
            assert_eq!((item.state.as_str(), item.attempts), (state, attempts), "{item:?}");
        }
        items
    }

    /// The message to a mailbox as the program shows it.
    pub(crate) fn message(&self, id: &str, to: &str) -> Vec<u8> {
        self.done(&["meeting", "invitation", id, "--format", "eml", "--to", to]).into_bytes()
    }

    /// What was kept must hold together.
    pub(crate) fn assert_sound(&self) {
        self.done(&["audit", "verify"]);
        self.done(&["check"]);
    }
}

/// The configuration of a relay on this machine, without TLS.
pub(crate) fn relay(port: u16) -> String {
    format!("relay = \"smtp://127.0.0.1:{port}\"")
}

/// The Message-IDs of outbox items, sorted.
pub(crate) fn ids(items: &[Item]) -> Vec<String> {
    let mut ids: Vec<String> = items.iter().map(|item| item.message_id.clone()).collect();
    ids.sort();
    ids
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples").join(name)
}

/// One column of a sample by another, read without the program.
fn column(file: &str, key: &str, value: &str) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(sample(file)).unwrap();
    let rows = reader.deserialize().map(|row| row.unwrap());
    rows.map(|mut row: BTreeMap<String, String>| (row.remove(key).unwrap(), row.remove(value).unwrap())).collect()
}

/// A unit that was invited, as the samples know it.
#[derive(Debug, Clone)]
pub(crate) struct Invited {
    pub(crate) code: &'static str,
    pub(crate) name: String,
    pub(crate) address: String,
}

/// The units that were invited, in that order.
pub(crate) fn invited() -> Vec<Invited> {
    let names = column("units.csv", "code", "name");
    let addresses = column("mailboxes.csv", "unit", "address");
    let unit = |code: &'static str| Invited { code, name: names[code].clone(), address: addresses[code].clone() };
    INVITED.map(unit).to_vec()
}

/// The mailboxes of the units that were invited, sorted.
pub(crate) fn addresses() -> Vec<String> {
    let mut addresses: Vec<String> = invited().into_iter().map(|unit| unit.address).collect();
    addresses.sort();
    addresses
}
