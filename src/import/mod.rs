//! Tables into checked rows, in the caller's process.
