package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// File is a made file with what an answer says about it. Data is shared: do not write to it.
type File struct {
	Recipe    Recipe
	Encrypted bool
	Data      []byte
	Init      Span // zero for MP4 and FLV
	Index     Span // the sidx box; zero for MP4 and FLV
	Tag       string
}

// Bandwidth is the mean bit rate in bits per second.
func (f File) Bandwidth() int { return len(f.Data) * 8 / f.Recipe.Duration() }

// Library makes files on first use and keeps them in memory and in a folder. It is safe for concurrent use.
type Library struct {
	folder    string // empty: no ffmpeg, everything synthetic
	mu        sync.Mutex
	entries   map[key]*entry
	oneAtOnce sync.Mutex // encoders use every core by themselves
}

type key struct {
	id        int
	encrypted bool
}

type entry struct {
	once sync.Once
	file File
	err  error
}

// NewLibrary keeps ffmpeg's files in folder.
func NewLibrary(folder string) *Library {
	return &Library{folder: folder, entries: make(map[key]*entry)}
}

// NewSynthetic makes files without ffmpeg and without a folder: quick, and nothing can decode them.
func NewSynthetic() *Library { return NewLibrary("") }

// DefaultFolder is the user's cache folder for made files.
func DefaultFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}
	return filepath.Join(cache, "streamlist-replica"), nil
}

// File returns the recipe's file, made now if it was not before. Encrypted gives it as a protected file.
func (l *Library) File(recipe Recipe, encrypted bool) (File, error) {
	k := key{recipe.FileID(), encrypted}
	l.mu.Lock()
	e, ok := l.entries[k]
	if !ok {
		e = &entry{}
		l.entries[k] = e
	}
	l.mu.Unlock()
	e.once.Do(func() { e.file, e.err = l.make(recipe, encrypted) })
	return e.file, e.err
}

// Prepare makes the recipes' files, one after another, telling progress before each that is not there yet.
func (l *Library) Prepare(ctx context.Context, recipes []Recipe, progress func(Recipe)) error {
	for _, r := range recipes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.folder != "" {
			if _, err := os.Stat(l.path(r)); err == nil {
				continue // read when it is asked for
			}
			progress(r)
		}
		if _, err := l.File(r, false); err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) make(recipe Recipe, encrypted bool) (File, error) {
	if encrypted {
		clear, err := l.File(recipe, false)
		if err != nil {
			return File{}, err
		}
		data, err := encrypt(clear.Data)
		if err != nil {
			return File{}, fmt.Errorf("protect %s: %w", recipe.name(), err)
		}
		return describe(recipe, true, data)
	}
	if l.folder == "" {
		return describe(recipe, false, synthetic(recipe))
	}
	data, err := os.ReadFile(l.path(recipe))
	if err == nil {
		return describe(recipe, false, data)
	}
	data, err = l.encode(recipe)
	if err != nil {
		return File{}, err
	}
	return describe(recipe, false, data)
}

func describe(recipe Recipe, encrypted bool, data []byte) (File, error) {
	sum := sha256.Sum256(data)
	f := File{Recipe: recipe, Encrypted: encrypted, Data: data, Tag: `"` + hex.EncodeToString(sum[:16]) + `"`}
	if recipe.Codec == MP4 || recipe.Codec == FLV {
		return f, nil
	}
	var err error
	if f.Init, f.Index, err = spans(data); err != nil {
		return File{}, fmt.Errorf("read %s: %w", recipe.name(), err)
	}
	return f, nil
}

func (l *Library) path(recipe Recipe) string { return filepath.Join(l.folder, recipe.cached()) }

func (l *Library) encode(recipe Recipe) ([]byte, error) {
	if recipe.Long && !recipe.Audio() {
		if _, err := l.File(recipe.short(), false); err != nil {
			return nil, err
		}
	}
	l.oneAtOnce.Lock()
	defer l.oneAtOnce.Unlock()
	if err := os.MkdirAll(l.folder, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for media: %w", err)
	}
	scratch, err := os.CreateTemp(l.folder, "making-*")
	if err != nil {
		return nil, fmt.Errorf("make room for media: %w", err)
	}
	scratch.Close()
	defer os.Remove(scratch.Name())
	command := exec.Command("ffmpeg", append(recipe.arguments(), filepath.Base(scratch.Name()))...)
	command.Dir = l.folder
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("ffmpeg makes %s: %w: %s", recipe.name(), err, output)
	}
	data, err := os.ReadFile(scratch.Name())
	if err != nil {
		return nil, fmt.Errorf("read what ffmpeg made: %w", err)
	}
	if recipe.Codec == DolbyVision {
		// ffmpeg will not write dvh1, so the sample entry is renamed afterwards.
		if err := rename(data, "hev1", "dvh1"); err != nil {
			return nil, err
		}
		if err := os.WriteFile(scratch.Name(), data, 0o644); err != nil {
			return nil, fmt.Errorf("keep %s: %w", recipe.name(), err)
		}
	}
	// Another replica may have made the same file meanwhile; a rename replaces it whole.
	if err := os.Rename(scratch.Name(), l.path(recipe)); err != nil {
		return nil, fmt.Errorf("keep %s: %w", recipe.name(), err)
	}
	return data, nil
}
