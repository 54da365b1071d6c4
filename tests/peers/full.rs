//! A disk that is really full: a small one of its own, mounted for the test. As root, where mounting is allowed.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What a disk is filled with before the test, so that something can be taken away again.
const BALLAST: &str = "ballast";

/// A disk of so many MiB; unmounted in the end.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn mount(mebibytes: u32) -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap() };
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=700"), "tmpfs"]).arg(disk.path());
        assert!(mount.status().unwrap().success(), "mounting is not allowed here");
        disk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes so many KiB of it.
    fn ballast(&self, kibibytes: usize) {
        File::create(self.path().join(BALLAST)).unwrap().write_all(&vec![1; kibibytes * 1024]).unwrap();
    }

    /// Takes all of it but so many KiB.
    fn fill(&self, but: usize) {
        let mut file = File::options().create(true).append(true).open(self.path().join(BALLAST)).unwrap();
        let refused = std::iter::repeat_with(|| file.write_all(&[1; 1024])).find_map(Result::err).unwrap();
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        let length = file.metadata().unwrap().len();
        file.set_len(length - 1024 * but as u64).unwrap();
    }

    fn lighten(&self) {
        fs::remove_file(self.path().join(BALLAST)).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

/// An office whose state lies on a disk of its own, and everything else on the machine's.
struct Office {
    disk: Disk,
    home: TempDir,
}

/// What a run did.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Office {
    fn new(mebibytes: u32) -> Self {
        let office = Self { disk: Disk::mount(mebibytes), home: tempfile::tempdir().unwrap() };
        let config = "[office]\nname = \"Bộ Thử nghiệm\"\nsymbol = \"BTN\"\n[workflow]\napprove_own = true\n[mail]\nrelay = \"maildir:mail\"\n[backup]\nkeep = 2\n";
        fs::write(office.home.path().join("config.toml"), config).unwrap();
        office.ok(&["init"]);
        office.ok(&["unit", "import", &office.table(0, 200)]);
        office
    }

    fn state(&self) -> PathBuf {
        self.disk.path().join("state")
    }

    fn file(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }

    /// A table of units with long names, all of them of this round.
    fn table(&self, round: usize, rows: usize) -> String {
        let filling = "Đơn vị của Bộ ".repeat(12);
        let table = (0..rows).fold("code,name\n".to_owned(), |table, n| table + &format!("U{n},{filling}{n} lần {round}\n"));
        fs::write(self.file("units.csv"), table).unwrap();
        self.file("units.csv")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lichhop"));
        command.args(args).env_clear().env("HOME", self.home.path()).env("LICHHOP_LANG", "en").env("LICHHOP_DATA", self.state());
        command.env("LICHHOP_CONFIG", self.home.path().join("config.toml")).current_dir(self.home.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let done = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran = Ran { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) };
        assert!(!ran.err.contains("panicked"), "{args:?}: {ran:?}");
        ran
    }

    fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
        ran.out
    }

    /// What must be refused, with what its message must say.
    fn refused(&self, code: i32, args: &[&str], facts: &[&str]) {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
        for fact in facts {
            assert!(ran.err.contains(fact), "{args:?}: {fact:?} is missing in {ran:?}");
        }
    }

    /// Imports table after table until one is refused; gives how many were acknowledged, and the refusal.
    fn import_until_refused(&self) -> (usize, Ran) {
        for round in 1..1000 {
            let ran = self.run(&["unit", "import", &self.table(round, 200)]);
            if ran.code != Some(0) {
                return (round - 1, ran);
            }
        }
        panic!("the disk is never full");
    }

    /// All units are those of the last table that was acknowledged, or of the one that was sealed and is finished now.
    fn assert_round(&self, acknowledged: usize) {
        let units = self.ok(&["unit", "list", "--json"]);
        let of = |round: usize| units.matches(&format!(" lần {round}\"")).count();
        let found = [of(acknowledged), of(acknowledged + 1)];
        assert!(found == [200, 0] || found == [0, 200], "after {acknowledged}: {found:?}");
    }

    fn assert_sound(&self) {
        self.ok(&["check"]);
        self.ok(&["audit", "verify"]);
    }
}

