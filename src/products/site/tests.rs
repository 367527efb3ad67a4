use std::path::Path;

use jiff::civil::date;

use super::*;
use crate::load::Folder;
use crate::render::links::LinkKey;
use crate::validate::validate;
use source::SourceFile;

/// The demo programme in May 2027.
struct Demo(Folder);

/// A finding: its code, file, line and column.
type Found = (&'static str, String, Option<(usize, usize)>);

impl Demo {
    fn new() -> Self {
        let mut found = Vec::new();
        let folder = Folder::read(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found).expect("it is there");
        Demo(folder)
    }

    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.texts.insert(path.to_owned(), SourceFile::new(path, text));
        self
    }

    fn change(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.text(path).expect("it is there").text().to_owned();
        assert!(text.contains(from), "{path} has {from}");
        self.with(path, &text.replace(from, to))
    }

    fn build<T>(&self, look: impl FnOnce(&Programme, Result<Site<'_>, Vec<Diagnostic>>) -> T) -> T {
        self.build_on(date(2027, 5, 25), look)
    }

    fn build_on<T>(&self, today: Date, look: impl FnOnce(&Programme, Result<Site<'_>, Vec<Diagnostic>>) -> T) -> T {
        let mut found = Vec::new();
        let programme = validate(&self.0, today, &mut found).unwrap_or_else(|| panic!("{found:?}"));
        let engine = Engine::new(&programme).unwrap_or_else(|found| panic!("{found:?}"));
        let key = LinkKey::new(None, &programme.settings);
        let composer = Composer::new(&programme, &engine, &key).expect("its style sheet is fine");
        look(&programme, Site::render(&programme, &engine, &composer, today, Copies::Plain))
    }

    /// What is wrong with the site: code, file, line, column.
    fn findings(&self) -> Vec<Found> {
        let short = |finding: &Diagnostic| {
            let place = finding.place.as_ref();
            let file = place.map(|place| place.path().to_owned()).unwrap_or_default();
            (finding.code, file, place.and_then(Place::line_column))
        };
        self.build(|_, site| match site {
            Ok(site) => site.warnings().iter().map(short).collect(),
            Err(found) => found.iter().map(short).collect(),
        })
    }
}

fn page(site: &Site<'_>, path: &str) -> String {
    let bytes = site.file(path).unwrap_or_else(|| panic!("there is no {path}"));
    String::from_utf8(bytes.to_vec()).expect("pages are UTF-8")
}

fn is_word(text: &str, word: &str) -> bool {
    let edge = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next()))
}

#[test]
fn r18_nothing_on_the_site_names_a_contact() {
    Demo::new().build(|programme, site| {
        let site = site.unwrap_or_else(|found| panic!("{found:?}"));
        let texts: Vec<String> =
            site.paths().filter(|path| !path.ends_with("png")).map(|path| page(&site, path)).collect();
        let text = texts.join("\n");
        let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        for contact in &programme.contacts {
            let mut secrets = vec![contact.name.full()];
            secrets.extend(Some(contact.id.to_string()).filter(|id| id.len() >= 5));
            secrets.extend(contact.email.as_ref().map(|email| email.as_str().to_owned()));
            secrets.extend(contact.phone.as_ref().map(|phone| phone.as_str().to_owned()));
            let address = contact.address.as_deref();
            secrets
                .extend(address.and_then(|address| address.street.as_ref()).map(|street| street.as_str().to_owned()));
            for secret in secrets {
                assert!(!is_word(&text, &secret), "{secret}");
            }
            let phone = contact.phone.as_ref().map(|phone| phone.as_str().replace([' ', '-'], ""));
            assert!(!phone.is_some_and(|phone| digits.contains(&phone)), "{}", contact.id);
        }
    });
}

#[test]
fn the_demo_has_every_page_in_every_language_and_no_finding() {
    Demo::new().build(|_, site| {
        let site = site.unwrap_or_else(|found| panic!("{found:?}"));
        assert_eq!(site.warnings(), []);
        let paths: BTreeSet<&str> = site.paths().collect();
        for language in ["", "nb/", "et/", "en/"] {
            for place in ["index.html", "refer/index.html", "archive/2027-01-newsletter/index.html", "atom.xml"] {
                assert!(paths.contains(format!("site/{language}{place}").as_str()), "{language}{place}");
            }
        }
        for file in ["site/sitemap.xml", "site/robots.txt", "site/404.html", "site/_headers"] {
            assert!(paths.contains(file), "{file}");
        }
        assert!(!paths.iter().any(|path| path.contains("briefing")), "it is for the team");
        let refer = page(&site, "site/en/refer/index.html");
        for part in [
            "<link rel=\"canonical\" href=\"https://www.lindholm-saar.example/en/refer/\">",
            "hreflang=\"x-default\" href=\"https://www.lindholm-saar.example/refer/\"",
            "form-action 'self' https://forms.lindholm-saar.example;",
            "href=\"sms:?&amp;body=Hi%2C%20we",
            "<li>Two cinema tickets</li>",
        ] {
            assert!(refer.contains(part), "{part}");
        }
        assert!(!page(&site, "site/404.html").contains("canonical"));
    });
}

