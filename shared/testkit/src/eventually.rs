//! Waiting for a state to come about, never for time to pass.

use std::{
    fmt,
    future::Future,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(20);

/// What was seen instead of what is waited for. Any error turns into one with `?`: a service that cannot be
/// reached is "not yet" too.
pub struct NotYet(String);

impl fmt::Debug for NotYet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E> From<E> for NotYet
where
    E: Into<anyhow::Error>,
{
    fn from(error: E) -> Self {
        Self(format!("{:#}", error.into()))
    }
}

/// States what was seen: `Err(not_yet(format!("{n} of 10 delivered")))`.
pub fn not_yet(seen: impl Into<String>) -> NotYet {
    NotYet(seen.into())
}

/// The deadline passed; carries what was seen last.
#[derive(Debug)]
pub struct NeverHappened {
    waited: Duration,
    last_seen: String,
}

impl fmt::Display for NeverHappened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "did not happen within {:?}; last seen: {}", self.waited, self.last_seen)
    }
}

impl std::error::Error for NeverHappened {}

/// Looks again and again, for half a minute at most.
pub async fn eventually<T, F, Fut>(look: F) -> Result<T, NeverHappened>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, NotYet>>,
{
    eventually_within(PATIENCE, look).await
}

/// Looks again and again until the deadline. A look that itself hangs is cut off there too.
pub async fn eventually_within<T, F, Fut>(deadline: Duration, mut look: F) -> Result<T, NeverHappened>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, NotYet>>,
{
    let start = Instant::now();
    let mut last_seen = "the first look did not come back".to_owned();
    loop {
        let left = deadline.saturating_sub(start.elapsed());
        match tokio::time::timeout(left, look()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(NotYet(seen))) => last_seen = seen,
            // Cut off; the check below ends it.
            Err(_) => {}
        }
        // Asked here and not left to the time limit: a look that is ready at once never meets that.
        if start.elapsed() >= deadline {
            return Err(NeverHappened { waited: deadline, last_seen });
        }
        pause().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where tests let time pass between two looks")]
async fn pause() {
    tokio::time::sleep(TICK).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_returns_as_soon_as_the_state_is_there() {
        let mut looks = 0;
        let seen = eventually(|| {
            looks += 1;
            let now = looks;
            async move { if now < 3 { Err(not_yet(format!("{now} looks"))) } else { Ok(now) } }
        })
        .await;
        assert_eq!(seen.expect("the third look succeeds"), 3);
    }

    #[tokio::test]
    async fn a_state_that_never_comes_is_reported_with_what_was_seen_last() {
        let parse = || async { Ok("seven".parse::<u32>()?) };
        let error = eventually_within(Duration::from_millis(50), parse).await.expect_err("never a number");
        assert!(error.to_string().contains("invalid digit"), "{error}");
    }

    #[tokio::test]
    async fn a_look_that_hangs_is_cut_off() {
        let hang = || futures::future::pending::<Result<(), NotYet>>();
        assert!(eventually_within(Duration::from_millis(50), hang).await.is_err());
    }
}
