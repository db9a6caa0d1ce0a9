//! `ExpectedDischargeChanged`: a new beräknad utskrivning, told as soon as it can be, 2 kap. 4 §.

use hemgang_proto::{admission::ExpectedDischargeChanged, planning::NoticeKind};

use crate::domain::{dossier::Dossier, heard::Heard, stay::Stay};

pub fn project(stay: Stay, heard: &Heard, said: &ExpectedDischargeChanged) -> Stay {
    if said.expected_discharge.is_none() {
        return stay.expect_nothing(heard.recorded_at);
    }
    stay.expect(said.expected_discharge, heard.recorded_at)
}

/// Nobody waits for one who has left: it holds again, and is read in the case, once the departure is taken back.
pub fn react(dossier: Dossier, heard: &Heard) -> Dossier {
    if dossier.has_left() { dossier } else { dossier.tell(NoticeKind::ExpectedDischarge, heard) }
}

#[cfg(test)]
mod tests {
    use hemgang_core::{expected::ExpectedDischarge, id::AdmissionId};
    use hemgang_rpc::wire;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn what_nothing_says_any_more_is_expected_no_more() {
        let id = AdmissionId::fresh(Timestamp::UNIX_EPOCH);
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let heard = |text: &str| Heard {
            admission_id: id,
            source: String::new(),
            cursor: String::new(),
            seen_admission: String::new(),
            recorded_at: at(text),
            occurred_at: at(text),
            entry: None,
            now: at(text),
        };
        let told = |stay, text: &str, expected: Option<&str>| {
            let expected = expected.map(|text| text.parse().expect("an expected discharge"));
            let said =
                ExpectedDischargeChanged { expected_discharge: expected.map(wire::expected_discharge) };
            project(stay, &heard(text), &said)
        };
        let stay = told(Stay::unheard(id), "2026-09-14T06:00:00Z", Some("2026-09-18"));
        let stay = told(stay, "2026-09-15T06:00:00Z", None);
        assert_eq!((stay.expected_discharge, stay.clone().next().expected_on), (None, None));
        let stood = |text| stay.expected_before(at(text));
        assert!(matches!(stood("2026-09-15T00:00:00Z"), Some(ExpectedDischarge::On(_))));
        assert_eq!(stood("2026-09-16T00:00:00Z"), Some(ExpectedDischarge::UnknownYet));
    }
}
