//! The yearly report of the petition office (信访工作年度报告; Art. 41, REG-54): as figures, and as a table.

use huiyin_documents::{Cell, Sheet};
use serde::Serialize;
use utoipa::ToSchema;

use super::wording::zh;
use crate::store::names::Names;
use crate::store::report::{Figures, Reviewed};

/// The figures of the matters that share a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FiguresView {
    /// The code; absent in the total, and where it is not known.
    code: Option<String>,
    /// In Chinese.
    name: String,
    matters: i64,
    closed: i64,
    /// Closed, and no date was ever missed.
    in_time: i64,
    /// A date was missed at some time.
    late: i64,
    /// 转送
    transferred: i64,
    /// 交办
    handed_down: i64,
    /// Supervision orders (督办).
    orders: i64,
    /// 改进建议
    advice_given: i64,
    advice_adopted: i64,
    /// Measures of the joint conference.
    measures: i64,
}

/// Reviews of one level with one result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReviewedView {
    /// `review` or `reexamination`.
    level: String,
    /// In Chinese.
    level_zh: &'static str,
    /// The result once answered, else where it stands.
    result: String,
    /// In Chinese.
    result_zh: String,
    reviews: i64,
}

/// A year's report over the matters registered in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Report {
    year: i32,
    /// The district's code.
    district: String,
    district_name: String,
    total: FiguresView,
    by_class: Vec<FiguresView>,
    by_channel: Vec<FiguresView>,
    by_topic: Vec<FiguresView>,
    /// The bodies named in requests and suggestions, the most named first (Art. 41).
    by_body: Vec<FiguresView>,
    reviews: Vec<ReviewedView>,
}

/// What the report says of a district's year.
pub(crate) fn report(
    year: i32,
    (district, district_name): (String, String),
    figures: Vec<Figures>,
    reviews: Vec<Reviewed>,
    names: &Names,
) -> Report {
    let mut report = Report {
        year,
        district,
        district_name,
        total: FiguresView { name: "合计".to_owned(), ..FiguresView::default() },
        by_class: Vec::new(),
        by_channel: Vec::new(),
        by_topic: Vec::new(),
        by_body: Vec::new(),
        reviews: reviews.into_iter().map(reviewed).collect(),
    };
    for one in figures {
        let dimension = one.dimension.clone();
        let view = view(one, names);
        match dimension.as_str() {
            "all" => report.total = FiguresView { name: "合计".to_owned(), ..view },
            "class" => report.by_class.push(view),
            "channel" => report.by_channel.push(view),
            "topic" => report.by_topic.push(view),
            _ => report.by_body.push(view),
        }
    }
    report
}

fn view(one: Figures, names: &Names) -> FiguresView {
    let named = |code: &str| names.units.get(code).cloned().unwrap_or_else(|| zh(code).to_owned());
    FiguresView {
        name: one.value.as_deref().map_or_else(|| "未知".to_owned(), named),
        code: one.value,
        matters: one.matters,
        closed: one.closed,
        in_time: one.in_time,
        late: one.late,
        transferred: one.transferred,
        handed_down: one.handed_down,
        orders: one.orders,
        advice_given: one.advice_given,
        advice_adopted: one.advice_adopted,
        measures: one.measures,
    }
}

fn reviewed(one: Reviewed) -> ReviewedView {
    let level_zh = if one.level == "reexamination" { "复核" } else { "复查" };
    // A result is of the opinion; a state that has the same name, of the request.
    let result_zh = match (&one.result, one.state.as_str()) {
        (Some(result), _) if result == "withdrawn" => "撤销".to_owned(),
        (Some(result), _) => zh(result).to_owned(),
        (None, state) => zh(state).to_owned(),
    };
    let result = one.result.unwrap_or(one.state);
    ReviewedView { level: one.level, level_zh, result, result_zh, reviews: one.reviews }
}

const COLUMNS: [&str; 12] = [
    "项目",
    "内容",
    "件数",
    "已办结",
    "按期办结",
    "曾超期",
    "转送",
    "交办",
    "督办",
    "改进建议",
    "采纳建议",
    "联席会议措施",
];

impl Report {
    /// The codes of the bodies named.
    pub(crate) fn bodies(figures: &[Figures]) -> Vec<String> {
        figures.iter().filter(|one| one.dimension == "body").filter_map(|one| one.value.clone()).collect()
    }

    /// The same as a table: one row a figure.
    pub(crate) fn sheet(&self) -> Sheet {
        let parts = [
            ("合计", std::slice::from_ref(&self.total)),
            ("类别", &self.by_class),
            ("信访形式", &self.by_channel),
            ("涉及领域", &self.by_topic),
            ("反映较多的机关、单位", &self.by_body),
        ];
        let rows = parts.into_iter().flat_map(|(part, all)| all.iter().map(move |one| row(part, one)));
        let reviews = self.reviews.iter().map(|one| {
            let mut cells = vec![Cell::from(one.level_zh), Cell::from(one.result_zh.clone()), Cell::from(one.reviews)];
            cells.resize(COLUMNS.len(), Cell::Empty);
            cells
        });
        let name = format!("{}年度报告", self.year);
        Sheet { name, header: COLUMNS.map(str::to_owned).to_vec(), rows: rows.chain(reviews).collect() }
    }
}

fn row(part: &str, one: &FiguresView) -> Vec<Cell> {
    let counts = [
        one.matters,
        one.closed,
        one.in_time,
        one.late,
        one.transferred,
        one.handed_down,
        one.orders,
        one.advice_given,
        one.advice_adopted,
        one.measures,
    ];
    [Cell::from(part), Cell::from(one.name.clone())].into_iter().chain(counts.map(Cell::from)).collect()
}
