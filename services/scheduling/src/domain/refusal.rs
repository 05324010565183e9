//! Why a command is refused, in words the person at the desk can act upon.

use chrono::{DateTime, NaiveDate, Utc};

use super::plan::Gap;
use super::round::Street;

/// A refusal: a state of affairs, the rule behind it, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The announcement lacks what the law or the scheme asks for (DW-10).
    #[error("the announcement is incomplete")]
    Incomplete(Vec<Gap>),
    /// The day is not worked and the scheme does not receive on such days (WH-13, TJ-01).
    #[error("{day} is not a working day; the next one is {next}")]
    NotAWorkday {
        /// The day asked for.
        day: NaiveDate,
        /// The working day the scheme would move it to.
        next: NaiveDate,
    },
    /// Announcements come before the session (XT-05, WH-14).
    #[error("the session has begun")]
    AlreadyBegun {
        /// When it began.
        at: DateTime<Utc>,
    },
    /// 下访 is held at the place of the matter, not in the hall (JD-06).
    #[error("a field visit is not held in a reception hall")]
    FieldVisitInHall,
    /// 下访, and reception outside the hall, say why (JD-06, DW-16, TP-02).
    #[error("a reason is required")]
    ReasonRequired,
    /// Only who leads may receive (DW-01, JD-01).
    #[error("the person is not a leader who receives")]
    NotALeader,
    /// The place does not hold sessions of this kind (SZ-03).
    #[error("sessions of this kind are not held here")]
    KindNotHeld,
    /// One leader cannot be in two places.
    #[error("the leader receives elsewhere at that time")]
    LeaderTaken,
    /// Slots do not fit between beginning and end.
    #[error("{capacity} slots of {slot_minutes} minutes do not fit")]
    SlotsDoNotFit {
        /// Slots asked for.
        capacity: u32,
        /// Minutes each.
        slot_minutes: u32,
    },
    /// Slots that are booked cannot be taken away.
    #[error("{booked} slots are booked or lie behind a booked one")]
    SlotsBooked {
        /// The highest number booked.
        booked: u32,
    },
    /// The session is a draft still.
    #[error("the session is not published")]
    NotPublished,
    /// The session is no draft any more.
    #[error("the session is already published")]
    AlreadyPublished,
    /// The session was cancelled or is over.
    #[error("the session is over")]
    Over,
    /// The session has not begun.
    #[error("the session has not begun")]
    NotBegun {
        /// When it begins.
        at: DateTime<Utc>,
    },
    /// The same leader again.
    #[error("the leader receives already")]
    SameLeader,
    /// Visitors are in the hall.
    #[error("{0} visitors are in the hall")]
    VisitorsInHall(u32),
    /// A registered visitor has no record (WH-02).
    #[error("{0} visitors have no record")]
    RecordsMissing(u32),
    /// Streets of the area are not covered (WH-01, DW-09).
    #[error("streets are not covered")]
    StreetsNotCovered(Vec<Street>),
    /// Sessions of the round lie outside its days or area.
    #[error("a session lies outside the round")]
    OutsideRound,
    /// Every slot is taken; walking in remains possible.
    #[error("every slot is taken")]
    Full,
    /// The petition has a live turn in this session.
    #[error("the petition has a turn in this session")]
    AlreadyBooked,
    /// The petitioner withdrew the petition.
    #[error("the petition is withdrawn")]
    Withdrawn,
    /// 检举控告 is heard by discipline bodies only (REG-11, REG-22).
    #[error("accusations are heard by discipline bodies")]
    AccusationElsewhere,
    /// The leader's unit is the one complained of (REG-26).
    #[error("the leader must stand aside")]
    Recused,
    /// The level below has not given its opinion yet (XT-06).
    #[error("the level below has not given its opinion")]
    LowerOpinionMissing {
        /// A reason can stand in its place.
        may_be_waived: bool,
    },
    /// An appointment is asked for and prepared before its time and place are fixed (QD-02).
    #[error("the appointment is not prepared")]
    AppointmentNotReady {
        /// It was asked for, and lacks the unit's material.
        was_asked: bool,
    },
    /// The kind is for certain matters, and none is named (DW-15, TJ-05).
    #[error("the session names no matter")]
    NoMatterNamed,
    /// Reception open to all is for nobody's matter in particular (DW-06).
    #[error("a session of this kind names no matters")]
    KindNamesNoMatters,
    /// More than one session can be for.
    #[error("the session names {0} matters already")]
    MattersFull(usize),
    /// The turn was given back or is concluded.
    #[error("the turn is over")]
    VisitOver,
    /// A condition for settling on the spot does not hold (WH-04).
    #[error("not all conditions for settling on the spot hold")]
    ConditionsNotMet(Vec<&'static str>),
    /// Words meant for the public could identify a person (D-3).
    #[error("the summary holds digits that could identify a person")]
    SummaryIdentifies,
}

