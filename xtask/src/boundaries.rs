//! `cargo xtask boundaries`: which crate may depend on which.
//!
//! Only shipped dependencies count. In its tests an adapter may use another one: the tests of a store decorator need a
//! real store.

use serde_json::Value;

use crate::shell::{self, Failure, Workspace};

/// The kind of a crate of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The rules and the ports.
    Domain,
    /// Implements ports, or calls the domain from outside.
    Adapter,
    /// A part that several adapters share.
    Part,
    /// Usable by itself: depends on no other crate of the workspace.
    Library,
    /// Used only by tests and tools: conformance cases, and the servers that they need.
    Suite,
    /// Wires the adapters.
    Composition,
    /// Works on the workspace itself.
    Tool,
}

/// Every crate. A new one fails the check until its kind is added here.
const CRATES: &[(&str, Kind)] = &[
    ("domain", Kind::Domain),
    ("c4w-client", Kind::Adapter),
    ("group-commit", Kind::Adapter),
    ("http-api", Kind::Adapter),
    ("ledger", Kind::Adapter),
    ("passpoint", Kind::Library),
    ("store-json", Kind::Part),
    ("store-postgres", Kind::Adapter),
    ("store-sqlite", Kind::Adapter),
    ("system", Kind::Adapter),
    ("postgres-cluster", Kind::Suite),
    ("profile-readers", Kind::Suite),
    ("store-suite", Kind::Suite),
    ("app", Kind::Composition),
    ("xtask", Kind::Tool),
];

/// The prefixes of libraries that belong to an adapter or to the composition.
const NOT_IN_DOMAIN: &[&str] =
    &["axum", "clap", "hyper", "libsqlite3-sys", "reqwest", "rusqlite", "sqlx", "tokio", "tower", "tracing-subscriber"];

/// A crate of the workspace, and its shipped dependencies.
struct Member {
    name: String,
    dependencies: Vec<String>,
}

/// Fails if a crate depends on one that it must not depend on.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let members: Vec<_> = workspace.packages.iter().map(member).collect();
    let tree = ["tree", "--package=domain", "--edges=normal", "--all-features", "--target=all", "--prefix=none"];
    let tree = shell::output(&mut workspace.cargo(tree))?;
    let reached: Vec<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let faults = faults(&members, &reached);
    if faults.is_empty() { Ok(()) } else { Err(format!("\n  {}", faults.join("\n  ")).into()) }
}

/// Parses a package of `cargo metadata`.
fn member(package: &Value) -> Member {
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    Member { name: name(package), dependencies: dependencies.filter(|it| it["kind"] != "dev").map(name).collect() }
}

/// The violations of the rules by these crates, and by the dependencies of the domain.
fn faults(members: &[Member], reached_by_domain: &[&str]) -> Vec<String> {
    let unknown = members
        .iter()
        .filter(|member| kind(&member.name).is_none())
        .map(|member| format!("{} is new: say in xtask/src/boundaries.rs what kind of crate it is", member.name));
    let wrong = members.iter().flat_map(|member| {
        let not_allowed = member.dependencies.iter().filter(|dependency| !may_ship(&member.name, dependency));
        not_allowed.map(|dependency| format!("{} must not depend on {dependency}", member.name))
    });
    let foreign = reached_by_domain
        .iter()
        .filter(|name| NOT_IN_DOMAIN.iter().any(|start| name.starts_with(start)))
        .map(|name| format!("domain must not reach {name}: cargo tree -p domain -i {name}"));
    // The tree starts with its root, so an empty one is an error.
    let blind = (!reached_by_domain.contains(&"domain")).then(|| "cargo tree says nothing of domain".to_owned());
    unknown.chain(wrong).chain(foreign).chain(blind).collect()
}

