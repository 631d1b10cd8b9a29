//! The session of the requests.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::{Error, Secret};

/// A login's token.
pub(crate) type Token = Arc<Secret>;

/// The session after a login. Concurrent callers that need one wait for the login in progress.
#[derive(Default)]
pub(crate) struct Session(Mutex<Option<Token>>);

impl Session {
    /// The current session, or a new one.
    pub(crate) async fn current(&self, login: impl Future<Output = Result<Secret, Error>>) -> Result<Token, Error> {
        self.other_than(None, login).await
    }

    /// A new session in place of one that has ended, unless another caller has already renewed it.
    pub(crate) async fn renewed(
        &self,
        dead: &Token,
        login: impl Future<Output = Result<Secret, Error>>,
    ) -> Result<Token, Error> {
        self.other_than(Some(dead), login).await
    }

    async fn other_than(
        &self,
        dead: Option<&Token>,
        login: impl Future<Output = Result<Secret, Error>>,
    ) -> Result<Token, Error> {
        let mut held = self.0.lock().await;
        if let Some(token) = held.as_ref()
            && dead.is_none_or(|dead| !Arc::ptr_eq(dead, token))
        {
            return Ok(token.clone());
        }
        let token = Arc::new(login.await?);
        Ok(held.insert(token).clone())
    }
}
