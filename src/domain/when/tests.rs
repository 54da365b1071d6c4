use proptest::prelude::*;

use super::*;
use crate::domain::time::YEARS;

/// Wednesday 25 November 2026, 10:00 in Vietnam.
fn now() -> DateTime<Utc> {
    "2026-11-25T03:00:00Z".parse().unwrap()
}

fn start(raw: &str) -> Result<String, TimeFault> {
    parse_start(raw, now()).map(|time| time.to_string())
}

fn end(raw: &str) -> Result<String, TimeFault> {
    let start = WallTime::parse("2026-12-03 14:00", now()).unwrap();
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
        ("14 giờ 00, thứ Bảy, ngày 05/12/2026", "05/12/2026"),
        ("14 giờ 00 phút ngày 05 tháng 12 năm 2026", "05/12/2026"),
        ("14h 5 tháng 12", "05/12/2026"),
        ("ngày 5 tháng 12 lúc 14h", "05/12/2026"),
        ("14h ngày 5", "05/12/2026"),
        ("14h 25/11", "25/11/2026"),
        ("14h 24/11", "24/11/2027"),
        ("14h 29/2", "29/02/2028"),
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
fn what_could_be_meant_in_several_ways_is_refused() {
    for raw in [
        "",
        " ",
        "mai",
        "thứ 5",
        "chiều mai",
        "05/12",
        "14",
        "3 chiều",
        "14h 15h",
        "14h mai thứ 2",
        "14h thứ 2, 26/11",
        "14h mai mốt",
        "14h 05/12/26",
        "14h 12/2026",
        "13h sáng",
        "12h sáng",
        "12h tối",
        "9h chiều",
        "4h tối",
        "14pm",
        "thu 5 toi 7h",
        "14h tới",
        "thứ 14h",
        "14h thứ",
        "14h thứ 8",
        "14h thứ 2 này",
        "14h tuần sau",
        "14h mai tuần sau",
        "1 2h",
        "14h 5 1",
        "8h-10h",
        "14h 05/12 ở đâu đó",
        "2h pm 3",
        "14h hôm qua",
        "+2h",
        "next 14h",
        "2026",
        "14h14h",
        "sáng chiều 3h",
    ] {
        assert_eq!(start(raw), Err(TimeFault::Form), "{raw}");
    }
}

#[test]
fn what_does_not_exist_is_told_apart() {
    for raw in ["25h mai", "14h 30/2", "14h 31/11", "10h60", "14h 30/02/2027", "14h ngày 32"] {
        assert_eq!(start(raw), Err(TimeFault::NoSuchTime), "{raw}");
    }
    assert_eq!(start("14h 05/12/3026"), Err(TimeFault::Year(3026)));
}

#[test]
fn an_end_is_on_the_day_of_the_start() {
    for (raw, time) in [
        ("16h", "16:00 03/12/2026"),
        ("16:30", "16:30 03/12/2026"),
        ("4h chiều", "16:00 03/12/2026"),
        ("đến 16h", "16:00 03/12/2026"),
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
    for raw in ["", "+", "+x", "+0h", "+90", "+2h70", "0 phút", "90", "2 tiếng nữa", "+2h mai", "++2h", "-2h", "+99999h", "đến", "đến "]
    {
        assert_eq!(end(raw), Err(TimeFault::Form), "{raw}");
    }
    assert_eq!(end("+9999h").unwrap(), "05:00 24/01/2028");
}

#[test]
fn around_new_year_the_next_day_is_in_the_next_year() {
    // 31 December 2026, 23:30 in Vietnam; a Thursday.
    let eve = "2026-12-31T16:30:00Z".parse().unwrap();
    let read = |raw| parse_start(raw, eve).map(|time| time.to_string());
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
        if let Ok(time) = parse_start(&raw, now) {
            prop_assert!(YEARS.contains(&time.day().year()));
        }
        let _ = parse_end(&raw, WallTime::at(now), now);
    }

    #[test]
    fn words_in_any_order_mean_one_thing_or_nothing(
        words in proptest::sample::subsequence(
            vec!["14h", "3h", "8h30", "05/12", "29/2", "mai", "nay", "thứ 5", "cn", "t2", "tuần sau", "chiều", "sáng", "ngày", "2026", "+2h", "pm", "'"],
            0..5,
        ).prop_shuffle(),
        at in 600_000_000i64..4_200_000_000,
    ) {
        let (raw, now) = (words.join(" "), DateTime::from_timestamp(at, 0).unwrap());
        let read = parse_start(&raw, now);
        prop_assert_eq!(&parse_start(&search_key(&raw).to_uppercase(), now).is_ok(), &read.is_ok() , "{}", raw);
        if let Ok(time) = read {
            prop_assert!(YEARS.contains(&time.day().year()));
            // What was understood, written exactly, is understood the same.
            prop_assert_eq!(parse_start(&time.naive().format("%d/%m/%Y %H:%M").to_string(), now), Ok(time));
        }
        if let Ok(time) = parse_end(&raw, WallTime::at(now), now) {
            prop_assert!(YEARS.contains(&time.day().year()));
        }
    }
}
