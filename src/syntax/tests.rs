//! The same questions in every language get the same answers.

use super::language::Language;
use super::parse;
use super::tree::{Code, Kind, NodeId, Place};
use super::value::Value;

fn code(text: &str, language: Language) -> Code<'_> {
    parse(text, language).expect("it parses")
}

fn call(code: &Code<'_>, callee: &str) -> NodeId {
    let all: Vec<String> = code.calls().map(|call| code.callee(call)).collect();
    code.calls().find(|&call| code.callee(call) == callee).unwrap_or_else(|| panic!("no {callee} in {all:?}"))
}

/// One call with an options object in each language: callee, options at an argument, key, resolved text.
#[test]
fn options_of_a_call_are_found_and_constants_followed() {
    let cases: &[(Language, &str, &str, &str, &str)] = &[
        (
            Language::JavaScript,
            "const A = 'HS256'; jwt.sign(p, k, { ...base, algorithm: A })",
            "jwt.sign",
            "algorithm",
            "HS256",
        ),
        (
            Language::TypeScript,
            "class X { private readonly a: string = 'HS256'; m() { jwt.sign(p, k!, { algorithm: this.a as Alg }); } }",
            "jwt.sign",
            "algorithm",
            "HS256",
        ),
        (Language::Python, "A = 'HS' '256'\njwt.encode(p, k, algorithm=A)\n", "jwt.encode", "algorithm", "HS256"),
        (
            Language::Php,
            "<?php class X { const A = 'HS256'; function m() { f($p, ['alg' => self::A]); } }",
            "f",
            "alg",
            "HS256",
        ),
        (Language::Ruby, "A = 'HS256'.freeze\nJWT.encode(p, k, algorithm: A)\n", "JWT.encode", "algorithm", "HS256"),
        (Language::Go, "package m\nconst A = \"HS256\"\nvar x = f(&Options{Alg: A})\n", "f", "Alg", "HS256"),
        (
            Language::CSharp,
            "class X { const string A = \"HS256\"; void M() { F(new Options { Alg = A }); } }",
            "F",
            "Alg",
            "HS256",
        ),
        (Language::Kotlin, "const val A = \"HS256\"\nval x = f(mapOf(\"alg\" to A))\n", "f", "alg", "HS256"),
        (
            Language::Java,
            "class X { static final String A = \"HS\" + \"256\"; Object o = f(Map.of(\"alg\", A)); }",
            "f",
            "alg",
            "HS256",
        ),
        (
            Language::Rust,
            "const A: &str = \"HS256\"; fn m() { f(Options { alg: A.to_string(), ..d() }); }",
            "f",
            "alg",
            "HS256",
        ),
    ];
    for (language, text, callee, key, wanted) in cases {
        let code = code(text, *language);
        let call = call(&code, callee);
        let named = code.named_argument(call, &[key]);
        let value = named.or_else(|| code.arguments(call).iter().find_map(|argument| code.member(argument.value, key)));
        let value = value.unwrap_or_else(|| panic!("{language:?}: no {key}"));
        assert_eq!(code.value(value).text(), Some(*wanted), "{language:?}");
    }
}

