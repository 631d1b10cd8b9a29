//! Unexpected requests, generated from the OpenAPI document by schemathesis (<https://schemathesis.io>) and sent to the
//! built program: no response may be a failure of the service, or one that is not in the document.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::bench::client::{Ask, Connection};
use crate::bench::server::{Keys, Launch, Server};
use crate::python;
use crate::shell::{self, Failure, Workspace};

/// schemathesis and all its dependencies.
const REQUIREMENTS: &str = include_str!("schemathesis/requirements.txt");
/// Its configuration, except for what is known only when the program runs.
const CONFIGURATION: &str = include_str!("schemathesis/schemathesis.toml");
/// The number of random cases per operation, besides those derived from the bounds of every field.
const CASES: &str = "100";
/// A fixed seed, for the same cases each time.
const SEED: &str = "1";
/// It ends its session, and so needs a separate one.
const LOGOUT: &[&str] = &["logout"];
/// These require the secret of a RADIUS server.
const AUTHORIZE: &[&str] = &["authorizeLogin"];
/// It acknowledges requests that can never become a record, so that a RADIUS server does not repeat them forever.
const ACCOUNTING: &[&str] = &["recordSession"];
const ACCEPTS_ANYTHING: &[&str] = &["--exclude-checks", "negative_data_rejection"];

/// Starts the program as the tests have built it on an empty directory, tests every operation, and leaves its log with
/// those of the tests.
pub(crate) fn run(workspace: &Workspace, logs: &Path) -> Result<(), Failure> {
    let schemathesis = python::environment(&workspace.target, "schemathesis", REQUIREMENTS)?.join("schemathesis");
    let directory = tempfile::Builder::new().prefix("schemathesis-").tempdir_in(&workspace.target)?;
    let (binary, data) = (workspace.target.join("debug/http-api"), directory.path().join("registry"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = runtime.block_on(async {
        let launch = Launch { binary: &binary, data: &data, database: None, plain: false };
        let keys = launch.add_services()?;
        let server = Server::start(launch)?;
        server.live().await?;
        let asked = ask(&schemathesis, directory.path(), &server, &keys, logs).await;
        asked.and(server.stop().await)
    });
    fs::copy(data.with_extension("log"), logs.join("schemathesis.log"))?;
    asked
}

/// Tests every operation, with a session and existing ids, so that requests are not refused early.
async fn ask(program: &Path, directory: &Path, server: &Server, keys: &Keys, logs: &Path) -> Result<(), Failure> {
    let (session, other) = (server.log_in(keys).await?.0, server.log_in(keys).await?.0);
    let bearer = keys.bearer.clone().unwrap_or_default();
    let secrets = [keys.client_secret.as_str(), &session, &other, &bearer].map(|secret| format!("{secret}\n"));
    fs::write(logs.join("schemathesis.secrets"), secrets.concat())?;
    let configuration = directory.join("schemathesis.toml");
    fs::write(&configuration, configure(server, keys, &session).await?)?;
    let document = directory.join("openapi.json");
    fs::write(&document, read_document(server).await?.to_string())?;
    let (exclude, include) = ("--exclude-operation-id", "--include-operation-id");
    let rest = [LOGOUT, AUTHORIZE, ACCOUNTING].concat();
    for (which, operations, secret, checks) in [
        (exclude, &*rest, &session, &[][..]),
        (include, LOGOUT, &other, &[]),
        (include, AUTHORIZE, &bearer, &[]),
        (include, ACCOUNTING, &bearer, ACCEPTS_ANYTHING),
    ] {
        let mut command = Command::new(program);
        command.current_dir(directory).arg("--no-color").arg("--config-file").arg(&configuration);
        command.args(["run", "--checks", "all", "--max-examples", CASES, "--seed", SEED]).args(checks);
        command.args(operations.iter().flat_map(|operation| [which, operation]));
        command.args(["--header", &format!("Authorization: Bearer {secret}")]);
        command.args(["--url", &format!("http://{}", server.address)]);
        shell::run(command.arg(&document))?;
    }
    Ok(())
}

/// The document that the program serves, with one addition that OpenAPI cannot express: a parameter without a value
/// counts as absent.
async fn read_document(server: &Server) -> Result<Value, Failure> {
    let mut document = Connection::open(server.address).await?.ask(&Ask::get("/openapi.json"), "").await?;
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).ok_or("the document has no paths")?;
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
            parameter["allowEmptyValue"] = true.into();
        }
    }
    Ok(document)
}

async fn configure(server: &Server, keys: &Keys, session: &str) -> Result<String, Failure> {
    let organization = &keys.organization;
    let policies = json!({"privacy": true, "termsOfUse": true});
    let customer = json!({"organizationId": organization, "source": "api", "policies": policies});
    let mut connection = Connection::open(server.address).await?;
    let customer = connection.ask(&Ask::post("/v3/customers", customer.to_string()), session).await?;
    let known = [
        ("organization", organization.clone().into()),
        ("customer", customer["id"].clone()),
        ("location", customer["locationId"].clone()),
    ];
    let known = known.map(|(name, id): (_, Value)| format!("[dictionaries.{name}]\nvalues = [{id}]\n"));
    Ok(format!("{CONFIGURATION}\n{}", known.concat()))
}
