//! How the firm looks: colours and fonts, with those of the house where nothing is said.

use super::SettingsReader;
use crate::load::scalar::{Lit, Texts};
use crate::load::wire;
use crate::load::word::{Colour, FontStack};
use crate::model::settings::{Brand, Palette};

impl SettingsReader<'_, '_> {
    pub(super) fn brand(&mut self, wire: Option<&wire::Brand>) -> Brand {
        let none = wire::Brand::default();
        let wire::Brand {
            logo,
            logo_dark,
            tagline,
            page,
            card,
            text,
            quiet,
            accent,
            on_accent,
            tint,
            second,
            line,
            dark,
            heading_font,
            body_font,
        } = wire.unwrap_or(&none);
        let no_dark = wire::Palette::default();
        let night = dark.as_ref().unwrap_or(&no_dark);
        let colour = |own: &Option<Lit<Colour>>, default: &str| match own {
            Some(Lit(Colour(colour))) => colour.clone(),
            None => default.into(),
        };
        let font = |own: &Option<Lit<FontStack>>, default: &str| match own {
            Some(Lit(FontStack(fonts))) => fonts.clone(),
            None => default.into(),
        };
        Brand {
            logo: self.picture(logo.as_ref(), &self.spot.key("brand").key("logo")),
            logo_dark: self.picture(logo_dark.as_ref(), &self.spot.key("brand").key("logo_dark")),
            tagline: tagline.as_ref().map(|Texts(text)| text.clone()),
            light: Palette {
                page: colour(page, "#FBF7F0"),
                card: colour(card, "#FFFFFF"),
                text: colour(text, "#2B1D14"),
                quiet: colour(quiet, "#6B5B4F"),
                accent: colour(accent, "#A6480F"),
                on_accent: colour(on_accent, "#FFFFFF"),
                tint: colour(tint, "#FAEEE2"),
                second: colour(second, "#2F5D50"),
                line: colour(line, "#E8DFD3"),
            },
            dark: Palette {
                page: colour(&night.page, "#17110D"),
                card: colour(&night.card, "#221A14"),
                text: colour(&night.text, "#F3EBE0"),
                quiet: colour(&night.quiet, "#B9A898"),
                accent: colour(&night.accent, "#F0A873"),
                on_accent: colour(&night.on_accent, "#17110D"),
                tint: colour(&night.tint, "#33251A"),
                second: colour(&night.second, "#8FC4AE"),
                line: colour(&night.line, "#3B3028"),
            },
            heading_font: font(heading_font, "Georgia, 'Iowan Old Style', serif"),
            body_font: font(body_font, "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"),
        }
    }
}