#[test]
fn lists_are_lists_in_every_language() {
    let cases: &[(Language, &str)] = &[
        (Language::JavaScript, "const scopes = ['a', 'b']"),
        (Language::Python, "scopes = ('a', 'b')\n"),
        (Language::Php, "<?php $scopes = ['a', 'b'];"),
        (Language::Ruby, "scopes = %w[a b]\n"),
        (Language::Go, "package m\nvar scopes = []string{\"a\", \"b\"}\n"),
        (Language::CSharp, "class X { string[] scopes = new[] { \"a\", \"b\" }; }"),
        (Language::CSharp, "class X { string[] scopes = [\"a\", \"b\"]; }"),
        (Language::Kotlin, "val scopes = listOf(\"a\", \"b\")\n"),
        (Language::Java, "class X { List<String> scopes = Arrays.asList(\"a\", \"b\"); }"),
        (Language::Java, "class X { String[] scopes = {\"a\", \"b\"}; }"),
        (Language::Rust, "fn m() { let scopes = vec![\"a\", \"b\"]; }"),
        (Language::Hcl, "resource \"x\" \"y\" {\n  scopes = [\"a\", \"b\"]\n}\n"),
    ];
    for (language, text) in cases {
        let code = code(text, *language);
        let first =
            code.strings().find(|&id| code.mark(id) == "a").unwrap_or_else(|| panic!("{language:?}: no string"));
        assert_eq!(code.assigned_name(first), Some("scopes"), "{language:?}");
        let assign = code.of_kind(Kind::Assign).find(|&id| code.mark(id) == "scopes").expect("it is assigned");
        let list = code.child(assign, super::tree::Slot::Value).expect("a value");
        let items: Vec<&str> =
            code.items(list).unwrap_or_else(|| panic!("{language:?}")).iter().map(|&id| code.mark(id)).collect();
        assert_eq!(items, ["a", "b"], "{language:?}");
    }
}

#[test]
fn strings_know_their_content_and_what_they_interpolate() {
    let cases: &[(Language, &str, &str)] = &[
        (Language::JavaScript, "const h = 'x'; f(`https://${h}/a/${u}`)", "https://x/a/{}"),
        (Language::Python, "h = 'x'\nf(rf\"\"\"https://{h}/a/{u}\"\"\")\n", "https://x/a/{}"),
        (Language::Php, "<?php $h = 'x'; f(\"https://{$h}/a/$u\");", "https://x/a/{}"),
        (Language::Ruby, "h = 'x'\nf(\"https://#{h}/a/#{u}\")\n", "https://x/a/{}"),
        (
            Language::CSharp,
            "class X { const string h = \"x\"; void M() { f($\"https://{h}/a/{u}\"); } }",
            "https://x/a/{}",
        ),
        (Language::Kotlin, "val h = \"x\"\nval y = f(\"https://$h/a/${u.v}\")\n", "https://x/a/{}"),
        (Language::Bash, "h=x\nf \"https://${h}/a/$u\"\n", "https://x/a/{}"),
        (Language::Go, "package m\nconst h = \"x\"\nvar y = f(\"https://\" + h + \"/a/\" + u)\n", "https://x/a/{}"),
    ];
    for (language, text, wanted) in cases {
        let code = code(text, *language);
        let call = call(&code, "f");
        let argument = code.argument(call, 0, &[]).expect("an argument");
        let Value::Text(value) = code.value(argument) else { panic!("{language:?}: {:?}", code.value(argument)) };
        assert_eq!(value.text, *wanted, "{language:?}");
        assert!(!value.whole, "{language:?}");
    }
}

#[test]
fn a_default_for_a_missing_setting_is_a_fallback() {
    let cases: &[(Language, &str)] = &[
        (Language::JavaScript, "f(process.env.K || 'lit')"),
        (Language::TypeScript, "f(process.env['K'] ?? 'lit')"),
        (Language::Python, "f(os.environ.get('K', 'lit'))\n"),
        (Language::Python, "f(os.getenv('K') or 'lit')\n"),
        (Language::Php, "<?php f(env('K', 'lit'));"),
        (Language::Ruby, "f(ENV.fetch('K', 'lit'))\n"),
        (Language::Ruby, "f(ENV['K'] || 'lit')\n"),
        (Language::Kotlin, "val x = f(System.getenv(\"K\") ?: \"lit\")\n"),
        (Language::CSharp, "class X { void M() { f(Environment.GetEnvironmentVariable(\"K\") ?? \"lit\"); } }"),
        (Language::Rust, "fn m() { f(std::env::var(\"K\").unwrap_or_else(|_| \"lit\".to_string())); }"),
        (Language::Java, "class X { Object o = f(System.getenv().getOrDefault(\"K\", \"lit\")); }"),
    ];
    for (language, text) in cases {
        let code = code(text, *language);
        let call = call(&code, "f");
        let argument = code.argument(call, 0, &[]).expect("an argument");
        let Value::Text(value) = code.value(argument) else { panic!("{language:?}: {text}") };
        assert_eq!((value.text.as_str(), value.fallback), ("lit", true), "{language:?}");
    }
}

