//! What is printed, asked, and neither.

use super::*;

fn analysed(template: &str) -> (Analysis, Verdict) {
    let components = "{% component button(label: string, href) %}<a href=\"{{ href }}\">{{ label }}</a>{% endcomponent button %}\
         {% component shout(text) %}{{ text | upper }}{% endcomponent shout %}\
         {% component wrap(text) %}{{ <shout text={text} /> }}{% endcomponent wrap %}";
    let analysis = rewrite([("c.html", components), ("t.md", template)]);
    let verdict = analysis.verdict(["t.md"]);
    (analysis, verdict)
}

#[test]
fn what_is_printed_becomes_a_hole_and_what_is_asked_a_variable() {
    let (analysis, verdict) = analysed(
        "Hej {{ contact.name.given }}, {{ contact.company | default(value=\"er\") }}{% if contact.company and tier == 'A' %}x{% endif %}\
         {{ <button label=\"Ja\" href={links.refer} /> }}",
    );
    assert_eq!(
        analysis.sheets["t.md"].text,
        "Hej {{ hole_1 }}, {{ hole_2 }}{% if asks_0 %}x{% endif %}{{ <button label=\"Ja\" href={hole_0} /> }}"
    );
    assert_eq!(analysis.holes, ["links.refer", "contact.name.given", "contact.company | default(value=\"er\")"]);
    assert_eq!(verdict.conditions, [0]);
    assert_eq!(verdict.reasons, []);
}

#[test]
fn whatever_else_looks_at_a_reader_is_a_reason_for_the_full_render() {
    for template in [
        "{% for tag in contact.tags %}x{% endfor %}",
        "{% set name = contact.name.given %}",
        "{{ contact.name.given ~ strings.x }}",
        "{{ contact.name.given | urlencode }}",
        "{% if contact.size > programme.size %}x{% endif %}",
        "{{ <shout text={contact.company} /> }}",
        "{{ <wrap text={contact.company} /> }}",
        "{{ <unknown text={contact.company} /> }}",
        "{{ <button label=\"x\" other={contact.company} /> }}",
        "{% filter upper %}{{ contact.company }}{% endfilter %}",
        "{% include tier %}",
    ] {
        let (_, verdict) = analysed(template);
        assert_eq!(verdict.reasons.len(), 1, "{template}: {:?}", verdict.reasons);
    }
}
