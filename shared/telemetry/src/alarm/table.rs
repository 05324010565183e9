//! The list.

use super::{Alarm, Severity, When};
use Severity::{Page, Ticket};
use When::{Above, Slow, Zero};

const fn alarm(
    name: &'static str,
    severity: Severity,
    when: When,
    minutes: u32,
    zh: &'static str,
    en: &'static str,
) -> Alarm {
    Alarm { name, severity, when, minutes, zh, en }
}

/// More than `more` in ten minutes.
const fn grew(counter: &'static str, more: f64) -> When {
    When::Grew { counter, only: None, more, minutes: 10 }
}

const fn grew_only(counter: &'static str, label: &'static str, value: &'static str) -> When {
    When::Grew { counter, only: Some((label, value)), more: 0.0, minutes: 10 }
}

/// Every alarm, by subject.
pub const ALARMS: &[Alarm] = &[
    alarm("HuiyinDown", Page, When::Down, 2, "服务无法访问。", "A process does not answer."),
    alarm(
        "HuiyinNotReady",
        Page,
        Zero("huiyin_ready"),
        1,
        "服务未就绪，/health/ready 说明原因。",
        "A service is not ready; /health/ready says why.",
    ),
    alarm(
        "HuiyinAlarmLine",
        Ticket,
        grew("huiyin_alarm_lines_total", 0.0),
        0,
        "日志中有告警行。",
        "A log line marked as an alarm.",
    ),
    alarm(
        "HuiyinLoopRestarted",
        Ticket,
        grew("huiyin_loop_restarts_total", 0.0),
        0,
        "后台循环意外结束并已重启，属程序缺陷。",
        "A loop ended and began again: a defect.",
    ),
    alarm(
        "HuiyinTaskFails",
        Ticket,
        grew("huiyin_task_failures_total", 5.0),
        5,
        "定时任务反复失败。",
        "A recurring task keeps failing.",
    ),
    // HTTP.
    alarm(
        "HuiyinServerErrors",
        Ticket,
        grew_only("huiyin_http_requests_total", "status", "500"),
        0,
        "请求出错（500），属程序缺陷。",
        "Requests answered 500: a defect.",
    ),
    alarm(
        "HuiyinRequestsSlow",
        Ticket,
        Slow("huiyin_http_request_seconds", 1.0),
        10,
        "百分之一的请求超过一秒。",
        "One request in a hundred takes longer than a second.",
    ),
    alarm(
        "HuiyinRequestsShed",
        Page,
        grew("huiyin_http_shed_total", 0.0),
        1,
        "请求过多，部分被婉拒（503）。",
        "Too many requests: some are turned away (503).",
    ),
    // The database.
    alarm(
        "HuiyinLongTransaction",
        Page,
        Above("huiyin_database_oldest_transaction_seconds", 300.0),
        1,
        "数据库中有事务超过五分钟未结束。",
        "A transaction has been open for more than five minutes.",
    ),
    alarm(
        "HuiyinDeadRows",
        Ticket,
        Above("huiyin_database_dead_rows", 100_000.0),
        30,
        "数据表死行过多，清理跟不上。",
        "Dead rows pile up: vacuum does not keep up.",
    ),
    // Journal, relay, bus.
    alarm(
        "HuiyinNotSealed",
        Ticket,
        Above("huiyin_seal_age_seconds", 7200.0),
        5,
        "两小时没有封存日志账。",
        "The journal has not been sealed for two hours.",
    ),
    alarm(
        "HuiyinSealFails",
        Ticket,
        grew("huiyin_seal_failures_total", 0.0),
        0,
        "封存失败。",
        "A seal could not be made or written.",
    ),
    alarm("HuiyinBusAway", Page, Zero("huiyin_bus_connected"), 2, "与 NATS 断开。", "The connection to NATS is down."),
    alarm(
        "HuiyinPublicationsStuck",
        Page,
        Above("huiyin_relay_oldest_pending_seconds", 60.0),
        1,
        "事件超过一分钟未送出。",
        "A publication has not reached NATS for a minute.",
    ),
    alarm(
        "HuiyinBusSilent",
        Page,
        grew("huiyin_relay_unknown_total", 20.0),
        2,
        "NATS 不确认（磁盘满时即如此）。",
        "NATS does not confirm; a full disk shows just so.",
    ),
    alarm(
        "HuiyinBusRefuses",
        Page,
        grew("huiyin_relay_refused_total", 0.0),
        0,
        "NATS 拒收事件。",
        "NATS refuses a publication.",
    ),
    alarm(
        "HuiyinStreamLost",
        Ticket,
        grew("huiyin_relay_stream_losses_total", 0.0),
        0,
        "NATS 丢失了已确认的数据，正在补回。",
        "A stream lost what it had confirmed; it is being filled again.",
    ),
    alarm(
        "HuiyinConsumerBehind",
        Ticket,
        Above("huiyin_consumer_lag_messages", 1000.0),
        5,
        "消费者积压。",
        "A consumer is behind.",
    ),
    alarm(
        "HuiyinConsumerRemade",
        Ticket,
        grew("huiyin_consumer_remade_total", 2.0),
        0,
        "消费者反复重建。",
        "A durable had to be made again more than twice.",
    ),
    // Inbox and repair road.
    alarm(
        "HuiyinHeardLate",
        Ticket,
        Slow("huiyin_inbox_delay_seconds", 30.0),
        10,
        "事件到生效超过三十秒。",
        "One event in a hundred takes longer than thirty seconds to its effect.",
    ),
    alarm(
        "HuiyinEventsWaiting",
        Ticket,
        Above("huiyin_inbox_waiting_events", 0.0),
        5,
        "有事件等待超过五分钟。",
        "Events have been waiting for five minutes.",
    ),
    alarm(
        "HuiyinEventParked",
        Page,
        Above("huiyin_inbox_parked_events", 0.0),
        0,
        "有事件无法生效，等待人工处理。",
        "An event was given up and waits for an operator.",
    ),
    alarm(
        "HuiyinFork",
        Page,
        grew("huiyin_inbox_forks_total", 0.0),
        0,
        "历史分叉：来源从备份恢复过，或有人冒名发布。",
        "A fork, an owner was restored, or somebody else publishes in its name.",
    ),
    alarm(
        "HuiyinUnknownEvent",
        Ticket,
        grew("huiyin_inbox_unknown_type_total", 0.0),
        30,
        "收到本版本不认识的事件。",
        "Events of a type this release does not know.",
    ),
    alarm(
        "HuiyinRepairFails",
        Ticket,
        grew("huiyin_repair_failures_total", 20.0),
        5,
        "补账通道不通。",
        "An owner does not answer the repair road.",
    ),
    alarm(
        "HuiyinBusLosesEvents",
        Ticket,
        grew("huiyin_repair_healed_total", 50.0),
        10,
        "NATS 持续丢失事件，均已由补账通道补回。",
        "NATS keeps losing events; the repair road brings them.",
    ),
    // Timers.
    alarm(
        "HuiyinTimersOverdue",
        Page,
        Above("huiyin_timer_overdue_longest_seconds", 60.0),
        1,
        "期限已到一分钟仍未触发。",
        "A timer has been overdue for a minute.",
    ),
    alarm(
        "HuiyinTimersLate",
        Ticket,
        Slow("huiyin_timer_lateness_seconds", 5.0),
        10,
        "期限触发延迟超过五秒。",
        "One timer in a hundred fires more than five seconds late.",
    ),
    alarm(
        "HuiyinTimerFails",
        Page,
        grew("huiyin_timer_failures_total", 0.0),
        0,
        "期限触发的后果执行失败。",
        "A timer's consequence failed.",
    ),
    alarm(
        "HuiyinClockFault",
        Page,
        Above("huiyin_timer_clock_fault", 0.0),
        0,
        "时钟不可信，期限暂停触发。",
        "A clock cannot be trusted; no timer fires.",
    ),
    alarm(
        "HuiyinTimersLost",
        Page,
        grew("huiyin_casework_timers_lost_total", 0.0),
        0,
        "未结事项缺少期限，已补设。",
        "Open duties had lost their timers.",
    ),
    // Intake.
    alarm(
        "HuiyinPetitionsWithoutCase",
        Page,
        Above("huiyin_intake_not_handed_over", 0.0),
        1,
        "有来件没有着落：已登记，未立件。",
        "Petitions without a case although it is time.",
    ),
    alarm(
        "HuiyinIntakeFull",
        Page,
        grew("huiyin_intake_queue_full_total", 0.0),
        0,
        "来件太多，部分请群众稍后再交。",
        "More petitions than can be committed; people are asked to come back.",
    ),
    alarm(
        "HuiyinPetitionNotStored",
        Ticket,
        grew("huiyin_intake_batch_halved_total", 0.0),
        0,
        "有来件无法入库。",
        "A petition could not be stored.",
    ),
    alarm(
        "HuiyinPackMissing",
        Ticket,
        grew("huiyin_intake_unknown_pack_total", 0.0),
        0,
        "地区所用规则包缺失，暂按国家规定办理。",
        "A district's policy pack is missing; national law is applied.",
    ),
    alarm(
        "HuiyinLookupsGuessed",
        Ticket,
        grew("huiyin_intake_wrong_lookup_total", 300.0),
        0,
        "有人在猜编号和查询码。",
        "Somebody guesses numbers and codes.",
    ),
    alarm(
        "HuiyinIdentitiesOpened",
        Ticket,
        grew("huiyin_intake_identity_shown_total", 50.0),
        0,
        "查看身份信息的次数异常。",
        "Identities are opened unusually often.",
    ),
    // Notification.
    alarm(
        "HuiyinMessagesStuck",
        Ticket,
        Above("huiyin_notification_oldest_pending_seconds", 3600.0),
        5,
        "有通知一小时未送出。",
        "A message has been waiting for an hour.",
    ),
    alarm(
        "HuiyinMessagesFail",
        Ticket,
        grew_only("huiyin_notification_messages_total", "state", "failed"),
        0,
        "通知发送失败。",
        "Messages could not be sent.",
    ),
    alarm(
        "HuiyinTellInPerson",
        Ticket,
        grew("huiyin_notification_alarms_total", 0.0),
        0,
        "有人需要当面告知，或岗位空缺。",
        "Somebody has to be told in person, or a role is empty.",
    ),
];
