//! Names and words for which the registry has codes: countries, languages, titles, genders.

use domain::value::visible;
use isocountry::CountryCode;

/// A code and its names in some languages.
type Names = (&'static str, &'static str);

/// Common names of countries in addition to those of ISO 3166, which are English.
const COUNTRIES: [Names; 60] = [
    ("AR", "argentinien argentine"),
    ("AT", "österreich austria autriche oostenrijk rakousko"),
    ("AU", "australien australie"),
    ("BE", "belgien belgio belgique bélgica belgië belgie"),
    ("BG", "bulgarien bulgarie българия"),
    ("BR", "brasilien brasile brésil brasil"),
    ("CA", "kanada canadá"),
    ("CH", "schweiz svizzera suisse suiza suíça zwitserland szwajcaria"),
    ("CL", "chili cile"),
    ("CN", "cina chine kina 中国"),
    ("CO", "kolumbien"),
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
    ("HR", "kroatien croazia croatie croacia hrvatska chorwacja"),
    ("HU", "ungarn ungheria hongrie hungría magyarország węgry"),
    ("IE", "irland irlanda irlande ierland éire irlandia"),
    ("IL", "israele israël"),
    ("IN", "indien inde"),
    ("IR", "iran"),
    ("IS", "island islanda islande ísland"),
    ("IT", "italien italia italie itália italië włochy itálie"),
    ("JP", "japan giappone japon japón 日本"),
    ("KR", "south_korea südkorea corea_del_sud corée_du_sud 한국"),
    ("LI", "fürstentum_liechtenstein"),
    ("LT", "litauen lituania lituanie lietuva"),
    ("LU", "luxemburg lussemburgo luxemburgo"),
    ("LV", "lettland lettonia lettonie latvija"),
    ("MA", "marokko marocco maroc"),
    ("MT", "malte"),
    ("MX", "mexiko messico mexique méxico"),
    (
        "NL",
        "the_netherlands holland niederlande paesi_bassi olanda pays-bas países_bajos países_baixos nederland holandia",
    ),
    ("NO", "norwegen norvegia norvège noruega noorwegen norge norwegia"),
    ("NZ", "neuseeland nuova_zelanda"),
    ("PL", "polen polonia pologne polska polsko"),
    ("PT", "portogallo"),
    ("RO", "rumänien romania roumanie rumania românia rumunia"),
    ("RS", "serbien serbie србија srbija"),
    ("RU", "russia russland russie rusia rusland россия rosja"),
    ("SE", "schweden svezia suède suecia suécia zweden sverige szwecja"),
    ("SI", "slowenien slovénie slovenija słowenia"),
    ("SK", "slowakei slovacchia slovaquie slovensko słowacja"),
    ("SM", "saint-marin"),
    ("TH", "thailandia thaïlande"),
    ("TN", "tunesien tunisie"),
    ("TR", "turkey turkei türkei turchia turquie turquía türkiye"),
    ("TW", "taiwan"),
    ("UA", "ucraina україна ukraina"),
    (
        "US",
        "usa u.s.a. u.s. united_states usa vereinigte_staaten stati_uniti états-unis estados_unidos verenigde_staten",
    ),
    ("VA", "vatican_city vatikan"),
    ("VN", "vietnam"),
    ("ZA", "südafrika sudafrica afrique_du_sud sudáfrica"),
];

