//! The QR code as a camera reads it.

use passpoint::{Error, Field, limits, qr_code};
use roxmltree::Document;

use crate::sequence::at;

/// Pixels per module.
const SCALE: usize = 4;

/// Whether each module of the image is dark, by rows.
fn modules(svg: &str) -> Vec<Vec<bool>> {
    let document = Document::parse(svg).unwrap();
    let root = document.root_element();
    let [_, _, width, height] = root.attribute("viewBox").unwrap().split(' ').collect::<Vec<_>>()[..] else {
        panic!("no viewBox");
    };
    assert_eq!((width, root.tag_name().namespace()), (height, Some("http://www.w3.org/2000/svg")));
    let mut rows = vec![vec![false; width.parse().unwrap()]; height.parse().unwrap()];
    for bar in at(root, "path").attribute("d").unwrap().split('M').skip(1) {
        let (x, rest) = bar.split_once(' ').unwrap();
        let (y, length) = rest.split_once('h').unwrap();
        let (length, back) = length.split_once("v1h-").unwrap();
        assert_eq!(back, format!("{length}z"));
        let (x, y, length): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
        rows[y][x..x + length].fill(true);
    }
    rows
}

fn read(svg: &str) -> String {
    let rows = modules(svg);
    let side = rows.len() * SCALE;
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, |x, y| rows[y / SCALE][x / SCALE]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn a_camera_reads_the_address() {
    for address in [
        "https://wifi.example.test/activate/00abcdefghijklmnopqrstuvwxyz".to_owned(),
        "HTTPS://EXAMPLE.TEST/A?B=<C>&D=\"E\"%20ü".to_owned(),
        format!("https://example.test/{}", "a".repeat(limits::ADDRESS_BYTES - 21)),
    ] {
        assert_eq!(read(&qr_code(&address).unwrap()), address);
    }
}

#[test]
fn the_image_has_a_rim_and_its_own_ground() {
    let svg = qr_code("https://wifi.example.test/").unwrap();
    let rows = modules(&svg);
    let rim = |at: usize| at < 4 || at >= rows.len() - 4;
    let dark =
        rows.iter().enumerate().flat_map(|(y, row)| row.iter().enumerate().filter(|it| *it.1).map(move |it| (it.0, y)));
    assert!(dark.into_iter().all(|(x, y)| !rim(x) && !rim(y)));
    let document = Document::parse(&svg).unwrap();
    let ground = at(document.root_element(), "rect");
    assert_eq!(ground.attribute("width").unwrap(), rows.len().to_string());
    assert_eq!((ground.attribute("fill"), ground.attribute("height")), (Some("#fff"), ground.attribute("width")));
}

#[test]
fn the_image_is_small_and_can_stand_in_a_page() {
    let svg = qr_code("https://wifi.example.test/activate/00abcdefghijklmnopqrstuvwxyz").unwrap();
    assert!(svg.starts_with("<svg xmlns"), "{svg}");
    assert!(svg.len() < 12_000, "{} bytes", svg.len());
    assert!(!svg.contains("style"));
}

#[test]
fn an_address_has_bounds() {
    assert_eq!(qr_code(""), Err(Error::Missing { field: Field::Address }));
    let limit = limits::ADDRESS_BYTES;
    assert_eq!(qr_code(&"a".repeat(limit + 1)), Err(Error::TooLong { field: Field::Address, limit }));
}
