//! Compiles `proto/` with protox, so that a fresh machine needs no protoc.

use std::{env, fs, path::PathBuf};

use prost::Message as _;

#[expect(clippy::disallowed_methods, reason = "cargo hands a build script its folders in the environment")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let files = proto_files(&root.join("hemgang"))?;
    let descriptors = protox::compile(&files, [&root])?;
    let bytes = descriptors.encode_to_vec();

    // Timestamps that know proto3 JSON, which is how events are kept.
    let mut config = prost_build::Config::new();
    // These hold who a person is: `src/redacted.rs` says what they show of it.
    config.skip_debug([
        "hemgang.common.v1.Person",
        "hemgang.common.v1.PersonId",
        "hemgang.admission.v1.AdmitPatientRequest",
        "hemgang.admission.v1.ChangePatientDetailsRequest",
        "hemgang.admission.v1.VisitNumber",
    ]);
    config.compile_well_known_types().extern_path(".google.protobuf", "::pbjson_types");
    tonic_prost_build::configure().build_transport(true).compile_fds_with_config(descriptors, config)?;
    pbjson_build::Builder::new().register_descriptors(&bytes)?.build(&[".hemgang", ".google.type"])?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("descriptors.bin"), bytes)?;
    Ok(())
}

/// Every `.proto` file below `folder`, in a stable order.
fn proto_files(folder: &PathBuf) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
