//! The text of a key file.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use toml::{Table, Value};

use super::{FormFault, KeyFile};

const SIGNING_SEED: &str = "signing_seed";
const CURRENT: &str = "current_sealing_key";
const SEALING: &str = "sealing";

const HEADER: &str = "\
# The keys of this Guestbook. Whoever has them can log in as any service and read every network password; whoever loses
# them has lost those passwords. Keep this file private and a copy of it safe.
#
# A key is 32 random bytes in base64. For a new sealing key add a [[sealing]] with an id of its own and name that id
# below. Keep the old ones: a password opens only with the key that sealed it.
";

/// Renders the keys.
pub(super) fn render(keys: &KeyFile) -> String {
    let sealing: String = keys
        .sealing_keys
        .iter()
        .map(|(id, key)| format!("\n[[{SEALING}]]\nid = {id}\nkey = \"{}\"\n", STANDARD.encode(key)))
        .collect();
    let seed = STANDARD.encode(keys.signing_seed);
    format!("{HEADER}\n{SIGNING_SEED} = \"{seed}\"\n{CURRENT} = {}\n{sealing}", keys.current_sealing_key.0)
}

/// Parses the keys. By hand, since a deserializer's error would repeat an invalid value.
pub(super) fn parse(text: &str) -> Result<KeyFile, FormFault> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| not_toml(text, &error))?;
    let root = Section { name: String::new(), table: &table };
    root.refuse_others(&[SIGNING_SEED, CURRENT, SEALING])?;
    let signing_seed = root.key(SIGNING_SEED)?;
    let sealing_keys = sealing_keys(&root)?;
    let id = root.id(CURRENT)?;
    let key = *sealing_keys.get(&id).ok_or_else(|| fault(CURRENT, "is not the id of a sealing key"))?;
    Ok(KeyFile { signing_seed, current_sealing_key: (id, key), sealing_keys })
}

fn sealing_keys(root: &Section<'_>) -> Result<BTreeMap<u32, [u8; 32]>, FormFault> {
    let entries = root.table.get(SEALING).and_then(Value::as_array);
    let mut keys = BTreeMap::new();
    for (at, entry) in entries.ok_or_else(|| fault(SEALING, "must be a list of tables"))?.iter().enumerate() {
        let name = format!("{SEALING}[{at}]");
        let table = entry.as_table().ok_or_else(|| fault(&name, "must be a table"))?;
        let section = Section { name: format!("{name}."), table };
        section.refuse_others(&["id", "key"])?;
        if keys.insert(section.id("id")?, section.key("key")?).is_some() {
            return Err(fault(&format!("{name}.id"), "is the id of another sealing key, too"));
        }
    }
    Ok(keys)
}

/// A table of the file, and the prefix of its entries' paths.
struct Section<'a> {
    name: String,
    table: &'a Table,
}

impl Section<'_> {
    /// 32 bytes in base64.
    fn key(&self, entry: &str) -> Result<[u8; 32], FormFault> {
        let text = self.table.get(entry).and_then(Value::as_str);
        text.and_then(|text| STANDARD.decode(text).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| fault(&format!("{}{entry}", self.name), "must be 32 bytes in base64"))
    }

    fn id(&self, entry: &str) -> Result<u32, FormFault> {
        let number = self.table.get(entry).and_then(Value::as_integer);
        number
            .and_then(|number| number.try_into().ok())
            .ok_or_else(|| fault(&format!("{}{entry}", self.name), "must be a number from 0 to 4294967295"))
    }

    /// Refuses unknown entries, since a misspelt one would go unnoticed. The error does not name the entry: it may be a
    /// key that was pasted in the wrong place.
    fn refuse_others(&self, known: &[&str]) -> Result<(), FormFault> {
        if self.table.keys().all(|name| known.contains(&name.as_str())) {
            return Ok(());
        }
        let place = if self.name.is_empty() { "the file" } else { self.name.trim_end_matches('.') };
        Err(fault(place, "has an entry that is not known"))
    }
}

fn fault(entry: &str, problem: &'static str) -> FormFault {
    FormFault::Entry { entry: entry.to_owned(), problem }
}

/// Reports only the line: the parser's own text quotes its content.
fn not_toml(text: &str, error: &toml::de::Error) -> FormFault {
    let before = error.span().map_or(0, |span| span.start).min(text.len());
    FormFault::NotToml(1 + text.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    /// 32 bytes.
    const KEY: &str = "S0VZLUtFWS1LRVktS0VZLUtFWS1LRVktS0VZLUtFWS0=";

    #[test]
    fn reads_what_it_writes() {
        let mut keys = KeyFile::generate(&Counting::default());
        keys.current_sealing_key = (7, [7; 32]);
        keys.sealing_keys.insert(7, [7; 32]);
        assert_eq!(parse(&render(&keys)), Ok(keys));
    }

    #[test]
    fn names_the_entry_that_is_wrong_and_never_its_content() {
        let good = format!(
            "signing_seed = \"{KEY}\"\ncurrent_sealing_key = 1\n[[sealing]]\nid = 1\nkey = \"{KEY}\"\n\
             [[sealing]]\nid = 2\nkey = \"{KEY}\"\n"
        );
        parse(&good).unwrap();
        for (from, to, expected) in [
            ("signing_seed", "sining_seed", "the file has an entry that is not known"),
            ("signing_seed = \"S", "signing_seed = \"", "signing_seed must be 32 bytes in base64"),
            ("signing_seed = ", "signing_seed = 1 #", "signing_seed must be 32 bytes in base64"),
            ("0=\"", "0=", "line 1 is not TOML"),
            ("key = 1", "key = 3", "current_sealing_key is not the id of a sealing key"),
            ("key = 1", "key = \"S0V\"", "current_sealing_key must be a number from 0 to 4294967295"),
            ("key = 1", "key = 4294967296", "current_sealing_key must be a number from 0 to 4294967295"),
            ("key = 1", "key = S0VZ", "line 2 is not TOML"),
            ("id = 1", "id = -1", "sealing[0].id must be a number from 0 to 4294967295"),
            ("id = 1", "", "sealing[0].id must be a number from 0 to 4294967295"),
            ("id = 2", "id = 1", "sealing[1].id is the id of another sealing key, too"),
            ("id = 2", "id = 2\nS0VZ = 1", "sealing[1] has an entry that is not known"),
            ("id = 2\nkey = \"S0VZ", "id = 2\nkey = \"", "sealing[1].key must be 32 bytes in base64"),
            ("[[sealing]]", "[[locks]]", "the file has an entry that is not known"),
        ] {
            assert!(good.contains(from), "{from}");
            let error = parse(&good.replacen(from, to, 1)).unwrap_err();
            assert_eq!(error.to_string(), expected, "{from} -> {to}");
            assert!(!format!("{error:?}").contains("S0V"), "{from} -> {to}");
        }
        let without = format!("signing_seed = \"{KEY}\"\ncurrent_sealing_key = 1\n");
        assert_eq!(parse(&without).unwrap_err().to_string(), "sealing must be a list of tables");
        assert_eq!(parse(&format!("{without}sealing = [1]")).unwrap_err().to_string(), "sealing[0] must be a table");
    }
}
