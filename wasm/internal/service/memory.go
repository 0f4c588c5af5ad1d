package service

import (
	"context"
	"sync"
	"time"
)

// memory is a Store that remembers what it has read and written, so that a background
// that is awake waits for no storage. Nothing else writes these keys while it runs. It
// writes at once, but nobody waits for that; if the background is ended meanwhile, the
// endpoints are asked once more, which is all that is lost.
type memory struct {
	Store

	mu       sync.Mutex
	known    map[string][]byte // nil: known not to be there
	unsaved  map[string]bool
	flushing bool
}

func remember(s Store) *memory {
	return &memory{Store: s, known: map[string][]byte{}, unsaved: map[string]bool{}}
}

func (m *memory) Load(ctx context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	value, ok := m.known[key]
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	value, err := m.Store.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if newer, ok := m.known[key]; ok { // written while we read
		return newer, nil
	}
	m.known[key] = value
	return value, nil
}

func (m *memory) Save(_ context.Context, key string, value []byte) error {
	m.put(key, value)
	return nil
}

func (m *memory) Delete(_ context.Context, keys ...string) error {
	for _, key := range keys {
		m.put(key, nil)
	}
	return nil
}

// hold remembers a value that is never written.
func (m *memory) hold(key string, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[key] = value
}

func (m *memory) put(key string, value []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[key] = value
	m.unsaved[key] = true
	if !m.flushing {
		m.flushing = true
		go m.flush()
	}
}

// flush writes what is unsaved. There is one at a time, so that of two values for a key
// the later one stays.
func (m *memory) flush() {
	ctx, cancel := within(context.Background(), 5*time.Second)
	defer cancel()
	for {
		m.mu.Lock()
		key, some := "", false
		for key = range m.unsaved {
			some = true
			break
		}
		if !some {
			m.flushing = false
			m.mu.Unlock()
			return
		}
		value := m.known[key]
		delete(m.unsaved, key)
		if value == nil {
			delete(m.known, key) // tabs come and go
		}
		m.mu.Unlock()
		// A full store keeps nothing, and memory goes on serving.
		if value == nil {
			_ = m.Store.Delete(ctx, key)
		} else {
			_ = m.Store.Save(ctx, key, value)
		}
	}
}
