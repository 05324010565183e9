//! The life of the city: tasks at their instants, time stepping from one to the next when everything has come to rest.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use huiyin_kernel::{ManualClock, Role};
use huiyin_policy::PackLibrary;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::agenda::{Agenda, OfficeHours, at, day_of};
use super::data::{self, Matter, Reception};
use super::intake;
use super::office::Office;
use super::officer::{self, File};
use super::reception::{self, Round, Sitting};
use super::reviewed;
use super::road::{Later, comes_to_round, draw, later};
use super::story::Story;
use crate::city::City;

/// Acts done at the same time: for their cases they do not meet.
const AT_ONCE: usize = 8;
/// How long the city may take to come to rest after a step, in machine time.
const PATIENCE: Duration = Duration::from_mins(1);
/// The first day.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2022, 5, 5).expect("a date");
/// The Sunday of the round.
const ROUND_DAY: NaiveDate = NaiveDate::from_ymd_opt(2022, 5, 22).expect("a date");

/// When the demonstration begins.
pub(crate) fn begins_at() -> DateTime<Utc> {
    at(FIRST_DAY, 8, 0)
}

/// Everything the people of the demonstration share.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) office: Office,
    pub(crate) city: data::City,
    pub(crate) matters: Vec<Matter>,
    pub(crate) files: Vec<Mutex<Option<File>>>,
    pub(crate) sittings: Mutex<Vec<Sitting>>,
    pub(crate) story: Mutex<Story>,
    pub(crate) hours: OfficeHours,
    pub(crate) seed: u64,
    packs: PackLibrary,
    clock: Arc<ManualClock>,
    round: Mutex<Option<Round>>,
    visitors: Mutex<Visitors>,
}

/// Who is in the halls of the round.
#[derive(Debug, Default)]
struct Visitors {
    waiting: Vec<usize>,
    inside: Vec<(usize, Uuid)>,
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The year's table is announced and the round planned.
    Plan,
    /// The day file of a district's bureau (its position in the city file).
    Import(usize),
    /// A citizen or a clerk registers a petition.
    Register(usize),
    /// The officers look at a case.
    Case(usize),
    Invite(usize),
    Amend(usize),
    Withdraw(usize),
    Restore(usize),
    AskReview(usize),
    CallIn,
    Receive,
    CloseRound,
    BeginSitting(usize),
    EndSitting(usize),
}

type Planned = Vec<(DateTime<Utc>, Task)>;

