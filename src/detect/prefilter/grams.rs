//! By which bytes a word is looked up: those that are rarest in source code.

/// What of a byte counts in a gram: not its case.
pub(super) const FOLD: u8 = 0x5F;

/// The bytes by which a word is looked up, and where they stand in it; -1 where they begin with the byte before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gram {
    /// Up to eight bytes, the first one lowest.
    pub(super) bytes: u64,
    /// How many of them count.
    pub(super) length: u32,
    /// Where they stand in the word.
    pub(super) at: i8,
}

impl Gram {
    fn new(bytes: &[u8], at: usize) -> Self {
        let mut held = [0; 8];
        held[..bytes.len()].copy_from_slice(bytes);
        let length = u32::try_from(bytes.len()).unwrap_or(0);
        Self { bytes: u64::from_le_bytes(held), length, at: i8::try_from(at).unwrap_or(0) }
    }
}

/// The grams of a short word that has a beginning: three bytes from where letters begin behind a sign, or at its start
/// where `starts` says that no letter stands before it. None where the word is looked up otherwise.
pub(super) fn beginning(word: &[u8], starts: bool) -> Vec<Gram> {
    // Longer words are looked up by more bytes than three.
    if word.len() > 4 {
        return Vec::new();
    }
    let begins = |at: usize| {
        word[at].is_ascii_alphabetic() && if at == 0 { starts } else { !word[at - 1].is_ascii_alphabetic() }
    };
    let places = (0..(word.len() + 1).saturating_sub(2)).filter(|&at| begins(at));
    let place = places.min_by_key(|&at| (word.len() - at < 3, rarity(&word[at..word.len().min(at + 3)])));
    match place.map(|at| (at, &word[at..])) {
        None => Vec::new(),
        Some((at, &[a, b])) => others().map(|other| Gram::new(&[a, b, other], at)).collect(),
        Some((at, rest)) => vec![Gram::new(&rest[..3], at)],
    }
}

/// The grams by which a word of at least three bytes is looked up at every second place: of two neighbours one stands
/// there. Six bytes of long words, four of others; at an odd place a short word's gram begins with the byte before it.
pub(super) fn anywhere(word: &[u8]) -> Vec<Gram> {
    let before = |word: &[u8]| -> Vec<Gram> {
        others().map(|other| Gram { at: -1, ..Gram::new(&[other, word[0], word[1], word[2]], 0) }).collect()
    };
    match *word {
        [a, b, c] => others().map(|other| Gram::new(&[a, b, c, other], 0)).chain(before(word)).collect(),
        [_, _, _, _] => std::iter::once(Gram::new(word, 0)).chain(before(word)).collect(),
        _ => {
            let length = if word.len() > 6 { 6 } else { 4 };
            let last = (word.len() - length - 1).min(100);
            // The first look sees four bytes only.
            let cost = |at: usize| {
                let rarest = |length: usize| rarity(&word[at..at + length]).max(rarity(&word[at + 1..=at + length]));
                (rarest(4), rarest(length))
            };
            let place = (0..=last).min_by_key(|&at| cost(at)).unwrap_or(0);
            [place, place + 1].map(|at| Gram::new(&word[at..at + length], at)).to_vec()
        }
    }
}

/// Every byte that may stand beside a word, without its case.
fn others() -> impl Iterator<Item = u8> {
    (0..=127).filter(|other| other & !FOLD == 0)
}

/// How common some bytes are together in source code, as a logarithm.
fn rarity(bytes: &[u8]) -> u32 {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => usize::from(byte - b'a'),
        b'0'..=b'9' => 26,
        b' ' | b'\t' | b'\r' | b'\n' => 27,
        b'_' => 28,
        b'-' => 29,
        _ => 30,
    };
    bytes.windows(2).map(|pair| u32::from(COMMON[class(pair[0])][class(pair[1])] - b'a')).sum()
}

/// How common it is in source code that one byte follows another, from `a` to `z`: letters in any case, digits, blanks, `_`,
/// `-`, other signs.
const COMMON: [&[u8; 31]; 31] = [
    b"qnqnoknhogmppplnlppqnlmkmilnljn",
    b"oijinhhhllenifmhdkkimffdlcjjkho",
    b"pilmokgoljnnkjplgnkpmjfkijmmmhp",
    b"okkmqiihokdklimjdmmjmihijdkpnjp",
    b"pkopmomikgipoplmmqqpjnlolhlqolr",
    b"nijimmhepbelhhoifmkklehdjakokio",
    b"mmjhoijkndcjjlmkdlnjlfddgfinlhn",
    b"niijphefndfhhgnhckiljgjbigjmkgn",
    b"onoononfhfionqpmhnppfmgkdlkklin",
    b"lhgflecdhccbddjeddkdiadaaaegeej",
    b"mjhgmihfkdehhhifdgkhjhiceehllhn",
    b"ojimpnhgoekohhokcinnnjhglcknmjo",
    b"pljkpgggndfklionegojlfhhidjmmin",
    b"oinoomphmikkjlokfippmlfgkekpnlp",
    b"mmnojmlglilnoqmodqnnolmigfinljn",
    b"oikkojhkmcinjgomfolnmhhdlajlmim",
    b"mjhghdbbeabieecgcehdmacbabghjgl",
    b"oknmqkmgpeklmnojjnoonliimdjpnjo",
    b"njnjqjnmpdlkjjnnikoqnikelgkpnkq",
    b"pjmkqkipqehkkkolepnmnikkngkqolp",
    b"mlmloklflefomohmbonoihdjdekkjhl",
    b"ojiioggdmbehjfkhdhggfgcddckjkjl",
    b"nlghledlmceihjlffkjefdieebgklhm",
    b"jjkikjffkabggffmefgmeebijbnklim",
    b"ljigjgfchbeijklnbillffgbgegnlhn",
    b"ihfflecdhbbceeiaabdcebbehfehfbm",
    b"kllkkkfggegihjfhefighgfnefronkq",
    b"poppopnnpklnpooojpqqnnnjklpvlns",
    b"mmonmmllnhjmmmlninnnlmkhgflimaj",
    b"ijjjkkggjfeiiiijeijkgjiedflmaon",
    b"ompopnomokmnononnnponmnmmkptlku",
];
