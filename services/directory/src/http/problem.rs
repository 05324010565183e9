//! Every reason a command did nothing, as an answer.

use huiyin_web::{Problem, StatusCode};

use crate::app::Error;
use crate::domain::Refusal;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(denied) => Self::forbidden(&denied),
            Error::Refused(refusal) => refused(&refusal),
            Error::City(error) => Self::field(
                "city",
                format!("城市文件有误：{error}"),
                error.to_string(),
                "[[unit]] code = \"city-hr\" …",
            ),
            Error::NotFound => Self::not_found(),
            Error::Stale => Self::conflict(
                "changed_meanwhile",
                "此件刚被他人更新，您的操作未保存。",
                "Someone else has just changed this; nothing of yours was stored.",
            ),
            Error::SignInRefused => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign_in_refused",
                "登录名或密码不正确，或登录已失效。",
                "Login or password is wrong, or the session is over.",
            )
            .next(
                "请核对后重新登录；忘记密码请联系本单位系统管理员。",
                "Please check and sign in again; ask your administrator for a new password.",
            ),
            Error::TooManyFailures { retry_after } => Self::too_many(retry_after),
            Error::KeyReused => Self::refused(
                "key_reused",
                None,
                "同一个 Idempotency-Key 已用于另一请求。",
                "This Idempotency-Key was used for another request.",
            )
            .next("请换一个新的 Idempotency-Key。", "Please use a new key."),
            Error::Hash => Self::internal(&Error::Hash),
            Error::Db(error) => error.into(),
            Error::Record(error) => error.into(),
        }
    }
}

fn by_rule(refusal: &Refusal, code: &'static str, rule: &'static str, zh: String) -> Problem {
    Problem::refused(code, Some(rule), zh, format!("{refusal}."))
}

fn refused(refusal: &Refusal) -> Problem {
    let refuse = |code, zh: String| Problem::refused(code, None, zh, format!("{refusal}."));
    match refusal {
        Refusal::Field { field, rule_zh, rule, example } => Problem::field(*field, *rule_zh, *rule, *example),
        Refusal::NoDistrict(code) => refuse("no_district", format!("没有区划{code}，或已停用。"))
            .next("请先添加该区划。", "Please add the district first."),
        Refusal::NoUnit(code) => refuse("no_unit", format!("没有单位{code}，或已撤销。"))
            .next("请先添加该单位。", "Please add the unit first."),
        Refusal::UnitMoves(code) => refuse("unit_moves", format!("单位{code}不能改到其他区划。"))
            .next("请在新区划另建单位，并把人员调过去。", "Please found a new unit there and move its staff."),
        Refusal::DistrictInUse(code) => refuse("district_in_use", format!("区划{code}仍有单位，不能停用。"))
            .next("请先撤销其下单位。", "Please abolish its units first."),
        Refusal::UnitInUse(code) => refuse("unit_in_use", format!("单位{code}仍有在职人员，不能撤销。"))
            .next("请先调离或停用其人员。", "Please move or disable its staff first."),
        Refusal::SuccessorMissing(code) => by_rule(
            refusal,
            "successor_missing",
            "REG-16",
            format!("单位{code}可能仍有未办结的事项，撤销时必须写明由谁承继。"),
        )
        .next(
            "请填写承继单位；不明确的，报请本级党委、政府指定，并写明理由和决定日期。",
            "Please name the unit that carries on; where that is unclear, the one the level's committee or government designates, with reason and day.",
        ),
        Refusal::SucceedsItself(code) => by_rule(
            refusal,
            "succeeds_itself",
            "REG-16",
            format!("单位{code}不能由自己承继。"),
        )
        .next("请填写另一单位。", "Please name another unit."),
        Refusal::StillThere(code) => by_rule(
            refusal,
            "unit_still_there",
            "REG-16",
            format!("单位{code}没有撤销，不填写承继单位。"),
        )
        .next("撤销的请一并停用；不撤销的请去掉承继单位。", "Abolish it with the same request, or leave the successor out."),
        Refusal::SuccessorIsDiscipline(code) => by_rule(
            refusal,
            "successor_is_discipline",
            "REG-22",
            format!("{code}是纪检监察机关，只办理检举控告，不能承继其他事项。"),
        )
        .next(
            "请填写其他承继单位；检举控告另填承接的纪检监察机关。",
            "Please name another successor, and this body for the accusations.",
        ),
        Refusal::NotDiscipline(code) => by_rule(
            refusal,
            "not_a_discipline_body",
            "REG-22",
            format!("{code}不是纪检监察机关，不能承接检举控告。"),
        )
        .next("请填写纪检监察机关。", "Please name a discipline body."),
        Refusal::TakesPetitions { unit, district } => by_rule(
            refusal,
            "unit_takes_petitions",
            "WH-11",
            format!("单位{unit}仍是区划{district}的信访受理单位，不能撤销。"),
        )
        .next("请先为该区划改设信访受理单位。", "Please give the district another petition unit first."),
        Refusal::LoginTaken => refuse("login_taken", "该登录名已被使用。".to_owned())
            .next("请换一个登录名。", "Please choose another login."),
        Refusal::LastAdministrator => refuse("last_administrator", "这是最后一位可登录的系统管理员。".to_owned())
            .next("请先设置另一位管理员并为其设密码。", "Please appoint another administrator with a password first."),
        Refusal::AdministratorExists => refuse("administrator_exists", "已有可登录的系统管理员。".to_owned())
            .next("请由其登录后操作。", "Please let them sign in and do it."),
        Refusal::OutsideDistrict => Problem::not_found(),
    }
}
