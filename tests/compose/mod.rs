//! Documents as they are read, and the messages that carry them.

mod calendar;
mod document;
mod hostile;
mod message;
mod sample;
