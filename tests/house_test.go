// Package house tests the repository itself: what may import what, what ships
// and how large, and that the words in one place match those in another.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// root is the repository's directory; go test runs us in tests/.
const root = ".."

// temporary holds the tests' builds; TestMain removes it.
var temporary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "streamlist-house-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		temporary = dir
		return m.Run()
	}())
}

// dist builds the extension once for all tests and returns where it lies.
var dist = sync.OnceValues(func() (string, error) {
	return build("dist")
})

func build(name string) (string, error) {
	// go test remembers a result while the files that the test opened stay the
	// same, and doesn't see what a child process reads. So we open them too.
	for _, dir := range []string{"manifest.json", "go.mod", "extension", "tools", "wasm"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			return f.Close()
		})
		if err != nil {
			return "", err
		}
	}
	out := filepath.Join(temporary, name)
	cmd := exec.Command("go", "run", "./tools/build", "-out", out)
	cmd.Dir = root
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, text)
	}
	return out, nil
}

func built(t *testing.T) string {
	t.Helper()
	dir, err := dist()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// level is a package's storey: it may import only what lies on a lower one.
// A new package has to be given its place here, and in the README's drawing.
var level = map[string]int{
	"wasm/internal/json":     0,
	"wasm/internal/stream":   0,
	"wasm/internal/page":     1,
	"wasm/internal/filename": 1,
	"wasm/internal/wire":     1,
	"wasm/internal/mp4":      1,
	"wasm/internal/ass":      0,
	"wasm/internal/danmaku":  1,
	"wasm/internal/subtitle": 1,
	"wasm/internal/pugv":     2,
	"wasm/internal/intl":     2,
	"wasm/internal/aria2":    2,
	"wasm/internal/export":   2,
	"wasm/internal/course":   1,
	"wasm/internal/download": 2,
	"wasm/internal/message":  3,
	"wasm/internal/service":  4,
	"wasm/internal/browser":  4, // and nothing of ours below it: see the test
	"wasm/background":        5,
	"wasm/downloader":        5,
}

const browserPackage = "wasm/internal/browser"

// borderImports are what only the browser package may touch.
var borderImports = []string{"syscall/js", "github.com/hack-pad/safejs", "github.com/norunners/vert"}

// impureImports are what pure packages don't need: the machine, or too many
// bytes of wasm.
var impureImports = []string{"os", "os/exec", "net", "net/http", "regexp", "log", "log/slog", "text/template", "html/template"}

// heavyImports cost 0.5 to 8 MB of wasm each, so none may be reached at all.
var heavyImports = []string{"encoding/json", "net/http", "regexp", "log/slog", "text/template", "html/template"}

type goPackage struct {
	ImportPath                         string
	GoFiles, IgnoredGoFiles            []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

// wasmPackages lists our packages as the js/wasm build sees them, by path in
// the repository.
func wasmPackages(t *testing.T) map[string]goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json", "./wasm/...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := make(map[string]goPackage)
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(p.ImportPath, "streamlist/")] = p
	}
	for _, name := range []string{"wasm/background", browserPackage, "wasm/internal/stream"} {
		if _, ok := packages[name]; !ok {
			t.Errorf("there is no package %s", name)
		}
	}
	return packages
}

func TestImportDirection(t *testing.T) {
	for name, p := range wasmPackages(t) {
		own, known := level[name]
		if !known {
			t.Errorf("%s has no place in the drawing: give it a level", name)
			continue
		}
		for _, imported := range p.Imports {
			other, ours := strings.CutPrefix(imported, "streamlist/")
			if !ours {
				continue
			}
			switch storey, known := level[other]; {
			case name == browserPackage:
				t.Errorf("%s imports %s, but it must know none of our packages", name, other)
			case !known || storey >= own:
				t.Errorf("%s imports %s, which isn't below it", name, other)
			case other == browserPackage && own < level["wasm/background"]:
				t.Errorf("%s imports %s: only the mains join it to the rest", name, other)
			}
		}
		if name == browserPackage {
			continue
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if slices.Contains(borderImports, imported) {
				t.Errorf("%s imports %s: only %s may", name, imported, browserPackage)
			}
		}
		if !strings.HasPrefix(name, "wasm/internal/") {
			continue
		}
		for _, imported := range p.Imports {
			if slices.Contains(impureImports, imported) {
				t.Errorf("%s imports %s, but it must stay pure", name, imported)
			}
		}
		if len(p.IgnoredGoFiles) > 0 {
			t.Errorf("%s has build constraints on %v: pure packages are the same everywhere", name, p.IgnoredGoFiles)
		}
	}
}

