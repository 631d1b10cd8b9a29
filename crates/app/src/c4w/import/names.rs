//! Names and words for which the registry has codes: countries, languages, titles, genders.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::value::visible;
use isocountry::CountryCode;

use super::words::folded;
use crate::fields;

/// A code, and the names that it has in some languages.
type Names = (&'static str, &'static str);

/// Common names of countries beside those of ISO 3166, which has English ones only.
const COUNTRIES: [Names; 78] = [
    (
        "AE",
        "uae u.a.e. emirates vereinigte_arabische_emirate emirati_arabi_uniti émirats_arabes_unis emiratos_árabes_unidos",
    ),
    ("AR", "argentinien argentine"),
    ("AT", "oesterreich republik_österreich österreich austria autriche oostenrijk rakousko"),
    ("AU", "australien australie"),
    ("BA", "bosnia bosnien bosnien_und_herzegowina bosnia_ed_erzegovina bosnie"),
    ("BE", "belgien belgio belgique bélgica belgië belgie"),
    ("BG", "bulgarien bulgarie българия"),
    ("BN", "brunei"),
    ("BR", "brasilien brasile brésil brasil"),
    ("CA", "kanada canadá"),
    ("CD", "dr_congo drc d.r._congo democratic_republic_of_the_congo congo-kinshasa"),
    ("CG", "republic_of_the_congo congo-brazzaville"),
    ("CH", "schweiz svizzera suisse suiza suíça zwitserland szwajcaria"),
    ("CI", "ivory_coast elfenbeinküste costa_d'avorio costa_de_marfil"),
    ("CL", "chili cile"),
    ("CN", "cina chine kina 中国"),
    ("CO", "kolumbien"),
    ("CV", "cape_verde kap_verde capo_verde"),
    ("CY", "zypern cipro chypre κύπρος"),
    ("CZ", "czech_republic tschechien tschechische_republik repubblica_ceca tchéquie česko česká_republika czechy"),
    ("DE", "deutschland germania allemagne alemania alemanha duitsland niemcy tyskland německo"),
    ("DK", "dänemark danimarca danemark dinamarca denemarken danmark dania"),
    ("EE", "estland estonie eesti"),
    ("EG", "ägypten egitto égypte"),
    ("ES", "spanien spagna espagne españa espanha spanje hiszpania španělsko"),
    ("FI", "finnland finlandia finlande suomi"),
    ("FR", "frankreich francia frança frankrijk francja francie"),
    (
        "GB",
        "united_kingdom great_britain england scotland wales northern_ireland großbritannien grossbritannien \
            vereinigtes_königreich england regno_unito gran_bretagna inghilterra royaume-uni grande-bretagne angleterre \
            reino_unido verenigd_koninkrijk wielka_brytania",
    ),
    ("GR", "griechenland grecia grèce griekenland grecja ελλάδα"),
    ("HK", "hong_kong_sar hongkong"),
    ("HR", "kroatien croazia croatie croacia hrvatska chorwacja"),
    ("HU", "ungarn ungheria hongrie hungría magyarország węgry"),
    ("IE", "ireland republic_of_ireland irland irlanda irlande ierland éire irlandia"),
    ("IL", "israele israël"),
    ("IN", "indien inde"),
    ("IR", "iran"),
    ("IS", "island islanda islande ísland"),
    ("IT", "italien italia italie itália italië włochy itálie"),
    ("JP", "japan giappone japon japón 日本"),
    ("KP", "north_korea nordkorea corea_del_nord corée_du_nord"),
    ("KR", "republic_of_korea south_korea südkorea corea_del_sud corée_du_sud 한국"),
    ("LA", "laos"),
    ("LI", "fürstentum_liechtenstein"),
    ("LT", "litauen lituania lituanie lietuva"),
    ("LU", "luxemburg lussemburgo luxemburgo"),
    ("LV", "lettland lettonia lettonie latvija"),
    ("MA", "marokko marocco maroc"),
    ("MK", "north_macedonia macedonia nordmazedonien macedonia_del_nord macédoine_du_nord"),
    ("MM", "burma birma birmania"),
    ("MO", "macau macau_sar"),
    ("MT", "malte"),
    ("MX", "mexiko messico mexique méxico"),
    (
        "NL",
        "the_netherlands holland niederlande paesi_bassi olanda pays-bas países_bajos países_baixos nederland holandia",
    ),
    ("NO", "norwegen norvegia norvège noruega noorwegen norge norwegia"),
    ("NZ", "neuseeland nuova_zelanda"),
    ("PL", "polen polonia pologne polska polsko"),
    ("PS", "palestine palästina palestina"),
    ("PT", "portogallo"),
    ("RO", "rumänien romania roumanie rumania românia rumunia"),
    ("RS", "serbien serbie србија srbija"),
    ("RU", "russia russland russie rusia rusland россия rosja"),
    ("SE", "schweden svezia suède suecia suécia zweden sverige szwecja"),
    ("SI", "slowenien slovénie slovenija słowenia"),
    ("SK", "slowakei slovacchia slovaquie slovensko słowacja"),
    ("SM", "saint-marin"),
    ("SY", "syria syrien siria syrie"),
    ("SZ", "eswatini"),
    ("TH", "ประเทศไทย thailandia thaïlande"),
    ("TL", "east_timor osttimor"),
    ("TN", "tunesien tunisie"),
    ("TR", "turkey turkei türkei turchia turquie turquía türkiye"),
    ("TW", "taiwan"),
    ("UA", "ucraina україна ukraina"),
    (
        "US",
        "usa u.s.a. u.s. united_states usa vereinigte_staaten stati_uniti états-unis estados_unidos verenigde_staten",
    ),
    ("VA", "vatican vaticano vatican_city vatikan"),
    ("VN", "vietnam"),
    ("XK", "kosovo kosova"),
    ("ZA", "südafrika sudafrica afrique_du_sud sudáfrica"),
];

