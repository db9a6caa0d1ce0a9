//! What a simulated region is like: every number of it, with the line of the design's `practice.md` §5 that it comes
//! from. [A] marks an assumption of that page, [ours] one of this file where the page is silent.

use jiff::SignedDuration;

/// Admissions a day of the whole region: 480 somatic and 40 psychiatric. 10 755 per 100 000 × 1 767 016.
pub const ADMISSIONS: [f64; 2] = [480.0, 40.0];
/// Admissions by weekday, Monday first. Pattern [A].
pub const ADMITTED_ON: [f64; 7] = [1.10, 1.12, 1.10, 1.06, 1.02, 0.78, 0.82];
/// Weeks of summer, and what they leave of the admissions: −12 %. Pattern [A].
pub const SUMMER_WEEKS: std::ops::RangeInclusive<i8> = 27..=32;
pub const SUMMER: f64 = 0.88;
/// What that leaves of a year's admissions, so that the mean a day is the year's.
pub const YEAR: f64 = 1.0 - (1.0 - SUMMER) * 6.0 / 52.0;
/// Share of admissions between 7 and 22, and of the unplanned ones. [ours]
pub const BY_DAY: f64 = 0.75;
pub const UNPLANNED: f64 = 0.70;

/// Mean stay in days: somatic 3.4, psychiatric 11, all 4.0. Fitted to the regional plan.
pub const STAY: [f64; 2] = [3.4, 11.0];
pub const STAY_OF_ALL: f64 = 4.0;
/// Notified stays: mean 8.5 days, median 6; others mean 2.7 [A], median 2 [ours].
pub const NOTIFIED_STAY: (f64, f64) = (8.5, 6.0);
pub const QUIET_STAY: (f64, f64) = (2.7, 2.0);
/// Days as ready, mean over all who are: part of the notified stay. Fitted.
pub const READY_DAYS: f64 = 1.19;
/// Stays per person and year: 1 379 000 / 827 000 (seed 001).
pub const STAYS_PER_PERSON: f64 = 1.67;

/// Share of stays that are notified, and of those the share of people of 65 and more. [A]
pub const NOTIFIED: f64 = 0.22;
pub const NOTIFIED_OLD: f64 = 0.80;
/// Share of all stays that are of people of 65 and more. [ours]
pub const OLD: f64 = 0.45;

/// Recipients: socialtjänst 75 %, kommunal HSL 60 %, outpatient 95 %; no municipality 12 %. [A]
pub const SOCIAL: f64 = 0.75;
pub const HEALTH: f64 = 0.60;
pub const OUTPATIENT: f64 = 0.95;
pub const NO_MUNICIPALITY: f64 = 0.12;
/// Out of county 2 %; misdirected 3 %. [A]
pub const OUT_OF_COUNTY: f64 = 0.02;
pub const MISDIRECTED: f64 = 0.03;
/// Codes of municipalities outside the county, neighbours of it. [ours]
pub const NEIGHBOURS: [&str; 3] = ["1384", "0642", "1785"];

/// Notice after the judgement: 88 % within 24 hours, median 9 hours; and the share judged later than admission. [A]
pub const NOTICE: Hours = Hours::by(9.0, 24.0, Z_88);
pub const JUDGED_LATER: f64 = 0.20;
/// Expected date: unknown 15 %; 1.6 changes a case; absolute error 1.2 days at k = 3, so this deviation. [A]
pub const EXPECTED_UNKNOWN: f64 = 0.15;
pub const EXPECTED_CHANGES: f64 = 1.6;
pub const EXPECTED_ERROR: f64 = 1.5;
/// Changes after which the date is unknown again. [ours]
pub const EXPECTED_WITHDRAWN: f64 = 0.04;

/// Outcome of notified stays: 4 % die, 3 % moved or interrupted, 8 % without readiness notice. [A]
pub const DIES: f64 = 0.04;
pub const MOVED_OR_INTERRUPTED: f64 = 0.03;
/// Of those, one in so many is interrupted; and of those who go home otherwise, the share whose case a ward closes, and after
/// how many hours, the fewest and the most. [ours]
pub const INTERRUPTED_ONE_IN: u32 = 3;
pub const CLOSED: f64 = 0.85;
pub const CLOSED_AFTER: (SignedDuration, SignedDuration) =
    (SignedDuration::from_hours(4), SignedDuration::from_hours(72));
