//! The portal's own tests: every page, over a real database, with the other services played by a double where their failure is
//! what is tested. The whole city in one process is tested in `/tests`.

mod batches;
mod browser;
mod calls;
mod double;
mod escaping;
mod forms;
mod headers;
mod html;
mod pages;
mod planned;
mod repeats;
mod resilience;
mod sessions;
mod style;
