//! Tables of units and mailboxes: all rows or none, every wrong place named with file, line, column, value and reason.

use super::{ATTACK, House};

/// Imports a table that is wrong; every fact must be named.
fn wrong(house: &House, kind: &str, table: impl AsRef<[u8]>, facts: &[&str]) -> String {
    let file = house.write("table.csv", table);
    let ran = house.refused(65, &[kind, "import", &file], facts);
    assert!(ran.err.contains("Không có gì được ghi."), "{}", ran.err);
    ran.err
}

#[test]
fn wrong_tables_of_units_are_refused_whole() {
    let house = House::office();
    let cases: &[(&str, &[&str])] = &[
        ("", &["table.csv:1: code"]),
        ("\n\n", &["table.csv:1: code"]),
        ("name,kind\nx,y\n", &["table.csv:1: code"]),
        ("code,name,Code\na,b,c\n", &["table.csv:1: code"]),
        ("code,name\nM1,x\nm1,y\n", &["table.csv:3: code", "m1", "2"]),
        (
            "code,name,parent\nM1,x,M2\nM2,y,M3\nM3,z,M1\n",
            &["table.csv:2: parent", "table.csv:3: parent", "table.csv:4: parent", "M1, M2, M3"],
        ),
        ("code,name,parent\nM1,x,M1\n", &["table.csv:2: parent", "M1"]),
        ("code,name,parent\nVP,Văn phòng Bộ,VP-CTTDT\n", &["table.csv:2: parent", "VP-CTTDT"]),
        ("code,name,parent\nM1,x,NOPE\n", &["table.csv:2: parent", "NOPE"]),
        ("code,name,kind\nM1,x,vụ\n", &["table.csv:2: kind", "vụ", "department"]),
        ("code,name\nM1,x,y\n", &["table.csv:2:", "3", "2"]),
        ("code,name\nM1,\"x\nM2,y\n", &["table.csv:2:"]),
        ("code,name\nM 1,x\n,y\n", &["table.csv:2: code", "M 1", "table.csv:3: code"]),
        ("code,name\nM1,\n", &["table.csv:2: name"]),
        ("code,name\nMới,x\n-M,y\n", &["table.csv:3: code", "-M"]),
        ("code,name,mail_domain\nM1,x,a\u{7}b\n", &["table.csv:2: mail_domain", "U+0007"]),
    ];
    let before = house.fingerprint();
    for (table, facts) in cases {
        wrong(&house, "unit", table, facts);
    }
    house.refused(65, &["unit", "import", &house.name("table.csv"), "--json"], &["table.csv:2: mail_domain"]);
    let err = wrong(
        &house,
        "unit",
        "code,name,kind\nX Y,A,\nM1,Tốt,office\nM2,B,nokind\nM3,C,NOPE\n",
        &["table.csv:2: code", "table.csv:4: kind", "table.csv:5: kind"],
    );
    let places: Vec<_> = ["table.csv:2", "table.csv:4", "table.csv:5"].iter().map(|place| err.find(place)).collect();
    assert!(places.is_sorted(), "{err}");
    assert!(!err.contains("M1"), "{err}");
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn other_encodings_are_named_by_what_they_look_like() {
    let house = House::office();
    let before = house.fingerprint();
    wrong(&house, "unit", b"code,name\nVTV,V\xF4 Th\xAD vi\xD6n\n", &["table.csv:2:", "TCVN3", "UTF-8"]);
    wrong(&house, "unit", b"code,name\nM1,Caf\xE9 de la R\xE9publique\n", &["table.csv:2:", "Latin-1", "UTF-8"]);
    let utf16: Vec<u8> = "\u{feff}code,name\nM1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    wrong(&house, "unit", utf16, &["UTF-16", "UTF-8"]);
    wrong(&house, "unit", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], &[".xlsx"]);
    wrong(&house, "unit", b"PK\x03\x04 no workbook at all", &["table.csv"]);
    wrong(&house, "unit", b"code,name\nM1,a\0b\n", &["table.csv"]);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn marks_semicolons_and_line_ends_do_not_matter() {
    let house = House::office();
    let cases: &[(&str, &str, &str)] = &[
        ("\u{feff}code,name\nM1,Một\n", "m1", "Một"),
        ("code;name\nM2;\"Hai; ba, bốn\"\n", "M2", "Hai; ba, bốn"),
        ("\u{feff}code;name\r\nM3;Ba\r\n", "M3", "Ba"),
        ("Code , NAME\r\nM4,Bốn", "M4", "Bốn"),
        ("code,name\n\n,\nM5,Năm\n\n", "M5", "Năm"),
        ("code,name\nM6,\"Sáu\nbảy\"\n", "M6", "Sáu bảy"),
        ("code,name\nM7,Vu\u{323} Tha\u{309}o\n", "M7", "Vụ Thảo"),
    ];
    for (table, code, name) in cases {
        let done = house.json(&["unit", "import", &house.write("table.csv", table)]);
        assert_eq!((&done["added"], &done["rows"]), (&1.into(), &1.into()), "{table:?}");
        assert_eq!(house.json(&["unit", "show", code])["name"], *name, "{table:?}");
    }
    assert_eq!(house.json(&["search", "Vu\u{323} Tha\u{309}o"])[0]["id"], "M7");
    assert_eq!(house.json(&["search", "vu thao", "--kind", "unit"])[0]["id"], "M7");
    assert!(house.ok(&["unit", "list"]).lines().all(|line| !line.contains('\r')));
}

#[test]
fn a_table_with_a_header_and_no_rows_is_valid() {
    let house = House::office();
    for (kind, table) in [("unit", "code,name\n"), ("unit", "code\r\n"), ("mailbox", "\u{feff}address;kind\n")] {
        let file = house.write("table.csv", table);
        let done = house.untouched(|| house.json(&[kind, "import", &file]));
        assert_eq!((&done["rows"], &done["added"]), (&0.into(), &0.into()));
    }
}

#[test]
fn unknown_columns_are_ignored_and_named_once() {
    let house = House::office();
    let table = format!("code,name,ghi chú,\u{1b}[31mđỏ\nM1,Một,a,{ATTACK}\nM2,Hai,b,c\n");
    let ran = house.run(&["unit", "import", &house.write("table.csv", table)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.err.matches("ghi chú").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("đỏ") && ran.out.lines().count() == 1, "{ran:?}");
}

#[test]
fn wrong_tables_of_mailboxes_are_refused_whole() {
    let house = House::office();
    let cases: &[(&str, &[&str])] = &[
        ("address,kind,unit,state\na@gmail.com,shared,VPC,active\n", &["table.csv:2: address", "a@gmail.com", "VPC", "chinhphu.vn"]),
        ("address,kind,unit,state\na@evilgov.vn,shared,TCDL,active\n", &["table.csv:2: address", "evilgov.vn", "gov.vn"]),
        ("address,kind,unit,state\na@gov.vn,shared,VDT,active\n", &["table.csv:2: address", "VDT", "chinhphu.vn"]),
        ("address,kind,unit,state\na@chinhphu.vn.evil.com,shared,VDT,active\n", &["table.csv:2: address"]),
        ("address,kind,unit,state\na@evilchinhphu.vn,personal,VDT,active\n", &["table.csv:2: address"]),
        ("address,kind,unit,state\n\"\"\"a b\"\"@chinhphu.vn\",shared,VDT,active\n", &["table.csv:2: address"]),
        ("address,kind,unit,state\nvăn@chinhphu.vn,shared,VDT,active\n", &["table.csv:2: address", "ASCII"]),
        (
            "address,kind,unit,state\na b@chinhphu.vn,shared,VDT,active\n@chinhphu.vn,shared,VDT,active\n",
            &["table.csv:2: address", "table.csv:3: address"],
        ),
        ("address,kind,unit,state\na@chinhphu.vn,shared,NOPE,active\n", &["table.csv:2: unit", "NOPE"]),
        ("address,kind,unit,state\na@chinhphu.vn,shared,VDT,active\nA@ChinhPhu.vn,shared,VDT,active\n", &["table.csv:3: address", "2"]),
        (
            "address,kind,unit,state\na@chinhphu.vn,shared,VDT,active\nb@chinhphu.vn,shared,VDT,active\n",
            &["primary", "VDT", "a@chinhphu.vn, b@chinhphu.vn"],
        ),
        ("address,kind,unit,state\nb@chinhphu.vn,shared,VP,active\n", &["table.csv:2: primary", "VP", "vanphong-vhttdl@chinhphu.vn"]),
        (
            "address,kind,unit,state,primary\na@chinhphu.vn,shared,VDT,active,yes\nb@chinhphu.vn,shared,VDT,active,yes\n",
            &["primary", "VDT"],
        ),
        ("address,kind,unit,state\na@chinhphu.vn,public,VDT,live\n", &["table.csv:2: kind", "shared", "table.csv:2: state", "active"]),
        (
            "address,kind,unit,state,quota_mb,primary\na@chinhphu.vn,shared,VDT,active,-1,maybe\n",
            &["table.csv:2: quota_mb", "-1", "table.csv:2: primary"],
        ),
        ("address\na@chinhphu.vn\n", &["table.csv:2: kind"]),
        ("address,kind,unit,state,custodian\na@chinhphu.vn,shared,VDT,active,Lan\u{1b}[1m\n", &["table.csv:2: custodian", "U+001B"]),
    ];
    let before = house.fingerprint();
    for (table, facts) in cases {
        wrong(&house, "mailbox", table, facts);
    }
    let one_wrong = "address,kind,unit,state\ngood@chinhphu.vn,shared,VDT,active\nbad@gmail.com,shared,VGD,active\n";
    wrong(&house, "mailbox", one_wrong, &["table.csv:3: address"]);
    house.refused(65, &["mailbox", "show", "good@chinhphu.vn"], &["good@chinhphu.vn"]);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn what_changed_is_counted_and_what_was_taken_back_stays_away() {
    let house = House::office();
    let units = house.json(&["unit", "import", &house.write("table.csv", "code,name\ncda,Cục Điện ảnh mới\nVP,Văn phòng Bộ\nM1,Một\n")]);
    assert_eq!((&units["added"], &units["changed"], &units["unchanged"]), (&1.into(), &1.into(), &1.into()));
    // An empty cell means that nothing is known, not that nothing is there.
    assert_eq!(house.json(&["unit", "show", "CDA"])["kind"], "agency");
    let revoked = house.write("revoked.csv", "address,state\nvanphong-vhttdl@chinhphu.vn,revoked\n");
    assert_eq!(house.json(&["mailbox", "import", &revoked])["changed"], 1);
    assert_eq!(house.json(&["mailbox", "show", "vanphong-vhttdl@chinhphu.vn"])["unit"], "VP");
    wrong(&house, "mailbox", "address,state\nvanphong-vhttdl@chinhphu.vn,active\n", &["table.csv:2: state"]);
    let id = house.approved(&[("--invite", "VP")]);
    house.refused(79, &["meeting", "issue", &id], &["VP", "Văn phòng Bộ"]);
}

#[test]
fn domains_reach_down_to_subdomains_and_subordinate_units() {
    let house = House::office();
    let table = "address,kind,unit,state,primary\n\
                 a@chinhphu.vn,shared,VDT,active,\nb@vp.chinhphu.vn,shared,VGD,active,\nc@gov.vn,shared,BVTTVN,active,\n\
                 d@A.B.Gov.VN,shared,TCDL,active,true\ne@chinhphu.vn,personal,VDT,active,\nf@chinhphu.vn,shared,VDT,suspended,\n";
    let done = house.json(&["mailbox", "import", &house.write("table.csv", table)]);
    assert_eq!(done["added"], 6, "{done}");
    assert_eq!(house.json(&["mailbox", "show", "d@a.b.gov.vn"])["primary"], true);
}

#[test]
fn what_would_steer_a_terminal_comes_back_in_words() {
    let house = House::office();
    let before = house.fingerprint();
    wrong(&house, "unit", format!("code,name\nM1,a{ATTACK}b\n"), &["table.csv:2: name", "U+001B"]);
    wrong(&house, "unit", format!("code,name\n{ATTACK},x\n"), &["table.csv:2: code", "\\u{1b}"]);
    wrong(&house, "unit", format!("code,name,kind\nM1,x,{ATTACK}\n"), &["table.csv:2: kind", "\\u{1b}"]);
    wrong(&house, "unit", format!("code,name\nM1,x,{ATTACK}\n"), &["table.csv:2:", "\\u{1b}"]);
    wrong(&house, "unit", format!("{ATTACK},x\n"), &["table.csv:1: code", "\\u{1b}"]);
    wrong(&house, "mailbox", format!("address,kind,unit\n{ATTACK}@chinhphu.vn,shared,VP\n"), &["table.csv:2: address", "\\u{1b}"]);
    wrong(&house, "unit", format!("code,name\nM1,a\u{1b}[2J\u{9b}\n{}", "\u{1b}[31m\n".repeat(50)), &["table.csv:2: name", "table.csv:3:"]);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn a_huge_line_is_refused_and_not_shown_whole() {
    let house = House::office();
    let before = house.fingerprint();
    let table = format!("code,name\nM1,{}\nM2,y\n", "x".repeat(2 << 20));
    let err = wrong(&house, "unit", table, &["table.csv:2:"]);
    assert!(err.len() < 2000, "{} bytes of message", err.len());
    wrong(&house, "unit", format!("code,name\n{}", "A B,x\n".repeat(2000)), &["table.csv:2:", "table.csv:2001:"]);
    let name = format!("code,name\nM1,{}\n", "x".repeat(60_000));
    wrong(&house, "unit", name, &["table.csv:2: name"]);
    assert_eq!(house.fingerprint(), before);
}

#[test]
fn a_file_that_cannot_be_read_is_66() {
    let house = House::office();
    let folder = house.name("");
    house.untouched(|| {
        for kind in ["unit", "mailbox"] {
            house.refused(66, &[kind, "import", "/no/such/file.csv"], &["/no/such/file.csv"]);
            house.refused(66, &[kind, "import", &folder], &[&folder]);
            house.refused(66, &[kind, "import", "/proc/self/mem"], &["/proc/self/mem"]);
            house.refused(65, &[kind, "import", "/dev/null"], &["/dev/null:1:"]);
            let ran = house.run_with_input(b"", &[kind, "import", "-"]);
            assert_eq!(ran.code, 65, "{}", ran.err);
        }
    });
}

#[test]
fn a_workbook_is_a_table_too() {
    let house = House::office();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [["code", "name", "kind"], ["M1", "Vụ Mới", "department"], ["M2", "Cục Mới", "agency"]].iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *cell).unwrap();
        }
    }
    let file = house.write("units.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(house.json(&["unit", "import", &file])["added"], 2);
    assert_eq!(house.json(&["unit", "show", "M2"])["kind"], "agency");
    sheet_with_an_unknown_kind(&house);
}

fn sheet_with_an_unknown_kind(house: &House) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (head, cell)) in (0u16..).zip([("code", "M3"), ("name", "x\u{202e}y"), ("kind", "cục")]) {
        sheet.write(0, column, head).unwrap();
        sheet.write(1, column, cell).unwrap();
    }
    wrong(house, "unit", book.save_to_buffer().unwrap(), &["table.csv:2: kind", "cục"]);
}
