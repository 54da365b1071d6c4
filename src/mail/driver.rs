//! The SMTP conversation.
