//! Documents that are API: compared exactly, so that a change of them is seen and meant.

use std::{fs, path::Path};

/// Asserts that a file of the project, named from its root, says this.
///
/// When it does not, what it should say is left beside the build, with the command that takes it over.
pub fn assert_says(file: &str, expected: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let file = root.join(file);
    let said = fs::read_to_string(&file).unwrap_or_default();
    if said == expected {
        return;
    }
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file.file_name().expect("a name"));
    fs::write(&beside, expected).expect("written");
    let first = said.lines().zip(expected.lines()).find(|(said, expected)| said != expected);
    let (file, beside) = (file.display(), beside.display());
    panic!(
        "{file} is not what the code says (first: {first:?}).\nIf the change is meant: cp {beside} {file}"
    );
}
