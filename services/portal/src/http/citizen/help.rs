use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::desk::Desk;
use crate::http::{Frame, ok};
use crate::upstream::scheduling::{self, Venue};

macro_rules! text_pages {
    ($($(#[$doc:meta])* $handler:ident $page:ident $path:literal;)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path)]
            struct $page {
                frame: Frame,
            }

            $(#[$doc])*
            pub(in crate::http) async fn $handler() -> Response {
                ok(&$page { frame: Frame::plain("help") })
            }
        )*
    };
}

text_pages! {
    /// What the guide holds.
    index Index "citizen/help.html";
    /// How a petition is handled, step by step, with the times the law sets.
    procedure Procedure "citizen/help_procedure.html";
    /// What a petitioner may do when not content (REG-40, REG-41).
    rights Rights "citizen/help_rights.html";
    /// What is kept of a person, and who sees it.
    privacy Privacy "citizen/help_privacy.html";
}

#[derive(Template)]
#[template(path = "citizen/help_where.html")]
struct Places {
    frame: Frame,
    /// By district; empty when scheduling does not answer.
    places: Vec<(String, Vec<Venue>)>,
    is_away: bool,
}

/// Where to go (JD-12): whoever came to the wrong place finds the right one here.
pub(in crate::http) async fn places(State(desk): State<Desk>) -> Response {
    let names = desk.reference.or_empty(&desk.http).await;
    let (venues, is_away) = match scheduling::venues(&desk.http).await {
        Ok(venues) => (venues, false),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the places are shown without addresses");
            (Vec::new(), true)
        }
    };
    let mut places: Vec<(String, Vec<Venue>)> = Vec::new();
    for venue in venues {
        let area = names.place(&venue.district);
        match places.iter_mut().find(|(name, _)| *name == area) {
            Some((_, there)) => there.push(venue),
            None => places.push((area, vec![venue])),
        }
    }
    ok(&Places { frame: Frame::plain("help"), places, is_away })
}