/// What every refusal for want of room says.
const FULL: [&str; 3] = ["The disk is full", "Free space", "lichhop check"];

/// What every refusal says of what surely finds no room.
const TOO_SMALL: [&str; 4] = ["not room enough", "are needed", "are free", "Free space"];

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn what_was_acknowledged_outlives_a_full_disk() {
    let office = Office::new(12);
    office.disk.ballast(6 * 1024);
    let (acknowledged, refusal) = office.import_until_refused();
    assert!(acknowledged > 0);
    assert_eq!((refusal.code, refusal.out.as_str()), (Some(74), ""), "{refusal:?}");
    assert!(FULL.iter().all(|fact| refusal.err.contains(fact)), "{refusal:?}");
    // Reading goes on, or says why not.
    let looked = office.run(&["unit", "list"]);
    match looked.code {
        Some(0) => assert_eq!(looked.out.lines().count(), 200, "{looked:?}"),
        _ => assert!(looked.code == Some(74) && looked.out.is_empty() && FULL.iter().all(|fact| looked.err.contains(fact)), "{looked:?}"),
    }
    office.disk.lighten();
    office.assert_sound();
    office.assert_round(acknowledged);
    office.ok(&["unit", "import", &office.table(5000, 200)]);
    office.assert_round(5000);
}

/// A host that others ask, ended with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_host_whose_disk_is_full_tells_who_asks_and_ends() {
    let office = Office::new(12);
    office.disk.fill(600);
    let mut host = Serving(office.command(&["serve"]).stdout(Stdio::null()).spawn().unwrap());
    // Kept to the end: whoever writes to a pipe that nobody reads is killed.
    let mut said = BufReader::new(host.0.stderr.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let heard = std::thread::spawn(move || said.lines().map_while(Result::ok).collect::<Vec<_>>());
    let (mut acknowledged, content) = (Vec::new(), "Đề nghị các đơn vị chuẩn bị báo cáo. ".repeat(100));
    let refusal = loop {
        let start = format!("2027-{:02}-{:02} 08:00", 1 + acknowledged.len() / 28, 1 + acknowledged.len() % 28);
        let ran = office.run(&[
            "meeting",
            "add",
            "--title",
            "Họp",
            "--start",
            &start,
            "--place",
            "P",
            "--chair",
            "C",
            "--unit",
            "U1",
            "--content",
            &content,
        ]);
        match ran.code {
            Some(0) => acknowledged.push(ran.out.trim().to_owned()),
            _ => break ran,
        }
    };
    assert!(!acknowledged.is_empty());
    assert_eq!((refusal.code, refusal.out.as_str()), (Some(74), ""), "{refusal:?}");
    assert!(FULL.iter().all(|fact| refusal.err.contains(fact)), "{refusal:?}");
    assert_eq!(host.0.wait().unwrap().code(), Some(74), "whoever keeps it starts it again");
    assert!(!heard.join().unwrap().iter().any(|line| line.contains("panicked")));
    office.disk.lighten();
    office.assert_sound();
    let listed = office.ok(&["meeting", "list"]);
    assert!(acknowledged.iter().all(|id| listed.contains(id)), "{acknowledged:?}: {listed}");
    assert!((acknowledged.len()..=acknowledged.len() + 1).contains(&listed.lines().count()), "{listed}");
}

impl Office {
    /// Issues a meeting to a hundred and more units, none of which was told of it yet.
    fn issue(&self) -> usize {
        let table =
            (0..200).fold("address,kind,unit,state\n".to_owned(), |table, n| table + &format!("u{n}@chinhphu.vn,shared,U{n},active\n"));
        fs::write(self.file("mailboxes.csv"), table).unwrap();
        self.ok(&["mailbox", "import", &self.file("mailboxes.csv")]);
        let invited = (1..150).map(|n| format!("U{n}")).collect::<Vec<_>>().join(",");
        let what = ["meeting", "add", "--title", "Họp", "--start", "2099-01-05 14:00", "--place", "P", "--chair", "C", "--unit", "U0"];
        let id = self.ok(&[&what[..], &["--invite", &invited, "--submit"]].concat());
        for step in ["approve", "issue"] {
            self.ok(&["meeting", step, id.trim()]);
        }
        149
    }

