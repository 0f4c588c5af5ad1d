//go:build js && wasm

package browser

import (
	"sync"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// Worker is the dedicated worker of an extension page that runs the program. It has no
// WebExtension API; what it has instead is in extension/downloads/worker.js.
type Worker struct {
	shim safejs.Value
}

// NewWorker finds the script that started the program.
func NewWorker() (*Worker, error) {
	shim, err := path(safejs.Global(), "streamlistShim")
	if err != nil {
		return nil, err
	}
	return &Worker{shim}, nil
}

// Serve receives the page's messages, which are JSON, and returns at once. handle gets them
// in order, one at a time, and so must not wait for another one. A panic in handle is told
// to crashed, on the panic's stack.
func (w *Worker) Serve(handle func(message []byte), crashed func(panicked any)) error {
	waiting := mailbox{filled: make(chan struct{}, 1)}
	receive, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		if len(args) == 1 {
			waiting.put(text(safejs.Unsafe(args[0])))
		}
		return nil
	})
	if err != nil {
		return wrap(err)
	}
	go func() {
		for {
			message := []byte(waiting.take())
			func() {
				defer func() {
					if r := recover(); r != nil {
						crashed(r)
					}
				}()
				handle(message)
			}()
		}
	}()
	// Never released: it serves as long as the program lives.
	_, err = w.shim.Call("ready", receive)
	return wrap(err)
}

// mailbox keeps messages in order. A callback must not wait, so it takes any number.
type mailbox struct {
	filled chan struct{} // holds a token while there may be messages

	mu       sync.Mutex
	messages []string
}

func (m *mailbox) put(message string) {
	m.mu.Lock()
	m.messages = append(m.messages, message)
	m.mu.Unlock()
	select {
	case m.filled <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() string {
	for {
		m.mu.Lock()
		if len(m.messages) > 0 {
			message := m.messages[0]
			m.messages = m.messages[1:]
			m.mu.Unlock()
			return message
		}
		m.mu.Unlock()
		<-m.filled
	}
}

// Post sends JSON to the page.
func (w *Worker) Post(message []byte) error {
	_, err := w.shim.Call("post", string(message))
	return wrap(err)
}

// Chunk is a part of a transfer's bytes, which lie in JavaScript's memory.
type Chunk struct {
	w     *Worker
	bytes js.Value // a Uint8Array
	size  int
}

// Len is the number of bytes.
func (c *Chunk) Len() int { return c.size }

// CopyTo copies the bytes from at on into p, and returns how many.
func (c *Chunk) CopyTo(p []byte, at int) int {
	if at < 0 || at >= c.size || len(p) == 0 {
		return 0
	}
	bytes := c.bytes
	if at > 0 {
		bytes = bytes.Call("subarray", at)
	}
	return js.CopyBytesToGo(p, bytes)
}

// Release gives the memory back to be filled anew. The chunk is of no use afterwards.
func (c *Chunk) Release() {
	if c.size == 0 {
		return
	}
	_, _ = c.w.shim.Call("release", safejs.Safe(c.bytes))
	c.bytes, c.size = js.Undefined(), 0
}
