package export

import (
	"strings"

	"streamlist/wasm/internal/stream"
)

// Shell is what a command line is written for.
type Shell string

const (
	// POSIX is sh and what reads quotes as sh does: bash, zsh, dash, and fish too.
	POSIX Shell = "posix"
	// PowerShell is Windows PowerShell 5 and PowerShell 7.
	PowerShell Shell = "powershell"
	// Cmd is the prompt of Windows' cmd.exe.
	Cmd Shell = "cmd"
)

// Refusal is why a command, or a lesson's part of a text, can't be written; "" when it can.
type Refusal string

const (
	// Unquotable: an address holds what the shell's quotes don't keep.
	Unquotable Refusal = "unquotable"
	// TooLong: the line is longer than the shell takes.
	TooLong Refusal = "too-long"
	// InParts: the row is several files, which the program can't join.
	InParts Refusal = "in-parts"
	// NoAddress: the row can't be had, or its page has no address.
	NoAddress Refusal = "no-address"
	// NoSound: the program takes no sound that is apart from the picture.
	NoSound Refusal = "no-sound"
	// Whole: there is nothing to join.
	Whole Refusal = "whole"
)

// cmdLimit is the longest line that cmd takes (Microsoft, "Command prompt line string
// limitation").
const cmdLimit = 8191

// line is a command line in the making. Its methods are not inlined where that would cost
// bytes; a refusal stays.
type line struct {
	Reader
	// script: it will stand in a file, of which cmd reads two percent signs as one.
	script  bool
	text    []byte
	refusal Refusal
}

// command begins a command. After a first one, the next runs only if that succeeded;
// PowerShell 5 knows no && and goes on.
//
//go:noinline
func (c *line) command(program string) {
	if c.Shell == PowerShell && (program == "curl" || program == "wget") {
		program += ".exe" // by these names PowerShell 5 has another command of its own
	}
	switch {
	case len(c.text) == 0:
	case c.Shell == PowerShell:
		c.write("; ")
	default:
		c.write(" && ")
	}
	c.write(program)
}

// add adds words of our own that no shell reads as anything else.
//
//go:noinline
func (c *line) add(words string) { c.write(" ", words) }

//go:noinline
func (c *line) write(parts ...string) {
	for _, s := range parts {
		c.text = append(c.text, s...)
	}
}

// headers adds what the media hosts demand, by the program's options for the Referer,
// for the Origin and for the User-Agent.
func (c *line) headers(site stream.Site, referer, header, agent string) {
	c.exact(referer, site.Referer())
	c.exact(header, "Origin: "+origin(site))
	if value := printable(c.Agent); value != "" {
		c.exact(agent, value)
	}
}

// title adds a title after its option, unless nothing is left of it. Characters that the
// shell can't pass on are replaced by similar ones; on cmd much is dropped.
func (c *line) title(option, text string) {
	text = stream.CleanText(text, 4096)
	switch c.Shell {
	case PowerShell:
		text = literal(text)
	case Cmd:
		text = plain(text)
	}
	if text != "" {
		c.word(option, text)
	}
}

// exact adds what must arrive as it is, an address or a header, after its option.
func (c *line) exact(option, value string) {
	percents := 0
	for i := range len(value) {
		switch b := value[i]; {
		case b < ' ' || b >= 0x7f || b == '\'' || b == '"' || b == '\\' || b == '`':
			c.refusal = Unquotable // stream.Addresses lets no such address through
		case b == '%':
			percents++
		}
	}
	// Quotes don't keep cmd from replacing %name%, nothing at its prompt does, and which
	// names mean something there can't be known: %CD% is one, and two escaped bytes.
	if c.Shell == Cmd && percents > 1 && !c.script {
		c.refusal = Unquotable
	}
	c.word(option, value)
}

// word adds a value in the shell's quotes: together with its option where that ends in
// "=", else as a word after it.
func (c *line) word(option, value string) {
	if option != "" && option[len(option)-1] != '=' {
		c.add(option)
		option = ""
	}
	quote := "'"
	if c.Shell == Cmd {
		quote = `"`
	}
	switch c.Shell {
	case Cmd:
		if c.script {
			value = strings.ReplaceAll(value, "%", "%%")
		}
	case PowerShell:
		// Any of these ends a string there, and doubled stands for itself.
		for _, q := range []string{"'", "‘", "’", "‚", "‛"} {
			value = strings.ReplaceAll(value, q, q+q)
		}
	default:
		// The backslash outside too: fish reads it inside its single quotes.
		value = strings.ReplaceAll(value, `\`, "\x00")
		value = strings.ReplaceAll(value, "'", `'\''`)
		value = strings.ReplaceAll(value, "\x00", `'\\'`)
	}
	c.write(" ", quote, option, value, quote)
}

// done returns the line.
func (c *line) done() (string, Refusal) {
	if c.Shell == Cmd && len(c.text) > cmdLimit {
		c.refusal = TooLong
	}
	if c.refusal != "" {
		return "", c.refusal
	}
	return string(c.text), ""
}

// literal replaces what Windows' programs find in a word, after the shell: PowerShell 5
// hands double quotes and a final backslash on unescaped, and the word is split there.
func literal(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, `"`, "ʼʼ"), `\`, "/")
}

// plain reduces a text to ASCII letters, digits and signs that mean nothing to cmd, in
// quotes or out of them, nor to the programs after it, which may see other characters
// as the nearest of their code page (U+FF02 as a quote).
func plain(text string) string {
	kept := make([]byte, 0, len(text))
	for i := range len(text) {
		b := text[i]
		if (b|' ' >= 'a' && b|' ' <= 'z') || (b >= '0' && b <= '9') || strings.IndexByte("-._()[]+", b) >= 0 {
			kept = append(kept, b)
		} else if n := len(kept); n > 0 && kept[n-1] != ' ' {
			kept = append(kept, ' ')
		}
	}
	return strings.TrimSuffix(string(kept), " ")
}

// printable reduces a User-Agent to what a header may hold and every shell's quotes
// keep.
func printable(s string) string {
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		if b := s[i]; b >= ' ' && b <= '~' && strings.IndexByte("'\"\\`%", b) < 0 {
			kept = append(kept, b)
		}
	}
	return string(kept)
}
