package site

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Control is the replica's own API, for tests and for the demo: see the README.
func (s *Site) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"ok": true})
	})
	mux.HandleFunc("GET /scenarios", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.Scenarios())
	})
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, r *http.Request) {
		found, _ := s.log.snapshot(matcher(r.URL.Query()))
		writeJSON(w, http.StatusOK, found)
	})
	mux.HandleFunc("DELETE /log", func(w http.ResponseWriter, r *http.Request) {
		s.log.clear()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /log/wait", s.waitForLog)
	mux.HandleFunc("GET /knobs", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.knobs.current())
	})
	mux.HandleFunc("POST /knobs", s.setKnobs)
	mux.HandleFunc("DELETE /knobs", func(w http.ResponseWriter, r *http.Request) {
		s.knobs.reset()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /mail/{box}", s.sendMail)
	mux.HandleFunc("GET /mail/{box}", s.receiveMail)
	return mux
}

// seconds reads the query's timeout (default 10). When it is no number it answers 400, and ok is false.
func seconds(w http.ResponseWriter, r *http.Request) (timeout time.Duration, ok bool) {
	v := r.URL.Query().Get("timeout")
	if v == "" {
		return 10 * time.Second, true
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "timeout must be seconds"})
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}

// waitForLog answers 200 with the matching records once there are n (default 1), or 504 with what there is
// after timeout seconds (default 10).
func (s *Site) waitForLog(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	n := 1
	if v := query.Get("n"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": "n must be a number"})
			return
		}
	}
	timeout, ok := seconds(w, r)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	found, enough := s.log.wait(ctx, n, matcher(query))
	status := http.StatusOK
	if !enough {
		status = http.StatusGatewayTimeout
	}
	writeJSON(w, status, found)
}

func (s *Site) setKnobs(w http.ResponseWriter, r *http.Request) {
	var body struct {
		settings
		override
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 256<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	if body.Match != "" {
		body.Overrides = append(body.Overrides, body.override)
	}
	s.knobs.set(body.settings)
	w.WriteHeader(http.StatusNoContent)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.Encode(v)
}
