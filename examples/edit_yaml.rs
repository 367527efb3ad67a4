//! Changes one value of a YAML file as a careful person would: comments, order and spelling of everything else stay.
//!
//!     cargo run --example edit_yaml
//!
//! The crate `yaml` knows nothing of programmes; it reads with places, and edits.

use source::SourceFile;

const LIST: &str = "\
# Who we know.
- id: anna-lind        # since the fair
  tier: B
  tags: [ golf,  wine ]
- {id: bo-ek, tier: C}
";

/// The list with Anna in tier A.
pub fn promoted() -> Result<String, String> {
    let file = SourceFile::new("people.yaml", LIST);
    yaml::edit::put(&file, 0, &["tier"], "A").map_err(|fault| fault.message)
}

fn main() -> Result<(), String> {
    print!("{}", promoted()?);
    Ok(())
}
