//! What the readers of settings promise.

use proptest::prelude::{any, prop, proptest};

use super::Settings;
use super::format::Format;

const FORMATS: [Format; 11] = [
    Format::Json,
    Format::Yaml,
    Format::Toml,
    Format::Env,
    Format::Properties,
    Format::Ini,
    Format::Xml,
    Format::Hcl,
    Format::Hocon,
    Format::Docker,
    Format::Apache,
];

fn lines(text: &str, format: Format) -> Vec<String> {
    let settings = Settings::of(text, format);
    for entry in settings.entries() {
        let written = &text[entry.span.range()];
        assert!(written == entry.value || written.starts_with("--") && entry.value == "true", "{written}");
    }
    settings.entries().iter().map(|entry| format!("{} = {}", entry.name(), entry.value)).collect()
}

#[test]
fn json_with_comments_and_trailing_commas_is_read() {
    let text = r#"{
  // why
  "jwt": { "algorithms": ["HS256", "none",], 'key': "a\"b", n: 12 }, /* x */
  "list": [{"name": "A", "value": "b"}],
  "broken": "no end
  "after": true
}"#;
    assert_eq!(
        lines(text, Format::Json),
        [
            "jwt.algorithms[0] = HS256",
            "jwt.algorithms[1] = none",
            "jwt.key = a\\\"b",
            "jwt.n = 12",
            "list[0].name = A",
            "list.A = b",
            "broken = no end",
            "after = true",
        ]
    );
}

#[test]
fn directives_of_apache_are_read_and_tags_passed_over() {
    let text = "<VirtualHost *:443>\n  # OIDCPKCEMethod plain\n  OIDCResponseType \"id_token token\"\n  SSLEngine on\n</VirtualHost>\n";
    assert_eq!(lines(text, Format::Apache), ["OIDCResponseType = id_token token", "SSLEngine = on"]);
}

#[test]
fn a_flag_of_an_argument_list_is_switched_on_by_standing_there() {
    let text = "args:\n  - --cookie-secure=false\n  - --skip-verify\n  - --config\n  - a.toml\n";
    assert_eq!(
        lines(text, Format::Yaml),
        ["args.cookie-secure = false", "args.skip-verify = true", "args[2] = --config", "args[3] = a.toml"]
    );
}

