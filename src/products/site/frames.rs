//! What the pages of each language share: menu, letters, policy, the refer-us page's words.

use jiff::civil::Date;

use super::assets::Assets;
use super::hosting;
use super::leaf::Leaf;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::site::page::PageRenderer;
use crate::render::engine::Engine;
use crate::render::site_urls::SiteUrls;
use crate::render::view::localised;
use crate::render::view::page::{FrameView, NavView, PlacesView, ReferView};
use crate::render::view::quotes::public_quote;
use crate::render::view::settings::RewardView;

/// The renderer for all pages.
pub(super) fn renderer<'s>(
    programme: &Programme,
    engine: &'s Engine,
    ground: SiteUrls<'_>,
    assets: &'s Assets<'_>,
    leaves: &[Leaf<'_>],
    today: Date,
) -> PageRenderer<'s> {
    let policy = hosting::policy(programme, assets.style());
    let frame = |&language: &Language| {
        let own: Vec<&Leaf<'_>> = leaves.iter().filter(|leaf| leaf.language == language).collect();
        let mut menu: Vec<_> = own.iter().filter_map(|leaf| leaf.menu().map(|place| (place, &*leaf.url))).collect();
        menu.sort_unstable_by_key(|((weight, _), url)| (*weight, *url));
        let has_home = own.iter().any(|leaf| leaf.is_home());
        let home = if has_home { language } else { programme.settings.languages.default() };
        let refer = own.iter().find(|leaf| leaf.is_refer());
        let frame = FrameView {
            links: PlacesView { home: ground.url(home, ""), refer: refer.map(|leaf| leaf.url.clone()) },
            nav: menu.into_iter().map(|((_, title), url)| NavView { title, url }).collect(),
            archive: own.iter().filter_map(|leaf| leaf.letter()).collect(),
            feed: ground.url(language, "atom.xml"),
            csp: &policy,
            asset: assets.view(),
            refer: refer.map(|leaf| refer_view(programme, ground, assets, leaf, today)),
        };
        (language, PageRenderer::frame(programme, language, &frame, today))
    };
    PageRenderer::new(engine, assets, programme.settings.languages.all.iter().map(frame).collect())
}

fn refer_view<'s>(
    programme: &'s Programme,
    ground: SiteUrls<'_>,
    assets: &'s Assets<'_>,
    leaf: &Leaf<'_>,
    today: Date,
) -> ReferView<'s> {
    let settings = &programme.settings;
    let refer = &settings.refer;
    let text = |text| localised(text, leaf.language, &settings.languages);
    let reward = RewardView::new(settings, leaf.language);
    ReferView {
        form_action: refer.form_action.as_deref(),
        mailto: refer.mailto.as_ref().map(|address| address.as_str()),
        ideal_client: text(refer.ideal_client.as_ref()),
        share_text: text(refer.share_text.as_ref()),
        reward_text: reward.text,
        referrer: reward.referrer,
        referred: reward.referred,
        url: ground.absolute(&leaf.url),
        qr: assets.qr(leaf.language),
        quote: public_quote(programme, leaf.language, today),
        pictures: assets.shared(leaf.language),
    }
}
