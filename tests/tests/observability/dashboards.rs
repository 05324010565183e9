//! The dashboards, as a table: a title, its panels, and what each shows.

use serde_json::Value;

use crate::grafana::{Dashboard, Unit, render};

const CITY: Dashboard = Dashboard {
    file: "city.json",
    uid: "huiyin-city",
    title: "回音 全市总览 City overview",
    stats: &[
        ("无着落来件 Petitions without a case", Unit::Short, &[("max(huiyin_intake_not_handed_over)", "")]),
        ("搁置事件 Parked events", Unit::Short, &[("sum(max by (service) (huiyin_inbox_parked_events))", "")]),
        ("超时期限 Overdue timers", Unit::Short, &[("sum(max by (service) (huiyin_timer_overdue))", "")]),
        ("未就绪 Not ready", Unit::Short, &[("count(huiyin_ready == 0) or vector(0)", "")]),
        (
            "一小时告警行 Alarm lines in an hour",
            Unit::Short,
            &[("sum(increase(huiyin_alarm_lines_total[1h])) or vector(0)", "")],
        ),
        (
            "需当面告知 To be told in person, 24 h",
            Unit::Short,
            &[("sum(increase(huiyin_notification_alarms_total[24h])) or vector(0)", "")],
        ),
    ],
    panels: &[
        (
            "登记 Petitions registered",
            Unit::PerSecond,
            &[("sum(rate(huiyin_intake_registered_total[5m]))", "registered")],
        ),
        (
            "登记到上账 From registration to the ledger",
            Unit::Seconds,
            &[
                (
                    "histogram_quantile(0.5, sum by (le) (rate(huiyin_inbox_delay_seconds_bucket{consumer=\"ledger__intake\"}[5m])))",
                    "p50",
                ),
                (
                    "histogram_quantile(0.99, sum by (le) (rate(huiyin_inbox_delay_seconds_bucket{consumer=\"ledger__intake\"}[5m])))",
                    "p99",
                ),
            ],
        ),
        ("就绪 Ready", Unit::Short, &[("min by (service) (huiyin_ready)", "{{service}}")]),
        (
            "未送事件最久 Oldest unsent publication",
            Unit::Seconds,
            &[("max by (service) (huiyin_relay_oldest_pending_seconds)", "{{service}}")],
        ),
        (
            "通知 Messages ended",
            Unit::PerSecond,
            &[("sum by (state) (rate(huiyin_notification_messages_total[15m]))", "{{state}}")],
        ),
        ("待发通知 Messages waiting", Unit::Short, &[("max(huiyin_notification_pending_messages)", "waiting")]),
        ("最久待发 Oldest message", Unit::Seconds, &[("max(huiyin_notification_oldest_pending_seconds)", "oldest")]),
        (
            "定时任务失败 Task failures",
            Unit::PerSecond,
            &[
                ("sum by (service, task) (rate(huiyin_task_failures_total[15m]))", "{{service}} {{task}}"),
                ("sum by (task) (rate(huiyin_loop_restarts_total[15m]))", "restart {{task}}"),
            ],
        ),
    ],
};

