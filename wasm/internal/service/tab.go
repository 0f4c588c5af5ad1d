package service

import (
	"context"
	"fmt"

	"streamlist/wasm/internal/json"
	"streamlist/wasm/internal/message"
	"streamlist/wasm/internal/page"
)

// The scripts that are injected: the first where a tab was open before the install, the
// others when something is first shown in a tab.
var (
	contentScripts = []string{"content.js"}
	panelScripts   = []string{
		"panel/format.js", "panel/style.js", "panel/dom.js", "panel/move.js", "panel/hosts.js", "panel/table.js",
		"panel/single.js", "panel/marks.js", "panel/tabs.js", "panel/menu.js", "panel/lessons.js", "panel/cards.js", "panel/dialog.js",
		"panel/command.js", "panel/export.js", "panel/compare.js", "panel/owned.js", "panel/details.js", "panel/subtitles.js", "panel/toast.js", "panel/surface.js", "panel/panel.js",
	}
)

// elsewherePage says where Streamlist works, for tabs into which nothing can be
// injected.
const elsewherePage = "elsewhere/elsewhere.html"

// ask sends one request to a tab's content script.
func (s *Service) ask(ctx context.Context, tab int, kind message.Kind, body any) (json.RawMessage, error) {
	ctx, cancel := within(ctx, s.Limits.Tab)
	defer cancel()
	return s.send(ctx, tab, kind, body)
}

// send is ask for what may take longer.
func (s *Service) send(ctx context.Context, tab int, kind message.Kind, body any) (json.RawMessage, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	return s.Tabs.Ask(ctx, tab, message.Request{V: message.Version, ID: "0", Kind: kind, Body: data})
}

// hello asks a tab for its hints, and injects the content script where nobody answers.
func (s *Service) hello(ctx context.Context, tab int) (message.Hints, error) {
	answer, err := s.ask(ctx, tab, message.Hello, struct{}{})
	if err != nil {
		if err := s.inject(ctx, tab, contentScripts...); err != nil {
			return message.Hints{}, fmt.Errorf("inject the content script: %w", err)
		}
		if answer, err = s.ask(ctx, tab, message.Hello, struct{}{}); err != nil {
			return message.Hints{}, fmt.Errorf("greet the content script: %w", err)
		}
	}
	var h message.Hints
	if err := json.Unmarshal(answer, &h); err != nil {
		return message.Hints{}, fmt.Errorf("read the content script's answer: %w", err)
	}
	return h, nil
}

// show sends a request to a tab's panel, which is injected on first use.
func (s *Service) show(ctx context.Context, tab message.Tab, kind message.Kind, body any) error {
	h, err := s.hello(ctx, tab.ID)
	if err != nil {
		return err
	}
	if !h.Panel {
		if err := s.inject(ctx, tab.ID, panelScripts...); err != nil {
			return fmt.Errorf("inject the panel: %w", err)
		}
	}
	_, err = s.ask(ctx, tab.ID, kind, body)
	return err
}

// Toggle opens or closes the tab's panel: the toolbar icon and its keyboard command.
// On other pages the panel says where Streamlist works; where no panel can be shown, a
// page of the extension does.
func (s *Service) Toggle(ctx context.Context, tab message.Tab) {
	_, ok := page.Parse(tab.URL)
	if err := s.show(ctx, tab, message.Toggle, message.ToggleBody{Elsewhere: !ok, Place: page.PlaceOf(tab.URL)}); err != nil {
		_ = s.Tabs.Open(ctx, elsewherePage)
	}
}

// Open opens the panel in a tab whose page asks for it, because the options say so, and
// says which page it is.
func (s *Service) Open(ctx context.Context, tab message.Tab) (message.MovedBody, error) {
	target, ok := page.Parse(tab.URL)
	if !ok {
		return message.MovedBody{}, nil
	}
	return message.MovedBody{Supported: true, Page: target.Key()}, s.show(ctx, tab, message.Toggle, message.ToggleBody{Open: true})
}

// Over is called when the pointer comes over a video that lies in a link, and with no
// link when it leaves. To browsers that spot is both a video and a link, and two visible
// items of one extension are folded into a submenu: where the link's item is shown, the
// page's makes room.
func (s *Service) Over(ctx context.Context, link string) error {
	_, ours := page.Parse(link)
	return s.Menus.OfferOnVideos(ctx, !ours)
}

// inject runs packaged scripts in the tab's top frame.
func (s *Service) inject(ctx context.Context, tab int, files ...string) error {
	ctx, cancel := within(ctx, s.Limits.Tab)
	defer cancel()
	return s.Tabs.Inject(ctx, tab, files...)
}