const LANGUAGES: [Names; 66] = [
    ("af", "afrikaans"),
    ("ar", "arabic arabisch arabo arabe العربية"),
    ("az", "azerbaijani aserbaidschanisch"),
    ("be", "belarusian belarussisch"),
    ("bg", "bulgarian bulgarisch български"),
    ("bn", "bengali"),
    ("bs", "bosnian bosnisch"),
    ("ca", "catalan katalanisch català"),
    ("cs", "czech tschechisch ceco čeština česky"),
    ("da", "danish dänisch danese dansk"),
    ("de", "german deutsch tedesco allemand alemán duits niemiecki"),
    ("el", "greek griechisch greco ελληνικά"),
    ("en", "english englisch inglese anglais inglés inglês engels angielski"),
    ("es", "spanish spanisch spagnolo espagnol español castellano spaans hiszpański"),
    ("et", "estonian estnisch eesti"),
    ("eu", "basque baskisch euskara"),
    ("fa", "persian farsi persisch persiano فارسی"),
    ("fi", "finnish finnisch finlandese suomi"),
    ("fil", "filipino"),
    ("fr", "french französisch francese français francés frans francuski"),
    ("ga", "irish irisch irlandese gaeilge"),
    ("gl", "galician galicisch galego"),
    ("he", "hebrew hebräisch ebraico עברית"),
    ("hi", "hindi हिन्दी"),
    ("hr", "croatian kroatisch croato hrvatski"),
    ("hu", "hungarian ungarisch ungherese magyar"),
    ("hy", "armenian armenisch armeno"),
    ("id", "indonesian indonesisch indonesiano bahasa_indonesia"),
    ("is", "icelandic isländisch islandese íslenska"),
    ("it", "italian italienisch italiano italien italiaans włoski"),
    ("ja", "japanese japanisch giapponese 日本語"),
    ("ka", "georgian georgisch georgiano"),
    ("kk", "kazakh kasachisch"),
    ("ko", "korean koreanisch coreano 한국어"),
    ("lb", "luxembourgish luxemburgisch lëtzebuergesch"),
    ("lt", "lithuanian litauisch lietuvių"),
    ("lv", "latvian lettisch latviešu"),
    ("mk", "macedonian mazedonisch"),
    ("ms", "malay malaiisch"),
    ("mt", "maltese maltesisch"),
    ("nb", "norwegian_bokmål bokmål"),
    ("nl", "dutch niederländisch holländisch olandese néerlandais nederlands"),
    ("nn", "norwegian_nynorsk nynorsk"),
    ("no", "norwegian norwegisch norvegese norsk"),
    ("pl", "polish polnisch polacco polonais polski"),
    ("pt", "portuguese portugiesisch portoghese portugais português"),
    ("pt-BR", "brazilian_portuguese"),
    ("ro", "romanian rumänisch rumeno română"),
    ("ru", "russian russisch russo русский"),
    ("sk", "slovak slowakisch slovenčina"),
    ("sl", "slovenian slovene slowenisch slovenščina"),
    ("sq", "albanian albanisch albanese shqip"),
    ("sr", "serbian serbisch serbo srpski српски"),
    ("sv", "swedish schwedisch svedese svenska"),
    ("sw", "swahili"),
    ("ta", "tamil"),
    ("te", "telugu"),
    ("th", "thai thailändisch thailandese ไทย"),
    ("tl", "tagalog"),
    ("tr", "turkish türkisch turco türkçe"),
    ("uk", "ukrainian ukrainisch ucraino українська"),
    ("ur", "urdu"),
    ("vi", "vietnamese vietnamesisch vietnamita tiếng_việt"),
    ("zh", "chinese mandarin chinesisch cinese chinois 中文"),
    ("zh-Hans", "simplified_chinese"),
    ("zh-Hant", "traditional_chinese"),
];

