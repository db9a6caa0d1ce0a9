//! Calendars: the usual week where nobody says otherwise, else the organisation's own, from its day on.

use hemgang_testing::each_backend;

use super::*;

each_backend!(hours_are_the_organisations_from_their_day_on, what_is_wrong_with_hours_is_told on &[crate::SERVICE]);

/// Days of a unit from today on: opens, closes, holiday.
async fn days(suite: &Suite, unit: &str, to: i64) -> Vec<(String, String, String)> {
    let request = pb::GetCalendarRequest { hsa_id: unit.to_owned(), from: None, to: day(suite, to) };
    let ward = client(suite.peer("ward", WARD, "region"));
    let answer = { ward }.get_calendar(request).await.expect("days").into_inner();
    answer.days.into_iter().map(|day| (day.opens, day.closes, day.holiday)).collect()
}

fn told(opens: &str, closes: &str, holiday: &str) -> (String, String, String) {
    (opens.to_owned(), closes.to_owned(), holiday.to_owned())
}

fn opening(weekday: i32, opens: &str, closes: &str) -> pb::Opening {
    pb::Opening { weekday, opens: opens.to_owned(), closes: closes.to_owned() }
}

fn hours(week: Vec<pb::Opening>) -> pb::OfficeHours {
    pb::OfficeHours { municipality: "1480".to_owned(), week, ..Default::default() }
}

fn setting(hours: pb::OfficeHours) -> pb::SetOfficeHoursRequest {
    pb::SetOfficeHoursRequest { hours: Some(hours), ..Default::default() }
}

async fn hours_are_the_organisations_from_their_day_on(suite: &Suite) {
    let (usual, closed) = (told("08:00", "16:00", ""), told("", "", ""));
    let week = days(suite, SOCIAL, 6).await;
    assert_eq!((&week[..5], &week[5..]), (&vec![usual.clone(); 5][..], &vec![closed.clone(); 2][..]));

    let all = hours(vec![opening(1, "07:30", "17:00"), opening(2, "07:30", "17:00")]);
    municipal(suite).set_office_hours(setting(all)).await.expect("set");
    let own = pb::OfficeHours {
        kind: pb::UnitKind::MunicipalReception.into(),
        on_holidays: true,
        valid_from: day(suite, 1),
        ..hours((1..=7).map(|weekday| opening(weekday, "00:00", "24:00")).collect())
    };
    let set = municipal(suite).set_office_hours(setting(own.clone())).await.expect("set").into_inner();
    assert_eq!(set.hours, Some(own));
    let long = told("07:30", "17:00", "");
    assert_eq!(days(suite, SOCIAL, 2).await, [long.clone(), long.clone(), closed]);
    let always = told("00:00", "24:00", "");
    assert_eq!(days(suite, "SE0000001480-E0001", 2).await, [long, always.clone(), always]);
    assert_eq!(days(suite, ELSEWHERE, 0).await, [usual]);
    // The last day of the year is a Thursday.
    let eve = days(suite, "SE0000001480-E0001", 108).await.pop();
    assert_eq!(eve, Some(told("00:00", "24:00", "nyårsafton")));
    let eve = days(suite, SOCIAL, 108).await.pop();
    assert_eq!(eve, Some(told("", "", "nyårsafton")));

    // Once more from the same day on: the other hours give way.
    municipal(suite).set_office_hours(setting(hours(Vec::new()))).await.expect("set");
    assert_eq!(days(suite, SOCIAL, 0).await, [told("", "", "")]);
    assert_eq!(
        refused(regional(suite).set_office_hours(setting(hours(Vec::new()))).await).code,
        Code::PermissionDenied
    );
}

async fn what_is_wrong_with_hours_is_told(suite: &Suite) {
    let wrong = pb::OfficeHours {
        kind: pb::UnitKind::Ward.into(),
        valid_from: day(suite, -1),
        ..hours(vec![
            opening(0, "8:00", "16:00"),
            opening(1, "16:00", "08:00"),
            opening(2, "08:00", "16:00"),
            opening(2, "08:00", "16:00"),
        ])
    };
    let told = refused(municipal(suite).set_office_hours(setting(wrong)).await);
    let fields = [
        "hours.kind",
        "hours.week[0].weekday",
        "hours.week[0].opens",
        "hours.week[1].closes",
        "hours.week[3].weekday",
        "hours.valid_from",
    ];
    assert_eq!((told.code, told.fields), (Code::InvalidArgument, fields.map(str::to_owned).to_vec()));
    let mut ward = client(suite.peer("ward", WARD, "region"));
    let absent = pb::GetCalendarRequest { hsa_id: NEW.to_owned(), ..Default::default() };
    assert_eq!(refused(ward.get_calendar(absent).await).code, Code::NotFound);
    let long = pb::GetCalendarRequest { hsa_id: SOCIAL.to_owned(), from: None, to: day(suite, 400) };
    assert_eq!(refused(ward.get_calendar(long).await).fields, ["to"]);
}