#[test]
fn yaml_with_every_kind_of_value_is_read() {
    let text = "\
a:
  b: plain # comment
  c: \"quoted # not\"
  d: 'it''s'
  e: [x, 'y']
  f: {g: h, i: 3}
list:
- name: one
  value: two
- plain
- - nested
block: |
  line 1
   line 2

after: &anchor !!str yes
ref: !Ref Thing
next:
  value on its own line
{{- if .Values.x }}
templated: {{ .Values.y | default \"z\" }}
{{- end }}
\"quoted key\": 1
multi: \"a
  b\"
---
second: doc
env:
  - JWT_ALGORITHM=none
  - name: KEY
    value: v
";
    assert_eq!(
        lines(text, Format::Yaml),
        [
            "a.b = plain",
            "a.c = quoted # not",
            "a.d = it''s",
            "a.e[0] = x",
            "a.e[1] = y",
            "a.f.g = h",
            "a.f.i = 3",
            "list[0].name = one",
            "list.one = two",
            "list[1] = plain",
            "list[2][0] = nested",
            "block = line 1\n   line 2",
            "after = yes",
            "ref = !Ref Thing",
            "next = value on its own line",
            "templated = {{ .Values.y | default \"z\" }}",
            "quoted key = 1",
            "multi = a\n  b",
            "second = doc",
            "env.JWT_ALGORITHM = none",
            "env[1].name = KEY",
            "env.KEY = v",
        ]
    );
}

#[test]
fn a_file_inside_a_config_map_is_read() {
    let text = "data:\n  application.properties: |\n    jwt.algorithm=none\n    other: x\n  c.json: |\n    {\"a\": {\"b\": 1}}\n";
    let found = lines(text, Format::Yaml);
    assert!(found.contains(&"data.application.properties.jwt.algorithm = none".to_owned()), "{found:?}");
    assert!(found.contains(&"data.c.json.a.b = 1".to_owned()), "{found:?}");
}

#[test]
fn toml_is_read() {
    let text = "top = 1\n[jwt]\nalg = \"none\" # c\nlist = [\n  'a', # x\n  \"b\",\n]\ninline = { x = 1, y.z = \"w\" }\n[[client]]\nid = 'a'\n[[client]]\nid = \"\"\"m\nn\"\"\"\na.\"b.c\" = true\n";
    assert_eq!(
        lines(text, Format::Toml),
        [
            "top = 1",
            "jwt.alg = none",
            "jwt.list[0] = a",
            "jwt.list[1] = b",
            "jwt.inline.x = 1",
            "jwt.inline.y.z = w",
            "client[0].id = a",
            "client[1].id = m\nn",
            "client[1].a.b.c = true",
        ]
    );
}

#[test]
fn dotenv_is_read() {
    let text = "# c\nexport A=1\nB='x # y'\nC=plain # note\nD=\"line\nnext\"\nE=\nF: yaml\n";
    assert_eq!(lines(text, Format::Env), ["A = 1", "B = x # y", "C = plain", "D = line\nnext", "E = ", "F = yaml"]);
}

#[test]
fn properties_and_ini_are_read() {
    let text = "# c\na.b=1\nc : two words\nd three\ne=x\\\n  y\n";
    assert_eq!(lines(text, Format::Properties), ["a.b = 1", "c = two words", "d = three", "e = x\\\n  y"]);
    let text = "; c\n[auth.jwt]\nenabled = true\nurl_login=\"x\"\n[remote \"o\"]\n//registry/:_authToken=abc\n";
    assert_eq!(
        lines(text, Format::Ini),
        ["auth.jwt.enabled = true", "auth.jwt.url_login = x", "remote \"o\".//registry/:_authToken = abc"]
    );
}

#[test]
fn xml_and_its_idioms_are_read() {
    let text = r#"<?xml version="1.0"?>
<configuration><appSettings><add key="Jwt:Key" value="abc"/></appSettings>
<!-- <a>b</a> --><bean id="x"><property name="alg"><value>none</value></property><property name="k" value="v"/></bean>
<plain attr='1'>text</plain><c><![CDATA[raw]]></c></configuration>"#;
    assert_eq!(
        lines(text, Format::Xml),
        [
            "configuration.appSettings.Jwt:Key = abc",
            "configuration.bean.id = x",
            "configuration.bean.alg = none",
            "configuration.bean.k = v",
            "configuration.plain.attr = 1",
            "configuration.plain = text",
            "configuration.c = raw",
        ]
    );
    let text = "<plist><dict><key>A</key><string>x</string><key>B</key><dict><key>C</key><true/></dict></dict></plist>";
    assert_eq!(lines(text, Format::Xml), ["plist.A = x", "plist.B.C = true"]);
}

#[test]
fn languages_of_braces_are_read() {
    let text = r#"resource "auth0_client" "app" {
  name = "x"
  grant_types = ["implicit", "password"] # c
  jwt_configuration {
    alg = "HS256"
    lifetime_in_seconds = 36000
  }
  policy = jsonencode({ Version = "2012", "A": { b = true } })
  secret = var.secret
  doc = <<-EOT
    alg = none
  EOT
  tags = { a = "b" }
}
output = "${lookup(x, "y")}z"
"#;
    assert_eq!(
        lines(text, Format::Hcl),
        [
            "resource.auth0_client.app.name = x",
            "resource.auth0_client.app.grant_types[0] = implicit",
            "resource.auth0_client.app.grant_types[1] = password",
            "resource.auth0_client.app.jwt_configuration.alg = HS256",
            "resource.auth0_client.app.jwt_configuration.lifetime_in_seconds = 36000",
            "resource.auth0_client.app.policy = jsonencode({ Version = \"2012\", \"A\": { b = true } })",
            "resource.auth0_client.app.policy.Version = 2012",
            "resource.auth0_client.app.policy.A.b = true",
            "resource.auth0_client.app.secret = var.secret",
            "resource.auth0_client.app.doc =     alg = none",
            "resource.auth0_client.app.tags.a = b",
            "output = ${lookup(x, \"y\")}z",
        ]
    );
    let text =
        "play.http.secret.key = \"x\"\nplay { http { session = { secure = false } } }\na.b : c d\nlist = [\n 1\n 2 ]\n";
    assert_eq!(
        lines(text, Format::Hocon),
        ["play.http.secret.key = x", "play.http.session.secure = false", "a.b = c d", "list[0] = 1", "list[1] = 2"]
    );
    let text = "server {\n  listen 443 ssl;\n  location ~ ^/x {\n    proxy_ssl_verify off; # c\n  }\n}\n";
    assert_eq!(lines(text, Format::Hocon), ["server.listen = 443 ssl", "server.location.~.^/x.proxy_ssl_verify = off"]);
}

#[test]
fn dockerfiles_are_read() {
    let text = "FROM x\nENV A=1 B=\"two words\" \\\n    C=3\nENV D four\nARG E=5\nRUN F=6 make\n";
    assert_eq!(lines(text, Format::Docker), ["A = 1", "B = two words", "C = 3", "D = four", "E = 5"]);
}

#[test]
fn deep_nesting_is_bounded() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "<a>".repeat(100_000),
        "- ".repeat(50_000),
        "a(".repeat(50_000),
        "a({".repeat(50_000),
    ] {
        for format in FORMATS {
            let _ = Settings::of(&text, format);
        }
    }
}

proptest! {
    #[test]
    fn every_value_slices_to_its_text(text in "[-a-c:=\"'{}\\[\\]<>/#,;\\n\\r \\t$%|&!é(\\\\)]{0,200}") {
        for format in FORMATS {
            for entry in Settings::of(&text, format).entries() {
                let written = &text[entry.span.range()];
        assert!(written == entry.value || written.starts_with("--") && entry.value == "true", "{written}");
            }
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        for format in FORMATS {
            let _ = Settings::of(&text, format);
        }
    }
}

#[test]
fn a_value_that_configures_something_is_read_as_yaml() {
    let text = "data:\n  oidc.config: |\n    name: Corp\n    issuer: https://id.example.com\n  notes.config: |\n    Some prose: not a setting of ours\n";
    let found = lines(text, Format::Yaml);
    assert!(found.contains(&"data.oidc.config.issuer = https://id.example.com".to_owned()), "{found:?}");
    assert!(!found.iter().any(|line| line.starts_with("data.notes.config.")), "{found:?}");
}