impl Life {
    pub(crate) fn new(
        office: Office,
        matters: Vec<Matter>,
        clock: Arc<ManualClock>,
        seed: u64,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            office,
            city: data::City::read()?,
            files: matters.iter().map(|_| Mutex::new(None)).collect(),
            matters,
            sittings: Mutex::default(),
            story: Mutex::default(),
            hours: OfficeHours::new(),
            seed,
            packs: PackLibrary::bundled(),
            clock,
            round: Mutex::default(),
            visitors: Mutex::default(),
        })
    }

    /// The business time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The id of a registered petition.
    pub(crate) async fn petition_id(&self, index: usize) -> anyhow::Result<Uuid> {
        let file = self.files[index].lock().await;
        Ok(file
            .as_ref()
            .with_context(|| format!("{} is not registered", self.matters[index].petition.reference))?
            .petition_id)
    }

    /// Whether the petition is taken up is decided at once.
    pub(crate) async fn decide_now(&self, index: usize) {
        if let Some(file) = self.files[index].lock().await.as_mut() {
            file.plan.decide = self.now();
        }
    }

    /// Who approves an extension, by the pack of the matter's area (REG-24, JD-10).
    pub(crate) fn approver(&self, matter: &Matter) -> anyhow::Result<Role> {
        let pack = self.city.policy(&matter.petition.district);
        Ok(self.packs.resolve(pack)?.extension.approver.role)
    }

    /// Who registers visitors of an area.
    pub(crate) fn clerk(&self, district: &str) -> anyhow::Result<String> {
        let unit =
            self.city.petition_unit(district).with_context(|| format!("nobody takes petitions of {district}"))?;
        let clerk = self.city.with_role(unit, Role::IntakeClerk);
        Ok(clerk.with_context(|| format!("{unit} has no clerk"))?.to_owned())
    }

    /// Lives through so many days after the round and until every case is closed; gives the last instant.
    pub(crate) async fn live(
        &self,
        city: &mut City,
        days: u64,
        progress: impl Fn(DateTime<Utc>),
    ) -> anyhow::Result<DateTime<Utc>> {
        let end = at(ROUND_DAY + Days::new(days + 1), 0, 0);
        let mut agenda = self.first_agenda();
        city.quiet(PATIENCE).await?;
        loop {
            let due = city.next_due().await?;
            let Some(next) = [agenda.next(), due].into_iter().flatten().min().filter(|next| *next < end) else {
                self.clock.advance_to(end);
                self.rest(city).await?;
                return Ok(end);
            };
            self.clock.advance_to(next);
            progress(self.now());
            if due.is_some_and(|due| due <= next) {
                // Before anybody acts: what falls due at an instant does so whoever is quicker.
                city.work().await?;
            }
            let tasks = agenda.take_due(self.now());
            let done = futures::stream::iter(tasks).map(|task| self.perform(task)).buffered(AT_ONCE);
            for (at, task) in done.try_collect::<Vec<Planned>>().await?.into_iter().flatten() {
                ensure!(at > self.now(), "{task:?} is planned for the past");
                agenda.add(at, task);
            }
            self.rest(city).await?;
        }
    }

    /// Fires what is due and waits until everything that follows has come to rest.
    async fn rest(&self, city: &mut City) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let activity = city.quiet(PATIENCE).await?;
            ensure!(activity.parked == 0, "an event found no effect and is parked");
            if city.work().await? == 0 {
                return Ok(());
            }
            ensure!(tokio::time::Instant::now() < deadline, "the city does not come to rest");
        }
    }

    /// Every petition that was answered with a number.
    pub(crate) async fn acknowledged(&self) -> Vec<Uuid> {
        let mut ids = Vec::with_capacity(self.files.len());
        for file in &self.files {
            ids.extend(file.lock().await.as_ref().map(|file| file.petition_id));
        }
        ids
    }

    fn first_agenda(&self) -> Agenda<Task> {
        let mut agenda = Agenda::default();
        agenda.add(at(FIRST_DAY, 8, 30), Task::Plan);
        for (index, matter) in self.matters.iter().enumerate() {
            if matches!(matter.petition.channel.as_str(), "net" | "visit") {
                agenda.add(matter.received_at, Task::Register(index));
            }
        }
        for day in FIRST_DAY
            .iter_days()
            .take_while(|day| *day <= ROUND_DAY + Days::new(1))
            .filter(|day| self.hours.is_open(*day))
        {
            for nth in 0..self.city.district.len() {
                agenda.add(at(day, 17, 0), Task::Import(nth));
            }
        }
        for hour in 8..18 {
            agenda.add(at(ROUND_DAY, hour, 50), Task::CallIn);
            agenda.add(at(ROUND_DAY, hour, 59), Task::Receive);
        }
        agenda.add(at(ROUND_DAY, 18, 30), Task::CloseRound);
        agenda
    }

    async fn perform(&self, task: Task) -> anyhow::Result<Planned> {
        let planned = match task {
            Task::Plan => self.plan().await,
            Task::Import(nth) => self.import(nth).await,
            Task::Register(index) => self.register(index).await,
            Task::Case(index) => match officer::work(self, index).await {
                Ok(Some(at)) => Ok(vec![(at, Task::Case(index))]),
                Ok(None) => Ok(reviewed::asks_at(self, index)
                    .await
                    .map(|at| (at, Task::AskReview(index)))
                    .into_iter()
                    .collect()),
                Err(error) => Err(error),
            },
            Task::Invite(index) => self.invite(index).await,
            Task::Amend(index) => intake::amend(self, index).await.map(|()| Vec::new()),
            Task::Withdraw(index) => intake::withdraw(self, index).await.map(|()| Vec::new()),
            Task::Restore(index) => intake::restore(self, index).await.map(|()| self.looked_at_next(index)),
            Task::AskReview(index) => intake::ask_review(self, index).await.map(|()| self.looked_at_next(index)),
            Task::CallIn => self.call_in().await,
            Task::Receive => self.receive().await,
            Task::CloseRound => self.close_round().await,
            Task::BeginSitting(nth) => reception::begin_sitting(self, nth).await.map(|()| Vec::new()),
            Task::EndSitting(nth) => reception::end_sitting(self, nth).await.map(|()| Vec::new()),
        };
        planned.with_context(|| {
            format!("{task:?} on {}", self.now().with_timezone(&huiyin_kernel::CITY_ZONE).format("%F %R"))
        })
    }

    /// The officers find what the petitioner did at their next office hour.
    fn looked_at_next(&self, index: usize) -> Planned {
        vec![(self.hours.hour_from(self.now() + TimeDelta::hours(1)), Task::Case(index))]
    }

    async fn plan(&self) -> anyhow::Result<Planned> {
        let venues = reception::add_venues(self).await?;
        let hall =
            venues.iter().find(|(district, _)| *district == self.city.city.code).context("the city has no hall")?.1;
        let (sittings, report) = reception::import_table(self, hall).await?;
        let until = at(ROUND_DAY + Days::new(100), 0, 0);
        let sittings = reception::publish_table(self, sittings, until).await?;
        let round = reception::plan_round(self, &venues, ROUND_DAY).await?;
        let mut story = self.story.lock().await;
        story.table = report;
        story.sittings = sittings.len();
        story.streets = round.sessions.len();
        let planned = sittings.iter().enumerate().flat_map(|(nth, sitting)| {
            [
                (sitting.starts_at + TimeDelta::minutes(30), Task::BeginSitting(nth)),
                (sitting.ends_at, Task::EndSitting(nth)),
            ]
        });
        let planned = planned.collect();
        *self.sittings.lock().await = sittings;
        *self.round.lock().await = Some(round);
        Ok(planned)
    }

    /// A bureau enters what came by letter, telephone and fax since its last file.
    async fn import(&self, nth: usize) -> anyhow::Result<Planned> {
        let district = &self.city.district[nth].code;
        let mut indices = Vec::new();
        for (index, matter) in self.matters.iter().enumerate() {
            let petition = &matter.petition;
            let is_paper = matches!(petition.channel.as_str(), "letter" | "phone" | "fax");
            if is_paper
                && petition.district.starts_with(district)
                && matter.received_at <= self.now()
                && self.files[index].lock().await.is_none()
            {
                indices.push(index);
            }
        }
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        intake::import_day(self, district, &indices).await?;
        let mut planned = Vec::new();
        for index in indices {
            planned.extend(self.registered(index).await?);
        }
        Ok(planned)
    }

    async fn register(&self, index: usize) -> anyhow::Result<Planned> {
        let matter = &self.matters[index];
        if matter.petition.channel == "net" {
            intake::hand_in(self, index).await?;
        } else {
            let session = match self.round.lock().await.as_ref().filter(|_| comes_to_round(matter)) {
                Some(round) => round.sessions.get(&matter.petition.district).map(|(session, _)| *session),
                None => None,
            };
            intake::register_visit(self, index, session).await?;
        }
        self.registered(index).await
    }

    /// What follows a registration.
    async fn registered(&self, index: usize) -> anyhow::Result<Planned> {
        let matter = &self.matters[index];
        let mut planned = Vec::new();
        if comes_to_round(matter) {
            self.visitors.lock().await.waiting.push(index);
            let next_day = self
                .hours
                .hour(ROUND_DAY + Days::new(1), draw(self.seed, &matter.petition.reference, "after", 3) as usize);
            planned.push((next_day, Task::Case(index)));
            return Ok(planned);
        }
        let file = self.files[index].lock().await;
        let decide = file.as_ref().context("a petition just registered")?.plan.decide;
        planned.push((decide, Task::Case(index)));
        // Between the office hours, so that it is never a matter of who is quicker.
        let days_later = |days: u64| at(self.hours.open_day(day_of(self.now()) + Days::new(days)), 10, 0);
        if matter.handling.session == Some(Reception::Table) {
            // One after the other: who is asked first has the choice of sessions.
            planned.push((days_later(7) + TimeDelta::seconds(index as i64), Task::Invite(index)));
        }
        match later(matter, self.seed) {
            Some(Later::Amends) => planned.push((days_later(2), Task::Amend(index))),
            Some(Later::Withdraws) => planned.push((days_later(6), Task::Withdraw(index))),
            Some(Later::WithdrawsAndRestores) => {
                planned.push((days_later(6), Task::Withdraw(index)));
                planned.push((days_later(12), Task::Restore(index)));
            }
            None => {}
        }
        Ok(planned)
    }

    async fn invite(&self, index: usize) -> anyhow::Result<Planned> {
        if reception::invite(self, index).await? {
            self.story.lock().await.invited += 1;
        }
        Ok(Vec::new())
    }

    async fn call_in(&self) -> anyhow::Result<Planned> {
        let round = self.round.lock().await.clone().context("there is no round")?;
        let mut visitors = self.visitors.lock().await;
        let mut waiting = std::mem::take(&mut visitors.waiting);
        waiting.sort_unstable();
        let inside = reception::take_walk_ins(self, &round, &waiting).await?;
        visitors.inside.extend(inside);
        Ok(Vec::new())
    }

    /// Everyone in the hall is received; of the last to come one is left until after the first attempt to close.
    async fn receive(&self) -> anyhow::Result<Planned> {
        let round = self.round.lock().await.clone().context("there is no round")?;
        let mut visitors = self.visitors.lock().await;
        let is_last = !self.matters.iter().any(|matter| comes_to_round(matter) && matter.received_at > self.now());
        let received = visitors.inside.len().saturating_sub(usize::from(is_last));
        let left = visitors.inside.split_off(received);
        let inside = std::mem::replace(&mut visitors.inside, left);
        reception::hold(self, &round, &inside).await?;
        Ok(Vec::new())
    }

    async fn close_round(&self) -> anyhow::Result<Planned> {
        let round = self.round.lock().await.clone().context("there is no round")?;
        let last = self.visitors.lock().await.inside.pop();
        reception::close_round(self, &round, last).await?;
        Ok(Vec::new())
    }
}
