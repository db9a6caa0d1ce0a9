//! Messages that were recorded at one moment, of persons ahead of their stay, of other patients, of numbered movements:
//! any order ends the same.

use hemgang_proto::{admission::RaisedFlag, common::Protection};

use super::*;

each_backend!(
    what_was_recorded_at_one_moment_ends_the_same_in_every_order,
    what_is_said_of_a_person_ahead_of_the_stay_holds_for_it,
    another_patient_under_a_visit_is_parked_until_a_merge_says_that_they_are_one,
    a_numbered_movement_is_corrected_and_taken_back_in_any_order,
    merges_that_contradict_end_the_same_in_every_order,
    an_admission_told_again_and_a_corrected_time_are_two_things,
    what_was_recorded_before_a_void_between_two_admissions_says_nothing_in_any_order,
    a_time_of_admission_that_cannot_be_gives_way_and_is_marked
    on &[hemgang_admission::SERVICE]
);

/// What a message says beside its event and visit.
#[derive(Clone, Copy, Default)]
struct Says {
    event: &'static str,
    recorded: &'static str,
    /// The seconds of MSH-7, which is else of the minute of the record.
    sent: &'static str,
    person: &'static str,
    name: &'static str,
    born: &'static str,
    protected: bool,
    /// PV2-9.
    expected: &'static str,
    merged: &'static str,
    ward: &'static str,
    admitted: &'static str,
    /// ZBE-1, -2 and -4.
    movement: (&'static str, &'static str, &'static str),
    of_person: bool,
}

fn message(says: Says, visit: usize) -> Reading {
    let Says { event, recorded, sent, person, born, admitted, .. } = says;
    let name = if says.name.is_empty() { "Påhittad" } else { says.name };
    let ward = if says.ward.is_empty() { "1" } else { says.ward };
    let merged =
        if says.merged.is_empty() { String::new() } else { format!("MRG|{}{visit}^^^OWN^MR\r", says.merged) };
    let of_visit = if says.of_person {
        String::new()
    } else {
        format!("PV1|1|I|{ward}{}V{visit}{}{admitted}\r", "|".repeat(16), "|".repeat(25))
    };
    let protected = if says.protected { "Y" } else { "" };
    let more = format!("PV2{}{}{}{protected}\r", "|".repeat(9), says.expected, "|".repeat(13));
    let (id, at, action) = says.movement;
    // An update of a movement names the event that it was told by first.
    let (event, original) = event.split_once(' ').unwrap_or((event, ""));
    let movement =
        if id.is_empty() { String::new() } else { format!("ZBE|{id}|{at}||{action}|Y|{original}\r") };
    let text = format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}{sent}||ADT^{event}|{visit}|P|2.5\rEVN||{recorded}\r\
         PID|1||{person}{visit}^^^OWN^MR||{name}^Åsa||{born}\r{merged}{of_visit}{more}{movement}",
    );
    read_text(&text)
}

fn says(event: &'static str, recorded: &'static str) -> Says {
    Says { event, recorded, person: "A", ..Says::default() }
}

/// Tells these in every order, each time of a visit and a person of its own; the end that all come to.
async fn every_order<const N: usize>(suite: &Suite, told: [Says; N]) -> Admission {
    let mut expected = None::<Admission>;
    for order in places(N) {
        let end = end_of(suite, &told, &order).await;
        assert_eq!(&end, expected.get_or_insert_with(|| end.clone()), "{order:?}");
    }
    expected.expect("an end")
}

async fn end_of(suite: &Suite, told: &[Says], order: &[usize]) -> Admission {
    let (intake, visit) = (intake(suite), fresh_visit());
    for place in order {
        let outcome = intake.accept(&message(told[*place], visit)).await.expect("settled");
        let settled = matches!(outcome, Outcome::Accepted | Outcome::Unchanged) || is_waiting(&outcome);
        assert!(settled, "{order:?}: {outcome:?}");
    }
    assert_eq!(intake.waiting(), [], "{order:?}");
    without_ids(read(suite, visit).await.expect("an admission"), visit)
}

/// The stay without what differs between one telling and the next.
fn without_ids(mut stay: Admission, visit: usize) -> Admission {
    (stay.admission_id, stay.etag, stay.visit_number) = (String::new(), String::new(), None);
    if let Some(id) = stay.patient.as_mut().and_then(|patient| patient.person_id.as_mut()) {
        id.value = id.value.trim_end_matches(&visit.to_string()).to_owned();
    }
    stay
}

pub fn places(size: usize) -> Vec<Vec<usize>> {
    let Some(last) = size.checked_sub(1) else { return vec![Vec::new()] };
    let longer =
        |order: Vec<usize>| (0..size).map(move |place| [&order[..place], &[last], &order[place..]].concat());
    places(last).into_iter().flat_map(longer).collect()
}

