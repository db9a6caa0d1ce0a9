//! The four systems whose hospitals take part in the demo, and how each writes: as different as real ones are.

use std::collections::BTreeMap;

use hemgang_core::place::HsaId;
use hemgang_gateway::adt::{Sender, SiteMapping};

/// How one system writes.
#[derive(Debug)]
pub struct Habits {
    /// MSH-3 and MSH-4.
    pub application: &'static str,
    pub facility: &'static str,
    /// MSH-12.
    pub version: &'static str,
    /// MSH-18; what is not UTF-8 is Latin-1.
    pub charset: &'static str,
    /// What ends a segment.
    pub line_end: &'static str,
    /// Times: seconds with offset, or minutes without.
    pub time: &'static str,
    /// Whether an A03 says when the patient left (PV1-45), and an A01 when the patient came (PV1-44).
    pub says_times: bool,
    /// Authorities of a personnummer and of a reserve number (CX.4), as written.
    pub civic: &'static str,
    pub reserve: &'static str,
    /// The name of its visit numbers' authority (CX.4).
    pub visits: &'static str,
    /// Where the municipality and the listed unit stand.
    pub residence: Residence,
    /// Dispositions (PV1-36) of death and of another hospital.
    pub deceased: &'static str,
    pub other_hospital: &'static str,
    /// Whether an expected discharge is an A16, or part of an A08.
    pub expects_by_a16: bool,
}

/// Where a system puts the municipality and the listed unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residence {
    /// Two neighbouring fields of a segment of its own: its name, and how many fields stand before them.
    Own(&'static str, usize),
    /// PID-11.9 and PD1-3.10.
    Standard,
}

const SECONDS: &str = "%Y%m%d%H%M%S%z";
const MINUTES: &str = "%Y%m%d%H%M";

/// All of them.
pub const HABITS: [Habits; 4] = [
    // One system for Sahlgrenska, Östra and Mölndal: PV1-3.4 tells which.
    Habits {
        application: "JOURNAL",
        facility: "SU",
        version: "2.5.1",
        charset: "UNICODE UTF-8",
        line_end: "\r",
        time: SECONDS,
        says_times: true,
        civic: "&1.2.752.129.2.1.3.1&ISO",
        reserve: "&1.2.752.113.11.0.2.1.1.1&ISO",
        visits: "SU",
        residence: Residence::Own("ZPI", 1),
        deceased: "20",
        other_hospital: "02",
        expects_by_a16: true,
    },
    Habits {
        application: "ADTNU",
        facility: "NAL",
        version: "2.4",
        charset: "",
        line_end: "\r",
        time: MINUTES,
        says_times: false,
        civic: "SKATTEVERKET",
        reserve: "1.2.752.113.11.0.2.1.1.1",
        visits: "NAL",
        residence: Residence::Own("ZPI", 1),
        deceased: "4",
        other_hospital: "2",
        expects_by_a16: false,
    },
    Habits {
        application: "VARDSYS",
        facility: "SKAS",
        version: "2.3",
        charset: "8859/1",
        line_end: "\r\n",
        time: MINUTES,
        says_times: true,
        civic: "1.2.752.129.2.1.3.1",
        reserve: "1.2.752.113.11.0.2.1.1.1",
        visits: "SKAS",
        residence: Residence::Own("ZVG", 0),
        deceased: "20",
        other_hospital: "02",
        expects_by_a16: false,
    },
    Habits {
        application: "PAS",
        facility: "SE2321000131-E000000001011",
        version: "2.5.1",
        charset: "UNICODE UTF-8",
        line_end: "\n",
        time: SECONDS,
        says_times: true,
        civic: "&1.2.752.129.2.1.3.1&ISO",
        reserve: "VGRLRID",
        visits: "SAS",
        residence: Residence::Standard,
        deceased: "20",
        other_hospital: "02",
        expects_by_a16: true,
    },
];

/// Where each ward stands in its system's own codes.
#[derive(Debug)]
pub struct Senders {
    wards: BTreeMap<HsaId, Place>,
}

/// A ward as its system names it.
#[derive(Clone, Debug)]
pub struct Place {
    pub habits: &'static Habits,
    /// PV1-3.1.
    pub code: String,
    /// PV1-3.4, of a system that speaks for several hospitals.
    pub facility: Option<String>,
}

impl Senders {
    /// The senders that a site mapping knows by the names of [`HABITS`].
    pub fn of(site: &SiteMapping) -> Self {
        let mut wards = BTreeMap::new();
        for habits in &HABITS {
            let Some(sender) = site.sender(habits.application, habits.facility) else { continue };
            wards.extend(sender.wards.iter().map(|(code, ward)| (ward.clone(), place(habits, sender, code))));
        }
        Self { wards }
    }

    /// A ward in its system's codes.
    pub fn place(&self, ward: &HsaId) -> Option<&Place> {
        self.wards.get(ward)
    }
}

/// `SS/12` is code 12 of facility SS.
fn place(habits: &'static Habits, sender: &Sender, code: &str) -> Place {
    match code.split_once('/').filter(|(facility, _)| sender.facilities.contains_key(*facility)) {
        Some((facility, code)) => {
            Place { habits, code: code.to_owned(), facility: Some(facility.to_owned()) }
        }
        None => Place { habits, code: code.to_owned(), facility: None },
    }
}
