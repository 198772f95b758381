//! The trained judge: a sum of small trees over the features of a candidate, read from a data file.

use std::sync::OnceLock;

use super::feature::NAMES;

/// The probability that a candidate of these features is a credential.
#[must_use]
pub fn score(row: &[f32; NAMES.len()]) -> f32 {
    let model = model();
    let sum: f32 = model.base + model.trees.iter().map(|tree| tree.leaf(row)).sum::<f32>();
    1.0 / (1.0 + (-sum).exp())
}

/// The trees, and where their sum starts.
struct Model {
    base: f32,
    trees: Vec<Tree>,
}

/// A tree of questions: node `n` has its children at `2n + 1` and `2n + 2`.
struct Tree {
    nodes: Vec<Node>,
}

enum Node {
    /// Below the threshold to the left, else to the right.
    Question {
        feature: usize,
        threshold: f32,
    },
    Leaf(f32),
}

impl Tree {
    fn leaf(&self, row: &[f32; NAMES.len()]) -> f32 {
        let mut at = 0;
        loop {
            match self.nodes.get(at) {
                Some(&Node::Leaf(value)) => return value,
                Some(&Node::Question { feature, threshold }) => {
                    let right = row.get(feature).is_none_or(|&value| value >= threshold);
                    at = 2 * at + if right { 2 } else { 1 };
                }
                None => return 0.0,
            }
        }
    }
}

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| read(include_str!("../../../rules/values/model.txt")))
}

/// Reads `base X` and lines of nodes: `feature<threshold`, `=value`, `-` for a place that no path reaches.
fn read(text: &str) -> Model {
    let mut model = Model { base: 0.0, trees: Vec::new() };
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(base) = line.strip_prefix("base ") {
            model.base = base.parse().unwrap_or_default();
            continue;
        }
        model.trees.push(Tree { nodes: line.split_ascii_whitespace().map(node).collect() });
    }
    model
}

fn node(word: &str) -> Node {
    if let Some((name, threshold)) = word.split_once('<') {
        let feature = NAMES.iter().position(|known| *known == name).unwrap_or(usize::MAX);
        return Node::Question { feature, threshold: threshold.parse().unwrap_or_default() };
    }
    Node::Leaf(word.trim_start_matches('=').parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Node, model, read};
    use crate::detect::generic::feature::NAMES;

    #[test]
    fn every_question_of_the_model_is_about_a_feature() {
        assert!(model().trees.len() > 1);
        for node in model().trees.iter().flat_map(|tree| &tree.nodes) {
            assert!(!matches!(node, Node::Question { feature, .. } if *feature >= NAMES.len()));
        }
    }

    #[test]
    fn a_tree_asks_and_answers() {
        let model = read("base 0.5\nlength<8 =-1 digits<0.5 - - =1 =2\n");
        let mut row = [0.0; NAMES.len()];
        let at = |name: &str| NAMES.iter().position(|known| *known == name).expect("a feature");
        assert!((model.trees[0].leaf(&row) + 1.0).abs() < 1e-6);
        row[at("length")] = 9.0;
        row[at("digits")] = 0.6;
        assert!((model.trees[0].leaf(&row) - 2.0).abs() < 1e-6);
    }
}
