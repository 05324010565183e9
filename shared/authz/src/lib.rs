//! Who may do what: permissions as a table, sight by participation, and the tokens that carry both.
//!
//! A permission says what kind of act a role may do; the scope says on which matters. Both must agree (D-6). The table
//! is data, printed into `docs/PERMISSIONS.md`. Everything not written there is refused.
//!
//! It knows no HTTP and no database: `huiyin-web` reads tokens from requests, the services ask before they act.

mod credential;
mod permission;
mod scope;
mod sight;
mod table;
mod token;

pub use credential::{CredentialError, ServiceCredential};
pub use permission::Permission;
pub use scope::{Participants, Scope, may_see};
pub use sight::Sight;
pub use table::{Denied, TABLE, allowed, permissions_page, require, role_name, roles_with};
pub use token::{Jwk, Jwks, STAFF_TOKEN_SECONDS, StaffClaims, StaffKeys, StaffSigner, TokenError};
