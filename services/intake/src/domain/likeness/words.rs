use huiyin_kernel::DistrictLevel;

use super::{LIKELY, LIKELY_AT_THE_PLACE, MINIMA};

/// How two petitions of one place and topic agree. The document never makes two matters one: it is a word beside the others (DOMAIN part D).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// In how many of the 80 orders their texts agree.
    pub agreeing: u32,
    /// The place is told in the same words.
    pub same_place: bool,
    /// Handed in with the same document; false for whoever may not know who petitions.
    pub same_document: bool,
}

impl Likeness {
    /// The texts are nearly the same. Nothing else makes two matters likely one.
    pub const fn is_likely(self) -> bool {
        self.agreeing >= if self.same_place { LIKELY_AT_THE_PLACE } else { LIKELY }
    }

    /// For whoever looks at the matter, in Chinese and in English.
    pub fn told(self, level: DistrictLevel) -> (String, String) {
        let (mut zh, mut en) = self.without_identity(level);
        if self.same_document {
            zh.push_str("，证件号码相同");
            en.push_str(", the same document number");
        }
        (zh, en)
    }

    /// Proposed as the reason of a link, which stays with both matters: nothing of who petitioned.
    pub fn proposed(self, level: DistrictLevel) -> String {
        self.without_identity(level).0
    }

    fn without_identity(self, level: DistrictLevel) -> (String, String) {
        let (area_zh, area_en) = match level {
            DistrictLevel::Province => ("省份", "province"),
            DistrictLevel::City => ("城市", "city"),
            DistrictLevel::County => ("区县", "district"),
            DistrictLevel::Street => ("街道（乡镇）", "street or town"),
            DistrictLevel::Village => ("村（社区）", "village or community"),
        };
        let (alike_zh, alike_en) = self.alike();
        let (place_zh, place_en) = if self.same_place { ("，地点相同", ", the same place") } else { ("", "") };
        (
            format!("同一{area_zh}、同一类事项，内容{alike_zh}{place_zh}"),
            format!("The same {area_en}, the same topic, the text {alike_en}{place_en}"),
        )
    }

    fn alike(self) -> (String, String) {
        const NUMERALS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let orders = MINIMA as u32;
        let tenths = (self.agreeing.min(orders) * 10 + orders / 2) / orders;
        match NUMERALS.get(tenths as usize) {
            Some(numeral) => (format!("约{numeral}成相同"), format!("about {tenths}0 % the same")),
            None => ("几乎完全相同".to_owned(), "almost entirely the same".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_told_in_words() {
        let alike = Likeness { agreeing: 72, same_place: false, same_document: false };
        assert_eq!(
            alike.told(DistrictLevel::County),
            (
                "同一区县、同一类事项，内容约九成相同".to_owned(),
                "The same district, the same topic, the text about 90 % the same".to_owned()
            )
        );
        let more = Likeness { agreeing: 80, same_place: true, same_document: true };
        assert_eq!(
            more.told(DistrictLevel::Street).0,
            "同一街道（乡镇）、同一类事项，内容几乎完全相同，地点相同，证件号码相同"
        );
        assert_eq!(
            more.proposed(DistrictLevel::Street),
            "同一街道（乡镇）、同一类事项，内容几乎完全相同，地点相同",
            "a link's reason is read by whoever works on either matter"
        );
    }

    /// DOMAIN part D, OOS-14: the same identity alone never suggests a repeat.
    #[test]
    fn the_document_makes_nothing_likely() {
        for agreeing in 0..=80 {
            for same_place in [false, true] {
                let [without, with] =
                    [false, true].map(|same_document| Likeness { agreeing, same_place, same_document });
                assert_eq!(without.is_likely(), with.is_likely());
                assert_eq!(with.is_likely(), agreeing >= if same_place { 40 } else { 48 });
            }
        }
    }
}
