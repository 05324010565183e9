//! From a visit to a form filled in.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use huiyin_contracts::intake::PetitionClass;
use huiyin_forms::{Form, GuaranteeLetter, Imprint, ReceptionRecord, RegistrationSheet, TalkRecord};
use huiyin_kernel::CITY_ZONE;

use super::{Identity, Seen};
use crate::domain::paper::Paper;

/// The form of a paper; `today` is the day it is printed. None for one that is not printed here.
pub(super) fn form(paper: Paper, seen: &Seen, petitioner: &Identity, today: NaiveDate) -> Option<Form> {
    let imprint = imprint(paper, seen, today);
    let matter_number = seen.head.number.clone();
    Some(match paper {
        Paper::ReceptionRecord => Form::ReceptionRecord(Box::new(record(imprint, seen, petitioner))),
        Paper::RegistrationSheet => Form::RegistrationSheet(Box::new(RegistrationSheet {
            imprint: imprint.clone(),
            matter_number,
            class: class(seen.head.class).to_owned(),
            earlier_handling: None,
            record: record(imprint, seen, petitioner),
        })),
        Paper::TalkRecord => {
            let written = seen.visit.record.as_ref()?;
            Form::TalkRecord(Box::new(TalkRecord {
                imprint,
                matter_number,
                began_at: local(began(seen)),
                place: place(seen),
                present: present(seen, petitioner),
                statement: written.main_problem.clone(),
                answers: written.leader_opinion.clone(),
                agreed: vec![written.result.clone()],
            }))
        }
        // Its telephone is the signer's to write.
        Paper::GuaranteeLetter => {
            let matter_number = Some(matter_number);
            Form::GuaranteeLetter(Box::new(GuaranteeLetter { imprint, matter_number, phone: None }))
        }
        Paper::PromiseLetter => return None,
    })
}

fn record(imprint: Imprint, seen: &Seen, petitioner: &Identity) -> ReceptionRecord {
    let written = seen.visit.record.as_ref();
    ReceptionRecord {
        imprint,
        leader: leader(seen),
        received_on: local(began(seen)).date(),
        place: place(seen),
        petitioner: petitioner.name.clone(),
        gender: petitioner.gender.as_deref().and_then(gender).map(str::to_owned),
        age: petitioner.age,
        phone: petitioner.phone.as_deref().map(grouped),
        companions: petitioner.companions.clone(),
        address: petitioner.address.clone(),
        accompanied_by: written.map(|written| written.attended_by.clone()).unwrap_or_default(),
        request: written.map(|written| written.main_problem.clone()).unwrap_or_default(),
        leader_opinion: written.map(|written| written.leader_opinion.clone()),
        result: written.map(|written| written.result.clone()),
        petitioner_opinion: written.and_then(|written| written.petitioner_opinion.clone()),
    }
}

/// One number per matter, paper and day: a matter may be received again.
fn imprint(paper: Paper, seen: &Seen, today: NaiveDate) -> Imprint {
    let day = local(began(seen)).date();
    let number = format!("{}-{}-{}", paper.letters(), seen.head.number, day.format("%Y%m%d"));
    let date = if paper == Paper::GuaranteeLetter { today } else { day };
    Imprint { number, unit: seen.head.unit.clone().unwrap_or_default(), date }
}

/// When the visitor was received, came, or is expected.
fn began(seen: &Seen) -> DateTime<Utc> {
    seen.visit.arrived_at.or(seen.visit.concluded_at).unwrap_or(seen.visit.expected_at)
}

fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&CITY_ZONE).naive_local()
}

fn leader(seen: &Seen) -> String {
    seen.session.announced.as_ref().map(|told| told.leader_name.clone()).unwrap_or_default()
}

fn place(seen: &Seen) -> String {
    seen.session.announced.as_ref().map(|told| told.venue.name.clone()).unwrap_or_default()
}

fn present(seen: &Seen, petitioner: &Identity) -> Vec<String> {
    let attended = seen.visit.record.iter().flat_map(|written| &written.attended_by);
    std::iter::once(&petitioner.name)
        .chain(&petitioner.companions)
        .cloned()
        .chain([format!("{}（接访领导）", leader(seen))])
        .chain(attended.cloned())
        .filter(|who| !who.is_empty())
        .collect()
}

/// A mobile number as people read it: 139 0000 0000. Any other stays as it is.
fn grouped(phone: &str) -> String {
    match (phone.get(..3), phone.get(3..7), phone.get(7..)) {
        (Some(first), Some(second), Some(third)) if phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{first} {second} {third}")
        }
        _ => phone.to_owned(),
    }
}

const fn class(class: PetitionClass) -> &'static str {
    match class {
        PetitionClass::Suggestion => "建议意见类",
        PetitionClass::Request => "申诉求决类",
        PetitionClass::Accusation => "检举控告类",
    }
}

