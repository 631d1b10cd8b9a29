//! Conformance cases that every store passes.
