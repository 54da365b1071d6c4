//! Mail: composing, sending, and what an answer means.
pub mod compose;
pub mod driver;
