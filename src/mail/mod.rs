//! Mail: composing, sending, and what an answer means.

pub mod compose;
pub mod driver;
pub mod maildir;
pub mod secret;
pub mod sendmail;
pub mod transport;
pub mod verdict;
