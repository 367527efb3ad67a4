//! What the templates of pages may see. A field that is absent is undefined, never null.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::quotes::QuoteView;

/// `page`
#[derive(Debug, Clone, Serialize)]
pub struct PageView<'a> {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// One or two sentences on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Its place below its language.
    pub slug: &'a str,
    /// Its path.
    pub url: &'a str,
    /// Its absolute URL, for search engines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    /// `page`, `archive` or `404`.
    pub kind: &'static str,
    /// The day of a letter, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The picture that goes along when it is passed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardView>,
    /// Free fields of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<&'a Map<String, Json>>,
}

/// `page.card`
#[derive(Debug, Clone, Serialize)]
pub struct CardView {
    /// Its absolute URL.
    pub url: String,
    /// What it shows.
    pub alt: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// One of `alternates`: the page in a language.
#[derive(Debug, Clone, Serialize)]
pub struct AlternateView<'a> {
    /// The tag of the language.
    pub language: &'static str,
    /// What the language calls itself.
    pub name: &'static str,
    /// The path of the page.
    pub url: &'a str,
    /// Its absolute URL.
    pub absolute: String,
    /// It is this page.
    pub current: bool,
}

/// What every page of one language sees.
#[derive(Debug, Clone, Serialize)]
pub struct FrameView<'a> {
    /// The places every page links to.
    pub links: PlacesView,
    /// The menu.
    pub nav: Vec<NavView<'a>>,
    /// The public letters, newest first.
    pub archive: Vec<ArchivedView<'a>>,
    /// The path of the feed.
    pub feed: String,
    /// The content security policy.
    pub csp: &'a str,
    /// Files that pages need.
    pub asset: AssetView<'a>,
    /// What the refer-us page says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refer: Option<ReferView<'a>>,
}

/// `links`
#[derive(Debug, Clone, Serialize)]
pub struct PlacesView {
    /// The path of the language's front page.
    pub home: String,
    /// The path of its refer-us page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refer: Option<String>,
}

/// One of `nav`
#[derive(Debug, Clone, Serialize)]
pub struct NavView<'a> {
    /// What the menu calls the page.
    pub title: &'a str,
    /// Its path.
    pub url: &'a str,
}

/// One of `archive`
#[derive(Debug, Clone, Serialize)]
pub struct ArchivedView<'a> {
    /// Its subject.
    pub title: &'a str,
    /// Its path.
    pub url: &'a str,
    /// Its day, ISO 8601.
    pub date: String,
    /// One sentence on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<&'a str>,
}

/// `asset`: the style sheet, and paths of files whose names tell their content.
#[derive(Debug, Clone, Serialize)]
pub struct AssetView<'a> {
    /// The style sheet itself: it stands in every page, so that none waits for it.
    pub style: &'a str,
    /// The script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<&'a str>,
    /// The site's icon.
    pub icon: &'a str,
}

/// `refer` (R18)
#[derive(Debug, Clone, Serialize)]
pub struct ReferView<'a> {
    /// Where the form posts to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_action: Option<&'a str>,
    /// Where it is mailed to otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailto: Option<&'a str>,
    /// Whom the firm helps best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ideal_client: Option<&'a str>,
    /// A text ready to pass on; `{url}` is where the link goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_text: Option<&'a str>,
    /// What both sides get, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward_text: Option<&'a str>,
    /// What the referrer may choose from.
    pub referrer: Vec<&'a str>,
    /// What the other side gets.
    pub referred: Vec<&'a str>,
    /// The page's absolute URL.
    pub url: String,
    /// The path of a QR code that leads there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<&'a str>,
    /// What a customer says, with their permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteView<'a>>,
    /// Pictures to pass on.
    pub pictures: Vec<SharedPicture>,
}

/// One of `refer.pictures`
#[derive(Debug, Clone, Serialize)]
pub struct SharedPicture {
    /// Its path.
    pub url: String,
    /// `wide`, `square` or `tall`.
    pub shape: &'static str,
    /// What it shows.
    pub alt: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}
