//! What passes between a face of the application and its host: requests and replies, as data.
//!
//! Everything here and in the domain types it carries is encoded field by field, without names: no flattened fields, no
//! inner tags, nothing left out.

pub mod change;
pub mod frame;
pub mod reading;
pub mod reply;
pub mod report;
pub mod request;
pub mod status;
