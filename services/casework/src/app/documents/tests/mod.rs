//! What stands in the documents of a life.

mod offices;
mod road;

use chrono::{DateTime, Duration, Utc};
use huiyin_calendar::{Calendar, start_of_day};
use huiyin_contracts::casework::{Grade, Outcome};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
use huiyin_forms::{Form, Refusal};
use huiyin_journal::HistoryRow;
use huiyin_kernel::{Actor, DistrictCode, PetitionNumber, Role, StaffId, UnitCode};
use huiyin_policy::PackLibrary;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Petitioner, ReviewRequest, fill, kind};
use crate::app::read::Moment;
use crate::domain::{
    Case, CaseFacts, Command, Delivery, Event, Naming, PolicyRef, Promise, Proposal, Reply, decide, open,
};

const OFFICE: &str = "990102001-office";
const OTHER: &str = "990102002-office";

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit code")
}

fn morning(day: &str) -> DateTime<Utc> {
    start_of_day(day.parse().expect("a date")).expect("in range") + Duration::hours(9)
}

fn head(of: &UnitCode) -> Actor {
    Actor::Staff {
        staff_id: StaffId::from(Uuid::from_u128(3)),
        unit: of.clone(),
        district: DistrictCode::parse("990102001").expect("a code"),
        roles: vec![Role::Officer, Role::UnitHead, Role::MainLeader],
    }
}

struct Life {
    policy: std::sync::Arc<huiyin_policy::Policy>,
    naming: Naming,
    moments: Vec<Moment>,
}

impl Life {
    fn of(class: PetitionClass) -> Self {
        let policy = PackLibrary::bundled().resolve("street-office").expect("a bundled pack");
        let facts = CaseFacts {
            case_id: Uuid::from_u128(11).into(),
            petition_id: Uuid::from_u128(12).into(),
            number: PetitionNumber::new(2026, 49_217),
            channel: Channel::Visit,
            class,
            kind: PetitionKind::Individual,
            topic: "environment".to_owned(),
            district: DistrictCode::parse("990102001").expect("a code"),
            registered_at: morning("2026-03-02"),
            registered_by: Some(unit(OFFICE)),
            policy: PolicyRef { pack: "street-office".to_owned(), hash: policy.version_hash().to_owned() },
        };
        let opened = open(facts, unit(OFFICE), None, &policy, &Calendar::bundled()).expect("opens");
        let names = [(OFFICE, "望桥街道办事处"), (OTHER, "井头街道办事处")];
        let naming = Naming::new(names.map(|(code, name)| (code.to_owned(), name.to_owned())), &policy);
        let mut life = Self { policy, naming, moments: Vec::new() };
        life.happens("2026-03-02", opened);
        life
    }

    fn happens(&mut self, day: &str, event: Event) {
        let at = morning(day);
        let case = match (&event, self.moments.last()) {
            (Event::Opened(opened), _) => Case::opened(opened),
            (event, before) => before.expect("opened first").case.clone().apply(event, at),
        };
        let row = HistoryRow {
            version: case.version,
            event_id: Uuid::from_u128(case.version as u128),
            event_type: event.name().to_owned(),
            district: "990102001".to_owned(),
            actor: Json(head(case.acting_unit())),
            cause: Uuid::nil(),
            occurred_at: at,
            recorded_at: at,
            body: Vec::new(),
        };
        self.moments.push(Moment { row, event, case });
    }

    fn given(&mut self, day: &str, command: &Command) {
        let case = self.moments.last().expect("opened first").case.clone();
        let events = decide(&case, command, &self.policy, &Calendar::bundled(), &self.actor(command), morning(day));
        for event in events.unwrap_or_else(|refusal| panic!("{refusal}")) {
            self.happens(day, event);
        }
    }

    /// The petitioner asks for reviews; all else is done by the unit whose turn it is.
    fn actor(&self, command: &Command) -> Actor {
        match command {
            Command::AskReview { .. } => Actor::Petitioner,
            _ => head(self.moments.last().expect("opened first").case.acting_unit()),
        }
    }

    fn form(&self, name: &str) -> Form {
        let document = kind::of(&self.moments).into_iter().find(|document| document.name() == name).expect("it exists");
        let reviews = [("2026-04-10", "鉴定没有做"), ("2026-05-20", "复查没有听我说")];
        let asked = |(day, text): (&str, &str)| ReviewRequest { at: morning(day), text: text.to_owned() };
        let petitioner = Petitioner {
            name: "宋婉清".to_owned(),
            organisation: false,
            request: "请求修复三楼渗漏".to_owned(),
            review_requests: reviews.map(asked).into(),
        };
        fill::form(&self.moments, &self.naming, &document, &petitioner).expect("it can be filled in")
    }

    fn names(&self) -> Vec<String> {
        kind::of(&self.moments).iter().map(super::Document::name).collect()
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}
