//! One file per command; the only place that opens a transaction.

mod add_staff;
mod bootstrap;
mod change_staff;
mod context;
mod end_session;
mod error;
mod load_city;
mod look_up;
mod passwords;
mod put_district;
mod put_unit;
mod refresh_session;
mod set_password;
mod sign_in;
mod switch_staff;

pub use add_staff::{NewStaff, add_staff};
pub use bootstrap::{FirstAdministrator, bootstrap};
pub use change_staff::change_staff;
pub use context::Context;
pub use end_session::end_session;
pub use error::Error;
pub use load_city::{Loaded, load_city};
pub use look_up::{is_session_live, list_districts, list_staff, list_units};
pub use passwords::Passwords;
pub use put_district::put_district;
pub use put_unit::put_unit;
pub use refresh_session::refresh_session;
pub use set_password::set_password;
pub use sign_in::{Credentials, SignedIn, sign_in};
pub use switch_staff::switch_staff;