const TITLES: [Names; 3] = [
    ("Mr", "mr mister herr hr sig signor signore m monsieur sr señor senhor dhr meneer pan"),
    ("Miss", "miss ms fräulein frl signorina sig.na mlle mademoiselle srta señorita menina"),
    ("Lady", "lady mrs madam frau fr signora sig.ra mme madame sra señora senhora mevr mevrouw pani"),
];

const GENDERS: [Names; 3] = [
    (
        "male",
        "m male man mann männlich maschio maschile uomo masculin homme h hombre masculino mężczyzna mâle muž mand erkek мужской 男",
    ),
    (
        "female",
        "f w female woman weiblich frau femmina femminile donna féminin femme mujer femenino feminino vrouw kobieta žena kvinde kadın женский 女",
    ),
    ("other", "o x d other divers diverse non-binary nonbinary altro autre otro outro andere"),
];

/// Titles that the registry does not have, and that say nothing of what it has.
const OTHER_TITLES: &str = "dr prof mx sir dott dott.ssa ing avv rev hon mag dipl.-ing phd md";
/// What people say who do not say their gender.
const UNSAID: &str = "unknown unspecified not_specified prefer_not_to_say not_say undisclosed unbekannt keine_angabe sconosciuto \
     non_specificato inconnu non_précisé desconocido";

/// Names of countries, languages, titles and genders by the field's type, as they are compared, with their codes.
static CODES: LazyLock<HashMap<&str, HashMap<String, &str>>> = LazyLock::new(|| {
    let table = |table: &'static [Names]| -> HashMap<String, &'static str> {
        let names =
            |(code, names): &Names| names.split_whitespace().map(|name| (plain(name), *code)).collect::<Vec<_>>();
        table.iter().flat_map(names).collect()
    };
    let mut countries = of_iso();
    countries.extend(table(&COUNTRIES));
    HashMap::from([
        ("Country", countries),
        ("Language", table(&LANGUAGES)),
        ("CivilStatus", table(&TITLES)),
        ("Gender", table(&GENDERS)),
    ])
});

