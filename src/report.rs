//! An error for a person: what happened, what was kept, what to do next; its kind gives the exit code.
