package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The ids of a WebAssembly module's sections that are read or written here.
const (
	customSection   = 0
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	startSection    = 8
	codeSection     = 10
	dataSection     = 11
)

// Go's runtime finds the function of a program counter in a table (findfunctab in
// runtime/symtab.go) of one row for each 4 KiB of counters: the number of the row's
// first function in four bytes, and how far the function is from there in each
// sixteenth of the row. Under wasm every function has 64 KiB of counters for itself.
const (
	findfuncRow     = 20 // bytes
	rowsPerFunction = 16
)

var errModule = errors.New("not a WebAssembly module as Go's linker writes it")

// fillAtStart takes the findfunctab out of the data of a Go program and has the module's
// start function write it. Row k of it holds k/16 and zeros, but as data it is 45,000
// segments: a ninth of the background's bytes, and read anew at each of its starts. The
// browser runs the start function before any Go, so that Go finds the same memory.
//
// A program that has no such table, as one of another Go may, is returned as it is.
func fillAtStart(module []byte) ([]byte, error) {
	sections, err := splitModule(module)
	if err != nil {
		return nil, err
	}
	body := func(id byte) []byte {
		for _, s := range sections {
			if s.id == id {
				return s.body
			}
		}
		return nil
	}
	segments, err := splitData(body(dataSection))
	if err != nil {
		return nil, err
	}
	functions, _ := binary.Uvarint(body(functionSection))
	// The last function's rows end where its last instruction does, so they stay.
	rows := rowsPerFunction * (int(functions) - 1)
	at, found := findTable(memoryOf(segments), rows)
	if !found || body(startSection) != nil {
		return module, nil
	}
	imports, _ := binary.Uvarint(body(importSection)) // Go imports functions only

	out := module[:8:8]
	started := false
	for _, s := range sections {
		if s.id > startSection && !started {
			out = appendSection(out, section{startSection, binary.AppendUvarint(nil, imports+functions)})
			started = true
		}
		switch s.id {
		case typeSection:
			s.body = appendItem(s.body, []byte{0x60, 0, 0}) // a function from nothing to nothing
		case functionSection:
			types, _ := binary.Uvarint(body(typeSection))
			s.body = appendItem(s.body, binary.AppendUvarint(nil, types))
		case codeSection:
			code := fillTable(at, rows)
			s.body = appendItem(s.body, append(binary.AppendUvarint(nil, uint64(len(code))), code...))
		case dataSection:
			s.body = joinData(without(segments, at, at+rows*findfuncRow))
		}
		out = appendSection(out, s)
	}
	return out, nil
}

// fillTable is the code of a function that writes the table's rows:
//
//	for k := 0; k < rows; k++ { memory[at+20*k] = k / 16 }
func fillTable(at, rows int) []byte {
	code := []byte{
		1, 1, 0x7f, // a local: k i32
		0x03, 0x40, // loop
		0x20, 0, 0x41, findfuncRow, 0x6c, // k * 20
		0x20, 0, 0x41, rowsPerFunction, 0x6e, // k / 16
		0x36, 2, // i32.store at …
	}
	code = binary.AppendUvarint(code, uint64(at))
	code = append(code,
		0x20, 0, 0x41, 1, 0x6a, 0x22, 0, // k += 1
		0x41) // i32.const rows
	code = appendSigned(code, int64(rows))
	return append(code,
		0x49, 0x0d, 0, // while less
		0x0b, 0x0b) // end of the loop, of the function
}

// findTable finds where a table of so many rows lies in memory.
func findTable(memory []byte, rows int) (at int, found bool) {
	if rows < 2*rowsPerFunction {
		return 0, false
	}
	size := rows * findfuncRow
	second := rowsPerFunction * findfuncRow // the first row that isn't all zeros
	for at := 0; at+size <= len(memory); at += 4 {
		if memory[at+second] == 1 && isTable(memory[at:at+size]) {
			return at, true
		}
	}
	return 0, false
}

func isTable(memory []byte) bool {
	var want [findfuncRow]byte
	for k := range len(memory) / findfuncRow {
		binary.LittleEndian.PutUint32(want[:], uint32(k/rowsPerFunction))
		if !bytes.Equal(memory[k*findfuncRow:][:findfuncRow], want[:]) {
			return false
		}
	}
	return true
}

