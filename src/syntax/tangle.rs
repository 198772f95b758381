//! Texts that are made to be read in very many ways. The parsers keep every reading of `a<b<a<b<…` or `a=>a=>…` until the
//! text ends, and putting them together then takes gigabytes within one step, where no budget can stop it.

use super::language::Language;

/// Whether a text repeats one short open piece so often that nobody wrote it. One pass, eight comparisons a sign.
pub(super) fn is_tangled(text: &str, language: Language) -> bool {
    let signs = signs(text, language);
    // How many signs in a row are the same as so many signs before them.
    let mut runs = [0_usize; LONGEST];
    for at in 0..signs.len() {
        for (index, run) in runs.iter_mut().enumerate() {
            let period = index + 1;
            if at < period || signs[at] != signs[at - period] {
                *run = 0;
                continue;
            }
            *run += 1;
            if *run >= period * MOST && is_open(&signs[at + 1 - period..=at]) {
                return true;
            }
        }
    }
    false
}

/// The text as signs: a word is `a`, blanks are nothing, all else is itself.
fn signs(text: &str, language: Language) -> Vec<u8> {
    let lines_end = !matches!(language, Language::Java | Language::CSharp | Language::Php);
    let mut signs = Vec::with_capacity(text.len() / 4);
    let mut in_word = false;
    for byte in text.bytes() {
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128;
        match byte {
            _ if is_word && in_word => {}
            _ if is_word => signs.push(b'a'),
            b'\n' if lines_end => signs.push(b';'),
            _ if byte.is_ascii_whitespace() => {}
            _ => signs.push(byte),
        }
        in_word = is_word;
    }
    signs
}

/// Whether a piece leaves something open each time: it ends no statement and no element of a list, and it opens a bracket
/// that it does not close, or holds an operator.
fn is_open(piece: &[u8]) -> bool {
    let count = |signs: &[u8]| piece.iter().filter(|sign| signs.contains(sign)).count();
    count(b";,") == 0 && (count(b"([{") != count(b")]}") || count(b"<>=?!$&|+-*/%^~\"'`") > 0) && count(b"a(<\"") > 0
}

/// The longest piece, in signs.
const LONGEST: usize = 8;
/// How often a piece may follow itself.
const MOST: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_readings_open_is_seen_whatever_its_words() {
        for (language, piece) in [
            (Language::Java, "a=>"),
            (Language::Java, "a<b<"),
            (Language::CSharp, "<a "),
            (Language::CSharp, "name < other <\n"),
            (Language::Bash, "\"$("),
            (Language::TypeScript, "<a>"),
            (Language::JavaScript, "(("),
        ] {
            assert!(is_tangled(&piece.repeat(2000), language), "{piece}");
        }
    }

    #[test]
    fn long_lists_and_tables_of_constants_are_code() {
        let constants: String = (0..2000).map(|n| format!("public static final String A{n} = \"x{n}\";\n")).collect();
        assert!(!is_tangled(&constants, Language::Java));
        let plain: String = (0..2000).map(|n| format!("export const A{n} = 'x{n}'\n")).collect();
        assert!(!is_tangled(&plain, Language::TypeScript));
        let table: String = (0..2000).map(|n| format!("{{{n}, 0x{n:x}}}, ")).collect();
        assert!(!is_tangled(&table, Language::Java));
        let sum = "total + ".repeat(300);
        assert!(!is_tangled(&sum, Language::Java), "a long sum");
        assert!(!is_tangled(&"=".repeat(100), Language::Python) && !is_tangled("", Language::Go));
        assert!(!is_tangled(&format!("# {}\n", "-".repeat(200)).repeat(50), Language::Python));
    }
}
