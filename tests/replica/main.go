// Command replica is a local Bilibili for tests and demonstrations: pages, endpoints and media hosts of
// www.bilibili.com's courses and of bilibili.tv behind one listener, which a browser uses as its proxy.
// Nothing ever leaves the machine. See the README beside this file.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"streamlist/tests/replica/media"
	"streamlist/tests/replica/proxy"
	"streamlist/tests/replica/site"
)

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on; keep it on this machine")
	flag.BoolVar(&o.noMedia, "no-media", false, "media without ffmpeg: right in shape, but nothing can play them")
	flag.BoolVar(&o.prepare, "prepare", true, "make all media before saying that the replica is ready (once, then cached)")
	flag.StringVar(&o.media, "media", "", "folder for made media (default: in the user's cache folder)")
	flag.BoolVar(&o.exitWithStdin, "exit-with-stdin", false, "stop when standard input ends")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "replica:", err)
		os.Exit(1)
	}
}

type options struct {
	listen, media                   string
	noMedia, prepare, exitWithStdin bool
}

// run serves until ctx ends. It writes one line of JSON to stdout once everything is ready.
func run(ctx context.Context, o options, stdin io.Reader, stdout, stderr io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.exitWithStdin {
		go func() {
			io.Copy(io.Discard, stdin)
			cancel()
		}()
	}
	library := media.NewSynthetic()
	if !o.noMedia {
		if o.media == "" {
			folder, err := media.DefaultFolder()
			if err != nil {
				return err
			}
			o.media = folder
		}
		library = media.NewLibrary(o.media)
	}
	bilibili := site.New(library)
	if !o.noMedia && o.prepare {
		progress := func(r media.Recipe) { fmt.Fprintf(stderr, "replica: making %s %d\n", r.Codec, r.Quality) }
		if err := library.Prepare(ctx, bilibili.Recipes(), progress); err != nil {
			return fmt.Errorf("prepare media: %w", err)
		}
	}
	server, listener, err := proxy.Listen(o.listen, bilibili, bilibili.Control())
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	ready := map[string]any{"address": listener.Addr().String(), "scenarios": len(bilibili.Scenarios())}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return fmt.Errorf("say where the replica is: %w", err)
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