// section is a part of a module.
type section struct {
	id   byte
	body []byte
}

// splitModule returns the sections of a module, in their order.
func splitModule(module []byte) ([]section, error) {
	rest, ok := bytes.CutPrefix(module, []byte("\x00asm\x01\x00\x00\x00"))
	if !ok {
		return nil, errModule
	}
	var sections []section
	for len(rest) > 0 {
		id := rest[0]
		body, behind, ok := cutBytes(rest[1:])
		if !ok {
			return nil, fmt.Errorf("%w: section %d is cut short", errModule, id)
		}
		sections, rest = append(sections, section{id, body}), behind
	}
	return sections, nil
}

func appendSection(module []byte, s section) []byte {
	module = binary.AppendUvarint(append(module, s.id), uint64(len(s.body)))
	return append(module, s.body...)
}

// appendItem adds an item to a list that begins with the number of its items.
func appendItem(list, item []byte) []byte {
	n, size := binary.Uvarint(list)
	out := binary.AppendUvarint(nil, n+1)
	return append(append(out, list[size:]...), item...)
}

// segment is a piece of the memory that a module begins with.
type segment struct {
	at   int
	data []byte
}

// splitData reads the body of a data section, all of whose segments lie at constant
// addresses of the module's own memory.
func splitData(body []byte) ([]segment, error) {
	n, size := binary.Uvarint(body)
	rest := body[max(size, 0):]
	var segments []segment
	for range n {
		constant, ok := bytes.CutPrefix(rest, []byte{0, 0x41}) // i32.const
		at, size := signed(constant)
		if !ok || size == 0 || size == len(constant) || constant[size] != 0x0b { // end
			return nil, fmt.Errorf("%w: data segment %d is of another kind", errModule, len(segments))
		}
		data, behind, ok := cutBytes(constant[size+1:])
		if !ok {
			return nil, fmt.Errorf("%w: data segment %d is cut short", errModule, len(segments))
		}
		segments, rest = append(segments, segment{int(at), data}), behind
	}
	return segments, nil
}

func joinData(segments []segment) []byte {
	out := binary.AppendUvarint(nil, uint64(len(segments)))
	for _, s := range segments {
		out = append(appendSigned(append(out, 0, 0x41), int64(s.at)), 0x0b)
		out = append(binary.AppendUvarint(out, uint64(len(s.data))), s.data...)
	}
	return out
}

// memoryOf is the memory that the segments make.
func memoryOf(segments []segment) []byte {
	var memory []byte
	for _, s := range segments {
		if end := s.at + len(s.data); end > len(memory) {
			memory = append(memory, make([]byte, end-len(memory))...)
		}
		copy(memory[s.at:], s.data)
	}
	return memory
}

// without cuts the addresses from start to end, exclusive, out of the segments.
func without(segments []segment, start, end int) []segment {
	var out []segment
	for _, s := range segments {
		stop := s.at + len(s.data)
		if s.at < start {
			out = append(out, segment{s.at, s.data[:min(stop, start)-s.at]})
		}
		if stop > end {
			from := max(s.at, end)
			out = append(out, segment{from, s.data[from-s.at:]})
		}
	}
	return out
}

// cutBytes reads a length and as many bytes.
func cutBytes(b []byte) (data, behind []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size:][:n], b[size:][n:], true
}

// signed reads an address, whose encoding is LEB128 with a sign. A size of 0 stands for
// none and for one that is no address.
func signed(b []byte) (n int64, size int) {
	for shift := 0; size < len(b) && shift < 35; shift += 7 {
		c := b[size]
		size++
		n |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			if c&0x40 != 0 { // below zero, or beyond the 2 GiB that a Go program has at its start
				return 0, 0
			}
			return n, size
		}
	}
	return 0, 0
}

// appendSigned appends n, which isn't negative, in LEB128 with a sign.
func appendSigned(b []byte, n int64) []byte {
	for n >= 0x40 {
		b = append(b, byte(n&0x7f|0x80))
		n >>= 7
	}
	return append(b, byte(n))
}
