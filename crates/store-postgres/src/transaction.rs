//! What became of a transaction whose COMMIT had no answer.
//!
//! The number of a transaction proves nothing by itself: a standby that was promoted gives out numbers of its own from where
//! it was, and so does a server that was restored. So a number is believed where it was given out: on the same system and the
//! same timeline. Elsewhere the transaction is looked for by a row that it wrote and that nobody removes.
//!
//! A commit that waits for a synchronous standby may be cancelled. The server then shows it, although the standby may not
//! have it. So whatever is found is acknowledged after another commit, which waits for the standby again, and with itself for
//! everything before it.

use domain::history::Event;
use domain::value::{CustomerId, EventId, LocationId, OrganizationId, ServiceId};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use crate::error::Failure;
use crate::row::{bucket, uuid};

/// A server, as far as numbers of transactions mean the same. Each session has the text of its own as the setting
/// `guestbook.server` (see [`crate::server`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Its system identifier.
    system: String,
    /// Counts promotions, also where they were the last thing that happened: the checkpoint that tells of one in the control
    /// file comes later.
    timeline: u32,
}

/// A row by which a transaction is found. Nobody else writes it, and nobody removes it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Witness {
    /// A line of a customer's history.
    Event(OrganizationId, CustomerId, EventId),
    Organization(OrganizationId),
    Location(OrganizationId, LocationId),
    Service(ServiceId),
}

/// By what is found out later what became of a transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proof {
    number: Option<String>,
    server: Option<Server>,
    witness: Option<Witness>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is durable.
    Committed,
    /// It is not there, and never will be.
    Aborted,
    /// The server is still at it.
    Pending,
    /// It cannot be found out.
    Unknown,
}

/// A value, and by what the transaction that made it is found.
pub(crate) async fn numbered<T>(db: &mut PgConnection, value: T) -> Result<(T, Proof), Failure> {
    let row = sqlx::query(
        "SELECT pg_current_xact_id_if_assigned()::text AS number, current_setting('guestbook.server', true) AS server",
    );
    Ok((value, Proof::restore(&row.fetch_one(db).await?)?))
}

/// The same, with a row to look for.
pub(crate) async fn witnessed<T>(db: &mut PgConnection, value: T, witness: Witness) -> Result<(T, Proof), Failure> {
    let (value, proof) = numbered(db, value).await?;
    Ok((value, Proof { witness: Some(witness), ..proof }))
}

/// Writes what means nothing. What this session sees is as durable as its next commit.
///
/// A number alone would not do: a commit without a record of its own does not wait for a standby.
pub(crate) async fn insist(db: &mut PgConnection) -> Result<(), Failure> {
    sqlx::query("SELECT only_row FROM key_check FOR KEY SHARE").execute(db).await?;
    Ok(())
}

impl Server {
    /// From `7714224566220641924/00000001`.
    fn parse(text: &str) -> Option<Self> {
        let (system, timeline) = text.split_once('/')?;
        Some(Self { system: system.to_owned(), timeline: u32::from_str_radix(timeline, 16).ok()? })
    }

    /// Whether this was promoted after it had followed the other one.
    fn succeeds(&self, other: &Self) -> bool {
        self.system == other.system && self.timeline > other.timeline
    }
}

impl Witness {
    pub(crate) const fn of(event: &Event) -> Self {
        Self::Event(event.organization_id, event.customer_id, event.id)
    }

