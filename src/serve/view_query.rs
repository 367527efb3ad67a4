//! How a page is looked at: what of it stands in its address, and the controls that set it.

use std::fmt::Write as _;

use serde::Deserialize;

/// What of a preview stands in its address, so that a colleague can be sent a link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    /// phone, tablet or desktop.
    width: Option<String>,
    /// 1: by night, as the author made it.
    dark: Option<String>,
    /// 1: turned dark by the mail program, whatever the author made.
    forced: Option<String>,
    /// off: without pictures.
    images: Option<String>,
    /// Which tab is open.
    tab: Option<String>,
    /// Whose message stands beside it.
    pub beside: Option<String>,
    /// all: check everybody's messages.
    pub checks: Option<String>,
}

/// The tabs: what they are called in an address, and what on the page.
pub(super) const TABS: [(&str, &str); 7] = [
    ("html", "HTML"),
    ("text", "Text"),
    ("source", "Source"),
    ("headers", "Headers"),
    ("checks", "Checks"),
    ("audience", "Audience"),
    ("changes", "Changes"),
];

/// The widths: their name in an address, and what they are called.
const WIDTHS: [(&str, &str); 3] = [("phone", "Phone"), ("tablet", "Tablet"), ("desktop", "Desktop")];

impl Look {
    /// The open tab.
    pub fn tab(&self) -> &'static str {
        let named = |(name, _): &&(&'static str, &'static str)| self.tab.as_deref() == Some(*name);
        TABS.iter().find(named).map_or("html", |(name, _)| name)
    }

    /// The width of the frame.
    pub fn width(&self) -> &'static str {
        let named = |(name, _): &&(&'static str, &'static str)| self.width.as_deref() == Some(*name);
        WIDTHS.iter().find(named).map_or("desktop", |(name, _)| name)
    }

    fn is_forced(&self) -> bool {
        self.forced.as_deref() == Some("1")
    }

    fn is_dark(&self) -> bool {
        self.dark.as_deref() == Some("1") && !self.is_forced()
    }

    /// True where pictures are shown.
    pub fn has_images(&self) -> bool {
        self.images.as_deref() != Some("off")
    }

    /// The query of this look, one of its values changed.
    pub fn query(&self, key: &str, value: &str) -> String {
        let own = [
            ("width", self.width()),
            ("dark", if self.is_dark() { "1" } else { "" }),
            ("forced", if self.is_forced() { "1" } else { "" }),
            ("images", if self.has_images() { "" } else { "off" }),
            ("tab", self.tab()),
            ("beside", self.beside.as_deref().unwrap_or_default()),
        ];
        let usual = [("width", "desktop"), ("tab", "html")];
        let pairs = own.map(|(name, own)| (name, if name == key { value } else { own }));
        let said = pairs.iter().filter(|(_, value)| is_plain(value)).filter(|pair| !usual.contains(pair));
        let said: Vec<String> = said.map(|(name, value)| format!("{name}={value}")).collect();
        if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) }
    }

    /// The buttons of the widths.
    pub fn widths(&self, out: &mut String) {
        for (name, label) in WIDTHS {
            let pressed = name == self.width();
            let _ = write!(
                out,
                "<button type=\"button\" data-width=\"{name}\" aria-pressed=\"{pressed}\">{label}</button>"
            );
        }
    }

    /// The button of the night.
    pub fn dark_button(&self) -> String {
        let pressed = self.is_dark();
        format!("<button type=\"button\" id=\"dark\" aria-pressed=\"{pressed}\" title=\"Dark (d)\">Dark</button>")
    }

    /// The button of mail programs that turn everything dark by themselves.
    pub fn forced_button(&self) -> String {
        let pressed = self.is_forced();
        let title = "As mail programs show it that invert light mail by themselves";
        format!(
            "<button type=\"button\" id=\"forced\" aria-pressed=\"{pressed}\" title=\"{title}\">Forced dark</button>"
        )
    }

    /// What the frame's own address carries.
    pub fn frame_query(&self) -> String {
        let forced = if self.is_forced() { "&forced=1" } else { "" };
        let images = if self.has_images() { "" } else { "&images=off" };
        format!("?dark={}{forced}{images}", u8::from(self.is_dark()))
    }
}

/// Values of an address are slugs; anything else is not carried on.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
