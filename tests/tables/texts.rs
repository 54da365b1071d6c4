//! The forms a text can have.

use lichhop::domain::fault::Why;

use super::{codes, places, right, units};

const PLAIN: &str =
    "code,name,parent,kind,mail_domain\nVP,Văn phòng Bộ,,office,chinhphu.vn\nVKHTC,\"Vụ Kế hoạch, Tài chính\",VP,department,\n";

#[test]
fn separators_line_ends_and_marks_make_no_difference() {
    let expected = right(units(PLAIN));
    assert_eq!(codes(&expected), ["VP", "VKHTC"]);
    assert_eq!(expected[1].name.as_ref().unwrap().as_str(), "Vụ Kế hoạch, Tài chính");
    let semicolons =
        "code;name;parent;kind;mail_domain\nVP;Văn phòng Bộ;;office;chinhphu.vn\nVKHTC;Vụ Kế hoạch, Tài chính;VP;department;\n";
    for text in [PLAIN, semicolons] {
        for text in [text.to_owned(), text.replace('\n', "\r\n"), text.trim_end().to_owned(), text.replace('\n', "\r")] {
            assert_eq!(right(units(&text)), expected, "{text}");
            assert_eq!(right(units(format!("\u{feff}{text}"))), expected, "{text}");
        }
    }
}

#[test]
fn a_header_of_one_name_and_a_quoted_header_are_headers() {
    assert_eq!(codes(&right(units("CODE\nvp\n"))), ["VP"]);
    assert_eq!(codes(&right(units("\"code\";\"name\"\n\"vp\";\"Văn phòng, Bộ\"\n"))), ["VP"]);
    assert_eq!(codes(&right(units("\n;;\n Name ; Code \nVăn phòng;vp\n"))), ["VP"]);
}

#[test]
fn both_forms_of_a_letter_are_one() {
    let rows = right(units("code,nam\u{65},kind\nVP,Va\u{306}n pho\u{300}ng Bo\u{323}\u{302},office\n"));
    assert_eq!(rows[0].name.as_ref().unwrap().as_str(), "Văn phòng Bộ");
}

#[test]
fn lines_are_those_of_the_file() {
    let table = units("code,name\n\nA,\"Vụ\nKế hoạch,\r\nTài chính\"\n\n , \n\"!\",x\r\nB,\n");
    assert_eq!(places(&table), [(8, "code", &Why::Code)]);
    assert_eq!(codes(&table.rows), ["A", "B"]);
    assert_eq!(table.rows[0].name.as_ref().unwrap().as_str(), "Vụ Kế hoạch, Tài chính");
    assert_eq!((table.rows[0].line, table.rows[1].line), (3, 9));
}

#[test]
fn what_is_empty_is_said_to_be_empty() {
    for text in ["", "\u{feff}", "\n\n", " \r\n", ",,\n,\n", ";;;\n"] {
        assert_eq!(places(&units(text)), [(1, "code", &Why::MissingColumn)], "{text:?}");
    }
    let table = units("code,name\n");
    assert!(table.rows.is_empty() && table.wrong.is_empty());
    assert!(right(units("code,name")).is_empty());
}

#[test]
fn headers_that_do_not_fit() {
    let table = units("\nname,kind\nVP,office\n");
    assert_eq!(places(&table), [(2, "code", &Why::MissingColumn)]);
    assert_eq!(table.wrong[0].value, "name, kind");
    assert_eq!(places(&units("code,name,Code,NAME\nVP,a,b,c\n")), [(1, "code", &Why::Twice), (1, "name", &Why::Twice)]);
    // A table with tabs has no column that is known.
    assert_eq!(places(&units("code\tname\nVP\tVăn phòng\n")), [(1, "code", &Why::MissingColumn)]);
}

#[test]
fn unknown_columns_are_ignored_and_named_once() {
    let table = units("code,Ghi chú,name,,phone, ,Phone,phone\nVP,\"a\nb\",Văn phòng,x,1,,2,3\n");
    assert_eq!(table.ignored_columns, ["Ghi chú", "phone", "Phone", "#4"]);
    assert_eq!(codes(&right(table)), ["VP"]);
}

#[test]
fn rows_have_as_many_cells_as_the_header() {
    let table = units("code,name,kind\nA,x\nB,x,office,,\nC,x,office,,y\nD,x,\nE\n");
    let cells = |found| Why::Cells { expected: 3, found };
    assert_eq!(places(&table), [(2, "", &cells(2)), (4, "", &cells(5)), (6, "", &cells(1))]);
    assert_eq!(codes(&table.rows), ["B", "D"]);
    // Semicolons at the end of every line, header and all, as spreadsheets write them.
    assert_eq!(codes(&right(units("code;name;;\nA;x;;\nB;y\n"))), ["A", "B"]);
}

#[test]
fn a_quotation_mark_never_swallows_rows() {
    let table = units("code,name,note\nA,x,\"y\nB,x,y\nC,x,y\n");
    assert_eq!(table.wrong.len(), 1);
    assert!(matches!(&table.wrong[0], wrong if wrong.line == Some(2) && matches!(wrong.why, Why::Unreadable { .. })), "{:?}", table.wrong);
    let table = units("code,name,note\nA,x,\"y\nB,x,\"y\nC,x,y\n");
    assert!(table.wrong.iter().any(|wrong| wrong.line == Some(2)), "{:?}", table.wrong);
    assert_eq!(right(units("code,name\nA,Phòng 5\" x\n"))[0].name.as_ref().unwrap().as_str(), "Phòng 5\" x");
    assert_eq!(right(units("code,name\nA,\"Phòng \"\"x\"\"\"\n"))[0].name.as_ref().unwrap().as_str(), "Phòng \"x\"");
}

#[test]
fn a_huge_line_is_refused_with_its_number() {
    let huge = "x".repeat(70_000);
    let table = units(format!("code,name\nA,a\nB,{huge}\nC,\"c\n{huge}\"\nD,d\n"));
    let limit = Why::TooLarge { limit: 65_536 };
    assert_eq!(places(&table), [(3, "", &limit), (5, "", &limit)]);
    assert!(table.wrong.iter().all(|wrong| wrong.value.chars().count() == 200));
    assert_eq!(codes(&table.rows), ["A", "D"]);
    assert_eq!(places(&units(format!("code,{huge}\nA,a\n"))), [(1, "", &limit)]);
}

#[test]
fn other_encodings_are_refused_with_their_names() {
    let looks = |bytes: &[u8]| {
        let table = units(bytes);
        assert!(table.rows.is_empty() && table.wrong.len() == 1);
        match &table.wrong[0].why {
            Why::Encoding { looks_like } => (table.wrong[0].line.unwrap(), looks_like.clone()),
            why => panic!("{why:?}"),
        }
    };
    let like = |line, name: &str| (line, Some(name.to_owned()));
    assert_eq!(looks(b"code,name\nVP,x\nVTV,V\xF4 Th\xAD vi\xD6n\n"), like(3, "TCVN3"));
    assert_eq!(looks(b"code,name\nVP,Caf\xE9\n"), like(2, "Latin-1"));
    let utf16: Vec<u8> = "\u{feff}code,name\nVP,Văn phòng\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(looks(&utf16), like(1, "UTF-16"));
}

#[test]
fn many_rows_are_read() {
    let rows: Vec<String> = (0..6_500).map(|row| format!("U{row},\"Đơn vị số {row}\",,department,chinhphu.vn")).collect();
    let rows = right(units(format!("code,name,parent,kind,mail_domain\n{}\n", rows.join("\n"))));
    assert_eq!((rows.len(), rows[6_499].line), (6_500, 6_501));
}
