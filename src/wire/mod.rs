//! What passes between a face of the application and its host: requests and replies, as data.

pub mod reply;
pub mod request;