    /// The Message-IDs of what was delivered.
    fn delivered(&self) -> Vec<String> {
        let folder = self.home.path().join("mail/new");
        let files = if folder.exists() { names(&folder) } else { Vec::new() };
        let id = |name: &String| {
            let message = fs::read_to_string(folder.join(name)).unwrap();
            message.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned()
        };
        files.iter().map(id).collect()
    }
}

#[test]
fn a_flush_whose_disk_is_full_ends_and_the_next_one_sends_what_is_left() {
    let mut broken_off = 0;
    // However much room there is when it begins.
    for room in (60..1_300).step_by(80) {
        let office = Office::new(12);
        let all = office.issue();
        office.disk.fill(room);
        let ran = office.run(&["flush"]);
        assert!(matches!(ran.code, Some(0 | 74)), "{room}: {ran:?}");
        let before = office.delivered();
        broken_off += usize::from(ran.code == Some(74) && !before.is_empty() && before.len() < all);
        office.disk.lighten();
        office.ok(&["flush"]);
        let mut after = office.delivered();
        assert!(before.iter().all(|id| after.contains(id)), "{room}: what was delivered stays so");
        after.sort();
        after.dedup();
        assert_eq!(after.len(), all, "{room}: none is lost");
        assert!(office.ok(&["flush"]).contains("Sent 0,"), "{room}: nothing is left");
        office.assert_sound();
    }
    assert!(broken_off > 0, "none ended in the middle");
}

#[test]
fn a_backup_that_finds_no_room_leaves_no_file() {
    let office = Office::new(12);
    let small = Disk::mount(1);
    small.fill(64);
    let place = small.path().join("a.lichhop");
    office.refused(73, &["backup", place.to_str().unwrap()], &[&[place.to_str().unwrap()], &TOO_SMALL[..]].concat());
    assert_eq!(names(small.path()), [BALLAST]);
    // The disk of the state itself.
    office.disk.fill(64);
    office.refused(74, &["backup", &office.file("a.lichhop")], &TOO_SMALL);
    assert_eq!(names(office.home.path()), ["config.toml", "units.csv"]);
    office.disk.lighten();
    office.ok(&["backup", &office.file("a.lichhop")]);
    office.assert_sound();
}

#[test]
fn files_that_cannot_be_written_anew_stay_in_use() {
    let office = Office::new(12);
    let before = office.ok(&["unit", "list"]);
    office.disk.fill(256);
    office.refused(74, &["vacuum"], &FULL);
    office.disk.fill(32);
    office.refused(74, &["vacuum"], &TOO_SMALL);
    assert_eq!(names(&office.state()), ["lock", "store"]);
    assert_eq!(office.ok(&["unit", "list"]), before);
    office.disk.lighten();
    office.assert_sound();
    office.ok(&["vacuum"]);
    assert_eq!(office.ok(&["unit", "list"]), before);
}

#[test]
fn a_backup_that_does_not_fit_leaves_no_store() {
    let office = Office::new(12);
    office.ok(&["backup", &office.file("a.lichhop")]);
    let small = Disk::mount(6);
    let length = usize::try_from(fs::metadata(office.file("a.lichhop")).unwrap().len()).unwrap();
    let state = small.path().join("state").to_str().unwrap().to_owned();
    small.fill(length / 1024 - 8);
    office.refused(74, &["--data", &state, "restore", &office.file("a.lichhop")], &TOO_SMALL);
    assert_eq!(names(small.path()), [BALLAST]);
    // What an engine takes beside it nobody knows before.
    small.lighten();
    small.fill(length / 1024 + 24);
    office.refused(74, &["--data", &state, "restore", &office.file("a.lichhop")], &FULL);
    assert_eq!(names(Path::new(&state)), ["lock"]);
    office.refused(78, &["--data", &state, "week"], &["lichhop restore"]);
    small.lighten();
    office.ok(&["--data", &state, "restore", &office.file("a.lichhop")]);
    assert_eq!(office.ok(&["--data", &state, "unit", "list"]), office.ok(&["unit", "list"]));
}
