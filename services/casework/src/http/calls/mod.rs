//! Calls for matters fit for leaders (征集案件; SZ-13).

mod raise;
mod reply;
mod view;

pub(super) use raise::{__path_raise, raise};
pub(super) use reply::{__path_reply, reply};
pub(super) use view::{__path_list, __path_show, list, show};
