//! What demands scopes of others, or tells what an operation needs, asks for nothing.

use super::scopes;

#[test]
fn a_constant_that_is_only_compared_asks_for_nothing() {
    for (path, text) in [
        (
            "a.py",
            "_DRIVE_SCOPE = 'https://www.googleapis.com/auth/drive'\nif _DRIVE_SCOPE not in scopes:\n    fail()\n",
        ),
        (
            "a.py",
            "_X_REQUIRED_SCOPES = ('Files.ReadWrite', 'Mail.Send')\nbad = [s for s in _X_REQUIRED_SCOPES if s not in have]\nprint(', '.join(_X_REQUIRED_SCOPES))\n",
        ),
        ("a.py", "NEED_SCOPES = ['Mail.Read']\nok = any(s in granted for s in NEED_SCOPES)\n"),
        ("a.py", "NEED_SCOPES = ['Mail.Read']\nok = set(NEED_SCOPES) <= set(granted)\n"),
        ("a.py", "NEED_SCOPES = {'Mail.Read'}\nok = NEED_SCOPES.issubset(granted)\n"),
        (
            "a.js",
            "const MAIL_SCOPES = ['Mail.Read', 'Mail.ReadWrite'];\nconst ok = MAIL_SCOPES.some(s => granted.includes(s));\n",
        ),
        ("a.js", "const MAIL_SCOPE = 'Mail.Read';\nif (!granted.includes(MAIL_SCOPE)) fail();\n"),
        ("a.ts", "const SCOPES = ['Mail.Read'];\nfor (const s of SCOPES) { if (!granted.has(s)) fail(); }\n"),
        (
            "a.js",
            "const DRIVE = 'https://www.googleapis.com/auth/drive';\nconst READ_SCOPES = [DRIVE];\nREAD_SCOPES.some(s => granted.includes(s));\n",
        ),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    for (path, text, count) in [
        ("a.py", "SCOPES = ['Mail.Read']\nif not set(SCOPES) <= set(have):\n    app.login(SCOPES)\n", 1),
        ("a.py", "SCOPES = ['Mail.Read']\nfor s in SCOPES:\n    flow.add(s)\n", 1),
        ("a.py", "SCOPES = ['Mail.Read']\n", 1),
        ("a.py", "REQUIRED_SCOPES = ['Mail.Read']\nlogin(scopes=REQUIRED_SCOPES)\n", 1),
        (
            "a.js",
            "const SCOPES = ['Mail.Read'];\nlogin({ scopes: SCOPES });\nif (!SCOPES.every(s => granted.includes(s))) fail();\n",
            1,
        ),
        (
            "a.js",
            "export const SCOPES = ['Mail.Read'];\nexport const ok = (g) => SCOPES.every(s => g.includes(s));\n",
            1,
        ),
        ("a.py", "SCOPE = 'Mail.Read'\nurl = f'https://x.example/authorize?scope={SCOPE}'\nok = SCOPE in granted\n", 1),
    ] {
        assert_eq!(scopes(path, text).len(), count, "{path}: {text}");
    }
}

#[test]
fn lists_for_many_operations_ask_for_nothing() {
    let rows: String = (0..9).map(|at| format!("  op{at}: read(MAIL_SCOPES),\n")).collect();
    let table = format!("var MAIL_SCOPES = ['Mail.Read', 'Mail.ReadWrite'];\nvar NEEDS = {{\n{rows}}};\n");
    assert_eq!(scopes("a.js", &table), Vec::<String>::new());
    let asked = format!("{table}login({{ scopes: MAIL_SCOPES }});\n");
    assert_eq!(scopes("a.js", &asked).len(), 2);
}

#[test]
fn what_a_guard_requires_is_not_asked_for() {
    for (path, text) in [
        ("a.py", "auth = JWTVerifier(jwks_uri=u, required_scopes=['Mail.Read'])"),
        ("a.py", "@server.tool_guard\n@needs(required_scopes=['Mail.Read'])\ndef f(): ..."),
        ("a.py", "t = ToolSpec(name='x', required_scopes=['Mail.Read'])"),
        ("a.py", "@require_scopes('Mail.Read')\ndef f(): ..."),
        ("a.py", "def f(user=Security(current, scopes=['Mail.Read'])): ..."),
        ("a.cs", "[RequiredScope(\"Mail.Read\")]\npublic class A {}"),
        ("A.java", "http.hasAuthority(\"SCOPE_Mail.Read\");"),
        ("a.js", "app.use(requireBearerAuth({ verifier, requiredScopes: ['Mail.Read'] }));"),
        ("a.js", "if (hasScope(token, 'Mail.Read')) {}"),
        ("a.py", "if 'Mail.Read' in granted: pass"),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    for (path, text) in [
        ("a.py", "auth = AzureProvider(client_id=i, required_scopes=['Mail.Read'])"),
        ("a.js", "const config = { clientId: id, requiredScopes: ['Mail.Read'] };"),
    ] {
        assert_eq!(scopes(path, text), ["Mail.Read"], "{path}: {text}");
    }
}

#[test]
fn what_an_operation_needs_its_description_does_not_ask_for() {
    for (path, text) in [
        (
            "a.yaml",
            "name: send\nparameters:\n  to:\n    type: string\nexecution:\n  type: function\nauthentication:\n  scopes:\n    - Mail.Send\n",
        ),
        (
            "a.json",
            "{\"tools\": [{\"name\": \"send\", \"inputSchema\": {\"a\": 1}, \"handler\": \"x\", \"scopes\": [\"Mail.Send\"]}]}",
        ),
        ("a.yaml", "operations:\n  - method: GET\n    path: /me/messages\n    scopes: [Mail.Read]\n"),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    for (path, text) in [
        ("a.yaml", "name: mail\nprovider: microsoft\nauthentication:\n  scopes:\n    - Mail.Send\n"),
        (
            "a.yaml",
            "name: mail\nparameters:\n  a: b\noutputs:\n  c: d\nauthentication:\n  client_id: x\n  scopes:\n    - Mail.Send\n",
        ),
    ] {
        assert_eq!(scopes(path, text), ["Mail.Send"], "{path}: {text}");
    }
}

#[test]
fn what_something_is_compared_with_is_not_asked_for() {
    for (path, text) in [
        ("a.py", "ok = scopes.intersection({'https://www.googleapis.com/auth/drive', 'https://mail.google.com/'})"),
        ("a.py", "ok = granted_scopes() & {'https://www.googleapis.com/auth/drive'}"),
        (
            "a.py",
            "ok = any(s in scopes for s in ('https://www.googleapis.com/auth/drive', 'https://mail.google.com/'))",
        ),
        ("a.py", "if scope in ('https://www.googleapis.com/auth/drive', 'https://mail.google.com/'): go()"),
        ("a.py", "if creds.scopes == ['https://www.googleapis.com/auth/drive']: go()"),
        ("a.js", "const ok = ['https://www.googleapis.com/auth/drive'].some((s) => scopes.includes(s));"),
        ("a.py", "client = outlook(required_scope='Contacts.ReadWrite')"),
        ("a.py", "for kind, name, scope in (('google', 'gmail', 'gmail.send'), ('ms', 'outlook', 'Mail.Send')): go()"),
        (
            "a.py",
            "W_SCOPES = {'Mail.Read'}\nfor s in W_SCOPES:\n    if has_scopes([s]):\n        pass\nhave.intersection(W_SCOPES)\n",
        ),
        ("a.py", "_ORDER = ('https://www.googleapis.com/auth/drive',)\nRANK = {s: i for i, s in enumerate(_ORDER)}\n"),
        ("a.py", "def f(self):\n    return self._scope('mail.read')"),
        ("a.js", "u = `https://accounts.google.com/o/oauth2/v2/auth?include_granted_scopes=true&client_id=x`"),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    for (path, text) in [
        ("a.py", "for scope in ['Mail.Read']:\n    app.add_scope(scope)\nSCOPES = ['Mail.Read']\n"),
        ("a.js", "const scopes = ['Mail.Read'].filter(Boolean).join(' ');"),
        ("a.rs", "let scopes = &[\"https://www.googleapis.com/auth/drive\"];"),
        ("a.py", "flow(scopes=['mail.read', 'User.Read'])"),
        ("a.py", "build('drive', 'v3', ['https://www.googleapis.com/auth/drive'])"),
    ] {
        assert!(!scopes(path, text).is_empty(), "{path}: {text}");
    }
}

#[test]
fn one_client_repeated_in_a_configuration_asks() {
    let stream = "  - requester:\n      authenticator:\n        client_id: x\n        refresh_request_body:\n          scope: https://graph.microsoft.com/.default\n";
    let many = format!("streams:\n{}", stream.repeat(12));
    assert_eq!(scopes("manifest.yaml", &many).len(), 12);
}