fn gender(code: &str) -> Option<&'static str> {
    match code {
        "male" => Some("男"),
        "female" => Some("女"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use huiyin_calendar::Calendar;
    use huiyin_contracts::casework::Grade;
    use huiyin_contracts::scheduling::VisitOutcome;
    use uuid::Uuid;

    use super::*;
    use crate::domain::plan::tests::{at, hall, leader, plan};
    use crate::domain::scheme::tests::scheme;
    use crate::domain::{Record, Session, Visit, VisitEvent};
    use crate::store::papers::Head;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 5).expect("a date")
    }

    /// Came in at nine; received and recorded, or not yet.
    fn seen(recorded: bool) -> Seen {
        let draft = Session::drafted(Uuid::from_u128(3).into(), plan()).0;
        let told =
            draft.publish(Some(&hall()), Some(&leader()), &scheme(), &Calendar::bundled(), at("2026-02-01T00:00:00Z"));
        let session = draft.apply(&told.expect("publishable"));
        let (session_id, petition_id) = (session.id, Uuid::from_u128(1).into());
        let came = at("2026-03-02T01:05:00Z");
        let walked_in = VisitEvent::WalkedIn { session_id, petition_id, ticket: 1, competent: None };
        let visit = Visit::begun(Uuid::from_u128(5).into(), &walked_in, came).expect("begins a turn");
        let record = Record {
            attended_by: vec!["区人社局".to_owned()],
            main_problem: "工资拖欠".to_owned(),
            leader_opinion: "限期核查".to_owned(),
            result: "转人社局办理".to_owned(),
            petitioner_opinion: None,
        };
        let outcome = VisitOutcome::Assigned { grade: Grade::Ordinary };
        let visit = if recorded {
            let event = visit.conclude(PetitionClass::Request, leader().staff_id, record, outcome).expect("complete");
            visit.apply(&event, at("2026-03-02T03:00:00Z"))
        } else {
            visit
        };
        let number = "HY-2026-0000-0042-F".to_owned();
        let unit = Some("云汀区信访局".to_owned());
        Seen { session, visit, head: Head { number, class: PetitionClass::Request, case_id: None, unit } }
    }

    fn petitioner() -> Identity {
        Identity {
            name: "宋婉清".to_owned(),
            gender: Some("female".to_owned()),
            age: Some(47),
            phone: Some("13900000000".to_owned()),
            address: Some("汉江区长堤街道".to_owned()),
            companions: vec!["宋一鸣".to_owned()],
        }
    }

    /// C3: fourteen fields; those written by hand are blank until the record is complete, the petitioner's word may stay so.
    #[test]
    fn the_record_is_printed_with_its_fourteen_fields_wh_18() {
        let filled = |recorded| match form(Paper::ReceptionRecord, &seen(recorded), &petitioner(), today()) {
            Some(Form::ReceptionRecord(record)) => record,
            other => panic!("{other:?}"),
        };
        let record = filled(true);
        assert_eq!(
            (record.leader.as_str(), record.received_on.to_string()),
            (leader().name.as_str(), "2026-03-02".to_owned())
        );
        assert_eq!((record.place, record.petitioner), (hall().name, "宋婉清".to_owned()));
        assert_eq!(
            (record.gender.as_deref(), record.age, record.phone.as_deref()),
            (Some("女"), Some(47), Some("139 0000 0000"))
        );
        assert_eq!(
            (record.companions, record.accompanied_by),
            (vec!["宋一鸣".to_owned()], vec!["区人社局".to_owned()])
        );
        assert_eq!((record.request.as_str(), record.result.as_deref()), ("工资拖欠", Some("转人社局办理")));
        assert_eq!((record.leader_opinion.as_deref(), record.petitioner_opinion), (Some("限期核查"), None));
        assert_eq!(record.imprint.number, "JF-HY-2026-0000-0042-F-20260302");
        let before = filled(false);
        assert_eq!((before.request.as_str(), before.leader_opinion, before.result), ("", None, None));
    }

    /// The talk is written down once it was; whose matter it is stands on the sheet by number and class.
    #[test]
    fn talk_and_sheet_say_what_the_record_says_wh_18() {
        let Some(Form::TalkRecord(talk)) = form(Paper::TalkRecord, &seen(true), &petitioner(), today()) else {
            panic!("printed once recorded");
        };
        assert_eq!(talk.began_at.to_string(), "2026-03-02 09:05:00", "in the city's time");
        assert_eq!(
            talk.present,
            ["宋婉清".to_owned(), "宋一鸣".to_owned(), format!("{}（接访领导）", leader().name), "区人社局".to_owned()]
        );
        assert_eq!((talk.statement.as_str(), talk.answers.as_str(), talk.agreed.len()), ("工资拖欠", "限期核查", 1));
        assert!(form(Paper::TalkRecord, &seen(false), &petitioner(), today()).is_none());
        let Some(Form::RegistrationSheet(sheet)) = form(Paper::RegistrationSheet, &seen(true), &petitioner(), today())
        else {
            panic!("printed");
        };
        assert_eq!((sheet.matter_number.as_str(), sheet.class.as_str()), ("HY-2026-0000-0042-F", "申诉求决类"));
    }

    /// WH-06: voluntary, on the day it is printed, with nothing of the petitioner on it but the number; a promise is printed elsewhere.
    #[test]
    fn a_letter_of_guarantee_holds_nothing_of_the_petitioner_wh_06() {
        let letter = form(Paper::GuaranteeLetter, &seen(false), &petitioner(), today());
        let Some(Form::GuaranteeLetter(letter)) = letter else { panic!("printed") };
        assert_eq!((letter.phone, letter.imprint.date), (None, today()));
        assert!(form(Paper::PromiseLetter, &seen(true), &petitioner(), today()).is_none());
    }
}
