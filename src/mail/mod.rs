//! Mail: composing, sending, what an answer means, and reading what comes back.

pub mod compose;
pub mod driver;
pub mod incoming;
pub mod maildir;
pub mod secret;
pub mod sendmail;
pub mod transport;
pub mod verdict;