async fn what_was_recorded_at_one_moment_ends_the_same_in_every_order(suite: &Suite) {
    const AT: &str = "202609100800";
    let end = every_order(suite, ["A01", "A03", "A13"].map(|event| says(event, AT))).await;
    assert_eq!(end.state(), AdmissionState::Admitted, "what undoes comes after what is done");
    let end = every_order(suite, ["A01", "A21", "A22"].map(|event| says(event, AT))).await;
    assert_eq!(end.on_leave_since, None);
    // Of one kind the one that was sent later.
    let to = |ward, sent| Says { sent, ward, ..says("A02", AT) };
    let end = every_order(suite, [says("A01", AT), to("2", "30"), to("3", "20"), says("A12", AT)]).await;
    assert_eq!(end.ward, "SE2321000131-E000000001102", "the A12 was sent before");
    let called = |name, sent| Says { sent, name, ..says("A08", "202609100900") };
    let end = every_order(suite, [says("A01", AT), called("Berg", "20"), called("Dal", "10")]).await;
    assert_eq!(end.patient.expect("a patient").name, "Åsa Berg");
    let came = |event, admitted, sent| Says { sent, admitted, ..says(event, "202609100900") };
    let (first, last) = (came("A08", "202609100730", "10"), came("A08", "202609100745", "20"));
    let end = every_order(suite, [says("A01", AT), last, first]).await;
    assert_eq!(end.admitted_at.expect("a time").seconds, 1_789_019_100);
    let (first, last) = (came("A01", "202609100730", "10"), came("A01", "202609100745", "20"));
    let end = every_order(suite, [last, first, says("A02", "202609101000")]).await;
    assert_eq!(end.admitted_at.expect("a time").seconds, 1_789_019_100);
    // Sent at one moment, too: what undoes is the later, then the content decides.
    let order = |says: Says| {
        let Verdict::Mapped(event) = message(says, 0).verdict else { panic!("not mapped") };
        event.order
    };
    assert!(
        order(says("A13", AT)) > order(says("A03", AT)) && order(says("A22", AT)) > order(says("A21", AT))
    );
    assert!(order(Says { sent: "10", ..says("A03", AT) }) > order(says("A13", AT)));
    assert_ne!(order(to("2", "")), order(to("3", "")));
}

async fn what_is_said_of_a_person_ahead_of_the_stay_holds_for_it(suite: &Suite) {
    let of_person = |recorded, name| Says { name, of_person: true, ..says("A31", recorded) };
    let admit = says("A01", "202609100800");
    let end =
        every_order(suite, [admit, of_person("202609100900", "Berg"), of_person("202609101000", "Dal")]);
    assert_eq!(end.await.patient.expect("a patient").name, "Åsa Dal");
    // Older than the stay, it says nothing of what the stay's own sender said.
    let end = every_order(suite, [admit, of_person("202609090900", "Berg")]).await;
    assert_eq!(end.patient.expect("a patient").name, "Åsa Påhittad");
    for recorded in ["202609090900", "202609100900"] {
        let secret = Says { protected: true, ..of_person(recorded, "Berg") };
        let patient = every_order(suite, [admit, secret, of_person("202609080800", "Dal")]).await.patient;
        let patient = patient.expect("a patient");
        assert_eq!(
            (patient.protection(), patient.name.as_str()),
            (Protection::Confidential, ""),
            "{recorded}"
        );
    }
    // Under an identity that is absorbed by the stay's before or after.
    let reserve = Says { person: "R", ..of_person("202609100900", "Berg") };
    let merge = Says { merged: "R", of_person: true, ..says("A40", "202609100930") };
    let end = every_order(suite, [admit, reserve, merge]).await;
    assert_eq!(end.patient.expect("a patient").name, "Åsa Berg");
}

