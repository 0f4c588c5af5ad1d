package aria2

import (
	"strings"
	"testing"

	"streamlist/wasm/internal/json"
)

// Answers of aria2 1.36, shortened.
var answers = []string{
	`{"id":"streamlist","jsonrpc":"2.0","result":"OK"}`,
	`{"id":"streamlist","jsonrpc":"2.0","error":{"code":1,"message":"Unauthorized"}}`,
	`{"id":null,"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error."}}`,
	`{"id":"streamlist","jsonrpc":"2.0","result":{"sessionId":"0a9634e733722c6616d1ab82e2dc8b5b62cdf66b"}}`,
	`{"id":"streamlist","jsonrpc":"2.0","result":[[{"sessionId":"0a96"}],{"code":1,"message":"GID 0123456789abcdef is not found"}]}`,
	`{"id":"streamlist","jsonrpc":"2.0","result":{"gid":"0ba11548fe34fef8","status":"error","totalLength":"2524266","completedLength":"294912","downloadSpeed":"0","errorCode":"22"}}`,
	`{"id":"streamlist","jsonrpc":"2.0","result":[{"gid":"e24d0ebbca4ebc55","status":"active","totalLength":"5","completedLength":"0","downloadSpeed":"9"}]}`,
	`{"id":"streamlist","jsonrpc":"2.0","result":[{"index":"1","path":"\/dl\/a.mp4","length":"5","completedLength":"0","selected":"true","uris":[{"status":"used","uri":"https:\/\/a.example\/"}]}]}`,
}

func TestStatusesAreReadStrictly(t *testing.T) {
	const good = `{"gid":"0ba11548fe34fef8","status":"error","totalLength":"2524266","completedLength":"294912","downloadSpeed":"0","errorCode":"22"}`
	s, err := decodeStatus(json.RawMessage(good))
	if err != nil || s.Total != 2524266 || s.Done != 294912 || s.Error != 22 {
		t.Fatalf("%+v, %v", s, err)
	}
	for from, to := range map[string]string{
		`"0ba11548fe34fef8"`: `"0BA11548FE34FEF8"`, `fef8"`: `fef8f"`, `"error"`: `"asleep"`, `"2524266"`: `2524266`, `"294912"`: `"-1"`,
		`"0"`: `""`, `"22"`: `"0x16"`, `,"errorCode"`: `,"other"`, `{"gid`: `["gid`,
	} {
		if s, err := decodeStatus(json.RawMessage(strings.Replace(good, from, to, 1))); err != NotAria2 {
			t.Errorf("with %s: %+v, %v", to, s, err)
		}
	}
}

// FuzzAnswers: whatever answers, only what aria2 could have said is believed.
func FuzzAnswers(f *testing.F) {
	for _, a := range answers {
		f.Add(200, a)
		f.Add(400, a)
	}
	f.Fuzz(func(t *testing.T, code int, text string) {
		result, err := decode(code, []byte(text))
		if err != nil {
			if _, fault := err.(Fault); !fault && result != nil {
				t.Fatalf("a refusal with a result")
			}
			return
		}
		if !json.Valid(result) {
			t.Fatalf("%q is taken for a result", result)
		}
		if s, err := decodeStatus(result); err == nil && (!isGID(s.GID) || s.Done < 0 || s.Total < 0 || s.Speed < 0 || s.Error < 0) {
			t.Fatalf("%+v", s)
		}
		if list, err := decodeList(outcome{result: result}); err == nil {
			for _, s := range list {
				if !isGID(s.GID) || s.Total < 0 {
					t.Fatalf("%+v", s)
				}
			}
		}
		if id, err := decodeSession(outcome{result: result}); err == nil && id == "" {
			t.Fatal("a run without a name")
		}
		var files []file
		if readFiles(result, &files) {
			for _, file := range files {
				var tr Transfer
				if tr.at(file.Path); tr.Opened && (tr.Out == "" || strings.Contains(tr.Out, "/") || tr.Dir == "") {
					t.Fatalf("%q lies at %+v", file.Path, tr)
				}
			}
		}
		_, _ = decodeURIs(result)
		if outcomes, err := decodeAll(result, 2); err == nil {
			for _, o := range outcomes {
				if (o.result == nil) == (o.refused == nil) {
					t.Fatalf("%+v", o)
				}
			}
		}
	})
}
