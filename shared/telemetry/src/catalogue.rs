//! Every metric there is. `docs/METRICS.md` is written from here, `/metrics` takes its help texts from here, and a test keeps this
//! list and the code at one.

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, and begins again at zero with the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

impl Kind {
    /// Its name, as Prometheus has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What one of it is.
    pub unit: &'static str,
    /// What its series differ in.
    pub labels: &'static [&'static str],
    /// What it says.
    pub meaning: &'static str,
}

/// The metric of that name.
pub fn metric(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

const fn counter(
    name: &'static str,
    unit: &'static str,
    labels: &'static [&'static str],
    meaning: &'static str,
) -> Metric {
    Metric { name, kind: Kind::Counter, unit, labels, meaning }
}

const fn gauge(
    name: &'static str,
    unit: &'static str,
    labels: &'static [&'static str],
    meaning: &'static str,
) -> Metric {
    Metric { name, kind: Kind::Gauge, unit, labels, meaning }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], meaning: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, unit: "seconds", labels, meaning }
}

const SERVICE: &[&str] = &["service"];
const CONSUMER: &[&str] = &["consumer"];
const TASK: &[&str] = &["service", "task"];

/// Every metric, by subject.
pub const METRICS: &[Metric] = &[
    // The process.
    gauge("huiyin_build_info", "1", &["version"], "Always 1; the label names the release that runs."),
    gauge(
        "huiyin_ready",
        "1 or 0",
        &["service", "check"],
        "Whether a check that readiness needs holds; `/health/ready` says why not.",
    ),
    counter(
        "huiyin_alarm_lines_total",
        "lines",
        &["part"],
        "Log lines marked `\"alarm\": true`; the line says what happened.",
    ),
    counter(
        "huiyin_loop_restarts_total",
        "restarts",
        &["task"],
        "Loops that ended although they must not, and began again: a defect.",
    ),
    counter("huiyin_task_work_total", "things done", TASK, "Work done by a recurring task."),
    counter("huiyin_task_failures_total", "runs", TASK, "Runs of a recurring task that failed; it runs again."),
    // HTTP.
    counter("huiyin_http_requests_total", "requests", &["service", "method", "route", "status"], "Requests answered."),
    histogram(
        "huiyin_http_request_seconds",
        &["service", "method", "route", "status"],
        "From a request's arrival to its answer.",
    ),
    counter(
        "huiyin_http_shed_total",
        "requests",
        SERVICE,
        "Requests answered 503 at once because too many were under way.",
    ),
    // The database.
    gauge(
        "huiyin_database_sessions",
        "sessions",
        &["service", "login", "state"],
        "Sessions of this process: `busy` or `idle`.",
    ),
    gauge(
        "huiyin_database_oldest_transaction_seconds",
        "seconds",
        SERVICE,
        "Age of the oldest transaction of the database cluster that holds back the clearing of dead rows (O12).",
    ),
    gauge(
        "huiyin_database_dead_rows",
        "rows",
        &["service", "table"],
        "Dead rows of a table that is written and emptied all the time.",
    ),
    // Journal and relay.
    gauge("huiyin_journal_unsealed_rows", "rows", SERVICE, "Journal rows that no seal lists yet."),
    gauge(
        "huiyin_seal_age_seconds",
        "seconds",
        SERVICE,
        "Since the last seal, while there is anything to seal; else 0.",
    ),
    counter("huiyin_seal_failures_total", "tries", SERVICE, "Seals that could not be made or written; tried again."),
    gauge("huiyin_relay_pending_rows", "publications", SERVICE, "Committed, not yet stored by NATS."),
    gauge(
        "huiyin_relay_oldest_pending_seconds",
        "seconds",
        SERVICE,
        "Age of the oldest publication that is not stored by NATS; 0 when there is none.",
    ),
    counter(
        "huiyin_relay_published_total",
        "publications",
        SERVICE,
        "Stored by NATS, and confirmed by the stream that was meant.",
    ),
    counter(
        "huiyin_relay_duplicate_total",
        "publications",
        SERVICE,
        "Called duplicates by NATS, and so sent again under another id (O4).",
    ),
    counter("huiyin_relay_unknown_total", "publications", SERVICE, "Not confirmed in time: unknown, sent again."),
    counter(
        "huiyin_relay_refused_total",
        "publications",
        SERVICE,
        "Refused by NATS: no permission, too large, stream full.",
    ),
    counter(
        "huiyin_relay_stream_losses_total",
        "losses",
        &["stream"],
        "A stream lost what it had confirmed; it is filled again (O8).",
    ),
    // The bus.
    gauge("huiyin_bus_connected", "1 or 0", &["identity"], "Whether the connection to NATS stands."),
    counter(
        "huiyin_bus_connection_events_total",
        "events",
        &["identity"],
        "Connections made, lost, and other news of them.",
    ),
    gauge(
        "huiyin_consumer_lag_messages",
        "messages",
        CONSUMER,
        "In the stream for this consumer and not yet acknowledged by it.",
    ),
    counter(
        "huiyin_consumer_remade_total",
        "times",
        CONSUMER,
        "The durable starved or was gone, and was made again (N5).",
    ),
    // Inbox and repair road.
    counter("huiyin_inbox_effects_total", "events", CONSUMER, "Events that took effect."),
    counter(
        "huiyin_inbox_skipped_total",
        "events",
        CONSUMER,
        "Events known already, or overtaken by a newer snapshot.",
    ),
    histogram(
        "huiyin_inbox_delay_seconds",
        CONSUMER,
        "From a change at its owner to its effect here; for `ledger__intake`: from a petition's registration to its line in the ledger.",
    ),
    gauge("huiyin_inbox_waiting_events", "events", SERVICE, "Heard, waiting for an earlier one or for another try."),
    gauge(
        "huiyin_inbox_parked_events",
        "events",
        SERVICE,
        "Given up, until an operator decides; each holds back its own matter only.",
    ),
    counter(
        "huiyin_inbox_unknown_type_total",
        "events",
        CONSUMER,
        "Of a type this release does not know; passed over.",
    ),
    counter("huiyin_inbox_forks_total", "events", CONSUMER, "The owner tells the same place of a history differently."),
    counter(
        "huiyin_repair_healed_total",
        "events",
        CONSUMER,
        "Gaps healed: events the bus did not bring and the repair road did (O7).",
    ),
    counter("huiyin_repair_failures_total", "questions", CONSUMER, "The owner did not answer over HTTP; asked again."),
    // Timers.
    gauge("huiyin_timer_armed", "timers", SERVICE, "Timers that wait for their time."),
    gauge("huiyin_timer_overdue", "timers", SERVICE, "Timers whose time has passed."),
    gauge(
        "huiyin_timer_overdue_longest_seconds",
        "seconds",
        SERVICE,
        "How long the first of them has been overdue; 0 when none is.",
    ),
    histogram("huiyin_timer_lateness_seconds", SERVICE, "From a timer's time to its firing."),
    counter(
        "huiyin_timer_failures_total",
        "firings",
        SERVICE,
        "Firings that failed; the timer is tried again with growing pauses.",
    ),
    gauge(
        "huiyin_timer_clock_fault",
        "1 or 0",
        SERVICE,
        "1 while nothing is fired because a clock cannot be trusted (T6).",
    ),
    counter(
        "huiyin_casework_timers_lost_total",
        "timers",
        &[],
        "Open duties found without their timer, and armed again (T8).",
    ),
    // Intake.
    counter("huiyin_intake_registered_total", "petitions", &[], "Petitions registered and answered."),
    Metric {
        name: "huiyin_intake_batch_size",
        kind: Kind::Histogram,
        unit: "petitions",
        labels: &[],
        meaning: "Petitions committed together.",
    },
    counter(
        "huiyin_intake_batch_halved_total",
        "batches",
        &[],
        "Batches split because one petition in them could not be stored.",
    ),
    counter(
        "huiyin_intake_queue_full_total",
        "petitions",
        &[],
        "Petitions answered 503 because more came than could be committed.",
    ),
    gauge(
        "huiyin_intake_not_handed_over",
        "petitions",
        &[],
        "Registered, and without a case although it is time (件件有着落).",
    ),
    counter(
        "huiyin_intake_watchdog_fired_total",
        "petitions",
        &[],
        "Petitions whose watchdog rang because no case had been opened in time.",
    ),
    counter(
        "huiyin_intake_unknown_pack_total",
        "petitions",
        &[],
        "Registered in a district whose policy pack is missing; national law was applied.",
    ),
    counter("huiyin_intake_wrong_lookup_total", "look-ups", &[], "Look-ups with a wrong number or code."),
    counter(
        "huiyin_intake_identity_shown_total",
        "times",
        &[],
        "Identities shown in the open, each with a reason in the journal.",
    ),
    counter("huiyin_intake_erased_total", "petitions", &[], "Petitions whose key was destroyed, by two persons."),
    gauge(
        "huiyin_intake_erasures_unconfirmed",
        "petitions",
        &[],
        "Petitions whose key was destroyed, and of which a service has not yet destroyed its copies.",
    ),
    counter(
        "huiyin_intake_timers_lost_total",
        "timers",
        &[],
        "Petitions found without their hand-over watchdog, which was armed again (T8).",
    ),
    counter("huiyin_intake_key_unwrapped_total", "keys", &["for"], "Keys of personal data unwrapped for a service."),
    // Notification.
    counter(
        "huiyin_notification_messages_total",
        "messages",
        &["state", "template"],
        "Messages ended: `sent`, `failed` or `unreachable`.",
    ),
    gauge("huiyin_notification_pending_messages", "messages", &[], "Messages not ended yet."),
    gauge(
        "huiyin_notification_oldest_pending_seconds",
        "seconds",
        &[],
        "Since the oldest of them was written; 0 when there is none.",
    ),
    counter(
        "huiyin_notification_alarms_total",
        "alarms",
        &["kind"],
        "Somebody has to be told in person, or nobody holds a role; see `GET /alarms`.",
    ),
];

/// Gives the recorder the help texts.
pub(crate) fn describe() {
    for Metric { name, kind, meaning, .. } in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *meaning),
            Kind::Gauge => metrics::describe_gauge!(*name, *meaning),
            Kind::Histogram => metrics::describe_histogram!(*name, *meaning),
        }
    }
    metrics::gauge!("huiyin_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}