async fn another_patient_under_a_visit_is_parked_until_a_merge_says_that_they_are_one(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let tell = async |says: Says| intake.accept(&message(says, visit)).await.expect("settled");
    assert_eq!(tell(says("A01", "202609100800")).await, Outcome::Accepted);
    let of_other = |event, recorded| Says { person: "B", name: "Annan", ..says(event, recorded) };
    let conflict = Outcome::Parked(Held::OtherPatient);
    for other in [
        of_other("A01", "202609100900"),
        of_other("A08", "202609101000"),
        of_other("A02", "202609101100"),
        of_other("A03", "202609101200"),
        of_other("A13", "202609101100"),
        of_other("A11", "202609101300"),
    ] {
        assert_eq!(tell(other).await, conflict, "{}", other.event);
    }
    let stay = read(suite, visit).await.expect("an admission");
    assert_eq!((stay.state(), stay.quality_flags.len()), (AdmissionState::Admitted, 0));
    assert_eq!(stay.patient.expect("a patient").name, "Åsa Påhittad");
    // An admission holds its visit, whoever the messages behind it name.
    let holds = |says: Says| {
        let Verdict::Mapped(event) = message(says, visit).verdict else { panic!("not mapped") };
        holds_visit(&event, &conflict)
    };
    assert!(holds(of_other("A01", "202609100900")) && !holds(of_other("A08", "202609101000")));
    // The stay's own patient goes on.
    assert_eq!(tell(says("A21", "202609101230")).await, Outcome::Accepted);
    let merge = Says { merged: "B", of_person: true, ..says("A40", "202609101400") };
    assert_eq!(tell(merge).await, Outcome::Accepted);
    assert_eq!((intake.waiting().len(), intake.take_released().len()), (0, 6));
    assert_eq!(read(suite, visit).await.expect("an admission").state(), AdmissionState::Voided);
}

async fn a_numbered_movement_is_corrected_and_taken_back_in_any_order(suite: &Suite) {
    let admit = says("A01", "202609100800");
    let moved = |event, recorded, ward, id, at, action| Says {
        ward,
        movement: (id, at, action),
        ..says(event, recorded)
    };
    let second = moved("A02", "202609101000", "2", "M2", "202609100955", "INSERT");
    let third = moved("A02", "202609101200", "3", "M3", "202609101155", "INSERT");
    let taken_back = moved("A02", "202609101300", "2", "M2", "202609100955", "CANCEL");
    let ward = |end: Admission| end.ward.trim_start_matches("SE2321000131-E00000000").to_owned();
    assert_eq!(ward(every_order(suite, [admit, second, third, taken_back]).await), "1103");
    let corrected = moved("A02", "202609101230", "3", "M2", "202609101000", "UPDATE");
    assert_eq!(ward(every_order(suite, [admit, second, corrected, taken_back]).await), "1101");
    let told_anew = moved("Z99 A02", "202609101230", "3", "M2", "202609101000", "UPDATE");
    assert_eq!(ward(every_order(suite, [admit, second, told_anew]).await), "1103");
    let never = moved("Z99 A02", "202609101300", "2", "M2", "202609100955", "CANCEL");
    assert_eq!(ward(every_order(suite, [admit, second, third, never]).await), "1103");
    assert_eq!(ward(every_order(suite, [admit, second, never]).await), "1101");
    let came_to = moved("Z99 A01", "202609100900", "3", "M1", "202609100800", "UPDATE");
    assert_eq!(ward(every_order(suite, [admit, came_to]).await), "1103");
    let plain = moved("A12", "202609101300", "2", "M9", "202609101300", "INSERT");
    assert_eq!(ward(every_order(suite, [admit, second, third, plain]).await), "1102", "the last one");
    // The one that was corrected: earlier than the third, which stands.
    let corrected = moved("A02", "202609101230", "2", "M2", "202609100930", "UPDATE");
    assert_eq!(ward(every_order(suite, [admit, second, third, corrected]).await), "1103");
    let left = moved("A03", "202609121000", "1", "M4", "202609120900", "INSERT");
    let left_later = moved("A03", "202609121100", "1", "M4", "202609121000", "UPDATE");
    let never = moved("A13", "202609121200", "1", "M4", "202609121000", "DELETE");
    let end = every_order(suite, [admit, left, left_later]).await;
    assert_eq!(end.discharged_at.expect("a time").seconds, 1_789_200_000);
    assert_eq!(every_order(suite, [admit, left, left_later, never]).await.state(), AdmissionState::Admitted);
}

async fn merges_that_contradict_end_the_same_in_every_order(suite: &Suite) {
    let merge = |recorded, person, merged| Says { person, merged, of_person: true, ..says("A40", recorded) };
    let admit = says("A01", "202609100800");
    let (one, back) = (merge("202609110900", "A", "B"), merge("202609120900", "B", "A"));
    let identity =
        |end: Admission| end.patient.and_then(|patient| patient.person_id).unwrap_or_default().value;
    assert_eq!(identity(every_order(suite, [admit, one, back]).await), format!("{HOSPITAL}B"));
    let again = merge("202609130900", "A", "B");
    assert_eq!(identity(every_order(suite, [admit, one, back, again]).await), format!("{HOSPITAL}A"));
}

