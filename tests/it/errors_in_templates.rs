//! What is said about templates and conditions that cannot be used, word for word.

use crate::programme::{Programme, says};

const PLAN: &str = "content/plan/2026.yaml";
const LETTER: &str = "content/newsletters/workshop.sv.md";

#[test]
fn a_template_that_does_not_parse() {
    says(
        &Programme::new().append(LETTER, "\n{% if tier == \"A\" %}\n\nGlögg.\n"),
        r#"
error[template-syntax]: this `{% if … %}` is never closed
  --> content/newsletters/workshop.sv.md:10:1
   |
10 | {% if tier == "A" %}
   | ^^^^^^^^^^^^^^^^^^^^
   |
   = help: write `{% endif %}` where it ends"#,
    );
}

#[test]
fn a_filter_that_does_not_exist() {
    says(
        &Programme::new().replace(LETTER, "Hej {{ contact.name.given }}", "Hej {{ contact.name.given | uper }}"),
        r#"
error[template]: unknown filter `uper`
 --> content/newsletters/workshop.sv.md:6:29
  |
6 | Hej {{ contact.name.given | uper }},
  |                             ^
  |
  = help: did you mean `upper`?"#,
    );
}

#[test]
fn a_template_that_includes_what_is_not_there() {
    says(
        &Programme::new().append(LETTER, "\n{% include \"email/glogg.html\" %}\n"),
        r#"
error[template]: unknown template `email/glogg.html`
  --> content/newsletters/workshop.sv.md:10:12
   |
10 | {% include "email/glogg.html" %}
   |            ^"#,
    );
}

