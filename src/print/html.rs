//! A sheet as a page: a whole HTML document without scripts and without references to anything outside it.

use std::fmt::Write as _;

use crate::print::sheet::{Annex, Block, COUNTRY, DRAFT, MOTTO, SIGNATURE, Sheet};

/// Sizes and margins of annex I (I and II): A4, margins 20/15/20/30 mm, Times New Roman 13 to 14 points, the list of
/// recipients 11 to 12, the first line of a paragraph indented by 1 cm. Screens narrower than the page get narrower margins.
const STYLE: &str = "\
@page{size:A4;margin:20mm 15mm 20mm 30mm}
html{background:#fff;color:#000}
body{margin:0 auto;max-width:165mm;padding:1em;font:14pt/1.4 'Times New Roman',Tinos,'Liberation Serif',serif}
table{width:100%;border-collapse:collapse}
td{vertical-align:top;padding:0;text-align:center}
p{margin:0 0 6pt}
h1,h2{margin:0;font-size:14pt;text-align:center}
.organ,.country{font-size:12pt;font-weight:bold}
.motto{font-weight:bold}
.number{font-size:13pt}
.dated{font-style:italic}
.open{white-space:pre-wrap}
.rule{display:block;width:40%;margin:2pt auto 6pt;border:0;border-top:1px solid #000}
.motto+.rule{width:60%}
.stamp{display:inline-block;margin:6pt 0;padding:2pt 12pt;border:2px solid #c00;color:#c00;font-weight:bold}
.draft{display:inline-block;margin:6pt 0;padding:2pt 12pt;border:2px solid #555;color:#555;font-weight:bold}
.title{margin:18pt 0 12pt;text-align:center}
.subject{margin:0;font-weight:bold;text-align:center}
.content p{text-indent:1cm;text-align:justify;overflow-wrap:anywhere}
.content ul{margin:0 0 6pt;padding-left:2cm;list-style:'- '}
.foot{margin-top:12pt}
.foot td{width:50%}
.foot .to{text-align:left;font-size:11pt}
.foot .to p{font-size:12pt;font-weight:bold;font-style:italic;margin:0}
.foot ul{margin:0;padding-left:1em;list-style:'- '}
.sign{font-weight:bold;padding-bottom:3cm}
.annex{margin-top:24pt;padding-top:18pt;border-top:1px solid #000}
.annex .belongs{font-style:italic;text-align:center}
@media print{body{max-width:none;padding:0}.annex{break-before:page;border-top:0}}
";

/// Sets the sheet.
pub(super) fn html(sheet: &Sheet) -> String {
    let title = format!(
        "{} - {}",
        sheet.number.as_deref().map_or_else(|| sheet.kind.to_owned(), |n| format!("{} {}", sheet.kind, n.trim())),
        sheet.subject
    );
    let mut page = String::with_capacity(8 * 1024);
    page.push_str("<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put(&mut page, format_args!("<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escape(&title)));
    head(&mut page, sheet);
    put(&mut page, format_args!("<div class=\"title\">\n<h1>{}</h1>\n", escape(sheet.kind)));
    put(&mut page, format_args!("<p class=\"subject\">{}</p>\n<hr class=\"rule\">\n</div>\n", escape(&sheet.subject)));
    page.push_str("<main class=\"content\">\n");
    for block in &sheet.content {
        content(&mut page, block);
    }
    page.push_str("</main>\n");
    foot(&mut page, sheet);
    if let Some(annex) = &sheet.annex {
        appended(&mut page, annex);
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// Text as it stands between tags and within attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writing to a `String` cannot fail.
fn put(page: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(words);
}

fn head(page: &mut String, sheet: &Sheet) {
    page.push_str("<table role=\"presentation\">\n<tr>\n<td style=\"width:40%\">\n");
    put(page, format_args!("<p class=\"organ\">{}</p>\n<hr class=\"rule\">\n", escape(&sheet.office)));
    if let Some(number) = &sheet.number {
        put(page, format_args!("<p class=\"number open\">Số: {}</p>\n", escape(number)));
    }
    if let Some(stamp) = sheet.stamp {
        put(page, format_args!("<p class=\"stamp\">{}</p>\n", escape(stamp)));
    }
    put(page, format_args!("</td>\n<td>\n<p class=\"country\">{COUNTRY}</p>\n<p class=\"motto\">{MOTTO}</p>\n<hr class=\"rule\">\n"));
    put(page, format_args!("<p class=\"dated open\">{}</p>\n", escape(&sheet.dated)));
    if sheet.draft {
        put(page, format_args!("<p class=\"draft\">{DRAFT}</p>\n"));
    }
    page.push_str("</td>\n</tr>\n</table>\n");
}

fn content(page: &mut String, block: &Block) {
    match block {
        Block::Text(text) => put(page, format_args!("<p>{}</p>\n", escape(text))),
        Block::Fact(label, value) => put(page, format_args!("<p><b>{}:</b> {}</p>\n", escape(label), escape(value))),
        Block::Items(items) => list(page, "ul", items),
    }
}

fn list(page: &mut String, tag: &str, items: &[String]) {
    put(page, format_args!("<{tag}>\n"));
    for item in items {
        put(page, format_args!("<li>{}</li>\n", escape(item)));
    }
    put(page, format_args!("</{tag}>\n"));
}

fn foot(page: &mut String, sheet: &Sheet) {
    page.push_str("<table role=\"presentation\" class=\"foot\">\n<tr>\n<td class=\"to\">\n<p>Nơi nhận:</p>\n");
    list(page, "ul", &sheet.recipients);
    let [authority, post] = SIGNATURE;
    put(page, format_args!("</td>\n<td class=\"sign\">{authority}<br>{post}</td>\n</tr>\n</table>\n"));
}

fn appended(page: &mut String, annex: &Annex) {
    put(page, format_args!("<section class=\"annex\">\n<h2>{}</h2>\n", escape(annex.heading)));
    put(page, format_args!("<p class=\"belongs\">(Kèm theo {})</p>\n", escape(&annex.belongs)));
    list(page, "ol", &annex.items);
    page.push_str("</section>\n");
}
