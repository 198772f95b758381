//! Notebooks: the source of their cells, with the way back to the file.

use super::Settings;
use super::entry::Segment;
use super::format::Format;

/// A cell of a notebook as its author sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The source, escapes resolved.
    pub text: String,
    /// Whether it is code, or prose.
    pub code: bool,
    /// Places that belong together: byte of `text`, byte of the file.
    map: Vec<(u32, u32)>,
}

impl Cell {
    /// The byte of the file that a byte of the cell's source stands at.
    #[must_use]
    pub fn outer(&self, inner: u32) -> u32 {
        let index = self.map.partition_point(|&(from, _)| from <= inner);
        match index.checked_sub(1).and_then(|index| self.map.get(index)) {
            Some(&(from, to)) => to.saturating_add(inner - from),
            None => 0,
        }
    }
}

/// The cells of a notebook (`.ipynb`), in order.
#[must_use]
pub fn cells(file: &str) -> Vec<Cell> {
    let settings = Settings::of(file, Format::Json);
    let mut cells: Vec<(u32, Cell)> = Vec::new();
    for entry in settings.entries() {
        let [Segment::Key(list), Segment::Index(number), Segment::Key(member), rest @ ..] = entry.path.as_slice()
        else {
            continue;
        };
        if &**list != "cells" {
            continue;
        }
        if cells.last().is_none_or(|(last, _)| last != number) {
            cells.push((*number, Cell { text: String::new(), code: true, map: Vec::new() }));
        }
        let Some((_, cell)) = cells.last_mut() else { continue };
        match (&**member, rest) {
            ("cell_type", []) => cell.code = entry.value == "code",
            ("source", [] | [Segment::Index(_)]) => unescape(entry.value, entry.span.start, cell),
            _ => {}
        }
    }
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// Appends the meaning of a JSON string that starts at `at` in the file.
fn unescape(raw: &str, at: u32, cell: &mut Cell) {
    let place = |offset: usize| at.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
    let note = |text: &str, outer: usize, map: &mut Vec<(u32, u32)>| {
        map.push((u32::try_from(text.len()).unwrap_or(u32::MAX), place(outer)));
    };
    note(&cell.text, 0, &mut cell.map);
    let mut rest = raw;
    while let Some(found) = rest.find('\\') {
        cell.text.push_str(&rest[..found]);
        let offset = raw.len() - rest.len() + found;
        let escape = &rest[found + 1..];
        let mut taken = escape.chars().next().map_or(0, char::len_utf8);
        match escape.bytes().next() {
            Some(b'n') => cell.text.push('\n'),
            Some(b't') => cell.text.push('\t'),
            Some(b'r') => cell.text.push('\r'),
            Some(b'u') => {
                let digits = escape.get(1..5).unwrap_or_default();
                let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                cell.text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                taken += digits.len();
            }
            Some(_) => cell.text.extend(escape.chars().next()),
            None => {}
        }
        rest = &escape[taken..];
        note(&cell.text, offset + 1 + taken, &mut cell.map);
    }
    cell.text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn a_place_in_a_cell_is_a_place_in_the_file() {
        let file = r#"{"cells": [{"cell_type": "code", "source": ["a = \"x\"\n", "b = \"héé\" + c"]}]}"#;
        let cells = cells(file);
        assert_eq!(cells[0].text, "a = \"x\"\nb = \"héé\" + c");
        let inner = cells[0].text.find("+ c").expect("it is there");
        let outer = cells[0].outer(u32::try_from(inner).expect("small"));
        assert!(file[outer as usize..].starts_with("+ c"));
    }
}