    async fn is_there(self, db: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let place = |organization_id: OrganizationId| (bucket(organization_id), uuid(organization_id.to_bytes()));
        let look = match self {
            Self::Event(organization_id, customer_id, id) => {
                let (bucket, organization_id) = place(organization_id);
                sqlx::query(
                    "SELECT FROM customer_history h
                     WHERE h.bucket = $1 AND h.organization_id = $2 AND h.customer_id = $3 AND h.id = $4",
                )
                .bind(bucket)
                .bind(organization_id)
                .bind(uuid(customer_id.to_bytes()))
                .bind(uuid(id.to_bytes()))
            }
            Self::Organization(id) => {
                let (bucket, id) = place(id);
                sqlx::query("SELECT FROM organization o WHERE o.bucket = $1 AND o.id = $2").bind(bucket).bind(id)
            }
            Self::Location(organization_id, id) => {
                let (bucket, organization_id) = place(organization_id);
                sqlx::query("SELECT FROM location l WHERE l.bucket = $1 AND l.organization_id = $2 AND l.id = $3")
                    .bind(bucket)
                    .bind(organization_id)
                    .bind(uuid(id.to_bytes()))
            }
            Self::Service(id) => sqlx::query("SELECT FROM service s WHERE s.id = $1").bind(uuid(id.to_bytes())),
        };
        Ok(look.fetch_optional(db).await?.is_some())
    }
}

impl Proof {
    /// Of a transaction that wrote nothing, or nothing that must not be written twice.
    pub(crate) const fn none() -> Self {
        Self { number: None, server: None, witness: None }
    }

    /// From a row with `number` and `server`.
    pub(crate) fn restore(row: &PgRow) -> Result<Self, sqlx::Error> {
        let server = row.try_get::<Option<&str>, _>("server")?.and_then(Server::parse);
        Ok(Self { number: row.try_get("number")?, server, witness: None })
    }

    /// What is to be looked for. Without it nothing was written that must not be written twice.
    pub(crate) fn with_witness(self, witness: Option<Witness>) -> Self {
        if witness.is_some() { Self { witness, ..self } } else { Self::none() }
    }

    /// Nothing can be asked.
    pub(crate) const fn is_none(&self) -> bool {
        self.number.is_none()
    }

    /// Asks a server that takes writes: one that recovers is never asked, since its sessions are let go.
    pub(crate) async fn fate(&self, db: &mut PgConnection) -> Result<Fate, Failure> {
        let fate = self.look(&mut *db).await?;
        if fate == Fate::Committed {
            insist(db).await?;
        }
        Ok(fate)
    }

    async fn look(&self, db: &mut PgConnection) -> Result<Fate, Failure> {
        let (Some(number), Some(before)) = (&self.number, &self.server) else { return self.look_for_witness(db).await };
        let now: Option<String> =
            sqlx::query_scalar("SELECT current_setting('guestbook.server', true)").fetch_one(&mut *db).await?;
        match now.as_deref().and_then(Server::parse) {
            Some(now) if now == *before => self.ask(db, number).await,
            // Whatever it had of its predecessor it has by now.
            Some(now) if now.succeeds(before) => match self.witness {
                Some(witness) if witness.is_there(db).await? => Ok(Fate::Committed),
                Some(_) => Ok(Fate::Aborted),
                None => Ok(Fate::Unknown),
            },
            _ => self.look_for_witness(db).await,
        }
    }

    /// By the number, on the server that gave it out.
    async fn ask(&self, db: &mut PgConnection, number: &str) -> Result<Fate, Failure> {
        let status: Option<String> =
            sqlx::query_scalar("SELECT pg_xact_status($1::xid8)").bind(number).fetch_one(&mut *db).await?;
        match status.as_deref() {
            Some("in progress") => Ok(Fate::Pending),
            Some("aborted") => Ok(Fate::Aborted),
            Some("committed") => match self.witness {
                // As if it had been given out twice: a copy of the server's files, from before, runs in its place.
                Some(witness) if !witness.is_there(db).await? => Ok(Fate::Unknown),
                _ => Ok(Fate::Committed),
            },
            // Forgotten.
            _ => Ok(Fate::Unknown),
        }
    }

