//! One run: each step is done to the model and to the store, and their answers are compared.

use std::fmt::Debug;

use domain::customer::PostCustomer;
use domain::ports::{Clock, Command, CustomerError, IdSource};
use domain::token::{CustomerToken, LiveToken};
use domain::value::CustomerId;

use super::plain::{Answer, Plain, Token};
use super::request;
use super::step::{Post, Step, Who, Write};
use crate::ambient::{TestIds, TestSecrets};
use crate::{IntoCommand, Stores, Venue};

/// Does all steps in an organization of their own. Returns the kinds of answer that were met.
///
/// # Errors
/// Store and model differ.
pub(super) async fn run(stores: &Stores, stranger: CustomerId, steps: &[Step]) -> Result<Vec<&'static str>, String> {
    let venue = Venue::open(stores).await;
    let plain = Plain::new(venue.location_id);
    let mut run = Run { venue, plain, stranger, posts: Vec::new(), tokens: Vec::new(), met: Vec::new() };
    for step in steps {
        run.step(step).await?;
    }
    run.compare_customers().await?;
    Ok(run.met)
}

struct Run<'s> {
    venue: Venue<'s>,
    plain: Plain,
    /// A customer of another organization.
    stranger: CustomerId,
    /// What was posted, for repetitions.
    posts: Vec<(Post, PostCustomer)>,
    tokens: Vec<(CustomerToken, Token)>,
    met: Vec<&'static str>,
}

impl Run<'_> {
    async fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Write(writes) => self.write(writes).await,
            Step::Issue { who, seconds, hits } => self.issue(*who, *seconds, *hits).await,
            Step::LookUp { token } => self.look_up(*token).await,
            Step::Hit { token } => self.hit(*token).await,
            Step::Wait { milliseconds } => {
                self.venue.clock.advance(*milliseconds);
                Ok(())
            }
        }
    }

    /// The model answers one after the other; the store gets all of them at once.
    async fn write(&mut self, writes: &[Write]) -> Result<(), String> {
        let (mut batch, mut expected) = (Vec::new(), Vec::new());
        for write in writes {
            let (command, answer) = self.plan(write);
            batch.push(command);
            self.met.push(answer.kind());
            expected.push(answer);
        }
        let answers = self.venue.stores.customers.write(batch).await.unwrap();
        let answers = answers.into_iter().map(request::answer).collect::<Result<Vec<_>, _>>()?;
        same("a batch", &answers, &expected)
    }

    fn plan(&mut self, write: &Write) -> (Command, Answer) {
        match write {
            Write::Again(number) if !self.posts.is_empty() => {
                let (post, request) = self.posts[number % self.posts.len()].clone();
                let answer = self.plain.post(&post, &request.fresh);
                (request.into_command(), answer)
            }
            // There is nothing to repeat yet.
            Write::Again(_) => {
                let put = self.venue.put(CustomerId::from_bits(TestIds.next()));
                (put.into_command(), Answer::Unknown)
            }
            Write::Post(post) => {
                let request = request::post(&self.venue, post);
                self.posts.push((post.clone(), request.clone()));
                let answer = self.plain.post(post, &request.fresh);
                (request.into_command(), answer)
            }
            Write::Put(put) => {
                let id = self.id(put.who);
                let answer = self.plain.put(id, self.stranger, put, self.venue.clock.now());
                (request::put(&self.venue, id, put).into_command(), answer)
            }
            Write::Erase(who) => {
                let id = self.id(*who);
                (self.venue.erase(id).into_command(), self.plain.erase(id, self.stranger))
            }
        }
    }

    fn id(&self, who: Who) -> CustomerId {
        match who {
            Who::Ours(number) if !self.plain.people.is_empty() => {
                self.plain.people[number % self.plain.people.len()].id
            }
            Who::Stranger => self.stranger,
            Who::Ours(_) | Who::Nobody => CustomerId::from_bits(TestIds.next()),
        }
    }

    async fn issue(&mut self, who: Who, seconds: i64, hits: Option<u32>) -> Result<(), String> {
        let id = self.id(who);
        let (text, new) = self.venue.token(id, seconds, hits);
        let token = Token { customer: id, expires_at: new.expires_at, hits_left: hits };
        let answer = match self.venue.stores.tokens.issue(new).await {
            Ok(()) => "issued",
            Err(CustomerError::UnknownCustomer) => "unknown",
            Err(CustomerError::ForeignCustomer) => "foreign",
            Err(CustomerError::Store(error)) => panic!("{error:?}"),
        };
        let ours = self.plain.people.iter().any(|person| person.id == id);
        let expected = if ours {
            "issued"
        } else if id == self.stranger {
            "foreign"
        } else {
            "unknown"
        };
        if ours {
            self.tokens.push((text, token));
        }
        same("a token's issue", &answer, &expected)
    }

    async fn look_up(&self, number: usize) -> Result<(), String> {
        let now = self.venue.clock.now();
        let (text, token) = self.token(number);
        let live = self.venue.stores.tokens.look_up(&text, now).await.unwrap();
        let alive = token.filter(|token| token.is_alive(now));
        same("a look-up", &live, &alive.map(|token| self.live(&token)))
    }

    async fn hit(&mut self, number: usize) -> Result<(), String> {
        let now = self.venue.clock.now();
        let (text, token) = self.token(number);
        let live = self.venue.stores.tokens.hit(&text, now).await.unwrap();
        let used = token
            .filter(|token| token.is_alive(now))
            .map(|token| Token { hits_left: token.hits_left.map(|hits| hits - 1), ..token });
        if let Some(used) = used {
            let number = number % self.tokens.len();
            self.tokens[number].1 = used;
        }
        same("a hit", &live, &used.map(|token| self.live(&token)))
    }

    /// A token that was issued, or one that never was.
    fn token(&self, number: usize) -> (CustomerToken, Option<Token>) {
        match number.checked_rem(self.tokens.len()) {
            Some(number) => {
                let (text, token) = &self.tokens[number];
                // It dies with its customer.
                let there = self.plain.people.iter().any(|person| person.id == token.customer);
                (text.clone(), there.then_some(*token))
            }
            None => (CustomerToken::generate(self.venue.id, &TestSecrets), None),
        }
    }

    const fn live(&self, token: &Token) -> LiveToken {
        LiveToken {
            organization_id: self.venue.id,
            customer_id: token.customer,
            expires_at: token.expires_at,
            hits_left: token.hits_left,
        }
    }

    /// Everybody is stored as the model has them, and nobody else is.
    async fn compare_customers(&self) -> Result<(), String> {
        for (_, request) in &self.posts {
            let id = request.fresh.id;
            let stored = self.venue.find(id).await.map(request::person).transpose()?;
            let expected = self.plain.people.iter().find(|person| person.id == id).cloned();
            same("a stored customer", &stored, &expected)?;
        }
        Ok(())
    }
}

fn same<T: PartialEq + Debug>(what: &str, store: &T, model: &T) -> Result<(), String> {
    if store == model { Ok(()) } else { Err(format!("{what} differs\nstore: {store:#?}\nmodel: {model:#?}")) }
}