#[test]
fn a_letter_is_public_from_its_day_on() {
    for (today, public) in [(date(2027, 5, 18), false), (date(2027, 5, 19), true)] {
        Demo::new().build_on(today, |_, site| {
            let site = site.unwrap_or_else(|found| panic!("{found:?}"));
            let there = site.paths().any(|path| path == "site/archive/2027-05-newsletter/index.html");
            let feed = page(&site, "site/atom.xml");
            assert_eq!(there, public);
            assert_eq!(feed.contains("<id>tag:lindholm-saar.example,2027:2027-05-newsletter/sv</id>"), public);
            assert_eq!(feed.contains("<updated>2027-05-19T09:00:00+02:00</updated>"), public);
            assert!(!feed.contains("&quot;/"), "every link in it is absolute");
        });
    }
}

#[test]
fn r28_dead_links_anchors_and_pictures_are_errors_where_they_were_written() {
    let page = "---\ntitle: News\n---\n\n[a](/nowhere/) [b](/refer/#form) [c](/refer/#nothing)\n[d](../about/) [e](https://) ![f](g.png)\n";
    let demo = Demo::new().with("content/pages/news.sv.md", page);
    let found = |code, line, column| (code, "content/pages/news.sv.md".to_owned(), Some((line, column)));
    let place = |line, column| found("dead-link", line, column);
    let all = [found("missing-picture", 6, 35), place(5, 5), place(5, 38), place(6, 20)];
    assert_eq!(demo.findings(), all);
    let template = Demo::new().change("templates/site/404.html", "{{ links.home }}", "/hem/");
    assert_eq!(template.findings(), [("dead-link", "templates/site/404.html".to_owned(), Some((7, 45)))]);
}

#[test]
fn raw_html_is_off_and_components_are_not() {
    let text =
        "---\ntitle: News\n---\n\n<script>alert(1)</script>\n\n{{ <button label=\"A & b\" href=\"/refer/\" /> }}\n";
    let demo = Demo::new().with("content/pages/news.sv.md", text);
    let html = |demo: &Demo| demo.build(|_, site| page(&site.expect("it is fine"), "site/news/index.html"));
    let refused = html(&demo);
    assert!(refused.contains("<p>&lt;script&gt;alert(1)&lt;/script&gt;"), "{refused}");
    assert!(refused.contains("<a class=\"button-link\" href=\"../refer/\">A &amp; b</a>"), "{refused}");
    assert!(!refused.contains("cellpadding"), "what only mail programs need is gone");
    assert_eq!(demo.findings(), [("raw-html", "content/pages/news.sv.md".to_owned(), Some((5, 1)))]);
    let allowed = demo.change("content/pages/news.sv.md", "title: News", "title: News\nhtml: true");
    assert!(html(&allowed).contains("<script>alert(1)</script>"));
    assert_eq!(allowed.findings(), []);
}

#[test]
fn a_site_in_a_folder_keeps_its_links_and_pictures() {
    let demo = Demo::new().change(
        "bevara.yaml",
        "base_url: https://www.lindholm-saar.example",
        "base_url: https://x.example/coffee",
    );
    demo.build(|_, site| {
        let site = site.unwrap_or_else(|found| panic!("{found:?}"));
        let index = page(&site, "site/index.html");
        for part in ["href=\"refer/\">berätta", "src=\"assets/beans-", "https://x.example/coffee/nb/\""] {
            assert!(index.contains(part), "{part}: {index}");
        }
        assert!(!index.contains("=\"/"), "{index}");
        let missing = page(&site, "site/404.html");
        for part in ["href=\"/coffee/\"", "src=\"/coffee/assets/site-"] {
            assert!(missing.contains(part), "{part}: {missing}");
        }
    });
}

#[test]
fn pages_that_cannot_be_published_say_why() {
    let demo = Demo::new()
        .with("content/pages/a.sv.md", "Text without a title\n")
        .with("content/pages/b.sv.md", "---\ntitle: B\nslug: about\n---\n")
        .with("content/pages/c.A.sv.md", "---\ntitle: C\n---\n")
        .change("content/pages/refer.sv.md", "weight: 2", "weight: 2\nslug: tipsa");
    let expected = [
        ("missing-title", "content/pages/a.sv.md", None),
        ("page-for-tier", "content/pages/c.A.sv.md", None),
        ("refer-slug", "content/pages/refer.sv.md", Some((5, 7))),
        ("duplicate-page", "content/pages/b.sv.md", Some((3, 7))),
    ];
    assert_eq!(demo.findings(), expected.map(|(code, file, at)| (code, file.to_owned(), at)));
}

#[test]
fn a_page_missing_in_a_language_does_not_exist_there() {
    let demo = Demo::new().with("content/pages/jobs.sv.md", "---\ntitle: Jobb\nweight: 9\n---\n\nInga just nu.\n");
    demo.build(|_, site| {
        let site = site.unwrap_or_else(|found| panic!("{found:?}"));
        let jobs: Vec<&str> = site.paths().filter(|path| path.contains("jobs")).collect();
        assert_eq!(jobs, ["site/jobs/index.html"]);
        let jobs = page(&site, "site/jobs/index.html");
        assert!(!jobs.contains("hreflang") && jobs.contains("aria-current=\"page\">Jobb<"), "{jobs}");
        assert!(!page(&site, "site/en/index.html").contains("jobs"));
    });
}
