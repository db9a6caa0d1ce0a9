//! The mapping as written in the file, before its ids and paths are checked.

use std::collections::{BTreeMap, BTreeSet};

use hemgang_core::place::HsaId;
use serde::Deserialize;

use super::{FieldPath, SiteFault, SiteMapping};
use crate::hl7::Charset;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    #[serde(default)]
    sender: Vec<Sender>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sender {
    application: String,
    facility: String,
    hospital: String,
    municipality: Option<String>,
    listed_unit: Option<String>,
    #[serde(default = "inpatient")]
    inpatient_classes: BTreeSet<String>,
    #[serde(default = "production")]
    processing: BTreeSet<String>,
    charset: Option<String>,
    #[serde(default)]
    facilities: BTreeMap<String, String>,
    #[serde(default)]
    wards: BTreeMap<String, String>,
    #[serde(default)]
    authorities: BTreeMap<String, String>,
    #[serde(default)]
    dispositions: Dispositions,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispositions {
    #[serde(default)]
    deceased: BTreeSet<String>,
    #[serde(default)]
    other_hospital: BTreeSet<String>,
}

fn inpatient() -> BTreeSet<String> {
    BTreeSet::from(["I".to_owned()])
}

fn production() -> BTreeSet<String> {
    BTreeSet::from(["P".to_owned()])
}

impl TryFrom<Site> for SiteMapping {
    type Error = SiteFault;

    fn try_from(site: Site) -> Result<Self, SiteFault> {
        let mut senders = BTreeMap::new();
        for sender in site.sender {
            let key = (sender.application.clone(), sender.facility.clone());
            if senders.insert(key, sender.try_into()?).is_some() {
                return Err(SiteFault::Repeated);
            }
        }
        Ok(Self { senders })
    }
}

impl TryFrom<Sender> for super::Sender {
    type Error = SiteFault;

    fn try_from(sender: Sender) -> Result<Self, SiteFault> {
        let charset = |name: String| Charset::named(&name).ok_or(SiteFault::Charset);
        let path = |text: Option<String>| text.map(|text| FieldPath::parse(&text)).transpose();
        Ok(Self {
            hospital: HsaId::parse(&sender.hospital)?,
            facilities: places(sender.facilities)?,
            wards: places(sender.wards)?,
            authorities: sender.authorities,
            municipality: path(sender.municipality)?,
            listed_unit: path(sender.listed_unit)?,
            inpatient_classes: sender.inpatient_classes,
            processing: sender.processing,
            charset: sender.charset.map(charset).transpose()?,
            deceased: sender.dispositions.deceased,
            other_hospital: sender.dispositions.other_hospital,
        })
    }
}

fn places(codes: BTreeMap<String, String>) -> Result<BTreeMap<String, HsaId>, SiteFault> {
    codes.into_iter().map(|(code, id)| Ok((code, HsaId::parse(&id)?))).collect()
}
