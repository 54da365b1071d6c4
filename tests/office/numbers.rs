//! Numbers of a series: no gap and no duplicate, whatever is tried in between.

use lichhop::domain::fault::Rule;
use lichhop::domain::number;
use lichhop::usecase::issue::issue;
use lichhop::usecase::meeting;
use proptest::prelude::*;

use super::{Bench, order, prose, refusal};

#[test]
fn a_refused_issue_uses_no_number() {
    let mut bench = Bench::new();
    let pending = bench.submitted(&["CDA"]);
    assert!(matches!(refusal(issue(&mut bench.desk, "minh", &order(&pending)).unwrap_err()), Rule::Workflow { .. }));
    let id = bench.issued(&["CDA"]);
    assert_eq!(meeting::read(bench.desk.store(), &id).unwrap().value.issue.unwrap().number, "01/GM-BVHTTDL");
}

#[test]
fn a_new_year_begins_with_one() {
    let mut bench = Bench::new();
    bench.issued(&["CDA"]);
    bench.wait(chrono::Duration::days(300));
    let id = bench.issued(&["CDA"]);
    let issued = meeting::read(bench.desk.store(), &id).unwrap().value.issue.unwrap();
    assert_eq!((issued.number.as_str(), issued.date.to_string().as_str()), ("01/GM-BVHTTDL", "2017-02-27"));
    bench.assert_sound();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Issues, refusals and cancellations in any order: the numbers given are 1, 2, 3, …
    #[test]
    fn numbers_have_no_gap(steps in proptest::collection::vec(0u8..4, 1..24)) {
        let mut bench = Bench::new();
        let (mut given, mut issued) = (Vec::new(), Vec::new());
        for step in steps {
            match step {
                0 => {
                    let id = bench.submitted(&["CDA"]);
                    prop_assert!(issue(&mut bench.desk, "minh", &order(&id)).is_err());
                }
                1 if !issued.is_empty() => {
                    let id = issued.pop().unwrap();
                    meeting::cancel(&mut bench.desk, "minh", &id, &prose("hoãn vô thời hạn")).unwrap();
                }
                _ => {
                    let id = bench.issued(&["VPC", "CDA"]);
                    given.push(number::serial(&meeting::read(bench.desk.store(), &id).unwrap().value.issue.unwrap().number).unwrap());
                    issued.push(id);
                }
            }
        }
        prop_assert!(given.iter().copied().eq(1..=u32::try_from(given.len()).unwrap()));
        bench.assert_sound();
    }
}
