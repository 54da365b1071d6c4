//! Engines behind `Store`.
