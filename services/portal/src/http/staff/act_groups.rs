//! What can be done with a case, in the order in which an officer looks for it: the next steps first, the rest folded by what it is about.

use super::case::Act;

/// As many are shown without folding.
const FEW: usize = 6;

/// Acts that belong together.
pub(super) struct Group {
    /// Empty for those that stand open at the top.
    pub(super) title: &'static str,
    /// What is inside, by name.
    pub(super) names: String,
    pub(super) is_open: bool,
    pub(super) acts: Vec<Act>,
}

/// Which commands are folded, under what title; those not listed are steps on the road.
const FOLDED: [(&str, &[&str]); 4] = [
    (
        "请其他单位办理、移交、关联",
        &[
            "transfer",
            "hand-over",
            "refer-competence",
            "give-part",
            "take-part-back",
            "report-up",
            "link",
            "unlink",
            "close-linked",
        ],
    ),
    (
        "请领导包案、阅批",
        &["take", "instruct", "add-to-library", "remove-from-library", "plan", "select-leader", "publish-selection"],
    ),
    (
        "督办、建议、实地督查",
        &["supervise", "return-supervision", "conclude-supervision", "advise", "site-visit", "measure"],
    ),
    (
        "期限、类别、其他办法",
        &[
            "extend",
            "grade",
            "waive",
            "settlement",
            "convert-to-ordinary",
            "defer",
            "decline",
            "point",
            "paper",
            "recuse",
        ],
    ),
];

/// Grouped; all in one when they are few.
pub(super) fn grouped(acts: Vec<Act>) -> Vec<Group> {
    if acts.len() <= FEW {
        return vec![group("", acts)];
    }
    let mut rest = acts;
    let mut groups = Vec::new();
    for (title, commands) in FOLDED {
        let (inside, outside): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|act| commands.contains(&act.command.as_str()));
        rest = outside;
        groups.push(group(title, inside));
    }
    groups.insert(0, group("", rest));
    groups.retain(|group| !group.acts.is_empty());
    groups
}

fn group(title: &'static str, acts: Vec<Act>) -> Group {
    let names = acts.iter().map(|act| act.name.as_str()).collect::<Vec<_>>().join("、");
    Group { title, names, is_open: acts.iter().any(|act| act.is_open), acts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::form::Sheet;

    fn act(command: &str, is_open: bool) -> Act {
        Act {
            command: command.to_owned(),
            name: command.to_uppercase(),
            explains: "",
            is_open,
            is_assign: false,
            sheet: Sheet::default(),
        }
    }

    fn shown(groups: &[Group]) -> Vec<(&str, Vec<&str>, bool)> {
        let mut shown = Vec::new();
        for group in groups {
            let commands = group.acts.iter().map(|act| act.command.as_str()).collect();
            shown.push((group.title, commands, group.is_open));
        }
        shown
    }

    #[test]
    fn few_acts_stand_open_and_many_begin_with_the_road() {
        let few = grouped(vec![act("accept", false), act("extend", false)]);
        assert_eq!(shown(&few), [("", vec!["accept", "extend"], false)]);
        let many = ["steps", "extend", "hand-over", "propose", "supervise", "grade", "link"];
        let many = grouped(many.into_iter().map(|command| act(command, command == "grade")).collect());
        let expected = [
            ("", vec!["steps", "propose"], false),
            ("请其他单位办理、移交、关联", vec!["hand-over", "link"], false),
            ("督办、建议、实地督查", vec!["supervise"], false),
            ("期限、类别、其他办法", vec!["extend", "grade"], true),
        ];
        assert_eq!(shown(&many), expected, "refused and shown again, its group is open");
        assert_eq!(many[1].names, "HAND-OVER、LINK");
    }
}
