//! Every sentence a user sees, in Vietnamese and English.
