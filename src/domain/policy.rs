//! Which domains an official mailbox may have, and until when paper is allowed.
//!
//! Source of the rules: công văn 1810/BVHTTDL-VP (2016), item 2 (domains, with the exceptions of the two general
//! departments) and the paragraph on the day from which only the shared official mailbox is used.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::mailbox::{MailAddress, Mailbox, MailboxKind, MailboxState};
use crate::domain::unit::UnitCode;

/// The office's policy on channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Domains allowed to every unit, each with its subdomains.
    pub domains: Vec<String>,
    /// Domains allowed to a unit and its subordinates, in addition.
    pub exceptions: BTreeMap<UnitCode, Vec<String>>,
    /// The first day on which invitations go electronically only.
    pub paper_until: NaiveDate,
}

impl Policy {
    /// The domains allowed to a unit. `line` is the unit itself, then the units above it.
    #[must_use]
    pub fn domains_of<'a>(&'a self, line: &'a [UnitCode]) -> Vec<&'a str> {
        let own = line.iter().filter_map(|code| self.exceptions.get(code)).flatten();
        self.domains.iter().chain(own).map(String::as_str).collect()
    }

    /// Whether a unit may have a mailbox at this address. `line` is the unit itself, then the units above it.
    #[must_use]
    pub fn allows(&self, address: &MailAddress, line: &[UnitCode]) -> bool {
        self.domains_of(line).iter().any(|domain| within(address.domain(), domain))
    }

    /// Whether paper may still accompany an invitation on this day.
    #[must_use]
    pub fn paper_allowed(&self, day: NaiveDate) -> bool {
        day < self.paper_until
    }
}

/// Whether `host` is `domain` or lies below it, matched at a dot: `evilgov.vn` is not within `gov.vn`.
#[must_use]
pub fn within(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.trim_start_matches('@').to_ascii_lowercase());
    !domain.is_empty() && (host == domain || host.strip_suffix(&domain).is_some_and(|head| head.ends_with('.')))
}

/// Why a unit cannot be invited by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreachable {
    /// The registry has no shared mailbox of this unit.
    NoSharedMailbox,
    /// It has shared mailboxes, but none is active.
    NotActive {
        /// One of them.
        address: MailAddress,
        /// Its state.
        state: MailboxState,
    },
    /// An active shared mailbox lies in a domain that the unit may not use.
    Domain {
        /// The mailbox.
        address: MailAddress,
        /// What would be allowed.
        allowed: Vec<String>,
    },
    /// Several active shared mailboxes, and none (or more than one) is marked as the primary.
    Ambiguous {
        /// The mailboxes.
        addresses: Vec<MailAddress>,
    },
}