#[test]
fn a_template_that_extends_what_is_not_there() {
    says(
        &Programme::new().replace("templates/email/thanks.html", "email/base.html", "email/bas.html"),
        r#"
error[template]: unknown template `email/bas.html`
 --> templates/email/thanks.html:1:12
  |
1 | {% extends "email/bas.html" %}
  |            ^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn templates_that_extend_each_other() {
    says(
        &Programme::new()
            .file("templates/email/gift.html", "{#- A gift. -#}\n{% extends \"email/thanks.html\" %}\n")
            .file("templates/email/thanks.html", "{% extends \"email/gift.html\" %}\n"),
        r#"
error[template]: templates extend each other in a circle: email/gift.html → email/thanks.html → email/gift.html
 --> templates/email/gift.html:2:12
  |
2 | {% extends "email/thanks.html" %}
  |            ^^^^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn a_text_that_includes_itself() {
    says(
        &Programme::new().append(LETTER, "\n{% include \"content/newsletters/workshop.sv.md\" %}\n"),
        r#"
error[template]: templates include each other in a circle: content/newsletters/workshop.sv.md → content/newsletters/workshop.sv.md
  --> content/newsletters/workshop.sv.md:10:12
   |
10 | {% include "content/newsletters/workshop.sv.md" %}
   |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn a_block_that_no_layout_has() {
    says(
        &Programme::new().append("templates/email/thanks.html", "{% block fotter %}{% endblock %}\n"),
        r#"
error[template]: block `fotter` is not defined in any parent template
 --> templates/email/thanks.html:6:10
  |
6 | {% block fotter %}{% endblock %}
  |          ^"#,
    );
}

#[test]
fn a_field_that_a_contact_lacks_names_contact_template_and_line() {
    says(
        &Programme::new().replace(
            "content/greetings/christmas.sv.md",
            "God jul, {{ contact.name.given }}.",
            "God jul, {{ contact.company }}.",
        ),
        r#"
error[template]: field `company` is not defined (for `cecilia-dahl`)
 --> content/greetings/christmas.sv.md:6:21
  |
6 | God jul, {{ contact.company }}.
  |                     ^^^^^^^
  |
  = help: guard it with `{% if … %}`, or give it a `| default(value="…")`"#,
    );
}

#[test]
fn a_field_that_several_contacts_lack_is_said_once() {
    says(
        &Programme::new().append("content/newsletters/november.en.md", "\n{{ contact.role }}\n"),
        r#"
error[template]: field `role` is not defined (for `brian-oneill`) and 2 more
  --> content/newsletters/november.en.md:23:12
   |
23 | {{ contact.role }}
   |            ^^^^
   |
   = help: guard it with `{% if … %}`, or give it a `| default(value="…")`"#,
    );
}

#[test]
fn a_field_that_does_not_exist_in_a_subject() {
    says(
        &Programme::new().replace(LETTER, "verkstaden, {{ contact.name.given }}", "verkstaden, {{ contact.nickname }}"),
        r#"
error[template]: field `nickname` is not defined (for `anna-lind`)
 --> content/newsletters/workshop.sv.md:2:42
  |
2 | subject: Kom till verkstaden, {{ contact.nickname }}
  |                                          ^^^^^^^^
  |
  = help: guard it with `{% if … %}`, or give it a `| default(value="…")`"#,
    );
}

#[test]
fn r28_a_field_that_does_not_exist_in_a_branch_that_nobody_takes() {
    says(
        &Programme::new().append(LETTER, "\n{% if contact.compny %}Hej {{ contact.nmae.given }}{% endif %}\n"),
        r#"
error[template]: field `compny` is not defined
  --> content/newsletters/workshop.sv.md:10:15
   |
10 | {% if contact.compny %}Hej {{ contact.nmae.given }}{% endif %}
   |               ^^^^^^
   |
   = help: did you mean `company`?

error[template]: field `nmae` is not defined
  --> content/newsletters/workshop.sv.md:10:39
   |
10 | {% if contact.compny %}Hej {{ contact.nmae.given }}{% endif %}
   |                                       ^^^^
   |
   = help: did you mean `name`?"#,
    );
}

#[test]
fn an_empty_subject() {
    says(
        &Programme::new().replace(
            LETTER,
            "subject: Kom till verkstaden, {{ contact.name.given }}",
            "subject: \"{{ contact.role | default(value='') }}\"",
        ),
        r#"
error[empty-subject]: the subject is empty (for `anna-lind`)
--> content/newsletters/workshop.sv.md"#,
    );
}

#[test]
fn a_picture_that_is_not_there() {
    says(
        &Programme::new().append(LETTER, "\n![En såg](/images/saw.png)\n"),
        r#"
error[missing-picture]: there is no picture content/images/saw.png (for `anna-lind`)
  --> content/newsletters/workshop.sv.md:10:12
   |
10 | ![En såg](/images/saw.png)
   |            ^^^^^^^^^^^^^^
   |
   = help: the path is counted from the Markdown file, or from content/ with a leading slash"#,
    );
}

#[test]
fn r02_words_behind_the_standing_text() {
    says(
        &Programme::new().replace(
            "templates/email/base.html",
            "<td class=\"keep {{ mailing.kind }}-keep\">{{ keep_in_mind }}</td>",
            "<td class=\"keep {{ mailing.kind }}-keep\">{{ keep_in_mind }} PS. Ring.</td>",
        ),
        r#"
error[r02-keep-in-mind]: `PS. Ring.` stands after the keep-in-mind text in the HTML part (for `anna-lind`) and 5 more
  --> templates/email/base.html:68:61
   |
68 | <td class="keep {{ mailing.kind }}-keep">{{ keep_in_mind }} PS. Ring.</td>
   |                                                             ^^^^^^^^^
   |
   = help: let the layout print `{{ keep_in_mind }}` after everything else"#,
    );
}

#[test]
fn r02_words_behind_the_standing_text_of_the_text_part() {
    says(
        &Programme::new().append("templates/email/base.txt", "\nPS. Ring.\n"),
        r#"
error[r02-keep-in-mind]: `PS. Ring.` stands after the keep-in-mind text in the text part (for `anna-lind`) and 5 more
  --> templates/email/base.txt:30:1
   |
30 | PS. Ring.
   | ^^^^^^^^^
   |
   = help: let the layout print `{{ keep_in_mind }}` after everything else"#,
    );
}

#[test]
fn r02_a_layout_without_the_standing_text() {
    says(
        &Programme::new().replace("templates/email/base.html", "{{ keep_in_mind }}", ""),
        r#"
error[r02-keep-in-mind]: the HTML part does not show the keep-in-mind text (for `anna-lind`) and 5 more
--> templates/email/base.html
 = help: let the layout print `{{ keep_in_mind }}`, in sight, as its last words"#,
    );
}

#[test]
fn a_condition_that_does_not_parse() {
    says(
        &Programme::new().replace(PLAN, "    to: B\n", "    to: B\n    where: \"kind = 'former'\"\n"),
        r#"
error[condition]: this condition cannot be read: found `=`
  --> content/plan/2026.yaml:21:12
   |
21 |     where: "kind = 'former'"
   |            ^^^^^^^^^^^^^^^^^
   |
   = help: like `kind != 'former' and 'golf' in tags`"#,
    );
}

#[test]
fn a_condition_on_a_field_that_does_not_exist() {
    says(
        &Programme::new().replace(PLAN, "    to: B\n", "    to: B\n    where: \"'kitchen' in tag\"\n"),
        r#"
error[condition]: a contact has no field `tag`
  --> content/plan/2026.yaml:21:12
   |
21 |     where: "'kitchen' in tag"
   |            ^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `tags`?"#,
    );
}

#[test]
fn a_condition_that_hides_a_missing_language_does_not_hide_it() {
    let narrowed = Programme::new().replace(PLAN, "    to: B\n", "    to: B\n    where: \"kind == 'prospect'\"\n");
    says(
        &narrowed.remove("content/greetings/christmas.en.md"),
        r#"
error[missing-language]: `greetings/christmas` has no text in `en` (for `david-okafor`)
  --> content/plan/2026.yaml:18:14
   |
18 |     content: greetings/christmas
   |              ^^^^^^^^^^^^^^^^^^^
   |
   = help: write content/greetings/christmas.en.md, or declare a fallback in bevara.yaml"#,
    );
}
