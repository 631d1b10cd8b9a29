//! The session that requests are sent in.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::{Error, Secret};

/// A login's token.
pub(crate) type Token = Arc<Secret>;

/// The session, once somebody has logged in. Whoever needs one while another logs in waits for that one's.
#[derive(Default)]
pub(crate) struct Session(Mutex<Option<Token>>);

impl Session {
    /// The session as it is, or a new one.
    pub(crate) async fn current(&self, login: impl Future<Output = Result<Secret, Error>>) -> Result<Token, Error> {
        self.other_than(None, login).await
    }

    /// A new one in place of a dead one, unless somebody has made one since.
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
