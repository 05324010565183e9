//! The press: setting a form is work for a core, not for a thread that others wait on, and only so much of it at once.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::{Fonts, FontsMissing, Form, FormError, render};

/// Forms set at once in a process: commands have the other cores.
const AT_ONCE: usize = 2;
/// How long a form waits for its turn before it is answered 503.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why no document came out.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// A font is missing.
    #[error(transparent)]
    Fonts(#[from] FontsMissing),
    /// A template is at fault.
    #[error(transparent)]
    Form(#[from] FormError),
    /// Too many wait already, or the process stops.
    #[error("too many documents are being made")]
    Busy,
}

/// Makes PDF of forms. The fonts are read when the first one is asked for; while they are missing every one looks again, so that
/// installing them is all it takes.
#[derive(Debug)]
pub struct Press {
    folder: Option<PathBuf>,
    fonts: OnceLock<Fonts>,
    turns: Semaphore,
}

impl Press {
    /// A press with fonts from this folder, or where distributions put them.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, fonts: OnceLock::new(), turns: Semaphore::new(AT_ONCE) }
    }

    /// Sets a form.
    pub async fn print(self: &Arc<Self>, form: Form) -> Result<Vec<u8>, PressError> {
        let _turn = timeout(PATIENCE, self.turns.acquire()).await.ok().and_then(Result::ok).ok_or(PressError::Busy)?;
        self.set(form).await
    }

    /// Sets a form of a batch, of which one is made at a time in a process: the other turns stay free for people who wait.
    pub async fn print_in_background(self: &Arc<Self>, form: Form) -> Result<Vec<u8>, PressError> {
        let _turn = self.turns.acquire().await.map_err(|_| PressError::Busy)?;
        self.set(form).await
    }

    async fn set(self: &Arc<Self>, form: Form) -> Result<Vec<u8>, PressError> {
        let press = Arc::clone(self);
        spawn_blocking(move || Ok(render(&form, press.fonts()?)?)).await.map_err(|_| PressError::Busy)?
    }

    fn fonts(&self) -> Result<&Fonts, FontsMissing> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts);
        }
        let found = Fonts::find(self.folder.as_deref())?;
        Ok(self.fonts.get_or_init(|| found))
    }
}