    /// A server of which nothing is known: what is not there may still come.
    async fn look_for_witness(&self, db: &mut PgConnection) -> Result<Fate, Failure> {
        match self.witness {
            Some(witness) if witness.is_there(db).await? => Ok(Fate::Committed),
            _ => Ok(Fate::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Database, test_server};
    use sqlx::{AssertSqlSafe, Connection, Executor};

    use super::*;

    const GUEST: &str = "CREATE TABLE guest (); CREATE TABLE key_check (only_row boolean);
                         CREATE TABLE service (id uuid); INSERT INTO service VALUES ('00000000-0000-0000-0000-000000000001')";
    /// The server, and one that it was promoted after; another one; one of before.
    const HERE: &str = "1/00000002";

    async fn connect(database: &Database, server: &str) -> PgConnection {
        let mut db = PgConnection::connect(&database.url()).await.unwrap();
        db.execute(AssertSqlSafe(format!("SET guestbook.server = '{server}'"))).await.unwrap();
        db
    }

    fn there() -> Option<Witness> {
        Some(Witness::Service(ServiceId::from_bits(1)))
    }

    fn absent() -> Option<Witness> {
        Some(Witness::Service(ServiceId::from_bits(2)))
    }

    #[tokio::test]
    async fn the_server_knows_what_became_of_a_transaction() {
        let database = Database::create(&test_server()).unwrap();
        database.psql(GUEST).unwrap();
        let (mut db, mut other) = (connect(&database, HERE).await, connect(&database, HERE).await);
        for expected in [Fate::Committed, Fate::Aborted] {
            let mut tx = db.begin().await.unwrap();
            let (value, nothing) = numbered(&mut tx, "read").await.unwrap();
            assert_eq!(value, "read");
            assert!(nothing.is_none());
            sqlx::query("INSERT INTO guest DEFAULT VALUES").execute(&mut *tx).await.unwrap();
            let (_, proof) = numbered(&mut tx, "written").await.unwrap();
            assert_eq!(proof.fate(&mut other).await.unwrap(), Fate::Pending);
            match expected {
                Fate::Committed => tx.commit().await.unwrap(),
                _ => tx.rollback().await.unwrap(),
            }
            assert_eq!(proof.fate(&mut other).await.unwrap(), expected);
        }
    }

    /// Each server has given the number to a transaction that was committed.
    #[tokio::test]
    async fn a_number_means_nothing_on_another_server() {
        let database = Database::create(&test_server()).unwrap();
        database.psql(GUEST).unwrap();
        let mut db = connect(&database, HERE).await;
        let mut tx = db.begin().await.unwrap();
        sqlx::query("INSERT INTO guest DEFAULT VALUES").execute(&mut *tx).await.unwrap();
        let (_, proof) = numbered(&mut tx, ()).await.unwrap();
        tx.commit().await.unwrap();
        for (server, witness, expected) in [
            (HERE, None, Fate::Committed),
            (HERE, there(), Fate::Committed),
            (HERE, absent(), Fate::Unknown),
            ("1/00000003", None, Fate::Unknown),
            ("1/00000003", there(), Fate::Committed),
            ("1/00000003", absent(), Fate::Aborted),
            ("1/00000001", None, Fate::Unknown),
            ("1/00000001", there(), Fate::Committed),
            ("1/00000001", absent(), Fate::Unknown),
            ("2/00000002", None, Fate::Unknown),
            ("2/00000003", absent(), Fate::Unknown),
            ("2/00000003", there(), Fate::Committed),
            ("", None, Fate::Unknown),
            ("", absent(), Fate::Unknown),
        ] {
            let proof = Proof { witness, ..proof.clone() };
            let mut asked = connect(&database, server).await;
            let fate = proof.fate(&mut asked).await.unwrap();
            assert_eq!(fate, expected, "{server} {witness:?}");
        }
    }

    #[test]
    fn a_server_is_known_by_system_and_timeline() {
        let server = Server::parse("7714224566220641924/0000000A").unwrap();
        assert_eq!((server.system.as_str(), server.timeline), ("7714224566220641924", 10));
        for nothing in ["", "standby", "1", "1/x"] {
            assert_eq!(Server::parse(nothing), None, "{nothing}");
        }
    }
}