const BUS: Dashboard = Dashboard {
    file: "bus-and-journal.json",
    uid: "huiyin-bus",
    title: "回音 总线与日志账 Bus and journal",
    stats: &[
        ("断开 Connections down", Unit::Short, &[("count(huiyin_bus_connected == 0) or vector(0)", "")]),
        ("分叉 Forks, 24 h", Unit::Short, &[("sum(increase(huiyin_inbox_forks_total[24h])) or vector(0)", "")]),
        (
            "流丢失 Stream losses, 24 h",
            Unit::Short,
            &[("sum(increase(huiyin_relay_stream_losses_total[24h])) or vector(0)", "")],
        ),
        (
            "封存失败 Seal failures, 24 h",
            Unit::Short,
            &[("sum(increase(huiyin_seal_failures_total[24h])) or vector(0)", "")],
        ),
    ],
    panels: &[
        ("待送 Unsent publications", Unit::Short, &[("max by (service) (huiyin_relay_pending_rows)", "{{service}}")]),
        (
            "送出 Published",
            Unit::PerSecond,
            &[("sum by (service) (rate(huiyin_relay_published_total[5m]))", "{{service}}")],
        ),
        (
            "不确认与拒收 Unknown, refused, duplicate",
            Unit::PerSecond,
            &[
                ("sum by (service) (rate(huiyin_relay_unknown_total[5m]))", "unknown {{service}}"),
                ("sum by (service) (rate(huiyin_relay_refused_total[5m]))", "refused {{service}}"),
                ("sum by (service) (rate(huiyin_relay_duplicate_total[5m]))", "duplicate {{service}}"),
            ],
        ),
        ("消费滞后 Consumer lag", Unit::Short, &[("max by (consumer) (huiyin_consumer_lag_messages)", "{{consumer}}")]),
        (
            "生效 Effects",
            Unit::PerSecond,
            &[("sum by (consumer) (rate(huiyin_inbox_effects_total[5m]))", "{{consumer}}")],
        ),
        (
            "生效延迟 p99 Delay to the effect",
            Unit::Seconds,
            &[(
                "histogram_quantile(0.99, sum by (le, consumer) (rate(huiyin_inbox_delay_seconds_bucket[10m])))",
                "{{consumer}}",
            )],
        ),
        (
            "等待与搁置 Waiting and parked",
            Unit::Short,
            &[
                ("max by (service) (huiyin_inbox_waiting_events)", "waiting {{service}}"),
                ("max by (service) (huiyin_inbox_parked_events)", "parked {{service}}"),
            ],
        ),
        (
            "补账 Gaps healed",
            Unit::PerSecond,
            &[("sum by (consumer) (rate(huiyin_repair_healed_total[10m]))", "{{consumer}}")],
        ),
        (
            "补账不通 Repair failures",
            Unit::PerSecond,
            &[("sum by (consumer) (rate(huiyin_repair_failures_total[10m]))", "{{consumer}}")],
        ),
        (
            "重建与未知类型 Remade, unknown types",
            Unit::PerSecond,
            &[
                ("sum by (consumer) (rate(huiyin_consumer_remade_total[15m]))", "remade {{consumer}}"),
                ("sum by (consumer) (rate(huiyin_inbox_unknown_type_total[15m]))", "unknown {{consumer}}"),
            ],
        ),
        ("未封存 Unsealed rows", Unit::Short, &[("max by (service) (huiyin_journal_unsealed_rows)", "{{service}}")]),
        (
            "距上次封存 Since the last seal",
            Unit::Seconds,
            &[("max by (service) (huiyin_seal_age_seconds)", "{{service}}")],
        ),
        (
            "最久事务 Oldest open transaction",
            Unit::Seconds,
            &[("max(huiyin_database_oldest_transaction_seconds)", "oldest")],
        ),
        (
            "死行 Dead rows",
            Unit::Short,
            &[("max by (service, table) (huiyin_database_dead_rows)", "{{service}}.{{table}}")],
        ),
        (
            "数据库会话 Database sessions",
            Unit::Short,
            &[("sum by (service, login, state) (huiyin_database_sessions)", "{{service}} {{login}} {{state}}")],
        ),
    ],
};

const TIMERS: Dashboard = Dashboard {
    file: "timers.json",
    uid: "huiyin-timers",
    title: "回音 期限 Timers",
    stats: &[
        ("时钟不可信 Clock faults", Unit::Short, &[("sum(max by (service) (huiyin_timer_clock_fault))", "")]),
        (
            "补设 Timers lost and armed again, 24 h",
            Unit::Short,
            &[("sum(increase(huiyin_casework_timers_lost_total[24h])) or vector(0)", "")],
        ),
        (
            "触发失败 Failed firings, 24 h",
            Unit::Short,
            &[("sum(increase(huiyin_timer_failures_total[24h])) or vector(0)", "")],
        ),
    ],
    panels: &[
        ("待触发 Armed", Unit::Short, &[("max by (service) (huiyin_timer_armed)", "{{service}}")]),
        ("超时 Overdue", Unit::Short, &[("max by (service) (huiyin_timer_overdue)", "{{service}}")]),
        (
            "最久超时 Longest overdue",
            Unit::Seconds,
            &[("max by (service) (huiyin_timer_overdue_longest_seconds)", "{{service}}")],
        ),
        (
            "触发延迟 Lateness",
            Unit::Seconds,
            &[
                (
                    "histogram_quantile(0.5, sum by (le, service) (rate(huiyin_timer_lateness_seconds_bucket[10m])))",
                    "p50 {{service}}",
                ),
                (
                    "histogram_quantile(0.99, sum by (le, service) (rate(huiyin_timer_lateness_seconds_bucket[10m])))",
                    "p99 {{service}}",
                ),
            ],
        ),
        (
            "触发 Firings",
            Unit::PerSecond,
            &[("sum by (service) (rate(huiyin_timer_lateness_seconds_count[10m]))", "{{service}}")],
        ),
    ],
};

