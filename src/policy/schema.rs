//! The JSON schema of a policy (draft 7), for editors; made from the shapes that check the file.

use serde_json::{Map, Value, json};

use super::file::POLICY;
use super::shape::{FAMILIES, Object, Shape, Word};

/// The schema as text, with a line end.
#[must_use]
pub fn schema() -> String {
    let mut root = object(&POLICY);
    root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("$id".to_owned(), json!(ID));
    root.insert("title".to_owned(), json!("overscope policy"));
    root.insert(
        "description".to_owned(),
        json!("Which integration may ask for what, why, until when, and who answers for it."),
    );
    let mut text = serde_json::to_string_pretty(&Value::Object(root)).expect("a tree of texts is JSON");
    text.push('\n');
    text
}

fn object(object: &Object) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in object.keys {
        let mut value = shape(&key.shape);
        if let Value::Object(map) = &mut value {
            map.insert("description".to_owned(), json!(key.about));
        }
        properties.insert(key.name.to_owned(), value);
    }
    let required: Vec<&str> = object.keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    let mut map = Map::new();
    map.insert("type".to_owned(), json!("object"));
    map.insert("additionalProperties".to_owned(), json!(false));
    map.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        map.insert("required".to_owned(), json!(required));
    }
    if !object.one_of.is_empty() {
        let choices: Vec<Value> = object.one_of.iter().map(|key| json!({ "required": [key] })).collect();
        map.insert("oneOf".to_owned(), json!(choices));
    }
    map
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": ["string", "number"], "minLength": 1 }),
        Shape::Scope => json!({ "type": "string", "minLength": 1 }),
        Shape::Sentence(least) => json!({ "type": "string", "minLength": least }),
        Shape::Words(words) => words_schema(words),
        Shape::Whole(least, most) if least == most => json!({ "const": least }),
        Shape::Whole(least, i64::MAX) => json!({ "type": "integer", "minimum": least }),
        Shape::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Truth => json!({ "type": "boolean" }),
        Shape::Date => json!({ "type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$" }),
        Shape::Duration => json!({
            "type": "string",
            "pattern": r"^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$",
        }),
        Shape::Glob => json!({ "type": "string", "minLength": 1 }),
        Shape::Rule => json!({ "type": "string", "pattern": rule_pattern() }),
        Shape::Name => json!({ "type": "string", "pattern": NAME }),
        Shape::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$" }),
        Shape::Hex(prefix, length) => json!({ "type": "string", "pattern": format!("^{prefix}[0-9a-f]{{{length}}}$") }),
        Shape::List(item, least) => {
            let mut list = json!({ "type": "array", "items": shape(item), "uniqueItems": true });
            if *least > 0 {
                list["minItems"] = json!(least);
            }
            list
        }
        Shape::Map(key, value) => {
            let names = shape(key);
            let names = names.get("pattern").map_or_else(|| json!({}), |pattern| json!({ "pattern": pattern }));
            json!({ "type": "object", "propertyNames": names, "additionalProperties": shape(value) })
        }
        Shape::Object(inner) => Value::Object(object(inner)),
        Shape::Either(text, inner) => json!({ "anyOf": [shape(text), Value::Object(object(inner))] }),
    }
}

/// Words as constants with a description each, which editors show beside the choice.
fn words_schema(words: &[Word]) -> Value {
    let choices: Vec<Value> =
        words.iter().map(|word| json!({ "const": word.word, "description": word.about })).collect();
    json!({ "oneOf": choices })
}

fn rule_pattern() -> String {
    format!(r"^({})/([a-z0-9-]+|\*)$", FAMILIES.join("|"))
}

const NAME: &str = "^[a-z0-9][a-z0-9-]*$";
const ID: &str = "urn:overscope:policy:1";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::schema;

    fn all_described(value: &Value, path: &str, missing: &mut Vec<String>) {
        if let Some(Value::Object(properties)) = value.get("properties") {
            for (name, inner) in properties {
                let path = format!("{path}.{name}");
                if inner.get("description").and_then(Value::as_str).is_none_or(|text| text.len() < 8) {
                    missing.push(path.clone());
                }
                all_described(inner, &path, missing);
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = value.get(key) {
                all_described(inner, path, missing);
            }
        }
    }

    #[test]
    fn every_key_is_described() {
        let schema: Value = serde_json::from_str(&schema()).expect("this is JSON");
        let mut missing = Vec::new();
        all_described(&schema, "", &mut missing);
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn the_schema_takes_the_examples_and_refuses_what_the_reader_refuses() {
        let schema: Value = serde_json::from_str(&schema()).expect("this is JSON");
        let validator = jsonschema::draft7::new(&schema).expect("this is a schema");
        let read = |text: &str| crate::yaml::parse::<crate::yaml::Node>(text).expect("this is YAML").to_json();
        for text in [
            include_str!("../../docs/policies/small-team.yaml"),
            include_str!("../../docs/policies/monorepo.yaml"),
            include_str!("../../docs/policies/regulated.yaml"),
        ] {
            let errors: Vec<String> = validator.iter_errors(&read(text)).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        for text in [
            "version: 1\n",
            "version: 2\nowner: a\n",
            "version: 1\nowner: a\nowners: b\n",
            "version: 1\nowner: a\ngates: {fail_on: hihg}\n",
            "version: 1\nowner: a\njwt: {max_lifetime: 1h}\n",
            "version: 1\nowner: a\nreview: {last: 2026-13-01}\n",
            "version: 1\nowner: a\nintegrations: {x: {provider: google}}\n",
            "version: 1\nowner: a\nextends: [{path: a, git: b}]\n",
        ] {
            assert!(!validator.is_valid(&read(text)), "{text}");
        }
    }
}
