//! A QR code that passes an address from a desktop's screen to a phone.

use qrcode::{Color, EcLevel, QrCode};

use crate::xml::Element;
use crate::{Error, Field, limits};

/// The width of the margin that a camera needs around the code, in modules.
const QUIET_ZONE: usize = 4;

/// The address as an SVG image, one unit per module. The image has no size and fills the space that it is given. It
/// loads nothing, needs no style, and can be embedded in a page as it is.
///
/// # Errors
/// The address is empty, or longer than [`limits::ADDRESS_BYTES`].
pub fn qr_code(address: &str) -> Result<String, Error> {
    let field = Field::Address;
    if address.is_empty() {
        return Err(Error::Missing { field });
    }
    let too_long = Error::TooLong { field, limit: limits::ADDRESS_BYTES };
    if address.len() > limits::ADDRESS_BYTES {
        return Err(too_long);
    }
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| too_long)?;
    Ok(image(&code).canonical())
}

fn image(code: &QrCode) -> Element {
    let side = (code.width() + 2 * QUIET_ZONE).to_string();
    // With its own background, also on a dark page: many cameras cannot read light on dark.
    let ground = Element::new("rect")
        .attribute("width", side.as_str())
        .attribute("height", side.as_str())
        .attribute("fill", "#fff");
    let modules = Element::new("path").attribute("d", path(code)).attribute("fill", "#000");
    Element::of("svg", [ground, modules])
        .attribute("xmlns", "http://www.w3.org/2000/svg")
        .attribute("viewBox", format!("0 0 {side} {side}"))
        .attribute("shape-rendering", "crispEdges")
}

/// One bar per run of adjacent dark modules.
fn path(code: &QrCode) -> String {
    let colors = code.to_colors();
    let rows = colors.chunks(code.width()).enumerate();
    rows.flat_map(|(y, row)| {
        let bars = row.chunk_by(|a, b| a == b).scan(QUIET_ZONE, move |x, bar| {
            let start = *x;
            *x += bar.len();
            Some((start, bar))
        });
        let dark = bars.filter(|(_, bar)| bar[0] == Color::Dark);
        dark.map(move |(x, bar)| format!("M{x} {}h{length}v1h-{length}z", y + QUIET_ZONE, length = bar.len()))
    })
    .collect()
}
