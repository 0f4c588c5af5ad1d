//go:build js && wasm

// Command background is the program of the extension's background: it joins the
// browser to the service and then serves the events that the shim forwards.
package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"streamlist/wasm/internal/browser"
	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/service"
)

func main() {
	if err := run(); err != nil {
		// The program's end is what tells the shim. The text holds no address: nothing
		// has been asked yet. (os.Stderr would link all that files need: 11 kB.)
		browser.Log("streamlist: " + err.Error())
		return
	}
	select {} // serve until the browser ends the background
}

func run() error {
	b, err := browser.New()
	if err != nil {
		return fmt.Errorf("find the browser: %w", err)
	}
	s := service.New(service.Ports{
		Fetcher:   fetcher{b},
		Store:     b.Session(),
		Local:     b.Local(),
		Alarm:     b,
		Settings:  settings{b},
		Clipboard: clipboard{b},
		Tabs:      tabs{b},
		Icon:      b,
		Menus:     menuItems{b},
		Now:       time.Now,
		Report:    report,
		UserAgent: b.UserAgent(),
		Version:   b.Version(),
	})
	p := &program{browser: b, service: s}
	p.router.Report = func(err error) { browser.Log("streamlist: " + errorKind(err)) }
	s.Register(&p.router)
	return b.Serve(p.handle, crashed)
}

// errorKind names an error without its text, which may hold an address.
func errorKind(err error) string {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = inner.Unwrap()
	}
	if e, ok := err.(*browser.Error); ok {
		return e.Name
	}
	return fmt.Sprintf("%T", err)
}

// program is what the shim's events reach.
type program struct {
	browser *browser.Browser
	service *service.Service
	router  message.Router
}

// event is the payload of every kind of event; each uses some of the fields.
type event struct {
	From    message.Sender  `json:"from"`
	Message json.RawMessage `json:"message"`
	Tab     *message.Tab    `json:"tab"`
	Name    string          `json:"name"` // of a keyboard command, or of an alarm
	Item    string          `json:"item"` // of the right-click menu
	Link    string          `json:"link"` // that was right-clicked
}

const (
	menuPage = "copy-best"
	menuLink = "copy-best-link"
	// commandCopyBest is the manifest's name of the keyboard command.
	commandCopyBest = "copy-best"
	// commandToggle is Firefox's second way to what the icon does: on Linux and Windows
	// its menu bar takes Alt+Shift+S for the History menu before the command sees it.
	commandToggle = "toggle"
)

func (p *program) handle(ctx context.Context, name string, payload []byte) []byte {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		browser.Log("streamlist: malformed event " + strconv.Quote(name))
		return nil
	}
	p.fault(name, e)
	if name == "message" {
		answer, err := json.Marshal(p.router.Handle(ctx, e.From, e.Message))
		if err != nil {
			return crashed(payload, err)
		}
		return answer
	}
	if e.Tab == nil && name != "installed" && name != "alarm" {
		return nil
	}
	switch name {
	case "action":
		p.service.Toggle(ctx, *e.Tab)
	case "command":
		switch e.Name {
		case commandCopyBest:
			p.service.CopyBest(ctx, *e.Tab, "")
		case commandToggle:
			p.service.Toggle(ctx, *e.Tab)
		}
	case "menu":
		link := ""
		if e.Item == menuLink {
			link = e.Link
		}
		p.service.CopyBest(ctx, *e.Tab, link)
	case "moved":
		p.service.Moved(ctx, *e.Tab)
	case "closed":
		p.service.Closed(ctx, e.Tab.ID)
	case "alarm":
		p.service.GoOn(ctx, e.Name)
	case "installed":
		p.service.GoOn(ctx, "") // when it is closed, and when we are updated, the browser forgets alarms
		if err := p.browser.SetMenus(ctx, menus(p.browser.Message("menuCopyBest"))); err != nil {
			browser.Log("streamlist: menus: " + errorKind(err))
		}
	}
	return nil
}

// report tells of a panic, which is a bug of ours.
func report(panicked any) {
	browser.Log("streamlist: panic: " + fmt.Sprint(panicked) + "\n" + string(debug.Stack()))
}

// crashed reports a panic of an event's handler, and answers the event.
func crashed(payload []byte, panicked any) []byte {
	report(panicked)
	var e struct {
		Message struct {
			ID string `json:"id"`
		} `json:"message"`
	}
	_ = json.Unmarshal(payload, &e)
	answer, _ := json.Marshal(message.Response{
		V: message.Version, ID: e.Message.ID,
		Error: &message.Error{Code: message.Internal, Message: "internal error", Retryable: true},
	})
	return answer
}
