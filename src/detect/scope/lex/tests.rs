use super::{Kind, Style, read};

fn strings(ending: &str, text: &str) -> Vec<String> {
    let style = Style::of(ending).expect("a language");
    read(text, style)
        .into_iter()
        .filter(|token| token.kind == Kind::Text)
        .map(|token| text[token.inner.range()].to_owned())
        .collect()
}

#[test]
fn strings_of_many_languages_are_found_and_comments_are_not() {
    for (ending, text, wanted) in [
        ("js", "// 'no'\nconst a = 'x', b = /['\"]/, c = `y${d + 'z'}w`", vec!["x", "y", "z", "w"]),
        ("py", "# it's\na = r'x\\' + f\"y\" '''z\n'q'''", vec!["x\\", "y", "z\n'q"]),
        ("rb", "# don't\n%w[a b] + 'c'", vec!["a b", "c"]),
        ("rs", "fn a<'a>(b: &'a str) { let c = 'x'; let d = r#\"y\"z\"#; \"w\" }", vec!["y\"z", "w"]),
        ("ps1", "<# 'no' #> Connect-MgGraph -Scopes \"a`\"b\",'c' # 'no'", vec!["a`\"b", "c"]),
        ("php", "it's <?php // 'no'\n $a = 'x'; ?> don't", vec!["x"]),
        ("cs", "var a = @\"c:\\\"; char b = '\"'; var c = \"x\";", vec!["c:\\", "x"]),
        ("go", "a := `x\ny` + \"z\" // 'no'", vec!["x\ny", "z"]),
        ("cls", "String a = 'x y';", vec!["x y"]),
        ("html", "<p>Don't</p><script>a('x')</script>", vec!["x"]),
    ] {
        assert_eq!(strings(ending, text), wanted, "{ending}");
    }
}

#[test]
fn hostile_text_is_read_in_one_pass() {
    for piece in ["'", "\"", "`${", "/", "((", "%w[", "r#\"", "<?"] {
        for ending in ["js", "py", "rb", "rs", "ps1", "php", "java"] {
            read(&piece.repeat(20_000), Style::of(ending).expect("a language"));
        }
    }
}