const LANGUAGES: [Names; 32] = [
    ("ar", "arabic arabisch arabo arabe العربية"),
    ("bg", "bulgarian bulgarisch български"),
    ("ca", "catalan katalanisch català"),
    ("cs", "czech tschechisch ceco čeština česky"),
    ("da", "danish dänisch danese dansk"),
    ("de", "german deutsch tedesco allemand alemán duits niemiecki"),
    ("el", "greek griechisch greco ελληνικά"),
    ("en", "english englisch inglese anglais inglés inglês engels angielski"),
    ("es", "spanish spanisch spagnolo espagnol español castellano spaans hiszpański"),
    ("et", "estonian estnisch eesti"),
    ("fi", "finnish finnisch finlandese suomi"),
    ("fr", "french französisch francese français francés frans francuski"),
    ("he", "hebrew hebräisch ebraico עברית"),
    ("hr", "croatian kroatisch croato hrvatski"),
    ("hu", "hungarian ungarisch ungherese magyar"),
    ("it", "italian italienisch italiano italien italiaans włoski"),
    ("ja", "japanese japanisch giapponese 日本語"),
    ("ko", "korean koreanisch coreano 한국어"),
    ("lt", "lithuanian litauisch lietuvių"),
    ("lv", "latvian lettisch latviešu"),
    ("nl", "dutch niederländisch holländisch olandese néerlandais nederlands"),
    ("no", "norwegian norwegisch norvegese norsk"),
    ("pl", "polish polnisch polacco polonais polski"),
    ("pt", "portuguese portugiesisch portoghese portugais português"),
    ("ro", "romanian rumänisch rumeno română"),
    ("ru", "russian russisch russo русский"),
    ("sk", "slovak slowakisch slovenčina"),
    ("sl", "slovenian slovene slowenisch slovenščina"),
    ("sv", "swedish schwedisch svedese svenska"),
    ("tr", "turkish türkisch turco türkçe"),
    ("uk", "ukrainian ukrainisch ucraino українська"),
    ("zh", "chinese chinesisch cinese chinois 中文"),
];

const TITLES: [Names; 3] = [
    ("Mr", "mr mister herr hr sig signor signore m monsieur sr señor senhor dhr meneer pan"),
    ("Miss", "miss ms fräulein frl signorina sig.na mlle mademoiselle srta señorita menina"),
    ("Lady", "lady mrs madam frau fr signora sig.ra mme madame sra señora senhora mevr mevrouw pani"),
];

const GENDERS: [Names; 3] = [
    ("male", "m male man mann männlich maschio maschile uomo masculin homme h hombre masculino mężczyzna"),
    (
        "female",
        "f w female woman weiblich frau femmina femminile donna féminin femme mujer femenino feminino vrouw kobieta",
    ),
    ("other", "o x d other divers diverse non-binary nonbinary altro autre otro outro andere"),
];

/// The code of a name, or the registry's word for it, if the field has codes and the name is known.
pub(super) fn code(field: &str, text: &str) -> Option<&'static str> {
    let name = visible(text).trim_end_matches('.').to_lowercase();
    let table: &[Names] = match field {
        "country" => &COUNTRIES,
        "language" => &LANGUAGES,
        "civilStatus" => &TITLES,
        "gender" => &GENDERS,
        _ => return None,
    };
    let written = name.replace(' ', "_");
    let known = table.iter().find(|(_, names)| names.split_whitespace().any(|it| it.trim_end_matches('.') == written));
    let code = known.map(|(code, _)| *code);
    if field == "country" { code.or_else(|| country(&name)) } else { code }
}

/// The country with this English name of ISO 3166, with or without the part after a comma or in brackets.
fn country(name: &str) -> Option<&'static str> {
    let is_name = |country: &&CountryCode| {
        let official = country.name().to_lowercase();
        official == name || official.split([',', '(']).next().is_some_and(|short| short.trim() == name)
    };
    let mut countries = CountryCode::as_array().iter().filter(is_name);
    match (countries.next(), countries.next()) {
        (Some(country), None) => Some(country.alpha2()),
        _ => None,
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
            ("language", "Français", Some("fr")),
            ("language", "German", Some("de")),
            ("civilStatus", "Sig.ra", Some("Lady")),
            ("civilStatus", "Mr.", Some("Mr")),
            ("civilStatus", "Dr.", None),
            ("gender", "Weiblich", Some("female")),
            ("firstName", "Herr", None),
        ] {
            assert_eq!(code(field, text), code_of, "{text}");
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