/// The English names of ISO 3166, also without what is behind a comma or in brackets, as far as one country has them.
fn of_iso() -> HashMap<String, &'static str> {
    let mut names: HashMap<String, Vec<&str>> = HashMap::new();
    for country in CountryCode::as_array() {
        let short = country.name().split([',', '(']).next().unwrap_or_default();
        for name in [country.name(), short].map(plain) {
            let codes = names.entry(name).or_default();
            if !codes.contains(&country.alpha2()) {
                codes.push(country.alpha2());
            }
        }
    }
    names.into_iter().filter(|(_, codes)| codes.len() == 1).map(|(name, codes)| (name, codes[0])).collect()
}

/// A name for comparison.
fn plain(name: &str) -> String {
    let word = |word: &str| match word {
        "&" => "and".to_owned(),
        "st" | "st." => "saint".to_owned(),
        word => word.to_owned(),
    };
    folded(name).split('-').map(word).collect::<Vec<_>>().join("-")
}

/// The code of a name, or the registry's word for what is said, if the field has such and the name is known.
pub(super) fn code(field: &str, text: &str) -> Option<String> {
    let kind = fields::kind(field)?;
    let codes = CODES.get(kind)?;
    let known = |name: &str| codes.get(&plain(name)).map(|code| (*code).to_owned());
    known(text).or_else(|| match kind {
        "Language" => language(text, known),
        // Herr Dr.
        "CivilStatus" => text.split_whitespace().find_map(known),
        _ => None,
    })
}

/// A language whose region or script is behind it in brackets: English (United States).
fn language(text: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (language, more) =
        visible(text).strip_suffix(')')?.split_once('(').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    let language = known(&language)?;
    let more = match plain(&more).as_str() {
        "simplified" => "Hans".to_owned(),
        "traditional" => "Hant".to_owned(),
        _ if more.len() == 2 && more.bytes().all(|it| it.is_ascii_uppercase()) => more,
        _ => code("country", &more)?,
    };
    Some(format!("{language}-{more}"))
}

