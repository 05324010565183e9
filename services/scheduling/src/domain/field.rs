//! The fields of an announcement (公示).

use serde::{Deserialize, Serialize};

/// A field of the announcement (公示; C6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 姓名
    Name,
    /// 职务
    Post,
    /// 分管工作
    Portfolio,
    /// 接访时间
    Time,
    /// 地点
    Place,
    /// 形式
    Form,
    /// 接访事项, asked for by some schemes (SZ-05)
    Topics,
}

impl Field {
    /// The six of DW-10.
    pub const SIX: [Self; 6] = [Self::Name, Self::Post, Self::Portfolio, Self::Time, Self::Place, Self::Form];

    /// Its Chinese name, as on the notice board.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Name => "姓名",
            Self::Post => "职务",
            Self::Portfolio => "分管工作",
            Self::Time => "时间",
            Self::Place => "地点",
            Self::Form => "形式",
            Self::Topics => "接访事项",
        }
    }

    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "leader",
            Self::Post => "leader.post",
            Self::Portfolio => "leader.portfolio",
            Self::Time => "starts_at",
            Self::Place => "venue_id",
            Self::Form => "kind",
            Self::Topics => "topics",
        }
    }
}

/// A field that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap(pub Field);
