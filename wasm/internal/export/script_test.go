package export

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// call is a program that a script runs, its words, and what stands on its standard input.
type call struct {
	Program, Input string
	Words          []string
}

var called = []string{"curl", "wget", "aria2c", "ffmpeg", "mpv", "yt-dlp", "mkdir"}

// shellCalls has a shell of this machine run a script in which every program is one of ours, that
// says how it was called.
func shellCalls(t *testing.T, shell, script string) []call {
	t.Helper()
	path, err := exec.LookPath(shell)
	if err != nil {
		t.Skip("no such shell here: ", err)
	}
	cat, err := exec.LookPath("cat")
	if err != nil {
		t.Skip("no cat here: ", err)
	}
	dir := t.TempDir()
	bin, log, work := filepath.Join(dir, "bin"), filepath.Join(dir, "log"), filepath.Join(dir, "work")
	for _, d := range []string{bin, work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Separated by NUL: a word may hold anything else.
	program := "#!" + path + "\n{ printf '%s\\0' \"${0##*/}\" \"$#\" \"$@\"; " + cat + "; printf '\\0'; } >>'" + log + "'\n"
	for _, name := range called {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(program), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "script"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, filepath.Join(dir, "script"))
	// No other program can be found, so a script that breaks out fails.
	cmd.Dir, cmd.Env = work, []string{"PATH=" + bin, "HOME=" + work}
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%s: %v\n%s\n%s", shell, err, out, script)
	}
	if left, err := os.ReadDir(work); err != nil || len(left) > 0 {
		t.Fatalf("the script left something behind: %v, %v", left, err)
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var list []call
	for rest := strings.Split(string(data), "\x00"); len(rest) > 2; {
		n, err := strconv.Atoi(rest[1])
		if err != nil || len(rest) < n+3 {
			t.Fatalf("the log of calls: %q", rest)
		}
		list = append(list, call{rest[0], rest[n+2], rest[2 : n+2]})
		rest = rest[n+3:]
	}
	return list
}

// calls reads a script by the rules of its shell, of which whatever isn't expected there is an
// error. For POSIX shells, TestShellsReadTheSame holds it against real ones.
func calls(t *testing.T, shell Shell, script string) []call {
	t.Helper()
	switch shell {
	case PowerShell:
		return powershellCalls(t, script)
	case Cmd:
		return cmdCalls(t, script)
	}
	return posixCalls(t, script)
}

func posixCalls(t *testing.T, script string) []call {
	t.Helper()
	var list []call
	for script != "" {
		line, rest, _ := strings.Cut(script, "\n")
		if strings.HasPrefix(line, "#") || line == "failed=0" || line == "(exit $failed)" {
			script = rest
			continue
		}
		// A line break inside of quotes would belong to the command.
		words, input := []string{}, ""
		word, started, quoted := "", false, false
		end := func() {
			if started {
				words = append(words, word)
			}
			word, started = "", false
		}
		flush := func() {
			end()
			if len(words) > 0 {
				list = append(list, call{Program: words[0], Words: words[1:]})
			}
			words = nil
		}
		i := 0
	command:
		for ; i < len(script); i++ {
			b := script[i]
			switch {
			case quoted && b != '\'':
				word += script[i : i+1]
			case b == '\'':
				quoted, started = !quoted, true
			case b == '\\':
				i++
				word, started = word+script[i:i+1], true
			case b == ' ':
				end()
			case strings.HasPrefix(script[i:], "&& "):
				flush()
				i++
			case strings.HasPrefix(script[i:], "|| failed=1\n"):
				i += len("|| failed=1")
				break command
			case strings.HasPrefix(script[i:], "<<'STREAMLIST' || failed=1\n"):
				body := script[i+len("<<'STREAMLIST' || failed=1\n"):]
				k := strings.Index(body, "\nSTREAMLIST\n")
				if k < 0 {
					t.Fatalf("the list has no end: %s", body)
				}
				input = body[:k+1]
				i = len(script) - len(body) + k + len("\nSTREAMLIST")
				break command
			case b == '\n':
				break command
			case strings.IndexByte("$`\"&|;<>(){}*?[]~!#\t\r", b) >= 0:
				t.Fatalf("the shell reads %q in %s", b, line)
			default:
				word, started = word+script[i:i+1], true
			}
		}
		if quoted {
			t.Fatalf("a string is open in %s", line)
		}
		flush()
		if input != "" {
			list[len(list)-1].Input = input
		}
		script = script[min(i+1, len(script)):]
	}
	return list
}

// apart cuts a line where a separator stands outside of quotes.
func apart(line, separator string, quote func(rune) bool) (parts []string) {
	start, inside := 0, false
	for i, r := range line {
		switch {
		case quote(r): // a doubled one closes and opens
			inside = !inside
		case !inside && i >= start && strings.HasPrefix(line[i:], separator):
			parts = append(parts, line[start:i])
			start = i + len(separator)
		}
	}
	return append(parts, line[start:])
}

func powershellCalls(t *testing.T, script string) []call {
	t.Helper()
	const begin, end = "$list = [IO.Path]::GetTempFileName()\n[IO.File]::WriteAllText($list, @'\n", "\n'@)\n"
	var list []call
	input := ""
	for script != "" {
		if rest, ok := strings.CutPrefix(script, begin); ok {
			// A string of this kind ends where a line begins with its quote, of whichever form.
			for i := range rest {
				if i > 0 && rest[i-1] == '\n' && strings.ContainsAny(string([]rune(rest[i:min(i+4, len(rest))])[:1]), "'‘’‚‛") {
					input, script = rest[:i], rest[i:]
					break
				}
			}
			if !strings.HasPrefix(script, end[1:]) {
				t.Fatalf("the list has no end: %s", script)
			}
			script = script[len(end)-1:]
			continue
		}
		line, rest, _ := strings.Cut(script, "\n")
		script = rest
		if strings.HasPrefix(line, "#") || line == "Remove-Item $list" {
			continue
		}
		for _, command := range apart(line, "; ", powershell.quote) {
			command, listed := strings.CutSuffix(command, "=$list\"")
			option := ""
			if listed {
				k := strings.LastIndex(command, ` "--`)
				command, option = command[:k], command[k+2:]
			}
			command, made := strings.CutSuffix(command, " | Out-Null")
			words := split(t, powershell, command)
			if made != (words[0] == "mkdir") {
				t.Fatalf("a pipe in %s", line)
			}
			c := call{Program: strings.TrimSuffix(words[0], ".exe"), Words: words[1:]}
			if listed {
				c.Words, c.Input = append(c.Words, option+"=-"), input
			}
			list = append(list, c)
		}
	}
	return list
}

// percent stands for what two percent signs are in a file of cmd's.
const percent = "\ue000"

func cmdCalls(t *testing.T, script string) []call {
	t.Helper()
	rules := cmd
	rules.means = func(r rune, inside bool) bool { return string(r) != percent && cmd.means(r, inside) }
	if strings.Contains(strings.ReplaceAll(script, "\r\n", ""), "\n") || !strings.HasPrefix(script, "@echo off\r\n") {
		t.Fatal("lines of cmd's end with a return")
	}
	var list []call
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\r\n")
		if len(line) > cmdLimit {
			t.Fatalf("%d bytes", len(line))
		}
		if line == "@echo off" || strings.HasPrefix(line, "rem Streamlist: the links work until 20") {
			continue
		}
		if made, ok := strings.CutPrefix(line, "if not exist "); ok {
			path, again, _ := strings.Cut(made, ` mkdir `)
			if path != again {
				t.Fatalf("two folders in %s", line)
			}
			list = append(list, call{Program: "mkdir", Words: split(t, rules, strings.ReplaceAll(path, `\`, "/"))})
			continue
		}
		for _, command := range apart(strings.ReplaceAll(line, "%%", percent), " && ", rules.quote) {
			words := split(t, rules, command)
			for i := range words {
				words[i] = strings.ReplaceAll(words[i], percent, "%")
			}
			list = append(list, call{Program: words[0], Words: words[1:]})
		}
	}
	return list
}