/// Whether the text says that there is nothing that the field can have.
pub(super) fn is_nothing(field: &str, text: &str) -> bool {
    let is_one_of = |words: &str, text: &str| words.split_whitespace().any(|word| plain(word) == plain(text));
    match fields::kind(field) {
        Some("Gender") => is_one_of(UNSAID, text),
        Some("CivilStatus") => {
            let mut words = text.split_whitespace().peekable();
            words.peek().is_some() && words.all(|word| is_one_of(OTHER_TITLES, word))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::value::{CivilStatus, Country, Gender, Language};

    use super::*;

    #[test]
    fn names_lead_to_codes() {
        for (field, text, code_of) in [
            ("country", "Germany", Some("DE")),
            ("country", " Deutschland ", Some("DE")),
            ("country", "Regno Unito", Some("GB")),
            ("country", "United States", Some("US")),
            ("country", "U.S.A.", Some("US")),
            ("country", "Zimbabwe", Some("ZW")),
            ("country", "Bolivia", Some("BO")),
            ("country", "Korea", None),
            ("country", "Atlantis", None),
            ("country", "Congo", None),
            ("country", "Espana", Some("ES")),
            ("country", "Osterreich", Some("AT")),
            ("country", "Oesterreich", Some("AT")),
            ("country", "Per\u{fa}", Some("PE")),
            ("country", "UAE", Some("AE")),
            ("country", "Ivory Coast", Some("CI")),
            ("country", "Cote d'Ivoire", Some("CI")),
            ("country", "Kosovo", Some("XK")),
            ("country", "Syria", Some("SY")),
            ("country", "Laos", Some("LA")),
            ("country", "Brunei", Some("BN")),
            ("country", "Vatican", Some("VA")),
            ("country", "Eswatini", Some("SZ")),
            ("country", "North Macedonia", Some("MK")),
            ("country", "North Korea", Some("KP")),
            ("country", "Republic of Korea", Some("KR")),
            ("country", "Ireland", Some("IE")),
            ("country", "Macau", Some("MO")),
            ("country", "Hong Kong SAR", Some("HK")),
            ("country", "St. Lucia", Some("LC")),
            ("country", "Trinidad & Tobago", Some("TT")),
            ("country", "DR Congo", Some("CD")),
            ("country", "Cape Verde", Some("CV")),
            ("language", "Thai", Some("th")),
            ("language", "Hindi", Some("hi")),
            ("language", "Farsi", Some("fa")),
            ("language", "Persian", Some("fa")),
            ("language", "Vietnamese", Some("vi")),
            ("language", "Indonesian", Some("id")),
            ("language", "Serbian", Some("sr")),
            ("language", "Georgian", Some("ka")),
            ("language", "Armenian", Some("hy")),
            ("language", "Albanian", Some("sq")),
            ("language", "Irish", Some("ga")),
            ("language", "Icelandic", Some("is")),
            ("language", "Norwegian Bokm\u{e5}l", Some("nb")),
            ("language", "English (United States)", Some("en-US")),
            ("language", "Deutsch (AT)", Some("de-AT")),
            ("language", "Chinese (Simplified)", Some("zh-Hans")),
            ("language", "English (Atlantis)", None),
            ("civilStatus", "Herr Dr.", Some("Mr")),
            ("gender", "mu\u{17e}", Some("male")),
            ("gender", "\u{17d}ENA", Some("female")),
            ("gender", "mand", Some("male")),
            ("gender", "kvinde", Some("female")),
            ("gender", "Erkek", Some("male")),
            ("gender", "Kad\u{131}n", Some("female")),
            ("gender", "\u{43c}\u{443}\u{436}\u{441}\u{43a}\u{43e}\u{439}", Some("male")),
            ("gender", "\u{7537}", Some("male")),
            ("gender", "\u{5973}", Some("female")),
            ("gender", "m\u{e2}le", Some("male")),
            ("gender", "non binary", Some("other")),
            ("language", "Français", Some("fr")),
            ("language", "German", Some("de")),
            ("civilStatus", "Sig.ra", Some("Lady")),
            ("civilStatus", "Mr.", Some("Mr")),
            ("civilStatus", "Dr.", None),
            ("gender", "Weiblich", Some("female")),
            ("firstName", "Herr", None),
        ] {
            assert_eq!(code(field, text).as_deref(), code_of, "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_nothing() {
        for (field, text) in [
            ("gender", "unknown"),
            ("gender", "Prefer not to say"),
            ("gender", "prefer_not_to_say"),
            ("gender", "Unspecified"),
            ("civilStatus", "Dr."),
            ("civilStatus", "Prof. Dr."),
            ("civilStatus", "Mx"),
            ("civilStatus", "Sir"),
        ] {
            assert!(is_nothing(field, text), "{text}");
        }
        for (field, text) in
            [("gender", "male"), ("civilStatus", "Mr"), ("civilStatus", "single"), ("firstName", "unknown")]
        {
            assert!(!is_nothing(field, text), "{text}");
        }
    }

    #[test]
    fn a_name_has_one_code() {
        for table in [&COUNTRIES[..], &LANGUAGES, &TITLES, &GENDERS] {
            let mut codes = HashMap::new();
            for (code, names) in table {
                for name in names.split_whitespace() {
                    assert_eq!(*codes.entry(plain(name)).or_insert(code), code, "{name}");
                }
            }
        }
    }

    #[test]
    fn codes_are_those_of_the_registry() {
        assert!(COUNTRIES.iter().all(|(code, _)| Country::parse(code).is_ok_and(|it| it.as_str() == *code)));
        assert!(LANGUAGES.iter().all(|(code, _)| Language::parse(code).is_ok()));
        assert!(TITLES.iter().all(|(code, _)| CivilStatus::parse(code).is_ok()));
        assert!(GENDERS.iter().all(|(code, _)| Gender::parse(code).is_ok()));
    }
}