/// External libraries are only restricted for the domain.
fn may_ship(from: &str, to: &str) -> bool {
    match (kind(from), kind(to)) {
        (_, None)
        | (Some(Kind::Composition | Kind::Tool), Some(Kind::Adapter))
        | (Some(Kind::Adapter), Some(Kind::Part))
        | (Some(Kind::Adapter | Kind::Composition), Some(Kind::Library))
        | (Some(Kind::Tool), Some(Kind::Suite)) => true,
        (from, Some(Kind::Domain)) => !matches!(from, Some(Kind::Domain | Kind::Library)),
        (_, Some(Kind::Part | Kind::Library | Kind::Adapter | Kind::Suite | Kind::Composition | Kind::Tool)) => false,
    }
}

fn kind(name: &str) -> Option<Kind> {
    CRATES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults_of(members: &[(&str, &[&str])]) -> Vec<String> {
        let member = |(name, dependencies): &(&str, &[&str])| Member {
            name: (*name).to_owned(),
            dependencies: dependencies.iter().map(|it| (*it).to_owned()).collect(),
        };
        faults(&members.iter().map(member).collect::<Vec<_>>(), &["domain", "serde_json", "sha2"])
    }

    #[test]
    fn the_house_as_designed_has_no_fault() {
        let members: &[(&str, &[&str])] = &[
            ("domain", &["jiff"]),
            ("store-sqlite", &["domain", "sqlx", "store-json"]),
            ("store-json", &["domain", "serde"]),
            ("http-api", &["domain", "axum", "passpoint"]),
            ("passpoint", &["plist"]),
            ("group-commit", &["domain", "tokio"]),
            ("store-suite", &["domain"]),
            ("c4w-client", &["reqwest"]),
            ("app", &["domain", "c4w-client", "http-api", "store-sqlite", "group-commit", "system"]),
            ("postgres-cluster", &["tempfile"]),
            ("xtask", &["http-api", "domain", "postgres-cluster"]),
        ];
        assert_eq!(faults_of(members), [""; 0]);
    }

    #[test]
    fn each_wrong_dependency_is_named() {
        for (from, to) in [
            ("domain", "store-sqlite"),
            ("domain", "domain"),
            ("http-api", "store-sqlite"),
            ("group-commit", "store-postgres"),
            ("passpoint", "http-api"),
            ("passpoint", "domain"),
            ("domain", "passpoint"),
            ("c4w-client", "system"),
            ("store-suite", "store-sqlite"),
            ("store-sqlite", "store-suite"),
            ("app", "store-suite"),
            ("store-postgres", "postgres-cluster"),
            ("xtask", "app"),
            ("http-api", "app"),
            ("store-json", "store-sqlite"),
            ("domain", "store-json"),
            ("app", "xtask"),
        ] {
            assert_eq!(faults_of(&[(from, &[to])]), [format!("{from} must not depend on {to}")]);
        }
    }

    #[test]
    fn a_new_crate_must_be_classified() {
        let faults = faults_of(&[("store-redis", &["domain"])]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("store-redis is new"), "{faults:?}");
        assert_eq!(faults_of(&[("store-redis", &["store-sqlite"])]).len(), 2);
    }

    #[test]
    fn the_domain_reaches_no_driver_and_no_web() {
        let reached = ["domain", "sqlx-core", "axum", "tokio", "tower-http", "hyper-util", "clap_builder", "serde"];
        let faults = faults(&[], &reached);
        assert_eq!(faults.len(), 6, "{faults:?}");
        assert!(faults[0].starts_with("domain must not reach sqlx-core"), "{faults:?}");
    }

    #[test]
    fn no_tree_is_a_fault() {
        assert_eq!(faults(&[], &[]), ["cargo tree says nothing of domain"]);
    }

    #[test]
    fn dependencies_of_tests_do_not_count() {
        let package = json!({"name": "group-commit", "dependencies": [
            {"name": "domain", "kind": null}, {"name": "store-sqlite", "kind": "dev"}, {"name": "cc", "kind": "build"},
        ]});
        let member = member(&package);
        assert_eq!((member.name.as_str(), member.dependencies), ("group-commit", vec!["domain".into(), "cc".into()]));
    }
}
