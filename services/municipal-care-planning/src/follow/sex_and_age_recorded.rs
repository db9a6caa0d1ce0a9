//! `SexAndAgeRecorded`: what figures are cut by of the person, and no more.

use hemgang_proto::admission::SexAndAgeRecorded;

use crate::domain::stay::Stay;

pub fn project(stay: Stay, said: SexAndAgeRecorded) -> Stay {
    Stay { sex: said.sex(), age_group: said.age_group(), ..stay }
}
