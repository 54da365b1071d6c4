//! What the office does: authorise, decide with the domain's rules, make one atomic commit.
pub mod ports;
