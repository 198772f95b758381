//! Which format a configuration file has, by its name.

use camino::Utf8Path;

/// A format of configuration files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JSON, with comments and trailing commas or without; JSON lines.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// `.env` files.
    Env,
    /// Java properties.
    Properties,
    /// INI and what looks like it: `.npmrc`, `.pypirc`, `setup.cfg`.
    Ini,
    /// XML, property lists.
    Xml,
    /// HCL: Terraform, Nomad, Vault.
    Hcl,
    /// HOCON, NGINX and other languages of braces.
    Hocon,
    /// Dockerfiles.
    Docker,
    /// Apache's directives: a name and its values on a line.
    Apache,
}

impl Format {
    /// The format of a file; `None` for what is no configuration. The text decides only where a name is shared by
    /// several formats (`.conf`).
    #[must_use]
    pub fn of(path: &Utf8Path, text: &str) -> Option<Self> {
        let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
        let name = name.rsplit('!').next().unwrap_or_default();
        if name.starts_with(".env") || name.ends_with(".env") || name.starts_with("env.") || name == ".flaskenv" {
            // `.env.ts` and `env.d.ts` are programs.
            let code =
                [".ts", ".js", ".mjs", ".cjs", ".py", ".rb", ".php", ".go", ".rs", ".sh", ".json", ".yml", ".yaml"];
            if !code.iter().any(|ending| name.ends_with(ending)) {
                return Some(Self::Env);
            }
        }
        if name == "dockerfile"
            || name == "containerfile"
            || name.starts_with("dockerfile.")
            || name.ends_with(".dockerfile")
        {
            return Some(Self::Docker);
        }
        let mut name = name;
        // `config.yml.example`, `values.yaml.tpl`: the inner name tells.
        while let Some((inner, ending)) = name.rsplit_once('.') {
            if !SHELLS.contains(&ending) || !inner.contains('.') {
                break;
            }
            name = inner;
        }
        match name {
            ".htaccess" => return Some(Self::Apache),
            "pipfile" | "poetry.lock" => return Some(Self::Toml),
            ".npmrc" | ".yarnrc" | ".pypirc" | ".gitconfig" | ".s3cfg" | ".boto" | ".editorconfig" | "hgrc" => {
                return Some(Self::Ini);
            }
            ".babelrc" | ".eslintrc" | ".prettierrc" | "composer.lock" | ".firebaserc" | ".jshintrc" => {
                return Some(Self::Json);
            }
            "credentials" | "config" => {
                let parent = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
                return matches!(parent, ".aws" | ".oci" | ".git").then_some(Self::Ini);
            }
            _ => {}
        }
        let ending = name.rsplit_once('.')?.1;
        Some(match ending {
            "json"
            | "jsonc"
            | "json5"
            | "jsonl"
            | "ndjson"
            | "webmanifest"
            | "har"
            | "ipynb"
            | "tfstate"
            | "arb"
            | "avsc"
            | "postman_collection"
            | "postman_environment"
            | "code-workspace" => Self::Json,
            "template" if text.trim_start().starts_with('{') => Self::Json,
            "template" => Self::Yaml,
            "yaml" | "yml" | "eyaml" | "raml" => Self::Yaml,
            "toml" => Self::Toml,
            "envrc" => Self::Env,
            "properties" => Self::Properties,
            "ini" | "cfg" | "cnf" | "inf" | "service" | "desktop" | "prefs" | "npmrc" | "pypirc" => Self::Ini,
            "xml" | "config" | "csproj" | "vbproj" | "fsproj" | "props" | "targets" | "pom" | "plist" | "resx"
            | "settings" | "jmx" | "wsdl" | "pubxml" | "nuspec" | "entitlements" | "connectedapp" | "storyboard" => {
                Self::Xml
            }
            "tf" | "tfvars" | "hcl" | "nomad" | "tofu" => Self::Hcl,
            "hocon" => Self::Hocon,
            "conf" => conf(text),
            _ => return None,
        })
    }

    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
            Self::Env => "dotenv",
            Self::Properties => "properties",
            Self::Ini => "INI",
            Self::Xml => "XML",
            Self::Hcl => "HCL",
            Self::Hocon => "HOCON",
            Self::Docker => "Dockerfile",
            Self::Apache => "Apache configuration",
        }
    }
}

/// Endings that wrap another file.
const SHELLS: [&str; 22] = [
    "example", "sample", "dist", "template", "tpl", "tmpl", "j2", "jinja", "jinja2", "erb", "bak", "backup", "old",
    "orig", "default", "defaults", "local", "gotmpl", "ctmpl", "mustache", "hbs", "in",
];

/// `.conf` is INI where sections open lines, Apache's where they are tags, else a language of braces, else lines.
fn conf(text: &str) -> Format {
    let mut braces = false;
    for line in text.lines().map(str::trim).take(400) {
        if line.starts_with('[') && line.ends_with(']') && !line.contains('"') {
            return Format::Ini;
        }
        if line.starts_with("</") && line.ends_with('>') {
            return Format::Apache;
        }
        braces |= line.ends_with('{') || line.ends_with(';');
    }
    if braces { Format::Hocon } else { Format::Ini }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::Format;

    #[test]
    fn a_name_tells_the_format() {
        for (name, format) in [
            (".env.example.local", Some(Format::Env)),
            ("deploy/prod.env", Some(Format::Env)),
            ("env.d.ts", None),
            ("application-prod.yml", Some(Format::Yaml)),
            ("values.yaml.tpl", Some(Format::Yaml)),
            ("terraform.tfvars.example", Some(Format::Hcl)),
            ("Web.config", Some(Format::Xml)),
            ("App/Info.plist", Some(Format::Xml)),
            ("Dockerfile.prod", Some(Format::Docker)),
            ("appsettings.Development.json", Some(Format::Json)),
            ("main.rs", None),
            (".htaccess", Some(Format::Apache)),
            ("README", None),
        ] {
            assert_eq!(Format::of(Utf8Path::new(name), ""), format, "{name}");
        }
    }

    #[test]
    fn what_stands_in_a_conf_tells_its_format() {
        for (text, format) in [
            ("[a]\nb = c\n", Format::Ini),
            ("<VirtualHost *:443>\n  ServerName a\n</VirtualHost>\n", Format::Apache),
            ("server {\n  listen 80;\n}\n", Format::Hocon),
            ("a = b\n", Format::Ini),
        ] {
            assert_eq!(Format::of(Utf8Path::new("site.conf"), text), Some(format), "{text}");
        }
    }
}
