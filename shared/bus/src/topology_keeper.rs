//! Makes and repairs streams and durables, under an identity that can do nothing else.

use std::sync::Arc;

use async_nats::jetstream::consumer::Consumer;
use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::context::CreateStreamError;

use crate::connection::within;
use crate::topology::{consumer_differences, stream_differences};
use crate::{Bus, BusError, ConsumerSpec, OutsideDurable, StreamLimits, StreamSpec};

/// What was found, or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ensured {
    /// It stood as asked for.
    Existing,
    /// It was changed to what is asked for.
    Updated,
    /// It was made.
    Created,
}

/// Streams or durables are not as asked for.
#[derive(Debug, thiserror::Error)]
pub enum TopologyError {
    /// Read back, it differs: the server ignores a setting, or someone made it otherwise and it cannot be changed.
    #[error(
        "{what} is not as it must be: {differences}. Please use a newer nats-server, or have an operator remove it so that it is made again; no event is lost by that"
    )]
    Differs {
        /// Which stream or durable.
        what: String,
        /// In what.
        differences: String,
    },
    /// The bus does not work.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// The keeper of the topology.
#[derive(Clone, Debug)]
pub struct Topology {
    bus: Bus,
    limits: StreamLimits,
    outside: Arc<[OutsideDurable]>,
}

impl Topology {
    /// `bus` is connected as the topology identity.
    pub fn new(bus: Bus, limits: StreamLimits) -> Self {
        Self { bus, limits, outside: Arc::default() }
    }

    /// Keeps these durables of other systems too.
    #[must_use]
    pub fn with_outside(self, durables: Vec<OutsideDurable>) -> Self {
        Self { outside: durables.into(), ..self }
    }

    /// The connection.
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Makes the stream, or changes it to what is asked for, and reads it back.
    pub async fn ensure_stream(&self, spec: &StreamSpec) -> Result<Ensured, TopologyError> {
        self.bus.usable()?;
        let wanted = spec.config(&self.limits);
        let doing = || format!("make the stream {}", spec.name);
        let ensured = match self.bus.stream_info(&spec.name).await {
            Ok(info) if stream_differences(&wanted, &info.config).is_empty() => return Ok(Ensured::Existing),
            Ok(_) => {
                let change = || format!("change the stream {}", spec.name);
                // A refusal shows in the comparison below, with the fields that could not be changed.
                if let Err(error) = within(change, self.bus.context().update_stream(wanted.clone())).await? {
                    tracing::warn!(stream = spec.name, %error, "the stream could not be changed");
                }
                Ensured::Updated
            }
            Err(BusError::Missing { .. }) => {
                within(doing, self.bus.context().create_stream(wanted.clone()))
                    .await?
                    .map_err(|error: CreateStreamError| BusError::request(doing(), error))?;
                Ensured::Created
            }
            Err(error) => return Err(error.into()),
        };
        let found = self.bus.stream_info(&spec.name).await?;
        refuse(format!("the stream {}", spec.name), &stream_differences(&wanted, &found.config))?;
        tracing::info!(stream = spec.name, ?ensured, "stream");
        Ok(ensured)
    }

    /// Makes the durable, or changes it to what is asked for, and reads it back.
    pub async fn ensure_consumer(&self, spec: &ConsumerSpec) -> Result<Ensured, TopologyError> {
        self.ensure_durable(spec, spec.config()).await
    }

    /// The same for the durables that systems of others have on this stream. What fails there holds nothing of ours back: it is
    /// told to the operator.
    pub async fn ensure_outside(&self, stream: &StreamSpec) {
        for durable in self.outside.iter().filter(|durable| durable.spec.stream == stream.name) {
            if let Err(error) = self.ensure_durable(&durable.spec, durable.config()).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(durable = durable.spec.durable, error, "a durable of another system is not in order");
            }
        }
    }

    async fn ensure_durable(&self, spec: &ConsumerSpec, wanted: pull::Config) -> Result<Ensured, TopologyError> {
        self.bus.usable()?;
        let found = self.bus.find_consumer(spec).await?;
        let ensured = match &found {
            Some(found) if consumer_differences(&wanted, &found.cached_info().config).is_empty() => {
                return Ok(Ensured::Existing);
            }
            Some(_) => Ensured::Updated,
            None => Ensured::Created,
        };
        let doing = || format!("make the durable {} on {}", spec.durable, spec.stream);
        let made: Result<Consumer<pull::Config>, _> =
            within(doing, self.bus.context().create_consumer_on_stream(wanted.clone(), spec.stream.as_str())).await?;
        if let Err(error) = made {
            if found.is_none() {
                return Err(BusError::request(doing(), error).into());
            }
            tracing::warn!(durable = spec.durable, %error, "the durable could not be changed");
        }
        let missing = || BusError::Missing { what: format!("the durable {}", spec.durable) };
        let found = self.bus.find_consumer(spec).await?.ok_or_else(missing)?;
        let differences = consumer_differences(&wanted, &found.cached_info().config);
        refuse(format!("the durable {} on {}", spec.durable, spec.stream), &differences)?;
        tracing::info!(durable = spec.durable, ?ensured, "durable");
        Ok(ensured)
    }

    /// Removes the durable and makes it again from the stream's beginning: the cure for one that starves (N5). The inbox knows
    /// what has been heard.
    pub async fn remake_consumer(&self, spec: &ConsumerSpec) -> Result<(), TopologyError> {
        self.bus.usable()?;
        let doing = || format!("remove the durable {}", spec.durable);
        let context = self.bus.context();
        if let Err(error) =
            within(doing, context.delete_consumer_from_stream(spec.durable.as_str(), spec.stream.as_str())).await?
        {
            // It may be gone already; what matters is that it can be made.
            tracing::debug!(durable = spec.durable, %error, "the durable could not be removed");
        }
        self.ensure_consumer(spec).await.map(|_| ())
    }
}

fn refuse(what: String, differences: &[String]) -> Result<(), TopologyError> {
    if differences.is_empty() {
        Ok(())
    } else {
        Err(TopologyError::Differs { what, differences: differences.join("; ") })
    }
}
