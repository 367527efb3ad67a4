//! Conditions on a contact.

use super::{head, row};
use crate::reference::variables::{of_contact, parts_of_contact};

const INTRODUCTION: &str = "\
# Conditions: `where`

`where:` of a mailing or touch in the plan narrows who it is for: of everybody in its tiers, those of whom the condition is true. It is an
expression of the templates' language ([tera](https://keats.github.io/tera/)), so `{% if … %}` in a text takes the same, with `contact.`
before each name.

```yaml
where: \"kind != 'former' and 'golf' in tags\"
```

| written | is true where |
|---|---|
| `kind == 'customer'`, `kind != 'former'` | it is, or is not, this |
| `size > 20`, `size >= 20`, `size < 20`, `size <= 20` | the number is greater, smaller … |
| `'golf' in tags`, `'kitchen' not in owned` | the list has it, or has it not |
| `a and b`, `a or b`, `not a`, `(a or b) and c` | both, either, the contrary, grouped |
| `company is defined`, `birthday is undefined` | it is known of them, or not |
| `company is containing(pat='Hotel')`, `email is ending_with(pat='.se')`, `phone is starting_with(pat='+47')` | the text has it, at its end, at its beginning |
| `tags \\| length > 1` | a filter is applied first |
| `extra.cups_a_day > 100` | a free field of your own |
| `since < '2020-01-01'` | days compare as they are written |

A field that is not known of somebody is not defined. To compare it is an error that names the contact, so ask first: `size is
defined and size > 20`. Groups are always there, their parts where they are known: `project.to is defined`. Texts stand in single quotes.
A plain name is true where it is a true or a text that is not empty.

## What is known of a contact

";

pub(super) fn write(out: &mut String) {
    out.push_str(INTRODUCTION);
    head(&["name", "is"], out);
    for (name, meaning) in of_contact() {
        row(&[&*format!("`{name}`"), meaning], out);
        for (part, meaning) in parts_of_contact(name) {
            row(&[&*format!("`{part}`"), meaning], out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::render::narrowing::Conditions;

    /// Every condition of the table is read, and can be told of somebody of whom all is known.
    #[test]
    fn every_condition_that_the_page_shows_can_be_written() {
        let table = INTRODUCTION.lines().skip_while(|line| !line.starts_with("| written")).skip(2);
        let cells = table.take_while(|line| line.starts_with('|')).map(|line| line.replace("\\|", "\u{1}"));
        let cells: Vec<String> = cells.filter_map(|line| Some(line.split('|').nth(1)?.replace('\u{1}', "|"))).collect();
        let shown = cells
            .iter()
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .filter(|text| !text.starts_with(['a', 'n', '(']));
        let shown: Vec<&str> =
            shown.chain(["kind != 'former' and 'golf' in tags", "size is defined and size > 20"]).collect();
        assert!(shown.len() > 15, "{shown:?}");
        for condition in shown {
            let fixture = Fixture::new().contact("anna", "A", |contact| {
                let details = &mut contact.details;
                (details.size, details.since) = (Some(30), Some(jiff::civil::date(2019, 1, 2)));
                contact.company = Some("Hotel Ek".parse().expect("a line"));
                contact.phone = Some("+47 55 50 11 02".parse().expect("a line"));
                details.extra.insert("cups_a_day".to_owned(), 120.into());
            });
            let narrowing = Some(condition.parse().expect("an expression"));
            let programme =
                fixture.mailing("2027-01-news", "2027-01-20", |mailing| mailing.narrowing = narrowing).build();
            if let Err(found) = Conditions::new(&programme) {
                panic!("{condition}: {found:?}");
            }
        }
    }
}
