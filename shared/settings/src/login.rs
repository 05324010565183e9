//! The database logins and NATS users of D-6: one per service and purpose.

use std::fmt;

use huiyin_kernel::Service;

/// What a database login is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoginKind {
    /// Owns the schema; migrates.
    Owner,
    /// Answers requests.
    Api,
    /// Relay, consumers, timers, tasks.
    Worker,
    /// Intake's coalesced inserts.
    Writer,
}

/// A database login, such as `intake_api`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Login {
    /// Whose schema.
    pub service: Service,
    /// What for.
    pub kind: LoginKind,
}

impl Login {
    /// The login of `service` for `kind`.
    pub const fn new(service: Service, kind: LoginKind) -> Self {
        Self { service, kind }
    }

    /// Every login there is; only intake has a writer.
    pub fn all() -> impl Iterator<Item = Self> {
        let each = [LoginKind::Owner, LoginKind::Api, LoginKind::Worker];
        Service::ALL
            .into_iter()
            .flat_map(move |service| each.map(|kind| Self { service, kind }))
            .chain([Self::new(Service::Intake, LoginKind::Writer)])
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            LoginKind::Owner => "owner",
            LoginKind::Api => "api",
            LoginKind::Worker => "worker",
            LoginKind::Writer => "writer",
        };
        write!(f, "{}_{kind}", self.service)
    }
}

/// A NATS user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NatsIdentity {
    /// A service: publishes its own subjects, reads what it may.
    Service(Service),
    /// Creates and repairs streams and consumers.
    Topology,
}

impl NatsIdentity {
    /// Every user there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Service::ALL.into_iter().map(Self::Service).chain([Self::Topology])
    }
}

impl fmt::Display for NatsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => service.fmt(f),
            Self::Topology => f.write_str("topology"),
        }
    }
}
