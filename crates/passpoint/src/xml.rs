//! Elements, and how they become text: in the form of Canonical XML 1.0, by which signatures are made.

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An element with its attributes and what is in it.
#[derive(Clone)]
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Children(Vec<Element>),
    Text(String),
}

impl Element {
    /// With nothing in it yet.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), content: Content::Children(Vec::new()) }
    }

    /// With a text in it.
    pub(crate) fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, attributes: Vec::new(), content: Content::Text(text.into()) }
    }

    /// With others in it.
    pub(crate) fn of(name: &'static str, children: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name).with(children)
    }

    /// The same with more elements after those that are in it.
    pub(crate) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        if let Content::Children(content) = &mut self.content {
            content.extend(children);
        }
        self
    }

    /// The same with one more attribute. Namespaces are attributes too; one is said only where it changes, as the canonical
    /// form demands.
    pub(crate) fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// As a document of its own.
    pub(crate) fn document(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        put(&mut writer, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        self.write(&mut writer);
        writer.into_inner()
    }

    /// The canonical form, which has no declaration.
    pub(crate) fn canonical(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        self.write(&mut writer);
        String::from_utf8(writer.into_inner()).expect("names and values are UTF-8")
    }

    /// Nothing is closed in its own start, namespaces come first, then attributes by name; quotes and apostrophes in text
    /// stand for themselves.
    fn write(&self, writer: &mut Writer<Vec<u8>>) {
        let mut attributes: Vec<_> = self.attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        attributes.sort_unstable_by_key(|(name, _)| (*name != "xmlns", *name));
        put(writer, Event::Start(BytesStart::new(self.name).with_attributes(attributes)));
        match &self.content {
            Content::Children(children) => children.iter().for_each(|child| child.write(writer)),
            Content::Text(text) => put(writer, Event::Text(BytesText::from_escaped(partial_escape(text.as_str())))),
        }
        put(writer, Event::End(BytesEnd::new(self.name)));
    }
}

fn put(writer: &mut Writer<Vec<u8>>, event: Event<'_>) {
    writer.write_event(event).expect("memory takes every byte");
}
