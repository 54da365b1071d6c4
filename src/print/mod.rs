//! Documents: the layout of invitations, notices and schedules.
