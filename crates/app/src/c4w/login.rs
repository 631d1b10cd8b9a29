//! `c4w login`

use c4w_client::Client;
use c4w_client::wire::ServiceDomain;

use crate::cli::Login;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(client: &dyn Client, command: Login, output: Output) -> Result<(), Failure> {
    match command {
        Login::Check => output.answer(&service(client).await?),
    }
}

/// The service that is logged in.
async fn service(client: &dyn Client) -> Result<ServiceDomain, Failure> {
    let info = client.service().await?;
    let service = info.domains.and_then(|domains| domains.service);
    service.ok_or_else(|| Failure::Local("the server does not say which service this is".to_owned()))
}

/// The organization of the service that is logged in.
pub(crate) async fn organization(client: &dyn Client) -> Result<String, Failure> {
    let organizations = service(client).await?.organizations.unwrap_or_default();
    match organizations.as_slice() {
        [only] => Ok(only.to_string()),
        _ => Err(Failure::usage("the service has not exactly one organization: say which with --organization")),
    }
}

#[cfg(test)]
mod tests {
    use c4w_client::MockClient;
    use serde_json::json;

    use super::*;

    /// A client whose service has these organizations.
    fn client(organizations: &[&str]) -> MockClient {
        let info = json!({"id": "s", "domains": {"service": {"id": "s", "organizations": organizations}}});
        let mut client = MockClient::new();
        client.expect_service().returning(move || Ok(serde_json::from_value(info.clone()).unwrap()));
        client
    }

    #[tokio::test]
    async fn the_only_organization_is_taken() {
        assert_eq!(organization(&client(&["o"])).await.unwrap(), "o");
        for organizations in [&[][..], &["o", "p"]] {
            assert!(matches!(organization(&client(organizations)).await, Err(Failure::Usage(_))));
        }
    }
}