func TestNoHeavyPackageInWasm(t *testing.T) {
	packages := wasmPackages(t)
	for _, name := range []string{"wasm/background", "wasm/downloader"} {
		p := packages[name]
		if len(p.Deps) == 0 {
			t.Errorf("%s imports nothing", name)
		}
		for _, dep := range heavyImports {
			if slices.Contains(p.Deps, dep) {
				t.Errorf("%s links %s; `go list -deps` under GOOS=js tells who wants it", name, dep)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for name, limit := range map[string]int64{
		"chrome/streamlist.wasm": 4_000_000,
		"chrome/downloader.wasm": 4_300_000, // read only where something is downloaded
		"chrome/content.js":      10_000,
		"firefox/content.js":     10_000,
	} {
		info, err := os.Stat(filepath.Join(built(t), name))
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%s: %d of %d bytes", name, info.Size(), limit)
		if info.Size() > limit {
			t.Errorf("%s is %d bytes, more than its budget of %d", name, info.Size(), limit)
		}
	}
}

func TestBuildIsReproducible(t *testing.T) {
	first := built(t)
	second, err := build("again")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"streamlist-chrome.zip", "streamlist-firefox.xpi"} {
		a, err := os.ReadFile(filepath.Join(first, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("two builds gave two different %s", name)
		}
	}
}

type manifest struct {
	Version         string
	DefaultLocale   string   `json:"default_locale"`
	Permissions     []string `json:"permissions"`
	HostPermissions []string `json:"host_permissions"`
	Optional        []string `json:"optional_permissions"`
	OptionalHosts   []string `json:"optional_host_permissions"`
}

func readManifest(t *testing.T, name string) (manifest, []byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m, text
}

var backticked = regexp.MustCompile("`([^`]+)`")

// TestPermissionsAreExplained compares what the manifests ask for with the
// README's table under "Permissions", whose rows begin with one or more
// permissions in backticks.
func TestPermissionsAreExplained(t *testing.T) {
	asked := make(map[string]bool)
	for _, browser := range []string{"chrome", "firefox"} {
		m, text := readManifest(t, filepath.Join(built(t), browser, "manifest.json"))
		for _, p := range slices.Concat(m.Permissions, m.HostPermissions, m.Optional, m.OptionalHosts) {
			asked[p] = true
		}
		if bytes.Contains(text, []byte("<all_urls>")) || bytes.Contains(text, []byte(`"*://*/*"`)) {
			t.Errorf("%s: the manifest names every site", browser)
		}
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	explained := make(map[string]bool)
	inside := false
	for line := range strings.Lines(string(readme)) {
		if strings.HasPrefix(line, "#") {
			inside = strings.Contains(line, "Permissions")
			continue
		}
		cells := strings.Split(line, "|")
		if !inside || len(cells) < 4 || !strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			continue
		}
		for _, m := range backticked.FindAllStringSubmatch(cells[1], -1) {
			explained[m[1]] = true
		}
		if len(strings.TrimSpace(cells[2])) < 10 {
			t.Errorf("README says nothing of what %s is for", strings.TrimSpace(cells[1]))
		}
	}
	for _, p := range slices.Sorted(maps.Keys(asked)) {
		if !explained[p] {
			t.Errorf("%s is asked for, but has no row in README's table under Permissions", p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(explained)) {
		if !asked[p] {
			t.Errorf("README explains %s, which no manifest asks for", p)
		}
	}
}

// TestPicturesAreThere: every picture that the README shows is in docs/, and the other way round.
func TestPicturesAreThere(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, m := range regexp.MustCompile(`\]\((docs/[^)]+)\)`).FindAllStringSubmatch(string(readme), -1) {
		shown[m[1]] = true
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("README shows %s: %v", m[1], err)
		}
	}
	if len(shown) == 0 {
		t.Error("README shows no picture of docs/")
	}
	there, err := os.ReadDir(filepath.Join(root, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range there {
		if name := path.Join("docs", d.Name()); !shown[name] {
			t.Errorf("%s is shown nowhere", name)
		}
	}
}

func TestVersionIsInChangelog(t *testing.T) {
	m, _ := readManifest(t, filepath.Join(root, "manifest.json"))
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^#+ .*\b` + regexp.QuoteMeta(m.Version) + `\b`).Match(changelog) {
		t.Errorf("CHANGELOG.md has no heading for version %s", m.Version)
	}
}

// sources returns the extension's own files by slash-separated path from the
// repository's root.
func sources(t *testing.T, extensions ...string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, "extension", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(extensions, path.Ext(name)) {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

type message struct {
	Message      string
	Description  string
	Placeholders map[string]struct{ Content string }
}

var substitution = regexp.MustCompile(`\$[A-Za-z0-9_@]+\$|\$[1-9]`)

func TestMessages(t *testing.T) {
	m, _ := readManifest(t, filepath.Join(root, "manifest.json"))
	locales := make(map[string]map[string]message)
	for name, text := range sources(t, ".json") {
		if path.Base(name) != "messages.json" {
			continue
		}
		var messages map[string]message
		if err := json.Unmarshal([]byte(text), &messages); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		locales[path.Base(path.Dir(name))] = messages
	}
	for _, want := range []string{m.DefaultLocale, "zh_CN", "zh_TW", "th", "vi", "id", "ms"} {
		if locales[want] == nil {
			t.Errorf("there is no locale %s", want)
		}
	}
	original := locales[m.DefaultLocale]

	for _, locale := range slices.Sorted(maps.Keys(locales)) {
		for _, key := range slices.Sorted(maps.Keys(original)) {
			if _, ok := locales[locale][key]; !ok {
				t.Errorf("%s lacks %s", locale, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(locales[locale])) {
			have, want := locales[locale][key], original[key]
			switch {
			case want.Message == "":
				t.Errorf("%s has %s, which %s lacks", locale, key, m.DefaultLocale)
			case strings.TrimSpace(have.Message) == "":
				t.Errorf("%s: %s is empty", locale, key)
			case !slices.Equal(placeholders(have), placeholders(want)):
				t.Errorf("%s: %s takes %v, in %s it takes %v", locale, key, placeholders(have), m.DefaultLocale, placeholders(want))
			}
		}
	}

	used, prefixes := usedMessages(t)
	for _, key := range slices.Sorted(maps.Keys(used)) {
		if _, ok := original[key]; !ok {
			t.Errorf("%s uses the message %s, which doesn't exist", used[key], key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(original)) {
		dynamic := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
		if used[key] == "" && !dynamic {
			t.Errorf("the message %s is used nowhere", key)
		}
	}
	for _, prefix := range prefixes {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(original)), func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("messages %s* are declared, but none exists", prefix)
		}
	}
}

// placeholders are what a message takes, each once and sorted, in lower case:
// browsers don't mind the case of a name.
func placeholders(m message) []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, s := range substitution.FindAllString(m.Message, -1) {
			if !yield(strings.ToLower(s)) {
				return
			}
		}
	}))
}

var (
	manifestMessage = regexp.MustCompile(`__MSG_([A-Za-z0-9_]+?)__`)
	// <p data-msg="key">, and data-msg-title="key" for an attribute's text.
	markupMessage   = regexp.MustCompile(`\bdata-(?:msg|i18n)(?:-[a-z-]+)?=["']?([A-Za-z0-9_]+)`)
	messageCall     = regexp.MustCompile(`\b(?:msg|getMessage)\(`)
	messageComment  = regexp.MustCompile(`(?m)//\s*messages:(.*)$`)
	quoted          = regexp.MustCompile(`'([^'\n]*)'|"([^"\n]*)"|` + "`([^`\n]*)`")
	messageKey      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	declaredMessage = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]*)(\*?)$`)
)

// usedMessages returns the keys that extension/ and the manifest use, each
// with a file that does, and the prefixes of keys made at run time. Those are
// declared by a comment such as
//
//	// messages: reason_* quality_*
//
// A whole key may be declared so too, where a call gets it from elsewhere.
func usedMessages(t *testing.T) (used map[string]string, prefixes []string) {
	used = make(map[string]string)
	files := sources(t, ".js", ".html", ".css", ".json")
	text, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.json"] = string(text)
	type call struct{ file, prefix string }
	var dynamic []call
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if path.Base(name) == "messages.json" {
			continue
		}
		for _, m := range manifestMessage.FindAllStringSubmatch(text, -1) {
			used[m[1]] = name
		}
		if path.Ext(name) == ".html" {
			for _, m := range markupMessage.FindAllStringSubmatch(text, -1) {
				used[m[1]] = name
			}
		}
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range messageComment.FindAllStringSubmatch(text, -1) {
			for _, word := range strings.Fields(m[1]) {
				d := declaredMessage.FindStringSubmatch(strings.Trim(word, ","))
				switch {
				case d == nil:
					t.Errorf("%s: %q in a messages: comment is neither key nor prefix*", name, word)
				case d[2] == "*":
					prefixes = append(prefixes, d[1])
				default:
					used[d[1]] = name
				}
			}
		}
		for _, at := range messageCall.FindAllStringIndex(text, -1) {
			for _, m := range quoted.FindAllStringSubmatch(firstArgument(text[at[1]:]), -1) {
				key := m[1] + m[2] + m[3]
				if before, _, ok := strings.Cut(key, "${"); ok {
					dynamic = append(dynamic, call{name, before})
				} else if strings.HasSuffix(key, "_") {
					dynamic = append(dynamic, call{name, key})
				} else if messageKey.MatchString(key) {
					used[key] = name
				}
			}
		}
	}
	for _, c := range dynamic {
		if !slices.Contains(prefixes, c.prefix) {
			t.Errorf("%s makes message keys from %q: declare `// messages: %s*`", c.file, c.prefix, c.prefix)
		}
	}
	if len(used) == 0 {
		t.Error("no message is used at all")
	}
	return used, prefixes
}

// firstArgument is the source of a call's first argument, given what follows
// the opening parenthesis. Literals are skipped whole; comments aren't known.
func firstArgument(text string) string {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"', '`':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return text[:i]
			}
			i += end + 1
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				return text[:i]
			}
			depth--
		case ',':
			if depth == 0 {
				return text[:i]
			}
		}
	}
	return text
}