/// The mailbox at which a unit is invited: its one active shared mailbox in an allowed domain, or the primary of several.
///
/// `mailboxes` are those of the unit; `line` is the unit itself, then the units above it.
///
/// # Errors
/// [`Unreachable`]: an invitation never falls back to a personal mailbox.
pub fn mailbox_for_invitation<'a>(mailboxes: &'a [Mailbox], line: &[UnitCode], policy: &Policy) -> Result<&'a Mailbox, Unreachable> {
    let shared: Vec<&Mailbox> = mailboxes.iter().filter(|mailbox| mailbox.kind == MailboxKind::Shared).collect();
    let active: Vec<&Mailbox> = shared.iter().copied().filter(|mailbox| mailbox.state == MailboxState::Active).collect();
    let allowed: Vec<&Mailbox> = active.iter().copied().filter(|mailbox| policy.allows(&mailbox.address, line)).collect();
    let primary: Vec<&Mailbox> = allowed.iter().copied().filter(|mailbox| mailbox.primary).collect();
    match (allowed.as_slice(), primary.as_slice()) {
        ([only], _) | (_, [only]) => Ok(only),
        ([], _) => Err(match (active.first(), shared.first()) {
            (Some(mailbox), _) => Unreachable::Domain {
                address: mailbox.address.clone(),
                allowed: policy.domains_of(line).into_iter().map(str::to_owned).collect(),
            },
            (None, Some(mailbox)) => Unreachable::NotActive { address: mailbox.address.clone(), state: mailbox.state },
            (None, None) => Unreachable::NoSharedMailbox,
        }),
        (several, _) => Err(Unreachable::Ambiguous { addresses: several.iter().map(|mailbox| mailbox.address.clone()).collect() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(raw: &str) -> UnitCode {
        UnitCode::parse(raw).unwrap()
    }

    fn policy() -> Policy {
        Policy {
            domains: vec!["chinhphu.vn".into()],
            exceptions: BTreeMap::from([(code("TCDL"), vec!["gov.vn".into()])]),
            paper_until: NaiveDate::from_ymd_opt(2016, 6, 1).unwrap(),
        }
    }

    fn mailbox(address: &str, kind: MailboxKind, state: MailboxState, primary: bool) -> Mailbox {
        Mailbox {
            address: MailAddress::parse(address).unwrap(),
            kind,
            unit: code("TCDL"),
            owner: None,
            custodian: None,
            state,
            quota_mb: None,
            primary,
        }
    }

    #[test]
    fn domains_end_at_a_dot() {
        assert!(within("gov.vn", "gov.vn") && within("vietnamtourism.gov.vn", "gov.vn") && within("a.GOV.vn", "@gov.VN"));
        assert!(!within("evilgov.vn", "gov.vn") && !within("gov.vn.evil.com", "gov.vn") && !within("vn", "gov.vn") && !within("a.b", ""));
    }

    #[test]
    fn an_exception_holds_for_subordinates_and_nobody_else() {
        let address = MailAddress::parse("vanthu@vietnamtourism.gov.vn").unwrap();
        assert!(policy().allows(&address, &[code("TCDL")]));
        assert!(policy().allows(&address, &[code("TCDL-TTTT"), code("TCDL")]));
        assert!(!policy().allows(&address, &[code("VP")]));
        assert!(!policy().allows(&MailAddress::parse("tcdl@gmail.com").unwrap(), &[code("TCDL")]));
        assert!(policy().allows(&MailAddress::parse("tcdl@chinhphu.vn").unwrap(), &[code("TCDL")]));
    }

    #[test]
    fn paper_ends_on_the_day() {
        let day = |d| NaiveDate::from_ymd_opt(2016, 5, 31).unwrap() + chrono::Duration::days(d);
        assert!(policy().paper_allowed(day(0)) && !policy().paper_allowed(day(1)) && !policy().paper_allowed(day(2)));
    }

    #[test]
    fn an_invitation_finds_the_shared_mailbox_or_says_why_not() {
        use MailboxKind::{Personal, Shared};
        use MailboxState::{Active, Allocated};
        let line = [code("TCDL")];
        let find = |mailboxes: &[Mailbox]| mailbox_for_invitation(mailboxes, &line, &policy()).map(|mailbox| mailbox.address.to_string());
        let good = mailbox("tcdl@chinhphu.vn", Shared, Active, false);
        let other = mailbox("vanthu@tcdl.gov.vn", Shared, Active, false);
        assert_eq!(find(std::slice::from_ref(&good)).unwrap(), "tcdl@chinhphu.vn");
        assert_eq!(find(&[]), Err(Unreachable::NoSharedMailbox));
        assert_eq!(find(&[mailbox("ong.a@chinhphu.vn", Personal, Active, true)]), Err(Unreachable::NoSharedMailbox));
        assert!(matches!(
            find(&[mailbox("tcdl@chinhphu.vn", Shared, Allocated, false)]),
            Err(Unreachable::NotActive { state: Allocated, .. })
        ));
        assert!(matches!(find(&[mailbox("tcdl@evilgov.vn", Shared, Active, true)]), Err(Unreachable::Domain { .. })));
        assert!(matches!(find(&[good.clone(), other.clone()]), Err(Unreachable::Ambiguous { .. })));
        assert_eq!(find(&[good.clone(), Mailbox { primary: true, ..other.clone() }]).unwrap(), "vanthu@tcdl.gov.vn");
        assert_eq!(find(&[good, mailbox("tcdl@gmail.com", Shared, Active, true)]).unwrap(), "tcdl@chinhphu.vn");
    }

    proptest! {
        #[test]
        fn only_the_domain_or_what_ends_with_a_dot_and_it(head in "[a-z0-9.-]{0,12}") {
            prop_assert_eq!(within(&format!("{head}gov.vn"), "gov.vn"), head.is_empty() || head.ends_with('.'));
        }
    }
}
