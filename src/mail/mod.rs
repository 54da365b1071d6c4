//! Mail: composing, sending, and what an answer means.
pub mod driver;
pub mod maildir;
