use chrono::Datelike;
use proptest::prelude::*;

use super::*;
use crate::domain::time::YEARS;

/// Wednesday 25 November 2026, 10:00 in Vietnam.
fn now() -> DateTime<Utc> {
    "2026-11-25T03:00:00Z".parse().unwrap()
}

fn start(raw: &str) -> Result<String, WhenFault> {
    let span = parse_span(raw, now())?;
    assert_eq!(span.end, None, "{raw}");
    Ok(span.start.to_string())
}

fn end(raw: &str) -> Result<String, WhenFault> {
    end_of("2026-12-03 14:00", raw)
}

fn end_of(start: &str, raw: &str) -> Result<String, WhenFault> {
    let start = WallTime::parse(start, now()).unwrap();
    parse_end(raw, start, now()).map(|time| time.to_string())
}

#[test]
fn what_is_exact_is_exact() {
    for raw in ["2026-12-05 14:00", "05/12/2026 14h00", "2026-12-05T14:00", "2026-12-05T07:00:00Z", "5.12.2026 14 giờ 00"] {
        assert_eq!(start(raw).unwrap(), "14:00 05/12/2026", "{raw}");
    }
}

#[test]
fn a_bare_hour_is_today() {
    for (raw, time) in [
        ("14h", "14:00"),
        ("8g30", "08:30"),
        ("8h 30", "08:30"),
        ("8h30", "08:30"),
        ("8H30'", "08:30"),
        ("8 giờ 30 phút", "08:30"),
        ("8 giờ rưỡi", "08:30"),
        ("8h rưỡi sáng", "08:30"),
        ("14:00", "14:00"),
        ("3h chiều", "15:00"),
        ("chiều 3h", "15:00"),
        ("3h30 chiều nay", "15:30"),
        ("15h chiều", "15:00"),
        ("12h trưa", "12:00"),
        ("1h trưa", "13:00"),
        ("7h tối", "19:00"),
        ("TOI NAY 7H", "19:00"),
        ("7h sáng", "07:00"),
        ("3pm", "15:00"),
        ("3:30 pm", "15:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("lúc 14h hôm nay", "14:00"),
        ("today 9am", "09:00"),
    ] {
        assert_eq!(start(raw), Ok(format!("{time} 25/11/2026")), "{raw}");
    }
}

#[test]
fn days_are_read_in_any_order() {
    for (raw, day) in [
        ("14h 05/12", "05/12/2026"),
        ("05/12 14h00", "05/12/2026"),
        ("5-12 14h", "05/12/2026"),
        ("14h, 5.12", "05/12/2026"),
        ("14h00 05/12/2027", "05/12/2027"),
        ("14h 5/12/26", "05/12/2026"),
        ("5.12.26 14h", "05/12/2026"),
        ("14h 5-12-27", "05/12/2027"),
        ("14h 1/2/00", "01/02/2000"),
        ("14h 1/2/99", "01/02/2099"),
        ("14h 5 tháng 12 năm 26", "05/12/2026"),
        ("14 giờ 00, thứ Bảy, ngày 05/12/2026", "05/12/2026"),
        ("14 giờ 00 phút ngày 05 tháng 12 năm 2026", "05/12/2026"),
        ("14h 5 tháng 12", "05/12/2026"),
        ("ngày 5 tháng 12 lúc 14h", "05/12/2026"),
        ("14h ngày 5", "05/12/2026"),
        ("14h mồng 5", "05/12/2026"),
        ("mùng 5, 14h", "05/12/2026"),
        ("mong 10 14h", "10/12/2026"),
        ("14h ngày mồng 1", "01/12/2026"),
        ("14h mùng 5 tháng 1", "05/01/2027"),
        ("14h mùng 5/1", "05/01/2027"),
        ("14h 25/11", "25/11/2026"),
        ("từ 14h ngày 5/12", "05/12/2026"),
        ("from 14h on 5/12", "05/12/2026"),
        ("14h mai", "26/11/2026"),
        ("ngày mai 14h", "26/11/2026"),
        ("2h chiều mai", "26/11/2026"),
        ("14h tomorrow", "26/11/2026"),
        ("14h mốt", "27/11/2026"),
        ("14h ngay kia", "27/11/2026"),
        ("14h ngày mốt", "27/11/2026"),
    ] {
        assert_eq!(start(raw), Ok(format!("14:00 {day}")), "{raw}");
    }
}

#[test]
fn a_day_of_the_office_may_begin_with_its_part() {
    for (raw, time) in [
        ("sáng 27/11 từ 8h", "08:00 27/11/2026"),
        ("chiều 27/11 từ 2h", "14:00 27/11/2026"),
        ("từ 8h sáng 27/11", "08:00 27/11/2026"),
        ("27/11 từ 8h00", "08:00 27/11/2026"),
        ("sáng thứ tư từ 9h", "09:00 02/12/2026"),
    ] {
        assert_eq!(start(raw), Ok(time.to_owned()), "{raw}");
    }
}

#[test]
fn a_day_without_a_year_has_passed_lately_or_comes_within_a_year() {
    let from = |today: &str, raw: &str| {
        let now = WallTime::parse(today, now()).unwrap().instant();
        parse_span(raw, now).map(|span| span.start.day().to_string())
    };
    for (today, raw, day) in [
        ("2026-11-25 10:00", "8h 25/11", "2026-11-25"),
        ("2026-11-25 10:00", "22/11 8h", "2026-11-22"),
        ("2026-11-25 10:00", "8h ngày 22 tháng 11", "2026-11-22"),
        // A quarter back, and a day more.
        ("2026-11-25 10:00", "8h 25/8", "2026-08-25"),
        ("2026-11-25 10:00", "8h 24/8", "2027-08-24"),
        ("2026-11-25 10:00", "8h 5/1", "2027-01-05"),
        // Around New Year.
        ("2027-01-04 10:00", "8h 28/12", "2026-12-28"),
        ("2027-01-04 10:00", "8h 4/1", "2027-01-04"),
        ("2026-12-28 10:00", "8h 4/1", "2027-01-04"),
        // A leap day that is near, ahead or behind.
        ("2027-11-25 10:00", "8h 29/2", "2028-02-29"),
        ("2028-03-05 10:00", "8h 29/2", "2028-02-29"),
    ] {
        assert_eq!(from(today, raw), Ok(day.to_owned()), "{today}: {raw}");
    }
    for (today, raw, said) in [
        ("2026-11-25 10:00", "29/2 8h", "29/2/2027"),
        ("2026-11-25 10:00", "8h 29 tháng 2", "29 tháng 2 năm 2027"),
        ("2027-03-05 10:00", "8h 29-2", "29-2/2027"),
        ("2026-11-25 10:00", "8h 30/2", "30/2"),
        ("2026-11-25 10:00", "8h 0/2", "0/2"),
        ("2026-11-25 10:00", "8h 31/4", "31/4"),
    ] {
        assert_eq!(from(today, raw), Err(WhenFault::NoSuchDay(said.to_owned())), "{today}: {raw}");
    }
    // The end lies after the start, in the next year too; one before it is not a year later.
    assert_eq!(end("17h 05/01").unwrap(), "17:00 05/01/2027");
    assert_eq!(end("17h 02/12").unwrap(), "17:00 02/12/2026");
}

#[test]
fn weekdays_are_the_coming_ones() {
    for (raw, day) in [
        ("14h thứ 5", "26/11/2026"),
        ("14h t5", "26/11/2026"),
        ("T5 14h", "26/11/2026"),
        ("thứ năm 14h", "26/11/2026"),
        ("thu 5 14h", "26/11/2026"),
        ("thu nam, 14h", "26/11/2026"),
        ("thứ5 14h", "26/11/2026"),
        ("thu 14h", "26/11/2026"),
        ("Thursday 2pm", "26/11/2026"),
        ("14h cn", "29/11/2026"),
        ("chủ nhật 14h", "29/11/2026"),
        ("sun 14:00", "29/11/2026"),
        ("14h thứ hai", "30/11/2026"),
        ("mon 2pm", "30/11/2026"),
        // Today, while the hour is yet to come.
        ("14h thứ 4", "25/11/2026"),
        ("14h thứ tư tới", "02/12/2026"),
        ("2h chiều thứ 6 này", "27/11/2026"),
        ("14h thứ 2 tuần này", "23/11/2026"),
        ("14h thứ 5 tuần sau", "03/12/2026"),
        ("tuần tới thứ năm 14h", "03/12/2026"),
        ("next thu 2pm", "03/12/2026"),
        ("14h t5, 26/11", "26/11/2026"),
    ] {
        assert_eq!(start(raw), Ok(format!("14:00 {day}")), "{raw}");
    }
    assert_eq!(start("10h thứ 4").unwrap(), "10:00 02/12/2026");
    assert_eq!(start("9h t4").unwrap(), "09:00 02/12/2026");
    assert_eq!(start("thứ 5 tối 7h").unwrap(), "19:00 26/11/2026");
    assert_eq!(start("thứ 5 tới 7h").unwrap(), "07:00 26/11/2026");
}

#[test]
fn what_is_not_understood_is_named() {
    use WhenFault::{Day, Form, Hour, NoHour, Unread, Weekday};
    let of = |part: fn(String) -> WhenFault, said: &str| part(said.to_owned());
    let weekday = |day: &str| Weekday(day.parse().unwrap());
    for (raw, fault) in [
        ("", Form),
        (" ", Form),
        ("14", Form),
        ("2026", Form),
        ("+2h", Form),
        ("lúc nào đó", Form),
        ("14h14h", Form),
        ("mai", NoHour),
        ("thứ 5", NoHour),
        ("chiều mai", NoHour),
        ("05/12", NoHour),
        ("mồng 5", NoHour),
        // The hour.
        ("mai 14", of(Hour, "14")),
        ("05/12 mười giờ", of(Hour, "mười giờ")),
        ("3 chiều", of(Hour, "3")),
        ("13h sáng", of(Hour, "13h sáng")),
        ("12h sáng", of(Hour, "12h sáng")),
        ("12h tối", of(Hour, "12h tối")),
        ("9h chiều", of(Hour, "9h chiều")),
        ("mai 4h tối", of(Hour, "4h tối")),
        ("14pm", of(Hour, "14pm")),
        // The day.
        ("14h 5/x", of(Day, "5/x")),
        ("14h 12/2026", of(Day, "12/2026")),
        ("14h 05/12/026", of(Day, "05/12/026")),
        ("14h mồng 11", of(Day, "mồng 11")),
        ("14h thứ 8", of(Day, "thứ 8")),
        ("thứ 14h", of(Day, "thứ")),
        ("14h thứ", of(Day, "thứ")),
        ("14h hôm qua", of(Day, "hôm qua")),
        ("14h tới", of(Day, "tới")),
        ("14h thứ 2 này", of(Day, "thứ 2 này")),
        ("14h tuần sau", of(Day, "tuần sau")),
        ("next 14h", of(Day, "next")),
        ("14h mai tuần sau", of(Day, "mai tuần sau")),
        ("1 2h", of(Day, "1")),
        ("14h 5 1", of(Day, "1")),
        ("2h pm 3", of(Day, "3")),
        // Something else.
        ("14h 05/12 ở đâu đó", of(Unread, "ở đâu đó")),
        ("14h mùng 5 Tết", of(Unread, "Tết")),
        ("14h 15h", of(Unread, "15h")),
        ("14h mai mốt", of(Unread, "mốt")),
        ("sáng chiều 3h", of(Unread, "chiều")),
        ("thu 5 toi 7h", of(Unread, "toi")),
        // A weekday that the day is not.
        ("thứ Hai 24/11", weekday("2026-11-24")),
        ("14h thứ Hai 26/11", weekday("2026-11-26")),
        ("14h thứ hai, 24/11/26", weekday("2026-11-24")),
        ("14h mai thứ 2", weekday("2026-11-26")),
    ] {
        assert_eq!(start(raw), Err(fault), "{raw}");
    }
}

#[test]
fn what_does_not_exist_is_told_apart() {
    for (raw, said) in [("25h mai", "25h"), ("25h", "25h"), ("10h60", "10h60"), ("mai 8 giờ 70", "8 giờ 70"), ("13:99 5/12", "13:99")] {
        assert_eq!(start(raw), Err(WhenFault::NoSuchHour(said.to_owned())), "{raw}");
    }
    for (raw, said) in [
        ("14h 30/2", "30/2"),
        ("14h 31/11", "31/11"),
        ("14h 30/02/2027", "30/02/2027"),
        ("30/02/2027 14h", "30/02/2027"),
        ("31/11/26 14h", "31/11/26"),
        ("14h ngày 32", "32"),
        ("14h 30 tháng 2", "30 tháng 2"),
    ] {
        assert_eq!(start(raw), Err(WhenFault::NoSuchDay(said.to_owned())), "{raw}");
    }
    assert_eq!(start("14h 05/12/3026"), Err(WhenFault::Year(3026)));
    assert_eq!(start("05/12/3026 14h"), Err(WhenFault::Year(3026)));
}

#[test]
fn a_start_may_say_the_end_too() {
    let span =
        |raw| parse_span(raw, now()).map(|span| format!("{} {}", span.start, span.end.map_or("-".to_owned(), |end| end.to_string())));
    for (raw, times) in [
        ("mai 8h-10h", "08:00 26/11/2026 10:00 26/11/2026"),
        ("8h-10h mai", "08:00 26/11/2026 10:00 26/11/2026"),
        ("8h-10h", "08:00 25/11/2026 10:00 25/11/2026"),
        ("8-10h", "08:00 25/11/2026 10:00 25/11/2026"),
        ("8h30–10h15, thứ 5", "08:30 26/11/2026 10:15 26/11/2026"),
        ("8:30-10:00 26/11", "08:30 26/11/2026 10:00 26/11/2026"),
        ("26-11 8h - 10h", "08:00 26/11/2026 10:00 26/11/2026"),
        ("8h đến 10h", "08:00 25/11/2026 10:00 25/11/2026"),
        ("8H DEN 10H MAI", "08:00 26/11/2026 10:00 26/11/2026"),
        ("từ 8 giờ 30 đến 10 giờ mai", "08:30 26/11/2026 10:00 26/11/2026"),
        ("8h tới 10h thứ 5 tới", "08:00 26/11/2026 10:00 26/11/2026"),
        ("2026-12-05 8h-10h", "08:00 05/12/2026 10:00 05/12/2026"),
        // A part of the day holds for both, where that can be.
        ("2h-4h chiều mai", "14:00 26/11/2026 16:00 26/11/2026"),
        ("2h chiều - 4h", "14:00 25/11/2026 16:00 25/11/2026"),
        ("8h-2h chiều", "08:00 25/11/2026 14:00 25/11/2026"),
        ("8h sáng đến 2h chiều", "08:00 25/11/2026 14:00 25/11/2026"),
        ("11h-1h trưa", "11:00 25/11/2026 13:00 25/11/2026"),
        ("8h sáng - 10h", "08:00 25/11/2026 10:00 25/11/2026"),
        // As the office writes it.
        ("27/11 từ 8h00 đến 11h30", "08:00 27/11/2026 11:30 27/11/2026"),
        ("từ 8h00 đến 11h30 ngày 27/11", "08:00 27/11/2026 11:30 27/11/2026"),
        ("8h00 - 11h30 ngày 27/11", "08:00 27/11/2026 11:30 27/11/2026"),
        ("8h00 - 11h30, thứ Sáu ngày 27/11/2026", "08:00 27/11/2026 11:30 27/11/2026"),
        ("8h00-11h30 27/11", "08:00 27/11/2026 11:30 27/11/2026"),
        ("27/11, 8h00 - 11h30", "08:00 27/11/2026 11:30 27/11/2026"),
        ("ngày 27/11 từ 8 giờ đến 11 giờ 30 phút", "08:00 27/11/2026 11:30 27/11/2026"),
        ("27 tháng 11 từ 8h đến 11h30", "08:00 27/11/2026 11:30 27/11/2026"),
        ("sáng 27/11 từ 8h đến 11h30", "08:00 27/11/2026 11:30 27/11/2026"),
        ("chiều 27/11 từ 2h đến 4h", "14:00 27/11/2026 16:00 27/11/2026"),
        ("chiều thứ 6 từ 14h đến 16h30", "14:00 27/11/2026 16:30 27/11/2026"),
        ("thứ tư từ 14h đến 16h", "14:00 25/11/2026 16:00 25/11/2026"),
        ("thu tu tu 14h den 16h", "14:00 25/11/2026 16:00 25/11/2026"),
        ("27/11 tu 8h den 11h30", "08:00 27/11/2026 11:30 27/11/2026"),
        // Each its own day.
        ("8h 5/12 - 17h 6/12", "08:00 05/12/2026 17:00 06/12/2026"),
        // A weekday that is today still is for the end.
        ("8h-11h thứ 4", "08:00 02/12/2026 11:00 02/12/2026"),
        // That it ends before it begins is not looked at.
        ("10h-8h", "10:00 25/11/2026 08:00 25/11/2026"),
    ] {
        assert_eq!(span(raw), Ok(times.to_owned()), "{raw}");
    }
    for (raw, fault) in [
        ("mai 8h-25h", WhenFault::NoSuchHour("25h".into())),
        ("8h-10h 31/11", WhenFault::NoSuchDay("31/11".into())),
        ("8h-10h thứ hai 26/11", WhenFault::Weekday("2026-11-26".parse().unwrap())),
        ("mai 8h-9h-10h", WhenFault::Hour("8h-9h-10h".into())),
        ("mai 8h-", WhenFault::Hour("8h-".into())),
        ("8h đến", WhenFault::Day("đến".into())),
    ] {
        assert_eq!(span(raw), Err(fault), "{raw}");
    }
    assert_eq!(end("8h-10h"), Err(WhenFault::Form), "an end has no end");
}

#[test]
fn an_end_may_be_that_of_a_part_of_the_day() {
    for (start, raw, time) in [
        ("2026-12-03 08:00", "hết buổi", "12:00"),
        ("2026-12-03 14:00", "HET BUOI", "18:00"),
        ("2026-12-03 19:00", "đến hết buổi", "22:00"),
        ("2026-12-03 08:00", "hết buổi chiều", "18:00"),
        ("2026-12-03 08:00", "hết sáng", "12:00"),
        ("2026-12-03 14:00", "hết tối", "22:00"),
    ] {
        assert_eq!(end_of(start, raw), Ok(format!("{time} 03/12/2026")), "{start} {raw}");
        let start = WallTime::parse(start, now()).unwrap();
        assert!(raw != "hết buổi" || parse_end(raw, start, now()) == Ok(start.session_end()), "as without an end");
    }
    assert_eq!(end("hết"), Err(WhenFault::Form));
    for (raw, follows) in
        [("hết buổi", true), ("+2h", true), ("90 phút", true), ("16h", false), ("16h mai", false), ("", false), ("+", false)]
    {
        assert_eq!(end_follows_start(raw), follows, "{raw}");
    }
}

#[test]
fn an_end_is_on_the_day_of_the_start() {
    for (raw, time) in [
        ("16h", "16:00 03/12/2026"),
        ("16:30", "16:30 03/12/2026"),
        ("4h chiều", "16:00 03/12/2026"),
        ("đến 16h", "16:00 03/12/2026"),
        ("tới 16h", "16:00 03/12/2026"),
        ("2h", "02:00 03/12/2026"),
        ("+2h", "16:00 03/12/2026"),
        ("+ 2h", "16:00 03/12/2026"),
        ("+90'", "15:30 03/12/2026"),
        ("+90 phút", "15:30 03/12/2026"),
        ("+1h30", "15:30 03/12/2026"),
        ("+1g30'", "15:30 03/12/2026"),
        ("90 phút", "15:30 03/12/2026"),
        ("90'", "15:30 03/12/2026"),
        ("2 tiếng", "16:00 03/12/2026"),
        ("2 TIENG", "16:00 03/12/2026"),
        ("2 tiếng rưỡi", "16:30 03/12/2026"),
        ("1 tiếng 30 phút", "15:30 03/12/2026"),
        ("nửa tiếng", "14:30 03/12/2026"),
        ("2 hours", "16:00 03/12/2026"),
        ("90 min", "15:30 03/12/2026"),
        ("+12h", "02:00 04/12/2026"),
        // The next such day is counted from the start, and tomorrow from today.
        ("17h t6", "17:00 04/12/2026"),
        ("17h 05/01", "17:00 05/01/2027"),
        ("17h t5", "17:00 03/12/2026"),
        ("9h t5", "09:00 10/12/2026"),
        ("17h mai", "17:00 26/11/2026"),
        ("04/12/2026 11h30", "11:30 04/12/2026"),
    ] {
        assert_eq!(end(raw), Ok(time.to_owned()), "{raw}");
    }
    for raw in ["", "+", "+x", "+0h", "+90", "+2h70", "0 phút", "90", "2 tiếng nữa", "++2h", "-2h", "+99999h", "đến", "đến "] {
        assert_eq!(end(raw), Err(WhenFault::Form), "{raw}");
    }
    assert_eq!(end("+2h mai"), Err(WhenFault::Form), "what begins with + is a length and nothing else");
    assert_eq!(end("+9999h").unwrap(), "05:00 24/01/2028");
}

#[test]
fn around_new_year_the_next_day_is_in_the_next_year() {
    // 31 December 2026, 23:30 in Vietnam; a Thursday.
    let eve = "2026-12-31T16:30:00Z".parse().unwrap();
    let read = |raw| parse_span(raw, eve).map(|span| span.start.to_string());
    for (raw, time) in [
        ("8h mai", "08:00 01/01/2027"),
        ("8h 1/1", "08:00 01/01/2027"),
        ("8h 31/12", "08:00 31/12/2026"),
        ("8h t5", "08:00 07/01/2027"),
        ("8h t6 tuần này", "08:00 01/01/2027"),
        ("8h t2 tuần sau", "08:00 04/01/2027"),
    ] {
        assert_eq!(read(raw), Ok(time.to_owned()), "{raw}");
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_believed(raw in any::<String>(), at in 0i64..4_500_000_000) {
        let now = DateTime::from_timestamp(at, 0).unwrap();
        if let Ok(span) = parse_span(&raw, now) {
            prop_assert!(YEARS.contains(&span.start.day().year()));
        }
        let _ = parse_end(&raw, WallTime::at(now), now);
    }

    #[test]
    fn words_in_any_order_mean_one_thing_or_nothing(
        words in proptest::sample::subsequence(
            vec!["14h", "3h", "8h30", "05/12", "29/2", "mai", "nay", "thứ 5", "cn", "t2", "tuần sau", "chiều", "sáng", "ngày", "2026", "+2h", "pm", "'", "-", "đến", "8h-10h", "mùng 5", "1/2/27"],
            0..5,
        ).prop_shuffle(),
        at in 600_000_000i64..4_200_000_000,
    ) {
        let (raw, now) = (words.join(" "), DateTime::from_timestamp(at, 0).unwrap());
        let read = parse_span(&raw, now);
        prop_assert_eq!(parse_span(&search_key(&raw).to_uppercase(), now).ok(), read.clone().ok(), "{}", raw);
        for time in read.into_iter().flat_map(|span| [Some(span.start), span.end]).flatten() {
            prop_assert!(YEARS.contains(&time.day().year()));
            // What was understood, written exactly, is understood the same.
            let exact = time.naive().format("%d/%m/%Y %H:%M").to_string();
            prop_assert_eq!(parse_span(&exact, now), Ok(Span { start: time, end: None }));
        }
        if let Ok(time) = parse_end(&raw, WallTime::at(now), now) {
            prop_assert!(YEARS.contains(&time.day().year()));
        }
    }
}
