//! The management tree as Android reads it, before it interprets the names of nodes.

use roxmltree::{Document, Node as Xml, ParsingOptions};

const KIND: &str = "urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0";

/// A node with either a value or child nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Value(String),
    Nodes(Vec<Node>),
}

impl Node {
    pub(super) fn nodes(&self) -> Result<&[Self], String> {
        match &self.content {
            Content::Nodes(nodes) => Ok(nodes),
            Content::Value(_) => Err(format!("{} has a value", self.name)),
        }
    }

    pub(super) fn value(&self) -> Result<&str, String> {
        match &self.content {
            Content::Value(value) => Ok(value),
            Content::Nodes(_) => Err(format!("{} has nodes", self.name)),
        }
    }
}

/// The node of the subscription.
pub(super) fn parse(bytes: &[u8]) -> Result<Node, String> {
    let text = str::from_utf8(bytes).map_err(|_| "the tree is not UTF-8")?;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| format!("XML: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "MgmtTree" {
        return Err(format!("root: {}", root.tag_name().name()));
    }
    let (mut version, mut subscription) = (None, None);
    for child in elements(root)? {
        match child.tag_name().name() {
            "VerDTD" if version.is_none() => version = Some(value(child)?),
            "Node" if subscription.is_none() => subscription = Some(child),
            other => return Err(format!("one {other} too many in MgmtTree")),
        }
    }
    let subscription = node(subscription.ok_or("no Node in MgmtTree")?, true)?;
    if subscription.name != "PerProviderSubscription" {
        return Err(format!("the tree is of {}", subscription.name));
    }
    Ok(subscription)
}

/// The child elements of an element without text.
fn elements<'a, 'input>(xml: Xml<'a, 'input>) -> Result<Vec<Xml<'a, 'input>>, String> {
    let text = xml.children().any(|it| it.is_text() && !it.text().unwrap_or_default().trim().is_empty());
    let name = xml.tag_name().name();
    if text { Err(format!("text in {name}")) } else { Ok(xml.children().filter(Xml::is_element).collect()) }
}

/// The text of an element without child elements. Android trims it.
fn value(xml: Xml<'_, '_>) -> Result<String, String> {
    let name = xml.tag_name().name();
    if xml.children().any(|it| it.is_element()) {
        return Err(format!("elements in {name}"));
    }
    let value: String = xml.children().filter_map(|it| it.text()).collect();
    Ok(value.trim_matches(|c| c <= ' ').to_owned())
}

fn node(xml: Xml<'_, '_>, is_top: bool) -> Result<Node, String> {
    let (mut name, mut own_value, mut nodes) = (None, None, Vec::<Node>::new());
    for child in elements(xml)? {
        match child.tag_name().name() {
            "NodeName" if name.is_none() => name = Some(value(child)?),
            "Value" if own_value.is_none() => own_value = Some(value(child)?),
            "RTProperties" if is_top => properties(child)?,
            "Node" => nodes.push(node(child, false)?),
            other => return Err(format!("one {other} too many in a Node")),
        }
    }
    let name = name.filter(|it| !it.is_empty()).ok_or("a Node without name")?;
    if let Some(twice) =
        nodes.iter().enumerate().find(|(at, it)| nodes[..*at].iter().any(|other| other.name == it.name))
    {
        return Err(format!("{} twice in {name}", twice.1.name));
    }
    let content = match (own_value, nodes.is_empty()) {
        (Some(value), true) => Content::Value(value),
        (None, false) => Content::Nodes(nodes),
        (None, true) => return Err(format!("{name} is empty")),
        (Some(_), false) => return Err(format!("{name} has a value and nodes")),
    };
    Ok(Node { name, content })
}

/// Checks the type of the tree.
fn properties(xml: Xml<'_, '_>) -> Result<(), String> {
    let only = |xml: Xml<'_, '_>, name: &str| match elements(xml)?.as_slice() {
        [child] if child.tag_name().name() == name => Ok(child.id()),
        _ => Err(format!("not one {name} in {}", xml.tag_name().name())),
    };
    let document = xml.document();
    let kind = document.get_node(only(xml, "Type")?).ok_or("no Type")?;
    let name = document.get_node(only(kind, "DDFName")?).ok_or("no DDFName")?;
    let urn = value(name)?;
    if urn == KIND { Ok(()) } else { Err(format!("kind of the tree: {urn}")) }
}
