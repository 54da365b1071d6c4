//! What `strace -f -y` saw a process do to the files of a store, and say.

use std::collections::HashMap;

/// What a system call did, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Wrote to the file of this place in the list.
    Wrote(usize),
    /// Waited until that file's data were on the disk, successfully.
    Synced(usize),
    /// Wrote this line to its standard output.
    Said(String),
}

/// A system call: the lines of the trace at which it began and ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

/// The calls of a trace that concern `files` or the standard output, by their beginning.
pub(crate) fn read(trace: &str, files: &[&str]) -> Vec<Call> {
    let mut unfinished: HashMap<&str, (String, usize)> = HashMap::new();
    let mut calls = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, event)) = line.split_once(' ') else { continue };
        let event = event.trim_start();
        let (whole, begin) = if let Some(head) = event.strip_suffix("<unfinished ...>") {
            unfinished.insert(thread, (head.to_owned(), at));
            continue;
        } else if event.starts_with("<... ") {
            let Some((head, begin)) = unfinished.remove(thread) else { continue };
            let tail = event.split_once("resumed>").unwrap().1;
            (head + tail, begin)
        } else {
            (event.to_owned(), at)
        };
        calls.extend(kind(&whole, files).map(|kind| Call { kind, begin, end: at }));
    }
    calls.sort_by_key(|call| call.begin);
    calls
}

fn kind(call: &str, files: &[&str]) -> Option<Kind> {
    let (name, rest) = call.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let path = arguments.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
    let of = path.and_then(|path| files.iter().position(|file| path == *file));
    match name {
        // One that was refused may have written all the same.
        "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" | "ftruncate" | "fallocate" if of.is_some() => of.map(Kind::Wrote),
        "fdatasync" | "fsync" if result == "0" => of.map(Kind::Synced),
        "write" if arguments.starts_with("1<") => {
            let text = arguments.split_once('"')?.1.rsplit_once('"')?.0;
            Some(Kind::Said(text.trim_end_matches("\\n").to_owned()))
        }
        _ => None,
    }
}

/// The acknowledgements (`… is N`) that no sync stands behind: between the beginning of the request (`asks N`) and its
/// acknowledgement a file must have been written, then the same one synced. `alone`: requests come one after the other, so that the
/// sync must have begun after the *last* write before the acknowledgement had ended.
pub(crate) fn unproven(calls: &[Call], alone: bool) -> Vec<String> {
    let said = |call: &Call| if let Kind::Said(line) = &call.kind { Some((line.clone(), call.begin, call.end)) } else { None };
    let lines: Vec<_> = calls.iter().filter_map(said).collect();
    let mut unproven = Vec::new();
    for (line, spoken, _) in &lines {
        let Some((_, n)) = line.split_once(" is ") else { continue };
        let asked = lines.iter().find(|(line, _, _)| *line == format!("asks {n}")).map_or(usize::MAX, |(_, _, end)| *end);
        let mut writes = calls.iter().filter(|call| matches!(call.kind, Kind::Wrote(_)) && call.begin > asked && call.begin < *spoken);
        let write = if alone { writes.next_back() } else { writes.next() };
        let proof = write.and_then(|write| calls.iter().find(|call| syncs(call, write) && call.begin > write.end && call.end < *spoken));
        if proof.is_none() {
            unproven.push(line.clone());
        }
    }
    unproven
}

fn syncs(call: &Call, write: &Call) -> bool {
    matches!((&call.kind, &write.kind), (Kind::Synced(file), Kind::Wrote(written)) if file == written)
}

#[test]
fn a_trace_is_read_and_judged() {
    let trace = |middle: &str| {
        format!(
            "10 write(1<pipe:[7]>, \"asks 1\\n\", 7) = 7\n\
             11  pwrite64(9</s/db>, \"x\"..., 512, 0 <unfinished ...>\n\
             10 pwrite64(8</s/mark>, \"x\", 1, 0) = 1\n\
             11  <... pwrite64 resumed>) = 512\n\
             {middle}\
             10 write(1<pipe:[7]>, \"LH-2016-0001 is 1\\n\", 18) = 18\n"
        )
    };
    let judged = |middle: &str| unproven(&read(&trace(middle), &["/s/slots", "/s/db"]), true).len();
    assert_eq!(judged("11 fdatasync(9</s/db>) = 0\n"), 0);
    assert_eq!(judged("11 fdatasync(9</s/db> <unfinished ...>\n11 <... fdatasync resumed>) = 0\n"), 0);
    assert_eq!(judged("11 fdatasync(8</s/mark>) = 0\n"), 1, "another file");
    assert_eq!(judged("11 fdatasync(9</s/db>) = -1 EIO (Input/output error)\n"), 1, "a failed one");
    assert_eq!(judged("11 fdatasync(9</s/db>) = 0\n10 pwrite64(9</s/db>, \"y\", 1, 0) = 1\n"), 1, "a later write");
    assert_eq!(judged("11 sync_file_range(9</s/db>, 0, 0, 7) = 0\n"), 1, "not to the disk");
    assert_eq!(judged("11 fdatasync(7</s/slots>) = 0\n"), 1, "the other one");
    assert_eq!(judged("11 pwrite64(7</s/slots>, \"y\", 1, 0) = 1\n11 fdatasync(7</s/slots>) = 0\n"), 0);
    assert_eq!(judged(""), 1);
}
