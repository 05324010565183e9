//! Signs a member of staff in.
//!
//! Unknown login, wrong password, no password yet and disabled account take the same steps and get the same answer, so that
//! nobody can find out which logins exist (W1). Wrong passwords are counted in the database, for every replica alike: ten from one
//! address, a hundred from anywhere, so that one attacker locks out himself and not the account.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_authz::{STAFF_TOKEN_SECONDS, Sight, StaffClaims};
use huiyin_journal::record;
use huiyin_kernel::{Ids, Redacted};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Context, Error};
use crate::events::outgoing::{Act, account_event};
use crate::store::{self, staff::StaffRow};

const WINDOW_MINUTES: i64 = 15;
const ANYWHERE_FACTOR: i64 = 10;

/// What a person gives to sign in.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The login, as typed.
    pub login: String,
    /// The password.
    pub password: Redacted<String>,
    /// Where from.
    pub address: IpAddr,
}

/// A session with a fresh token.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session_id: Uuid,
    /// The token.
    pub token: String,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
    /// The handle by which the session is renewed; given once.
    pub handle: Option<String>,
    /// Who.
    pub row: StaffRow,
}

/// Signs in.
pub async fn sign_in(context: &Context, given: Credentials) -> Result<SignedIn, Error> {
    let now = context.infra.now();
    let login_digest = context.digest("login", &given.login);
    let address_digest = context.digest("address", &given.address.to_string());
    let mut read = context.db.read().await?;
    let since = now - TimeDelta::minutes(WINDOW_MINUTES);
    let failures = store::failures::count(&mut read, &login_digest, &address_digest, since).await?;
    let most = i64::from(context.limits.sign_in_failures);
    if failures.here >= most || failures.anywhere >= most * ANYWHERE_FACTOR {
        return Err(Error::TooManyFailures { retry_after: (WINDOW_MINUTES * 60) as u32 });
    }
    let found = store::staff::find_by_login(&mut read, &given.login).await?;
    drop(read);
    let hash = found.as_ref().and_then(|row| row.password_hash.clone());
    let fits = context.passwords.fits(given.password, hash.clone()).await?;
    let mut tx = context.db.begin_as(&Sight::everything()).await?;
    // Read again under lock: between the two looks the account may have been disabled or the password changed.
    let row = match &found {
        Some(row) => store::staff::lock(&mut tx, row.staff.staff_id).await?,
        None => None,
    };
    let Some(row) = row.filter(|row| fits && row.staff.active && row.password_hash == hash) else {
        store::failures::add(&mut tx, &login_digest, &address_digest, now).await?;
        tx.commit().await?;
        return Err(Error::SignInRefused);
    };
    // Sessions are not business: their ids and handles come from chance even where everything else is seeded.
    let session_id: Uuid = Ids::Random.for_cause(Uuid::nil()).next(now);
    let (handle, digest) = new_handle();
    let claims = claims(&row, session_id, now);
    let act = Act { actor: claims.actor(), cause: session_id, at: context.clock.now() };
    let mut ids = context.ids_of(&act);
    let event = account_event(&act, row.version, &row.staff, &row.district, &mut ids, "signed_in", Some(session_id));
    store::staff::set_version(&mut tx, row.staff.staff_id, row.version + 1).await?;
    store::sessions::begin(&mut tx, session_id, row.staff.staff_id, &digest, now).await?;
    record(&mut tx, vec![event]).await?;
    tx.commit().await?;
    let expires_at = now + TimeDelta::seconds(STAFF_TOKEN_SECONDS);
    Ok(SignedIn { session_id, token: context.signer.sign(&claims), expires_at, handle: Some(handle), row })
}

pub(super) fn claims(row: &StaffRow, session: Uuid, now: DateTime<Utc>) -> StaffClaims {
    let (staff, district) = (&row.staff, row.district.clone());
    StaffClaims::new(staff.staff_id, staff.unit.clone(), district, staff.roles.clone(), session, now)
}

fn new_handle() -> (String, Vec<u8>) {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).expect("the operating system gives random bytes");
    let handle = URL_SAFE_NO_PAD.encode(secret);
    let digest = digest_of(&handle);
    (handle, digest)
}

pub(super) fn digest_of(handle: &str) -> Vec<u8> {
    Sha256::digest(handle.as_bytes()).to_vec()
}
