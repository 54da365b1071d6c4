//! Measurements in the text format of Prometheus (exposition format 0.0.4), as node_exporter's textfile collector reads it.

use std::fmt::Write as _;

use crate::cli::status::counts;
use crate::wire::reply::Status;

/// All measurements. What the account does not see, or nobody knows yet, is left out: a nought would claim that all is well.
pub(super) fn text(status: &Status) -> String {
    let outbox = &status.outbox;
    let mut text = String::new();
    let mut page = Page(&mut text);
    let host = &status.host;
    page.family("lichhop_host_info", "Who hosts the store; always 1.");
    page.sample("lichhop_host_info", &[("version", &host.version), ("user", &host.user)], 1);
    page.one("lichhop_host_since_timestamp_seconds", "Since when the store is open.", host.since.timestamp());
    page.one("lichhop_status_timestamp_seconds", "When this was measured, by the host's clock.", status.at.timestamp());
    page.one("lichhop_store_revision", "How many times something was written.", status.revision);
    page.one("lichhop_store_schema", "Version of the shapes of records.", status.schema);
    page.family("lichhop_outbox_items", "Messages of the outbox by state.");
    for (state, count) in counts(status) {
        page.sample("lichhop_outbox_items", &[("state", state.word())], count);
    }
    let oldest = outbox.oldest.map_or(0, |oldest| (status.at - oldest).num_seconds().max(0));
    page.one("lichhop_outbox_oldest_seconds", "How long the oldest message that waits has waited; 0: none waits.", oldest);
    if let Some(due) = outbox.next_due {
        let seconds = (due - status.at).num_seconds();
        page.one("lichhop_outbox_next_due_seconds", "Time until the next message is due; below 0: it is overdue.", seconds);
    }
    page.one("lichhop_flush_kept", "Whether what is due is sent by itself.", u8::from(outbox.kept));
    page.one("lichhop_flush_running", "Whether a run is going on.", u8::from(outbox.running));
    if status.whole {
        page.one("lichhop_relay_paused", "Whether the relay is in trouble and left alone.", u8::from(outbox.pause.is_some()));
        page.one("lichhop_flush_broken", "Whether the last run broke off.", u8::from(outbox.broken.is_some()));
    }
    if let Some(last) = &outbox.last {
        let tally = &last.report.tally;
        for (name, help, value) in [
            ("lichhop_flush_last_sent", "Messages that the relay took in the last run.", tally.sent),
            ("lichhop_flush_last_deferred", "Messages put off in the last run.", tally.deferred),
            ("lichhop_flush_last_failed", "Messages refused for good or given up in the last run.", tally.failed),
            ("lichhop_flush_last_held", "Messages kept back in the last run.", tally.held),
            ("lichhop_flush_last_maybe_repeated", "Messages that the last run may have sent twice.", last.report.maybe_repeated),
        ] {
            page.one(name, help, value);
        }
        page.one("lichhop_flush_last_timestamp_seconds", "When the last run ended.", last.at.timestamp());
    }
    if let Some(waiting) = status.received {
        page.one("lichhop_received_waiting", "Messages that came and wait for somebody.", waiting);
    }
    if let Some(waiting) = status.meetings {
        page.family("lichhop_meetings_waiting", "Meetings that wait for the office, by state.");
        page.sample("lichhop_meetings_waiting", &[("state", "submitted")], waiting.submitted);
        page.sample("lichhop_meetings_waiting", &[("state", "approved")], waiting.approved);
    }
    text
}

/// What is being written.
struct Page<'a>(&'a mut String);

impl Page<'_> {
    /// Begins a family. All are gauges: the host counts from its start, and this is what stands now.
    fn family(&mut self, name: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// A family of one measurement.
    fn one(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.family(name, help);
        self.sample(name, &[], value);
    }
}

/// A label's value, as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_break_out_of_their_quotes() {
        let mut text = String::new();
        Page(&mut text).sample("x", &[("a", "1\\\"}\n2"), ("b", "c")], 7);
        assert_eq!(text, "x{a=\"1\\\\\\\"}\\n2\",b=\"c\"} 7\n");
    }
}