pub const NOT_JUDGED: f64 = 0.08;
/// Deaths in stays that nobody was notified of. [ours]
pub const DIES_QUIETLY: f64 = 0.01;
/// What is left of them: ready at some time.
pub const READY: f64 = 1.0 - DIES - MOVED_OR_INTERRUPTED - NOT_JUDGED;
/// Closed lacking either message 10 %, both 2 %. [A]
pub const LACKING_EITHER: f64 = 0.10;
pub const LACKING_BOTH: f64 = 0.02;

/// Same day: 62 % (seed 003); deviation of the logit between municipalities 0.35 [A].
pub const SAME_DAY: f64 = 0.62;
pub const SAME_DAY_SPREAD: f64 = 0.35;
/// Mean of 1 day and more: 3.1. Fitted; SKR 3.3 in 2018 [S].
pub const LATER_MEAN: f64 = 3.1;
/// Shares of days as ready of 1 day and more: first day, last day, share. Fitted.
pub const LATER: [(u32, u32, f64); 10] = [
    (1, 1, 0.15),
    (2, 2, 0.08),
    (3, 3, 0.05),
    (4, 4, 0.03),
    (5, 5, 0.02),
    (6, 6, 0.015),
    (7, 7, 0.010),
    (8, 14, 0.018),
    (15, 30, 0.006),
    (31, 60, 0.001),
];
/// Same day by destination, and the share of each: unchanged home, more home care, korttid, SÄBO; psychiatric. [A]
pub const GOING_HOME: [(f64, f64); 4] = [(0.74, 0.44), (0.58, 0.30), (0.28, 0.14), (0.20, 0.04)];
pub const GOING_HOME_PSYCHIATRIC: (f64, f64) = (0.85, 0.08);

/// Share of inhabitants of 80 and more: highest in the smallest municipality, lowest in the largest. Seed 003, [A].
pub const OLDEST: (f64, f64) = (0.090, 0.041);
/// Where people are admitted: a hospital of their own area, of Sahlgrenska's group, or any. [ours]
pub const AT_HOME: f64 = 0.85;
pub const AT_UNIVERSITY: f64 = 0.10;
pub const UNIVERSITY: &str = "SU";
/// The hospital group of each collaboration area, by where its hospitals lie.
pub const GROUPS: [(&str, &str); 6] =
    [("GBG", "SU"), ("SIMBA", "SV"), ("SAMLA", "SV"), ("SÄ", "SÄS"), ("FYR", "NU"), ("SKA", "SKAS")];
/// The group of a municipality without area: Lilla Edet, between Trollhättan and Kungälv. [ours]
pub const GROUP_OTHERWISE: &str = "NU";

/// Ready by weekday, Monday first; 70 % before noon. [A]
pub const READY_ON: [f64; 7] = [1.05, 1.15, 1.15, 1.15, 1.30, 0.65, 0.55];
pub const BEFORE_NOON: f64 = 0.70;
/// Notified discharges by weekday. [A]
pub const DISCHARGED_ON: [f64; 7] = [1.00, 1.20, 1.20, 1.25, 1.55, 0.45, 0.35];
/// Assessment to notice: median 20 minutes, 5 % over 12 hours; withdrawn 4 %; told after going home 4 %. [A]
pub const TOLD: Hours = Hours::by(1.0 / 3.0, 12.0, Z_95);
pub const WITHDRAWN: f64 = 0.04;
pub const TOLD_AFTER_HOME: f64 = 0.04;

/// Receipt: municipality median 2 h, P90 18 h; vårdcentral 5 h, P90 40 h; never 5 %. [A]
pub const RECEIPT_MUNICIPAL: Hours = Hours::by(2.0, 18.0, Z_90);
pub const RECEIPT_OUTPATIENT: Hours = Hours::by(5.0, 40.0, Z_90);
pub const NEVER_ACKNOWLEDGED: f64 = 0.05;

/// Contact named before discharge. [A]
pub const CONTACT_NAMED: f64 = 0.70;

/// SIP called in time, and refused. [A] Those in need are as many as the SIP meetings of seed 003 allow: an eighth of those
/// who are ready, where the assumption was 18 %.
pub const SIP_CALLED: f64 = 0.80;
pub const SIP_REFUSED: f64 = 0.03;

/// Plans drawn up, of the SIP meetings held: 109–121 a month (seed 003).
pub const SIP_DRAWN_UP: f64 = 115.0 / SIP_MEETINGS;

/// Information transferred on the day of the discharge, and a day later of the rest. [ours]
pub const INFORMATION_SAME_DAY: f64 = 0.85;
pub const INFORMATION_LATE: f64 = 0.60;

