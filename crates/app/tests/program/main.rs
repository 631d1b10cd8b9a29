//! The built program.