#[test]
fn imports_are_read_in_every_language() {
    let cases: &[(Language, &str, &str, &str)] = &[
        (Language::JavaScript, "import jwt, { sign as s } from 'jsonwebtoken';", "jsonwebtoken", "sign"),
        (Language::JavaScript, "const { sign } = require('jsonwebtoken');", "jsonwebtoken", "sign"),
        (Language::TypeScript, "import * as jose from \"jose\";", "jose", ""),
        (Language::Python, "from jose import jwt, jws as j\n", "jose", "jwt"),
        (Language::Python, "import jwt as pyjwt\n", "jwt", ""),
        (
            Language::Go,
            "package m\nimport (\n j \"github.com/golang-jwt/jwt/v5\"\n)\n",
            "github.com/golang-jwt/jwt/v5",
            "",
        ),
        (Language::Java, "import io.jsonwebtoken.Jwts;", "io.jsonwebtoken", "Jwts"),
        (Language::Kotlin, "import com.auth0.jwt.JWT\n", "com.auth0.jwt", "JWT"),
        (Language::CSharp, "using System.IdentityModel.Tokens.Jwt;", "System.IdentityModel.Tokens.Jwt", ""),
        (Language::Php, "<?php use Firebase\\JWT\\{JWT, Key};", "Firebase\\JWT", "JWT"),
        (Language::Ruby, "require 'jwt'\n", "jwt", ""),
        (Language::Rust, "use jsonwebtoken::{decode, Validation};", "jsonwebtoken", "decode"),
    ];
    for (language, text, module, name) in cases {
        let code = code(text, *language);
        let imports = code.imports();
        assert!(
            imports.iter().any(|import| import.module == *module && import.name == *name),
            "{language:?} {imports:?}"
        );
    }
}

#[test]
fn chains_are_walked_from_the_inside_out() {
    for (language, text) in [
        (Language::Java, "class X { String t = Jwts.builder().subject(s).signWith(k).compact(); }"),
        (Language::Kotlin, "val t = Jwts.builder().subject(s).signWith(k).compact()\n"),
        (Language::JavaScript, "const t = Jwts.builder().subject(s).signWith(k).compact()"),
        (Language::Rust, "fn m() { let t = Jwts::builder().subject(s).signWith(k).compact(); }"),
        (Language::CSharp, "class X { void M() { var t = Jwts.builder().subject(s).signWith(k).compact(); } }"),
    ] {
        let code = code(text, language);
        let builder = call(&code, "Jwts.builder");
        let end = code.chain_end(builder);
        let methods: Vec<&str> = code.chain(end).iter().map(|&call| code.method(call)).collect();
        assert_eq!(methods, ["builder", "subject", "signWith", "compact"], "{language:?}");
    }
}

#[test]
fn a_byte_stands_in_code_a_comment_or_a_string() {
    for (language, text) in [
        (Language::JavaScript, "f(1) /* none */; g('none')"),
        (Language::Rust, "fn m() { f(1) /* none */; g(\"none\") }"),
        (Language::Python, "f(1) # none\ng('none')\n"),
    ] {
        let code = code(text, language);
        let first = u32::try_from(text.find("none").expect("twice")).expect("short");
        let last = u32::try_from(text.rfind("none").expect("twice")).expect("short");
        assert_eq!(code.place(first), Place::Comment, "{language:?}");
        assert_eq!(code.place(last), Place::String, "{language:?}");
        assert_eq!(code.place(u32::try_from(text.find("f(").expect("once")).expect("short")), Place::Code);
    }
}

