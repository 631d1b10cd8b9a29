//! Fair sharing of a scarce resource.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

/// A number of shares, of which each key can hold a few. Waiting keys take turns, regardless of how many callers each
/// has.
pub(crate) struct Shares<K: Hash + Eq + Copy>(Arc<Mutex<State<K>>>);

struct State<K: Hash + Eq + Copy> {
    free: usize,
    most_of_each: usize,
    held: HashMap<K, usize>,
    /// The waiting keys in the order of their turns, and the callers of each in order of arrival.
    waiting: VecDeque<(K, VecDeque<oneshot::Sender<Share<K>>>)>,
}

/// A share, held until this is dropped.
pub(crate) struct Share<K: Hash + Eq + Copy> {
    shares: Arc<Mutex<State<K>>>,
    key: K,
}

/// The reason why there was no share in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// The key holds its maximum number of shares.
    WithItsOwn,
    /// All shares are taken.
    WithOthers,
}

/// Callers that get a share, with the share. It is sent after the lock is released, since a share that its caller no
/// longer wants is returned.
type Granted<K> = Vec<(oneshot::Sender<Share<K>>, Share<K>)>;

impl<K: Hash + Eq + Copy> Shares<K> {
    /// Creates this many shares in all, of which each key holds at most so many.
    pub(crate) fn new(in_all: usize, of_each: usize) -> Self {
        let state =
            State { free: in_all.max(1), most_of_each: of_each.max(1), held: HashMap::new(), waiting: VecDeque::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a share, at most for this time.
    ///
    /// # Errors
    /// No share became free in time.
    pub(crate) async fn take(&self, key: K, patience: Duration) -> Result<Share<K>, Busy> {
        let (caller, mut share) = oneshot::channel();
        let granted = {
            let mut state = lock(&self.0);
            match state.waiting.iter_mut().find(|(waiting, _)| *waiting == key) {
                Some((_, callers)) => callers.push_back(caller),
                None => state.waiting.push_back((key, VecDeque::from([caller]))),
            }
            state.grant(&self.0)
        };
        give(granted);
        match tokio::time::timeout(patience, &mut share).await {
            Ok(Ok(share)) => Ok(share),
            Ok(Err(_)) | Err(_) => {
                share.close();
                // It may have arrived at the last moment.
                share.try_recv().map_err(|_| lock(&self.0).reason(key))
            }
        }
    }
}

impl<K: Hash + Eq + Copy> State<K> {
    /// Removes from the queues all callers that can have a share now.
    fn grant(&mut self, shares: &Arc<Mutex<Self>>) -> Granted<K> {
        let mut granted = Vec::new();
        // A caller that hung up needs no turn.
        for (_, callers) in &mut self.waiting {
            callers.retain(|caller| !caller.is_closed());
        }
        self.waiting.retain(|(_, callers)| !callers.is_empty());
        while self.free > 0 {
            let next = self.waiting.iter().position(|(key, _)| self.held(*key) < self.most_of_each);
            let Some((key, mut callers)) = next.and_then(|place| self.waiting.remove(place)) else { break };
            if let Some(caller) = callers.pop_front() {
                self.free -= 1;
                *self.held.entry(key).or_default() += 1;
                granted.push((caller, Share { shares: shares.clone(), key }));
            }
            // The key's other callers wait until every other key has had its turn.
            if !callers.is_empty() {
                self.waiting.push_back((key, callers));
            }
        }
        granted
    }

    fn held(&self, key: K) -> usize {
        self.held.get(&key).copied().unwrap_or_default()
    }

    fn reason(&self, key: K) -> Busy {
        if self.held(key) >= self.most_of_each { Busy::WithItsOwn } else { Busy::WithOthers }
    }
}

impl<K: Hash + Eq + Copy> Drop for Share<K> {
    fn drop(&mut self) {
        let granted = {
            let mut state = lock(&self.shares);
            state.free += 1;
            if let Some(held) = state.held.get_mut(&self.key) {
                *held -= 1;
                if *held == 0 {
                    state.held.remove(&self.key);
                }
            }
            state.grant(&self.shares)
        };
        give(granted);
    }
}

fn lock<K: Hash + Eq + Copy>(shares: &Arc<Mutex<State<K>>>) -> MutexGuard<'_, State<K>> {
    // Holders of the lock leave the state consistent, even if one panics.
    shares.lock().unwrap_or_else(PoisonError::into_inner)
}

fn give<K: Hash + Eq + Copy>(granted: Granted<K>) {
    for (caller, share) in granted {
        // If the caller has hung up meanwhile, the share goes to the next.
        drop(caller.send(share));
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn each_has_its_bound_and_all_have_one() {
        let shares = Shares::new(3, 2);
        let _first = shares.take('a', SECOND).await.unwrap();
        let second = shares.take('a', SECOND).await.unwrap();
        assert_eq!(shares.take('a', SECOND).await.err(), Some(Busy::WithItsOwn));
        let _other = shares.take('b', SECOND).await.unwrap();
        assert_eq!(shares.take('c', SECOND).await.err(), Some(Busy::WithOthers));
        drop(second);
        let _third = shares.take('c', SECOND).await.unwrap();
    }

    /// A key with many callers and one with a single caller alternate, whatever their order of arrival.
    #[tokio::test(start_paused = true)]
    async fn those_who_wait_take_turns() {
        let shares = Arc::new(Shares::new(1, 1));
        let held = shares.take('z', SECOND).await.unwrap();
        let (mut waiting, order) = (JoinSet::new(), Arc::new(Mutex::new(Vec::new())));
        for key in ['a', 'a', 'a', 'b', 'c'] {
            let (shares, order) = (shares.clone(), order.clone());
            waiting.spawn(async move {
                let _share = shares.take(key, SECOND).await.unwrap();
                order.lock().unwrap().push(key);
            });
            tokio::task::yield_now().await;
        }
        drop(held);
        waiting.join_all().await;
        assert_eq!(*order.lock().unwrap(), ['a', 'b', 'c', 'a', 'a']);
    }

    #[tokio::test(start_paused = true)]
    async fn who_hung_up_keeps_nobody_waiting() {
        let shares = Arc::new(Shares::new(1, 1));
        let held = shares.take('a', SECOND).await.unwrap();
        let gone = tokio::spawn({
            let shares = shares.clone();
            async move { shares.take('b', SECOND).await.map(drop) }
        });
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        drop(held);
        let share = shares.take('c', SECOND).await.unwrap();
        drop(share);
        let state = lock(&shares.0);
        assert!(state.free == 1 && state.held.is_empty() && state.waiting.is_empty(), "nothing is left behind");
    }
}
