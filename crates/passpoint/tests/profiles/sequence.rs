//! Sequences of an XML schema: the child elements of an element, their number and their order.

use std::ops::RangeInclusive;

use roxmltree::Node;

/// Names in their order, with the permitted number of each.
pub(crate) type Sequence<'a> = &'a [(&'a str, RangeInclusive<usize>)];

pub(crate) const ONE: RangeInclusive<usize> = 1..=1;
pub(crate) const MAYBE: RangeInclusive<usize> = 0..=1;
pub(crate) const SOME: RangeInclusive<usize> = 1..=usize::MAX;
pub(crate) const ANY: RangeInclusive<usize> = 0..=usize::MAX;

/// Returns the first violation of the sequence by the element's children.
pub(crate) fn check(element: Node<'_, '_>, sequence: Sequence<'_>) -> Result<(), String> {
    let place = element.tag_name().name();
    let mut names = element.children().filter(Node::is_element).map(|it| it.tag_name().name()).peekable();
    for (name, times) in sequence {
        let mut count = 0;
        while names.next_if_eq(name).is_some() {
            count += 1;
        }
        if !times.contains(&count) {
            return Err(format!("{count} times {name} in {place}"));
        }
    }
    names.next().map_or(Ok(()), |name| Err(format!("{name} is out of its place in {place}")))
}

/// The element at the end of a path; each step must be the only one of its name.
pub(crate) fn at<'a, 'input>(from: Node<'a, 'input>, path: &str) -> Node<'a, 'input> {
    path.split('/').fold(from, |element, name| {
        let found: Vec<_> = element.children().filter(|it| it.tag_name().name() == name).collect();
        assert_eq!(found.len(), 1, "{name} of {path}");
        found[0]
    })
}

/// The text at the end of a path.
pub(crate) fn text<'a>(from: Node<'a, '_>, path: &str) -> &'a str {
    at(from, path).text().unwrap_or_default()
}

#[test]
fn a_sequence_has_an_order_and_counts() {
    let verdict = |xml: &str| {
        let document = roxmltree::Document::parse(xml).unwrap();
        check(document.root_element(), &[("a", ONE), ("b", MAYBE), ("c", ANY)])
    };
    assert_eq!(verdict("<x><a/></x>"), Ok(()));
    assert_eq!(verdict("<x> <a/>text<b/><c/><c/></x>"), Ok(()));
    assert_eq!(verdict("<x><b/></x>"), Err("0 times a in x".to_owned()));
    assert_eq!(verdict("<x><a/><b/><b/></x>"), Err("2 times b in x".to_owned()));
    assert_eq!(verdict("<x><a/><c/><b/></x>"), Err("b is out of its place in x".to_owned()));
    assert_eq!(verdict("<x><a/><d/></x>"), Err("d is out of its place in x".to_owned()));
}