/// Protected 0.3 %; reserve number 1 %. [A]
pub const PROTECTED: f64 = 0.003;
pub const RESERVE_NUMBER: f64 = 0.01;
/// Transfers of notified stays; moves of those who wait as ready, which ask for a re-confirmation. [ours]
pub const TRANSFERRED: f64 = 0.15;
pub const MOVED_WHILE_READY: f64 = 0.08;
pub const RECONFIRMED: f64 = 0.80;
/// Leave, somatic and psychiatric; a discharge told in error; an admission that never was. [ours]
pub const LEAVE: [f64; 2] = [0.005, 0.10];
pub const DISCHARGE_CANCELLED: f64 = 0.005;
pub const VOIDED: f64 = 0.005;
/// Moves and leave that a hospital's system tells only hours later. [ours]
pub const TOLD_LATE: f64 = 0.05;
/// Compulsory care among the psychiatric. [ours]
pub const COMPULSORY: f64 = 0.15;

/// Days of a month, as a mean of the year.
pub const DAYS_A_MONTH: f64 = 365.0 / 12.0;
/// Planning meetings a month in the whole region, and their share on distance (seed 003).
pub const PLANNING_MEETINGS: f64 = 1137.0;
pub const PLANNING_ON_DISTANCE: f64 = 0.995;
/// SIP meetings a month in the whole region, and their share on distance (seed 003); of those, about stays in hospital [A].
pub const SIP_MEETINGS: f64 = 658.0;
pub const SIP_ON_DISTANCE: f64 = 0.482;
pub const SIP_IN_HOSPITAL: f64 = 0.60;
/// Hybrid meetings among those not on distance; video among those on distance. [ours]
pub const HYBRID: f64 = 0.10;
pub const VIDEO: f64 = 0.80;
/// Meetings that are moved before they are held, and those cancelled beside those held. [ours]
pub const MEETING_MOVED: f64 = 0.15;
pub const MEETING_CANCELLED: f64 = 0.08;
/// Meetings in which the patient takes part: planning, SIP. [ours]
pub const PATIENT_TAKES_PART: [f64; 2] = [0.30, 0.90];
/// Hours from the booking to the meeting, and days from a care request to it: at least, at most. [ours]
pub const BOOKED_BEFORE: (f64, f64) = (3.0, 48.0);
pub const REQUESTED_BEFORE: (i64, i64) = (3, 14);

/// Disponibla beds of the whole region, and the share that is taken. Fitted to the regional plan.
pub const BEDS: f64 = 2211.0;
pub const OCCUPANCY: f64 = 0.94;
/// In how many days empty beds of today are filled, and those of all days before. [ours]
pub const EVENED_OUT: (f64, f64) = (10.0, 100.0);
/// Days until a region that begins with nobody is as full as it will be. [ours]
pub const FILLING_DAYS: i64 = 60;

/// What is accepted of a simulated year: from, to, and as printed. Beds are reckoned from the days of those who left:
/// no service knows of wards' beds yet.
pub const ACCEPTED_SAME_DAY: (f64, f64, &str) = (0.61, 0.63, "61–63 %");
pub const ACCEPTED_LATER_MEAN: (f64, f64, &str) = (2.9, 3.3, "2.9–3.3 days");
pub const ACCEPTED_BEDS_HELD: (f64, f64, &str) = (0.045, 0.06, "4.5–6 %");
pub const ACCEPTED_OCCUPANCY: (f64, f64, &str) = (0.92, 0.95, "92–95 %");
/// Meetings a month, within 2 % of seed 003, and their shares on distance, within two points of it.
pub const ACCEPTED_PLANNING: (f64, f64, &str) = (1114.26, 1159.74, "1 115–1 159 a month");
pub const ACCEPTED_PLANNING_ON_DISTANCE: (f64, f64, &str) = (0.975, 1.0, "97.5–100 %");
pub const ACCEPTED_SIP: (f64, f64, &str) = (644.84, 671.16, "645–671 a month");
pub const ACCEPTED_SIP_ON_DISTANCE: (f64, f64, &str) = (0.462, 0.502, "46.2–50.2 %");

// Not here yet: wards' beds, overcrowding, answers to planning, the discharge scenario "even week", planned
// readmissions, deviations.

/// Standard normal quantiles.
const Z_88: f64 = 1.175;
const Z_90: f64 = 1.2816;
const Z_95: f64 = 1.6449;

/// A lognormal spread of hours, which has the long tail that waiting has.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    pub median: f64,
    /// The value that the share of `z` stays below.
    pub high: f64,
    pub z: f64,
}

impl Hours {
    const fn by(median: f64, high: f64, z: f64) -> Self {
        Self { median, high, z }
    }

    /// Deviation of the logarithm.
    pub fn sigma(self) -> f64 {
        (self.high / self.median).ln() / self.z
    }
}