const INTAKE: Dashboard = Dashboard {
    file: "intake-campaign-day.json",
    uid: "huiyin-intake",
    title: "回音 集中受理日 Intake on a campaign day",
    stats: &[
        (
            "已登记 Registered today",
            Unit::Short,
            &[("sum(increase(huiyin_intake_registered_total[24h])) or vector(0)", "")],
        ),
        (
            "婉拒 Turned away, 1 h",
            Unit::Short,
            &[("sum(increase(huiyin_intake_queue_full_total[1h])) or vector(0)", "")],
        ),
        ("无着落 Without a case", Unit::Short, &[("max(huiyin_intake_not_handed_over)", "")]),
    ],
    panels: &[
        ("登记 Registered", Unit::PerSecond, &[("sum(rate(huiyin_intake_registered_total[1m]))", "registered")]),
        (
            "答复用时 Answer time of POST /petitions",
            Unit::Seconds,
            &[
                (
                    "histogram_quantile(0.5, sum by (le) (rate(huiyin_http_request_seconds_bucket{service=\"intake\",method=\"POST\"}[1m])))",
                    "p50",
                ),
                (
                    "histogram_quantile(0.99, sum by (le) (rate(huiyin_http_request_seconds_bucket{service=\"intake\",method=\"POST\"}[1m])))",
                    "p99",
                ),
            ],
        ),
        (
            "每批件数 Petitions per commit",
            Unit::Short,
            &[(
                "sum(rate(huiyin_intake_batch_size_sum[1m])) / sum(rate(huiyin_intake_batch_size_count[1m]))",
                "per commit",
            )],
        ),
        (
            "拆批与规则包缺失 Halved batches, missing packs",
            Unit::PerSecond,
            &[
                ("sum(rate(huiyin_intake_batch_halved_total[5m]))", "halved"),
                ("sum(rate(huiyin_intake_unknown_pack_total[5m]))", "pack missing"),
            ],
        ),
        (
            "立件滞后 Lag of casework",
            Unit::Short,
            &[("max(huiyin_consumer_lag_messages{consumer=\"casework__intake\"})", "lag")],
        ),
        ("值守铃 Watchdogs rung", Unit::PerSecond, &[("sum(rate(huiyin_intake_watchdog_fired_total[15m]))", "rung")]),
        ("副本待清除 Erasures unconfirmed", Unit::Short, &[("max(huiyin_intake_erasures_unconfirmed)", "petitions")]),
        ("查询失败 Wrong look-ups", Unit::PerSecond, &[("sum(rate(huiyin_intake_wrong_lookup_total[5m]))", "wrong")]),
        (
            "身份查看与取钥 Identities shown, keys unwrapped",
            Unit::PerSecond,
            &[
                ("sum(rate(huiyin_intake_identity_shown_total[15m]))", "shown"),
                ("sum by (for) (rate(huiyin_intake_key_unwrapped_total[15m]))", "keys for {{for}}"),
            ],
        ),
    ],
};

const HTTP: Dashboard = Dashboard {
    file: "http.json",
    uid: "huiyin-http",
    title: "回音 接口 HTTP",
    stats: &[
        (
            "出错 Answered 500, 1 h",
            Unit::Short,
            &[("sum(increase(huiyin_http_requests_total{status=\"500\"}[1h])) or vector(0)", "")],
        ),
        ("婉拒 Shed, 1 h", Unit::Short, &[("sum(increase(huiyin_http_shed_total[1h])) or vector(0)", "")]),
    ],
    panels: &[
        (
            "请求 Requests",
            Unit::PerSecond,
            &[("sum by (service) (rate(huiyin_http_requests_total[1m]))", "{{service}}")],
        ),
        (
            "状态码 By status",
            Unit::PerSecond,
            &[("sum by (status) (rate(huiyin_http_requests_total[1m]))", "{{status}}")],
        ),
        (
            "用时 p99 by service",
            Unit::Seconds,
            &[(
                "histogram_quantile(0.99, sum by (le, service) (rate(huiyin_http_request_seconds_bucket[5m])))",
                "{{service}}",
            )],
        ),
        (
            "最慢接口 Slowest routes, p99",
            Unit::Seconds,
            &[(
                "topk(8, histogram_quantile(0.99, sum by (le, service, route) (rate(huiyin_http_request_seconds_bucket[5m]))))",
                "{{service}} {{route}}",
            )],
        ),
        ("版本 Releases running", Unit::Short, &[("count by (version) (huiyin_build_info)", "{{version}}")]),
    ],
};

/// File name and content of every dashboard.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    [CITY, BUS, TIMERS, INTAKE, HTTP].iter().map(|dashboard| (dashboard.file, render(dashboard))).collect()
}
