//! What `strace -f -y` saw a process do to the files of a store, and say.

use std::collections::HashMap;

/// What a system call did, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Wrote to the file of this place in the list: at this offset, where one was given, what strace shows of it.
    Wrote(usize, Option<usize>, String),
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
        "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" | "ftruncate" | "fallocate" if of.is_some() => {
            let offset = arguments
                .rsplit_once(", ")
                .and_then(|(_, last)| last.trim_end_matches([' ', ')']).parse().ok())
                .filter(|_| name == "pwrite64");
            of.map(|file| Kind::Wrote(file, offset, arguments.to_owned()))
        }
        "fdatasync" | "fsync" if result == "0" => of.map(Kind::Synced),
        "write" if arguments.starts_with("1<") => {
            let text = arguments.split_once('"')?.1.rsplit_once('"')?.0;
            Some(Kind::Said(text.trim_end_matches("\\n").to_owned()))
        }
        _ => None,
    }
}

/// The acknowledgements (`ID is N`) that no sync stands behind: between the beginning of the request (`asks N`) and its
/// acknowledgement what has that id must have been written to a file, and then the same file synced.
pub(crate) fn unproven(calls: &[Call]) -> Vec<String> {
    let said = |call: &Call| if let Kind::Said(line) = &call.kind { Some((line.clone(), call.begin, call.end)) } else { None };
    let lines: Vec<_> = calls.iter().filter_map(said).collect();
    let mut unproven = Vec::new();
    for (line, spoken, _) in &lines {
        let Some((id, n)) = line.split_once(" is ") else { continue };
        let asked = lines.iter().find(|(line, _, _)| *line == format!("asks {n}")).map_or(usize::MAX, |(_, _, end)| *end);
        let behind = |file: usize, write: &Call| {
            calls.iter().any(|call| call.kind == Kind::Synced(file) && call.begin > write.end && call.end < *spoken)
        };
        let proven = calls.iter().any(|call| match &call.kind {
            Kind::Wrote(file, _, bytes) => call.begin > asked && bytes.contains(id) && behind(*file, call),
            _ => false,
        });
        if !proven {
            unproven.push(line.clone());
        }
    }
    unproven
}

/// The writes to the first of the files that overwrite what the second did not have safe: the first has parts of so many slots of so
/// many bytes, each part filled from its beginning to its end, and since the last slot of a part was filled what has the id of its
/// last meeting must have been written to the second, and then that one synced.
pub(crate) fn overwritten(calls: &[Call], slots: usize, bytes: usize) -> Vec<(usize, usize)> {
    let mut filled: Vec<(usize, &Call)> = Vec::new();
    let mut wrong = Vec::new();
    for call in calls {
        let Kind::Wrote(0, Some(offset), _) = &call.kind else { continue };
        let slot = offset / bytes;
        let before = filled.iter().rev().find(|(other, _)| other / slots == slot / slots && *other >= slot);
        if before.is_some_and(|(_, since)| !given(calls, since, call.begin)) {
            wrong.push((slot, call.begin));
        }
        filled.push((slot, call));
    }
    wrong
}

/// Whether the second file had safe by then what a write to the first holds.
fn given(calls: &[Call], write: &Call, by: usize) -> bool {
    let Kind::Wrote(_, _, bytes) = &write.kind else { return false };
    let Some(id) = bytes.rfind("LH-").and_then(|at| bytes.get(at..at + "LH-2016-0001".len())) else { return false };
    let has = |call: &&Call| matches!(&call.kind, Kind::Wrote(1, _, bytes) if bytes.contains(id)) && call.begin > write.begin;
    let mut given = calls.iter().filter(has);
    given.any(|given| calls.iter().any(|call| call.kind == Kind::Synced(1) && call.begin > given.end && call.end < by))
}

#[test]
fn a_trace_is_read_and_judged() {
    let trace = |middle: &str| {
        format!(
            "10 write(1<pipe:[7]>, \"asks 1\\n\", 7) = 7\n\
             11  pwrite64(9</s/db>, \"LH-2016-0001\"..., 512, 0 <unfinished ...>\n\
             10 pwrite64(8</s/mark>, \"x\", 1, 0) = 1\n\
             11  <... pwrite64 resumed>) = 512\n\
             {middle}\
             10 write(1<pipe:[7]>, \"LH-2016-0001 is 1\\n\", 18) = 18\n"
        )
    };
    let judged = |middle: &str| unproven(&read(&trace(middle), &["/s/slots", "/s/db"])).len();
    assert_eq!(judged("11 fdatasync(9</s/db>) = 0\n"), 0);
    assert_eq!(judged("11 fdatasync(9</s/db> <unfinished ...>\n11 <... fdatasync resumed>) = 0\n"), 0);
    assert_eq!(judged("11 fdatasync(8</s/mark>) = 0\n"), 1, "another file");
    assert_eq!(judged("11 fdatasync(9</s/db>) = -1 EIO (Input/output error)\n"), 1, "a failed one");
    assert_eq!(judged("11 sync_file_range(9</s/db>, 0, 0, 7) = 0\n"), 1, "not to the disk");
    assert_eq!(judged("11 fdatasync(7</s/slots>) = 0\n"), 1, "the other one");
    assert_eq!(judged("11 pwrite64(7</s/slots>, \"LH-2016-0002\", 1, 0) = 1\n11 fdatasync(7</s/slots>) = 0\n"), 1, "another meeting");
    assert_eq!(judged("11 pwrite64(7</s/slots>, \"a LH-2016-0001 b\", 1, 0) = 1\n11 fdatasync(7</s/slots>) = 0\n"), 0);
    assert_eq!(judged("11 fdatasync(7</s/slots>) = 0\n11 pwrite64(7</s/slots>, \"LH-2016-0001\", 1, 0) = 1\n"), 1, "the wrong way round");
    assert_eq!(judged(""), 1);
}

#[test]
fn an_overwriting_trace_is_judged() {
    let id = |n: usize| format!("LH-2016-{n:04}");
    // Each slot with a meeting of its own; before the nth the engine writes down that of another, and syncs.
    let judged = |slots: &[usize], given: Option<(usize, usize)>| {
        let write = |(n, slot): (usize, &usize)| {
            let before = match given {
                Some((before, which)) if before == n => {
                    format!("12 pwrite64(9</s/db>, \"{}\", 1, 0) = 1\n12 fdatasync(9</s/db>) = 0\n", id(which))
                }
                _ => String::new(),
            };
            before + &format!("11 pwrite64(7</s/slots>, \"{}\", 1, {}) = 1\n", id(n), slot * 10)
        };
        let trace: String = slots.iter().enumerate().map(write).collect();
        overwritten(&read(&trace, &["/s/slots", "/s/db"]), 2, 10)
    };
    assert_eq!(judged(&[0, 1, 2, 3], None), []);
    assert_eq!(judged(&[0, 1, 2, 3, 0, 1], Some((3, 1))), []);
    assert_eq!(judged(&[0, 1, 2, 3, 0, 1], None), [(0, 4), (1, 5)]);
    // Another meeting; before the part was full; only after it was filled again.
    assert_eq!(judged(&[0, 1, 2, 3, 0, 1], Some((3, 0))), [(0, 6), (1, 7)]);
    assert_eq!(judged(&[0, 1, 2, 3, 0], Some((1, 1))), [(0, 6)]);
    assert_eq!(judged(&[0, 1, 0, 1], Some((3, 1))), [(0, 2)]);
}
