//! The programs of `examples/` do what they say.

use crate::programme::Programme;

#[allow(dead_code)]
#[path = "../../examples/audience.rs"]
mod audience;
#[allow(dead_code)]
#[path = "../../examples/edit_yaml.rs"]
mod edit_yaml;

#[test]
fn the_example_of_an_audience_names_everybody_once() {
    let programme = Programme::new();
    let said = audience::audience(programme.root(), "2026-11-newsletter").expect("the mailing is planned");
    assert!(said.starts_with("anna-lind gets it on 2026-11-2"), "{said}");
    assert!(
        said.ends_with(
            "gustav-holm does not: tier D: we leave them alone\nhanna-ivarsson does not: unsubscribed on 2026-11-10\n"
        ),
        "{said}"
    );
    assert_eq!(said.lines().count(), 8);
    assert!(audience::audience(programme.root(), "2026-13").is_err());
    let broken = programme.replace("bevara.yaml", "format: 1", "format: 2");
    let wrong = audience::audience(broken.root(), "2026-11-newsletter").expect_err("the format is unknown");
    assert!(wrong.contains("unknown format 2"), "{wrong}");
}

#[test]
fn the_example_of_an_edit_changes_one_value() {
    let edited = edit_yaml::promoted().expect("it can be edited");
    assert!(
        edited.contains("# since the fair\n  tier: A\n  tags: [ golf,  wine ]\n- {id: bo-ek, tier: C}\n"),
        "{edited}"
    );
}
