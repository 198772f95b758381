//! How broad an integration was at the end of each quarter, as a line that stands in a row of a table.

use std::fmt::Write as _;

use crate::audit::Moment;

/// Two cells: a picture with its meaning in words, and how it stands at the end. `None` where there was nothing at any time.
pub(super) fn line(moments: &[Moment], integration: &str) -> Option<String> {
    let at = |moment: &Moment| moment.integrations.get(integration).map_or([0; 3], |sets| sets.breadth);
    let values: Vec<[u32; 3]> = moments.iter().map(at).collect();
    let most = values.iter().flatten().copied().max().filter(|most| *most > 0)?;
    let words: Vec<String> = moments
        .iter()
        .zip(&values)
        .map(|(moment, [a, r, u])| format!("{}: {a} allowed, {r} requested, {u} used", moment.period))
        .collect();
    let mut svg = format!(
        "<svg class=\"line\" viewBox=\"0 0 {WIDE} {HIGH}\" width=\"{WIDE}\" height=\"{HIGH}\" role=\"img\" aria-label=\"{}\">",
        words.join("; ")
    );
    let step = (WIDE - 2 * EDGE) / u32::try_from(values.len().max(1)).unwrap_or(1);
    // A square root keeps one scope visible beside a hundred.
    let up = |value: u32| {
        let part = (f64::from(value) / f64::from(most)).sqrt();
        f64::from(HIGH - EDGE) - part * f64::from(HIGH - 2 * EDGE)
    };
    for (set, class) in ["allowed", "requested", "used"].iter().enumerate() {
        let mut path = String::new();
        for (index, value) in values.iter().enumerate() {
            let left = EDGE + step * u32::try_from(index).unwrap_or(0);
            let y = up(value[set]);
            let begin = if index == 0 { format!("M{left} {y:.1}") } else { format!("V{y:.1}") };
            let _ = write!(path, "{begin}H{}", left + step);
        }
        // What is allowed is an area that the others should stay within.
        if set == 0 {
            let _ = write!(path, "V{}H{EDGE}Z", HIGH - EDGE);
        }
        let _ = write!(svg, "<path class=\"{class}\" d=\"{path}\"/>");
    }
    svg.push_str("</svg>");
    let [a, r, u] = values.last().copied().unwrap_or_default();
    Some(format!("<td>{svg}</td><td><small>{a} allowed, {r} requested, {u} used</small></td>"))
}

const WIDE: u32 = 260;
const HIGH: u32 = 40;
const EDGE: u32 = 3;
