//! Migrations are embedded at compile time; cargo has to notice a new file among them.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
