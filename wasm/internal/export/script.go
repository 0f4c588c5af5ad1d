package export

import "strings"

// heredoc ends a list in a script for POSIX shells. No line of a list is it: those begin with
// "#", with a blank or with an address.
const heredoc = "STREAMLIST"

func scriptEnding(shell Shell) string {
	switch shell {
	case PowerShell:
		return ".ps1"
	case Cmd:
		return ".cmd"
	}
	return ".sh"
}

// script writes a command for each lesson, and what makes the folders that it needs. A lesson
// that fails keeps nothing from the others. A POSIX script ends with status 1 then.
func (w *writer) script() {
	w.Mark = w.to.Shell == PowerShell // Windows PowerShell 5
	w.opening()
	if w.to.Shell != Cmd && (w.format == MPV || w.format == Aria2c) {
		w.listed()
		return
	}
	made := map[string]bool{}
	c := line{Reader: w.to, script: true}
	for i := range w.lessons {
		it := &w.lessons[i]
		c.text, c.refusal = c.text[:0], ""
		c.program(w.format, it)
		text, why := c.done()
		if why != "" {
			w.refuse(it, why)
			continue
		}
		switch w.format {
		case Curl, Wget, FFmpeg, Join:
			w.folder(it.stem, made)
		}
		w.add(text)
		if w.to.Shell == POSIX {
			w.add(" || failed=1")
		}
		w.add(w.newline())
	}
	if w.to.Shell == POSIX {
		w.add("(exit $failed)\n") // no exit by itself: pasted, it would close the terminal
	}
}

// opening writes what stands before the first command.
func (w *writer) opening() {
	comment := "# "
	if w.to.Shell == Cmd {
		w.add("@echo off", w.newline())
		comment = "rem "
	}
	if text := w.works(); text != "" {
		w.add(comment, text, w.newline())
	}
	if w.to.Shell == POSIX {
		w.add("failed=0\n")
	}
}

// newline ends a line. Of cmd it is known that it misreads some scripts without returns.
func (w *writer) newline() string {
	if w.to.Shell == Cmd {
		return "\r\n"
	}
	return "\n"
}

// folder makes the folder of a lesson's files, once.
func (w *writer) folder(stem string, made map[string]bool) {
	end := strings.LastIndexByte(stem, '/')
	if end < 0 || made[stem[:end]] {
		return
	}
	made[stem[:end]] = true
	c := line{Reader: w.to, script: true}
	switch w.to.Shell {
	case POSIX:
		c.command("mkdir")
		c.word("-p", stem[:end])
	case PowerShell:
		c.command("mkdir")
		c.word("-Force", stem[:end])
		c.add("| Out-Null")
	case Cmd:
		// To its own commands a slash begins an option.
		path := strings.ReplaceAll(stem[:end], "/", `\`)
		c.command("if not exist")
		c.word("", path)
		c.word("mkdir", path)
	}
	w.add(string(c.text), w.newline())
}

// listed writes one command and, in the script itself, the list that it reads. A command for
// each lesson would be longer than a command line may be, and play each in a window.
func (w *writer) listed() {
	c := line{Reader: w.to, script: true}
	option := "--input-file="
	c.command(string(w.format))
	if w.format == MPV {
		option = "--playlist="
		c.mpvHeaders(w.lessons[0].Site)
	}
	command, why := c.done()
	if why != "" {
		for i := range w.lessons {
			w.refuse(&w.lessons[i], why)
		}
		return
	}
	if w.to.Shell == PowerShell {
		w.add("$list = [IO.Path]::GetTempFileName()\n[IO.File]::WriteAllText($list, @'\n")
		w.entries()
		w.add("'@)\n", command, ` "`, option, "$list\"\nRemove-Item $list\n")
		return
	}
	w.add(command, " ", option, "- <<'", heredoc, "' || failed=1\n")
	w.entries()
	w.add(heredoc, "\n(exit $failed)\n")
}

func (w *writer) entries() {
	if w.format == MPV {
		w.add(m3u, "\n") // alone in its line, or mpv doesn't know the format on its standard input
	}
	for i := range w.lessons {
		if w.format == MPV {
			w.entry(&w.lessons[i])
		} else {
			w.aria2(&w.lessons[i])
		}
	}
}
