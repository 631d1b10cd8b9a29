//! Tools of the workspace.

fn main() {}