#[test]
fn numbers_are_reckoned() {
    let code = code("const DAY = 24 * 60 * 60; f(DAY * 7 + 1, 3_600, -0x10)", Language::JavaScript);
    let call = call(&code, "f");
    let numbers: Vec<Option<f64>> = code.arguments(call).iter().map(|one| code.value(one.value).number()).collect();
    assert_eq!(numbers, [Some(604_801.0), Some(3600.0), Some(-16.0)]);
}

#[test]
fn a_name_with_two_values_has_none() {
    let code = code("let a = 'x'; a = 'y'; f(a); function g() { const b = 'x'; f(b) }", Language::JavaScript);
    let values: Vec<Option<String>> =
        code.calls().map(|call| code.value(code.arguments(call)[0].value).text().map(str::to_owned)).collect();
    assert_eq!(values, [None, Some("x".to_owned())]);
}

#[test]
fn hostile_nesting_and_length_end_quietly() {
    let deep = 3_000;
    let nests =
        [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("!", ""), ("a+", ""), ("a.b(", ")"), ("'", ""), ("`${", "")];
    for language in Language::ALL {
        for (open, close) in nests {
            let text = format!("x = {}1{}", open.repeat(deep), close.repeat(deep));
            if let Some(code) = parse(&text, language) {
                for call in code.calls().take(50) {
                    let _ = code.callee(call);
                    let _ = code.arguments(call);
                }
                for string in code.strings().take(50) {
                    let _ = code.value(string);
                    let _ = code.outward(string);
                }
            }
        }
    }
}

#[test]
fn spans_always_slice_the_text() {
    let texts =
        ["é('ü', \"ö${ä}\") // ñ", "x = 'a", "\u{feff}f(", "class { ''' \"\"\" `", "<?php \"{$é['ü']}ä\"", "%w[é ü"];
    for language in Language::ALL {
        for text in texts {
            let Some(code) = parse(text, language) else { continue };
            for id in code.all() {
                let node = code.node(id);
                assert!(text.get(node.span.range()).is_some(), "{language:?} {text}");
                assert!(text.get(node.mark.range()).is_some(), "{language:?} {text}");
            }
        }
    }
}

#[test]
fn a_text_of_many_readings_is_turned_away_before_it_takes_memory() {
    for (language, piece) in [(Language::Java, "a=>"), (Language::CSharp, "<a "), (Language::Java, "a<b<")] {
        assert!(super::parse(&piece.repeat(7000), language).is_none(), "{piece}");
    }
}

#[test]
fn names_in_format_strings_of_rust_are_names() {
    let code = code("fn m() { info!(\"{token} {{brace}} {id:?} {}\", x); f(\"{plain}\"); }", Language::Rust);
    let names: Vec<&str> =
        code.below(code.root()).filter(|&id| code.kind(id) == Kind::Name).map(|id| code.mark(id)).collect();
    assert!(names.contains(&"token") && names.contains(&"id"), "{names:?}");
    assert!(!names.contains(&"brace") && !names.contains(&"plain"), "{names:?}");
}

#[test]
fn pairs_are_named_by_what_stands_before_the_value() {
    for (language, text, names) in [
        (
            Language::Rust,
            "fn m() { form(&[(\"grant_type\", \"password\"), (1, 2), (\"a\", b, c)]); }",
            vec!["grant_type"],
        ),
        (Language::JavaScript, "x = { [KEYS.JWT_SECRET]: a, ['ttl']: b, [f()]: c }", vec!["JWT_SECRET", "ttl", ""]),
    ] {
        let code = code(text, language);
        let pairs = code.all().filter(|&id| code.kind(id) == Kind::Pair);
        assert_eq!(pairs.map(|id| code.mark(id)).collect::<Vec<_>>(), names, "{text}");
    }
}
