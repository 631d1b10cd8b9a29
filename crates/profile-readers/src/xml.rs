//! Elements by path.

use roxmltree::{Document, Node};

pub(crate) fn parse(body: &[u8]) -> Result<Document<'_>, String> {
    let text = str::from_utf8(body).map_err(|_| "not UTF-8")?;
    Document::parse(text).map_err(|error| format!("XML: {error}"))
}

/// The element at the end of a path; each step must be the only one of its name.
pub(crate) fn at<'a, 'input>(from: Node<'a, 'input>, path: &str) -> Result<Node<'a, 'input>, String> {
    path.split('/').try_fold(from, |element, name| {
        let mut found = named(element, name);
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(format!("not one {name} of {path}")),
        }
    })
}

/// The text of the element there.
pub(crate) fn text(from: Node<'_, '_>, path: &str) -> Result<String, String> {
    Ok(at(from, path)?.text().unwrap_or_default().to_owned())
}

/// The child elements with this name.
pub(crate) fn named<'a, 'input>(from: Node<'a, 'input>, name: &str) -> impl Iterator<Item = Node<'a, 'input>> {
    from.children().filter(move |it| it.tag_name().name() == name)
}
