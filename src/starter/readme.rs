//! What stands beside the programme for people and their tools: README, editor settings, a recipe for continuous integration.

use super::Firm;
use super::plan::path;

/// Editors that read the schemas named in the first line of each file.
pub const EXTENSIONS: &str = "{\n  \"recommendations\": [\"redhat.vscode-yaml\"]\n}\n";

/// Settings of Visual Studio Code for this folder.
pub const EDITOR: &str = r#"{
  "files.eol": "\n",
  "files.insertFinalNewline": true,
  "files.exclude": { "output/.staging": true },
  "[markdown]": { "editor.wordWrap": "on" },
  "[yaml]": { "editor.tabSize": 2 }
}
"#;

/// The programme's own README.
pub fn readme(firm: &Firm) -> String {
    format!(
        r#"# The referral programme of {name}

What every customer hears from us this year, as files. `bevara` turns them into mailings, a site, calendars and a report.

## What lies where

| file | holds |
|---|---|
| `bevara.yaml` | who we are, the team, what we give in return, what we aim for |
| `contacts/people.yaml` | everybody we know, one block a person |
| `contacts/do-not-contact.yaml` | who must be left alone |
| `{plan}` | the plan: every mailing with its day, to whom it goes, who signs |
| `content/newsletters/`, `greetings/`, `gifts/`, … | the texts, Markdown |
| `content/keep-in-mind.md` | the standing text that closes every mailing |
| `content/pages/` | the public pages: the start page, and the one that asks for referrals |
| `output/` | what is made of it; never edited by hand, never committed |

The layouts come with bevara. `bevara eject templates/email/base.html` writes one here, to be changed; `bevara eject` lists them.

## Five commands

```sh
bevara serve --open        # see every mailing as every reader gets it, while you write
bevara check               # what is wrong or still to be filled in, with file and line
bevara status              # what is due, for whom
bevara build               # everything under output/
bevara send ID             # a dry run; it says how to let the messages out
```

`[[…]]` marks what is still to be written; `bevara check` names each one.
`bevara new newsletter march` adds a text with its line in the plan, `bevara new contact "Anna Lind"` a contact,
`bevara new year` next year's plan.

## Help

`bevara help COMMAND` says what a command takes, `bevara explain CODE` what a finding means and the way out.
With the YAML extension an editor completes every key and shows what it is for (`.vscode/` is set up).
Questions: {person}, {email}.
"#,
        name = firm.name.as_str(),
        plan = path(firm.from.year().max(firm.until().year())),
        person = firm.person.as_str(),
        email = firm.email,
    )
}

/// The recipe for GitHub: what runs when, what each run does, and the script that compares.
pub fn recipe() -> [(&'static str, String); 3] {
    let of_this_version = |text: &str| text.replace("VERSION", env!("CARGO_PKG_VERSION"));
    [
        (".github/workflows/bevara.yaml", of_this_version(include_str!("recipe/workflow.yaml"))),
        (".github/actions/bevara/action.yaml", include_str!("recipe/action.yaml").to_owned()),
        (".github/actions/bevara/compare.sh", include_str!("recipe/compare.sh").to_owned()),
    ]
}