/// What a person reads of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Machine code.
    pub code: &'static str,
    /// Rule id.
    pub rule: &'static str,
    /// What is the matter, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// What to do next, in Chinese.
    pub next_zh: &'static str,
    /// The same in English.
    pub next_en: &'static str,
}

macro_rules! wording {
    ($code:literal, $rule:literal, $zh:literal, $en:literal, $next_zh:literal, $next_en:literal) => {
        Wording { code: $code, rule: $rule, zh: $zh, en: $en, next_zh: $next_zh, next_en: $next_en }
    };
}

impl Refusal {
    /// The wording of this refusal.
    pub const fn wording(&self) -> Wording {
        match self {
            Self::Incomplete(_) => wording!(
                "announcement_incomplete",
                "DW-10",
                "公示内容不完整",
                "the announcement is incomplete",
                "请补齐所列各项后再发布。",
                "Complete the fields listed, then publish again."
            ),
            Self::NotAWorkday { .. } => wording!(
                "not_a_workday",
                "TJ-01",
                "该日不是工作日，本地方案不在非工作日接访",
                "that day is not a working day and this scheme does not receive on such days",
                "请改到所提示的工作日。",
                "Move it to the working day shown."
            ),
            Self::AlreadyBegun { .. } => wording!(
                "already_begun",
                "XT-05",
                "接访已经开始",
                "the session has already begun",
                "公示、替换和改期须在接访开始前进行。",
                "Publish, substitute and move before the session begins."
            ),
            Self::FieldVisitInHall => wording!(
                "field_visit_in_hall",
                "JD-06",
                "下访不能安排在接访大厅",
                "a field visit is not held in the reception hall",
                "请选择问题发生地的场所。",
                "Choose a place where the matter is."
            ),
            Self::ReasonRequired => wording!(
                "reason_required",
                "JD-06",
                "请说明理由",
                "a reason is required",
                "下访或在大厅以外接访，请写明选题或地点的理由。",
                "Say why this field visit, or why outside the hall."
            ),
            Self::NotALeader => wording!(
                "not_a_leader",
                "JD-01",
                "所选人员不是接访领导",
                "the person chosen does not receive visitors",
                "请选择在职的接访领导。",
                "Choose a serving leader who receives."
            ),
            Self::KindNotHeld => wording!(
                "kind_not_held",
                "SZ-03",
                "本地方案没有这种接访形式",
                "sessions of this kind are not held here",
                "请选择方案所列的形式。",
                "Choose a kind that the scheme lists."
            ),
            Self::LeaderTaken => wording!(
                "leader_taken",
                "DW-09",
                "该领导同一时间已在别处接访",
                "the leader receives elsewhere at that time",
                "请换一位领导或改一个时间。",
                "Choose another leader or another time."
            ),
            Self::SlotsDoNotFit { .. } => wording!(
                "slots_do_not_fit",
                "DW-10",
                "预约名额放不进接访时间",
                "the slots do not fit into the session",
                "请减少名额、缩短每次时长，或延长接访时间。",
                "Take fewer or shorter slots, or a longer session."
            ),
            Self::SlotsBooked { .. } => wording!(
                "slots_booked",
                "HB-11",
                "要减少的名额已有人预约",
                "slots to be taken away are booked",
                "请保留已预约的名额。",
                "Keep the slots that are booked."
            ),
            Self::NotPublished => wording!(
                "not_published",
                "WH-14",
                "该场接访尚未公示",
                "the session is not announced yet",
                "请先发布。",
                "Publish it first."
            ),
            Self::AlreadyPublished => wording!(
                "already_published",
                "DW-10",
                "该场接访已经公示",
                "the session is already announced",
                "请用替换、改期或取消。",
                "Substitute, move or cancel it instead."
            ),
            Self::Over => wording!(
                "session_over",
                "WH-02",
                "该场接访已取消或已结束",
                "the session was cancelled or is over",
                "请选择另一场接访。",
                "Choose another session."
            ),
            Self::NotBegun { .. } => wording!(
                "not_begun",
                "WH-02",
                "接访尚未开始",
                "the session has not begun",
                "请在接访开始后办理。",
                "Come back when it has begun."
            ),
            Self::SameLeader => wording!(
                "same_leader",
                "DW-09",
                "该领导已是本场接访人",
                "that leader receives already",
                "请选择另一位领导。",
                "Choose another leader."
            ),
            Self::VisitorsInHall(_) => wording!(
                "visitors_in_hall",
                "QD-03",
                "已有群众到场，不能取消",
                "visitors are in the hall, so it cannot be cancelled",
                "请安排其他领导接访。",
                "Let another leader receive."
            ),
            Self::RecordsMissing(_) => wording!(
                "records_missing",
                "WH-02",
                "还有到场群众没有接访登记表",
                "visitors who came have no record yet",
                "请补齐每一位的登记表再结束。",
                "Complete each record, then close."
            ),
            Self::StreetsNotCovered(_) => wording!(
                "streets_not_covered",
                "WH-01",
                "有街道（乡镇）没有接访安排",
                "streets are without a session",
                "请为所列街道各安排一场。",
                "Give each street listed a session."
            ),
            Self::OutsideRound => wording!(
                "outside_round",
                "WH-01",
                "场次不在本轮接访的日期或区域内",
                "a session lies outside the round's days or area",
                "请改到本轮的日期和区域内，或移出本轮。",
                "Move it into the round, or take it out of it."
            ),
            Self::Full => wording!(
                "session_full",
                "QD-03",
                "本场预约名额已满",
                "every slot of this session is taken",
                "可预约其他场次，也可当天直接到场。",
                "Book another session, or simply come on the day."
            ),
            Self::AlreadyBooked => wording!(
                "already_booked",
                "DW-06",
                "该信访件在本场已有安排",
                "the petition already has a turn in this session",
                "无需重复预约。",
                "Nothing more is needed."
            ),
            Self::Withdrawn => wording!(
                "petition_withdrawn",
                "REG-07",
                "该信访件已由信访人撤回",
                "the petitioner withdrew the petition",
                "信访人恢复后即可办理。",
                "It can be booked once the petitioner takes the withdrawal back."
            ),
            Self::AccusationElsewhere => wording!(
                "accusation_elsewhere",
                "REG-22",
                "检举控告由纪检监察机关接待",
                "accusations are heard by discipline bodies only",
                "请引导到纪检监察机关领导的接访场次。",
                "Guide the visitor to a session of a discipline body's leader."
            ),
            Self::Recused => wording!(
                "leader_recused",
                "REG-26",
                "被反映单位的领导应当回避",
                "the leader of the unit concerned must stand aside",
                "请安排其他单位的领导接访。",
                "Let a leader of another unit receive."
            ),
            Self::LowerOpinionMissing { may_be_waived: true } => wording!(
                "lower_opinion_missing",
                "XT-06",
                "下一级还没有提出处理意见",
                "the level below has not given its opinion yet",
                "请等下一级提出处理意见后再预约；确需先行接待的，请写明理由。",
                "Book once it has; to receive before that, give a reason."
            ),
            Self::LowerOpinionMissing { may_be_waived: false } => wording!(
                "lower_opinion_missing",
                "XT-06",
                "下一级还没有提出处理意见",
                "the level below has not given its opinion yet",
                "请等下一级提出处理意见后再预约；信访人也可以在接访时直接到场。",
                "Book once it has; the petitioner may also come without a booking."
            ),
            Self::AppointmentNotReady { was_asked: false } => wording!(
                "appointment_not_ready",
                "QD-02",
                "约访的以下步骤尚未完成：申请约访、属地单位材料准备",
                "the application for an appointment and the material of the unit come first",
                "请先在信访事项页面登记约访申请，由办理单位提交材料后再确定时间地点；信访人也可以在接待日直接到场。",
                "Record the application on the page of the matter, let the unit give its material, then book; the petitioner may also come without a booking."
            ),
            Self::AppointmentNotReady { was_asked: true } => wording!(
                "appointment_not_ready",
                "QD-02",
                "约访的以下步骤尚未完成：属地单位材料准备",
                "the material of the unit that answers for the matter comes first",
                "请办理单位先在信访事项页面提交约访材料，再确定时间地点。",
                "Let the unit give its material on the page of the matter, then book."
            ),
            Self::NoMatterNamed => wording!(
                "no_matter_named",
                "DW-15",
                "这种形式须写明为哪些信访事项安排",
                "a session of this kind names the matters it is for",
                "请先为本场写明事项，再公布。",
                "Name a matter first, then publish."
            ),
            Self::KindNamesNoMatters => wording!(
                "kind_names_no_matters",
                "DW-06",
                "只有约访、下访、带案下访可以写明事项",
                "only appointments, field visits and case visits name matters",
                "请先把形式改为约访、下访或者带案下访，或者取消所写事项。",
                "Change the kind of the session first, or take the matters off."
            ),
            Self::MattersFull(_) => wording!(
                "matters_full",
                "DW-15",
                "本场写明的事项已满",
                "the session names as many matters as one session can",
                "请取消其中一件，或者另行安排一场。",
                "Take one off, or plan another session."
            ),
            Self::VisitOver => wording!(
                "visit_over",
                "WH-02",
                "该次来访已退约或已有登记表",
                "the turn was given back or is concluded",
                "如需再次接访，请重新登记。",
                "Register anew to be received again."
            ),
            Self::ConditionsNotMet(_) => wording!(
                "conditions_not_met",
                "WH-04",
                "不具备现场解决的全部五个条件",
                "not all five conditions for settling on the spot hold",
                "请选择承诺、交办、解释或帮扶。",
                "Promise, assign, explain or aid instead."
            ),
            Self::SummaryIdentifies => wording!(
                "summary_identifies",
                "DZ-09",
                "公开摘要含有可识别个人的号码",
                "the public summary holds a number that could identify a person",
                "请删去电话、证件号码等。",
                "Leave out telephone and document numbers."
            ),
        }
    }
}