// TestEveryHandlerIsHeldAgainstAPanic compares what the background answers, kinds of
// messages and the browser's events, with the rows under "Panics" in FAULTS.md, whose
// tests are in e2e/panics.test.js.
func TestEveryHandlerIsHeldAgainstAPanic(t *testing.T) {
	handled := handledKinds(t)
	shim, err := os.ReadFile(filepath.Join(root, "extension/shim.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range forwarded.FindAllStringSubmatch(string(shim), -1) {
		if m[1] != "message" { // which its kinds stand for
			handled[m[1]] = true
		}
	}
	for _, known := range []string{"list", "closed"} {
		if !handled[known] {
			t.Errorf("%s is not found in the sources: this test reads them wrongly", known)
		}
	}

	faults, err := os.ReadFile("FAULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(faults), "\n## Panics\n")
	rows := make(map[string]bool)
	for line := range strings.Lines(section) {
		if cells := strings.Split(line, "|"); len(cells) == 5 {
			name, _, _ := strings.Cut(strings.TrimSpace(cells[1]), ", ")
			rows[name] = true
		}
	}
	delete(rows, "Case")
	delete(rows, "---")
	for _, name := range slices.Sorted(maps.Keys(handled)) {
		if !rows[name] {
			t.Errorf("nothing says what comes of a panic in the handler of %q: give it a row in FAULTS.md and a test", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if !handled[name] {
			t.Errorf("FAULTS.md tells of a panic in the handler of %q, which there is none of", name)
		}
	}
}

var forwarded = regexp.MustCompile(`\bforward\('(\w+)'`)

// handledKinds are the kinds for which some program registers a handler at its router.
func handledKinds(t *testing.T) map[string]bool {
	values := make(map[string]string) // of package message's constants
	var registered []ast.Expr
	err := filepath.WalkDir(filepath.Join(root, "wasm"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, value := range n.Values {
					if text, ok := value.(*ast.BasicLit); ok && text.Kind == token.STRING && file.Name.Name == "message" {
						values[n.Names[i].Name], _ = strconv.Unquote(text.Value)
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "FromContent" || f.Sel.Name == "FromPage") {
					registered = append(registered, n.Args[0])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]bool)
	for _, arg := range registered {
		kind, ok := arg.(*ast.SelectorExpr)
		if !ok || values[kind.Sel.Name] == "" {
			t.Errorf("a handler is registered for something else than a kind of package message: %#v", arg)
			continue
		}
		kinds[values[kind.Sel.Name]] = true
	}
	return kinds
}

// forbidden are ways to turn text into markup or code.
var forbidden = regexp.MustCompile(`\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|document\.write(?:ln)?|eval\s*\(|new\s+Function\b)|<all_urls>`)

// pageCopy lets a page's own copy listener read what is copied. An offscreen
// document is our own page, and never has the focus that the better way wants.
var pageCopy = regexp.MustCompile(`\bexecCommand\s*\(`)

func TestNoMarkupOrCodeFromText(t *testing.T) {
	files := sources(t, ".js", ".html", ".json")
	scripts := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) == ".js" {
			scripts++
		}
		line := 0
		for text := range strings.Lines(files[name]) {
			line++
			if found := forbidden.FindString(text); found != "" {
				t.Errorf("%s:%d: %s", name, line, found)
			}
			if name != "extension/chrome/offscreen.js" && pageCopy.MatchString(text) {
				t.Errorf("%s:%d: execCommand in a page", name, line)
			}
		}
	}
	if scripts == 0 {
		t.Error("extension/ holds no script")
	}
}

// TestShippedScriptsParse lets Node read each minified script, as the kind of
// script that the browser will take it for.
func TestShippedScriptsParse(t *testing.T) {
	dir := built(t)
	classic := func(name string) bool { return name == "content.js" || strings.HasPrefix(name, "panel/") }
	for _, browser := range []string{"chrome", "firefox"} {
		tree := os.DirFS(filepath.Join(dir, browser))
		scripts, err := scriptsIn(tree)
		if err != nil {
			t.Fatal(err)
		}
		if len(scripts) == 0 {
			t.Errorf("%s ships no script", browser)
		}
		for _, name := range scripts {
			text, err := fs.ReadFile(tree, name)
			if err != nil {
				t.Fatal(err)
			}
			kind := ".mjs"
			if classic(name) {
				kind = ".cjs"
			}
			file := filepath.Join(t.TempDir(), "script"+kind)
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("node", "--check", file).CombinedOutput(); err != nil {
				t.Errorf("%s/%s: %v\n%s", browser, name, err, out)
			}
		}
	}
}

func scriptsIn(tree fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".js" {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// TestNoCaptureIsCommitted looks for recorded answers among our files. They
// lie outside the repository, and are known only where they are present.
func TestNoCaptureIsCommitted(t *testing.T) {
	const run, block = 200, 100 // characters; any run holds a whole aligned block
	names, err := filepath.Glob(filepath.Join(root, "../shared/captures/*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skip("no recorded answers beside the repository: nothing to compare with")
	}
	type place struct {
		capture string
		at      int
	}
	captures := make(map[string]string)
	blocks := make(map[string][]place)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := squeeze(data)
		captures[name] = text
		for at := 0; at+block <= len(text); at += block {
			b := text[at : at+block]
			blocks[b] = append(blocks[b], place{name, at})
		}
	}

	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	listed, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, not yet committed
		} else if err != nil {
			t.Fatal(err)
		}
		text := squeeze(data)
		for capture, whole := range captures {
			if text == whole {
				t.Errorf("%s is the recorded answer %s", name, filepath.Base(capture))
			}
		}
		for at := 0; at+block <= len(text); at++ {
			longest := 0
			from := ""
			for _, p := range blocks[text[at:at+block]] {
				if n := commonRun(text, at, captures[p.capture], p.at); n > longest {
					longest, from = n, p.capture
				}
			}
			if longest >= run {
				t.Errorf("%s holds %d characters in a row of %s, at %q…", name, longest, filepath.Base(from), text[at : at+block][:40])
				at += longest
			}
		}
	}
}

// commonRun is the length of the longest equal run around a[i:] and b[j:].
func commonRun(a string, i int, b string, j int) int {
	back := 0
	for back < i && back < j && a[i-back-1] == b[j-back-1] {
		back++
	}
	ahead := 0
	for i+ahead < len(a) && j+ahead < len(b) && a[i+ahead] == b[j+ahead] {
		ahead++
	}
	return back + ahead
}

// squeeze drops white space, so that indenting an answer doesn't hide it.
func squeeze(data []byte) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, string(data))
}
