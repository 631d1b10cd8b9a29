//! XML elements and their text in the form of Canonical XML 1.0, which signatures cover.

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An element with its attributes and content.
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
    /// An empty element.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), content: Content::Children(Vec::new()) }
    }

    /// An element that contains text.
    pub(crate) fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, attributes: Vec::new(), content: Content::Text(text.into()) }
    }

    /// An element that contains these elements.
    pub(crate) fn of(name: &'static str, children: impl IntoIterator<Item = Self>) -> Self {
        Self::new(name).with(children)
    }

    /// The same element with more children, appended.
    pub(crate) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        if let Content::Children(content) = &mut self.content {
            content.extend(children);
        }
        self
    }

    /// The same element with one more attribute. Namespace declarations are attributes too; the canonical form has one
    /// only where the namespace changes.
    pub(crate) fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The element as a document.
    pub(crate) fn document(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        put(&mut writer, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        self.write(&mut writer);
        writer.into_inner()
    }

    /// The canonical form, which has no XML declaration.
    pub(crate) fn canonical(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        self.write(&mut writer);
        String::from_utf8(writer.into_inner()).expect("names and values are UTF-8")
    }

    /// No element closes itself, namespace declarations come first, then attributes by name; quotation marks and
    /// apostrophes in text are not escaped.
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