async fn an_admission_told_again_and_a_corrected_time_are_two_things(suite: &Suite) {
    let came = |event, recorded, ward, admitted| Says { ward, admitted, ..says(event, recorded) };
    let first = came("A01", "202609100800", "1", "202609100700");
    let time = came("A08", "202609100900", "", "202609100730");
    let (again, same) =
        (came("A01", "202609100830", "2", "202609100745"), came("A01", "202609100830", "2", "202609100730"));
    for again in [again, same] {
        let end = every_order(suite, [first, time, again]).await;
        assert_eq!(end.ward, "SE2321000131-E000000001102", "the time says nothing of where");
        assert_eq!(end.admitted_at.expect("a time").seconds, 1_789_018_200, "the A01 was recorded before");
    }
    // The hour that comes twice: said later, too.
    let twice = |event, recorded, ward| came(event, recorded, ward, "202510260230");
    let first = came("A01", "202510260400", "1", "202510260100");
    let all = [first, twice("A01", "202510260500", "2"), twice("A08", "202510260600", "")];
    let end = every_order(suite, all).await;
    assert_eq!((end.ward.as_str(), end.quality_flags.len()), ("SE2321000131-E000000001102", 1));
    assert_eq!(end.quality_flags[0].registered_at.as_ref().map(|at| at.seconds), Some(1_761_454_800));
}

async fn what_was_recorded_before_a_void_between_two_admissions_says_nothing_in_any_order(suite: &Suite) {
    let came = |recorded, name, ward| Says { name, ward, admitted: "202609100700", ..says("A01", recorded) };
    let first = Says { born: "19500101", expected: "20260920", ..came("202609100800", "Berg", "1") };
    let (void, next) = (says("A11", "202609100900"), came("202609100930", "Dal", "2"));
    let only = every_order(suite, [next]).await;
    assert_eq!((only.birth_date, only.expected_discharge), (None, None));
    assert_eq!(every_order(suite, [first, void, next]).await, only);
    let moved = Says { ward: "3", ..says("A02", "202609100830") };
    let (away, left) = (says("A21", "202609100830"), says("A03", "202609100830"));
    let changed = Says { name: "Ek", expected: "20260921", ..says("A08", "202609100830") };
    for old in [moved, away, left, changed] {
        assert_eq!(every_order(suite, [first, old, void, next]).await, only, "{}", old.event);
    }
    // What was recorded since is of the stay.
    let (moved, left) = (Says { ward: "3", ..says("A02", "202609101000") }, says("A03", "202609101100"));
    let end = every_order(suite, [first, void, next, moved]).await;
    assert_eq!((end.ward.as_str(), end.state()), ("SE2321000131-E000000001103", AdmissionState::Admitted));
    let end = every_order(suite, [first, void, next, left]).await;
    assert_eq!((end.ward.as_str(), end.state()), ("SE2321000131-E000000001102", AdmissionState::Discharged));
    // Void after all: what a stay says that never was does not matter.
    let told = [first, void, next, says("A11", "202609101200")];
    for order in places(4) {
        assert_eq!(end_of(suite, &told, &order).await.state(), AdmissionState::Voided, "{order:?}");
    }
}

async fn a_time_of_admission_that_cannot_be_gives_way_and_is_marked(suite: &Suite) {
    let marks = |stay: &Admission| {
        let of = |raised: &RaisedFlag| (raised.flag(), raised.about());
        stay.quality_flags.iter().map(of).collect::<Vec<_>>()
    };
    let at = |stay: &Admission| stay.admitted_at.as_ref().map(|at| at.seconds);
    let came = |admitted, born| Says { born, admitted, ..says("A01", "202609100800") };
    for (admitted, born) in [("190001010000", ""), ("201609080800", ""), ("202609090800", "20260910")] {
        let wrong = came(admitted, born);
        let end = every_order(suite, [wrong, says("A02", "202609101000")]).await;
        assert_eq!(at(&end), Some(1_789_020_000), "the event's own time stands in: {admitted}");
        assert_eq!(marks(&end), [(QualityFlag::StandInTime, MovementKind::Admission)], "{admitted}");
        let right = Says { admitted: "202609100730", ..says("A08", "202609101100") };
        let end = every_order(suite, [wrong, right]).await;
        assert_eq!((at(&end), marks(&end)), (Some(1_789_018_200), Vec::new()), "{admitted}");
    }
    // Forensic care lasts for years.
    let end = every_order(suite, [came("201809080800", "")]).await;
    assert_eq!((at(&end), marks(&end)), (Some(1_536_386_400), Vec::new()));
    let intake = intake(suite);
    let long_ago = message(says("A01", "100001010000"), fresh_visit());
    assert_eq!(intake.accept(&long_ago).await.expect("settled"), Outcome::Parked(Held::LongAgo));
}
