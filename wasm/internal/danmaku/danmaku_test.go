package danmaku

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// sample has a comment of each kind, out of order, among what else the answers hold.
const sample = `<?xml version="1.0" encoding="UTF-8"?><i><chatserver>chat.bilibili.com</chatserver><chatid>1</chatid><maxlimit>1500</maxlimit><state>0</state>
<d p="3.50000,1,25,16777215,1584268892,0,a16fe0dd,299508523">到这里第一次 &amp; 看懂 1 &lt; 2</d>
<d p="1.00000,1,25,16711680,1584268892,0,a16fe0dd,299508524,10">red</d><d p="1.10000,1,25,16777215,1584268892,0,a16fe0dd,299508525">second lane</d>
<d p="2.00000,4,36,65280,1584268892,0,a16fe0dd,299508526">large at the bottom</d><d p="2.50000,5,18,255,1584268892,0,a16fe0dd,299508527">small at the top</d>
<d p="2.60000,5,25,16777215,1584268892,0,a16fe0dd,299508528">below it</d><d p="4.00000,6,25,16777215,1584268892,0,a16fe0dd,299508529">rightwards</d>
<d p="5.00000,7,25,16777215,1584268892,1,a16fe0dd,299508530">["0","0","1-1","4.5","a program",0,0]</d><d p="6,8,25,0,1,2,a,1">also(one)</d>
<d p="3723.45600,1,25,16777215,1584268892,0,a16fe0dd,299508531">after an hour {\pos(0,0)\fs400}}
twice&#10;broken\Nand
hidden` + "\u202e" + `</d>
<d p="nonsense">left out</d><d p="-1,1,25,0,1,0,a,1">before the start</d><d p="1,1,25,0,1,0,a,1"> &#10; </d><d p="7,1,25,0"/><d user="x">no p</d></i>`

func TestParse(t *testing.T) {
	list := Parse(sample)
	if len(list) != 10 {
		t.Fatalf("%d comments: %+v", len(list), list)
	}
	if !slices.IsSortedFunc(list, func(a, b Comment) int { return a.At - b.At }) {
		t.Error("not in the order of time")
	}
	want := Comment{P: "1.00000,1,25,16711680,1584268892,0,a16fe0dd,299508524,10", At: 1000, Mode: 1, Size: 25, Color: 0xff0000, Text: "red"}
	if list[0] != want {
		t.Errorf("first %+v, want %+v", list[0], want)
	}
	if got := list[9].Text; got != `after an hour {\pos(0,0)\fs400}} twice broken\Nand hidden` {
		t.Errorf("last %q", got)
	}
	if got := list[5].Text; got != "到这里第一次 & 看懂 1 < 2" {
		t.Errorf("with entities %q", got)
	}
}

func TestBrokenXML(t *testing.T) {
	for _, c := range []struct {
		xml  string
		want int
	}{
		{"", 0},
		{"<i></i>", 0},
		{"<d ", 0},
		{`<d p="1,1,25,0">`, 0},
		{`<d p="1,1,25,0">open`, 0},
		{`<d p="1,1,25,0>open</d>`, 0},
		{`<d p="1,1,25">too few</d>`, 0},
		{`<d p="1,1,25,0,<script>">odd</d>`, 0},
		{`<d p="1e999,1,25,0">late</d><d p="NaN,1,25,0">never</d><d p="99999999,1,25,0">next year</d>`, 0},
		{`<d p="1,99999999999999999999,25,0">number</d>`, 0},
		{`<d p="1,1,-7,-1">odd size and colour</d>`, 1},
		{`<d p="1,1,25,0">&nosuch; &#xfffffff; &#0; &; &amp;lt;</d>`, 1},
		{`<d p="1,1,25,0">` + strings.Repeat("长", 5000) + `</d>`, 1},
		{strings.Repeat(`<d p="1,1,25,0,`+strings.Repeat("1", 300)+`">long</d>`, 3), 0},
		{strings.Repeat(`<d p="1,1,25,0">many</d>`, maxComments+10), maxComments},
	} {
		if got := Parse(c.xml); len(got) != c.want {
			t.Errorf("%.60s: %d comments, want %d", c.xml, len(got), c.want)
		}
	}
	if got := Parse(`<d p="1,1,25,0">&nosuch; &#0; &; &amp;lt; &#34;&quot;&#39;&#xA;!</d>`)[0].Text; got != `&nosuch; &#0; &; &lt; ""' !` {
		t.Errorf("entities: %q", got)
	}
}

func TestGolden(t *testing.T) {
	for name, got := range map[string]string{"sample.xml": XML(Parse(sample)), "sample.ass": ASS(Parse(sample))} {
		file := "testdata/" + name
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// flight is a moving line of a script, with its width as the script states it.
type flight struct {
	start, end     int // milliseconds
	from, to, wide float64
}

// at is where the left edge is.
func (f flight) at(ms int) float64 {
	return f.from + (f.to-f.from)*float64(ms-f.start)/float64(f.end-f.start)
}

var moves = regexp.MustCompile(`^Dialogue: 0,(\d):(\d\d):(\d\d)\.(\d\d),(\d):(\d\d):(\d\d)\.(\d\d),D,,0,0,0,,\{\\move\(1920,(\d+),-(\d+),`)

// TestNoneRunsIntoAnother lets a crowd fly and looks at each lane ten times a second.
func TestNoneRunsIntoAnother(t *testing.T) {
	var xml strings.Builder
	for i := range 400 {
		fmt.Fprintf(&xml, `<d p="%d.%d,1,25,16777215,1">%s</d>`, i/20, i*7%10, strings.Repeat("字a", 1+i*13%30))
	}
	byLane := map[string][]flight{}
	n := 0
	for line := range strings.Lines(ASS(Parse(xml.String()))) {
		m := moves.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n++
		time := func(i int) int {
			ms := 0
			for j, unit := range []int{3600_000, 60_000, 1000, 10} {
				v, _ := strconv.Atoi(m[i+j])
				ms += v * unit
			}
			return ms
		}
		wide, _ := strconv.Atoi(m[10])
		byLane[m[9]] = append(byLane[m[9]], flight{time(1), time(5), width, -float64(wide), float64(wide)})
	}
	if n < 50 || n == 400 || len(byLane) != lanes {
		t.Fatalf("%d of 400 fly, in %d lanes", n, len(byLane))
	}
	for lane, list := range byLane {
		for i, a := range list {
			for _, b := range list[i+1:] {
				for ms := max(a.start, b.start); ms < min(a.end, b.end); ms += 100 {
					if gap := b.at(ms) - (a.at(ms) + a.wide); gap < -2 { // what is rounded to hundredths of a second
						t.Fatalf("lane %s at %d ms: %+v runs into %+v by %.0f", lane, ms, b, a, -gap)
					}
				}
			}
		}
	}
}

func TestStandingCommentsWaitForTheirPlace(t *testing.T) {
	var xml strings.Builder
	for i := range lanes + 5 {
		fmt.Fprintf(&xml, `<d p="1.0%02d,5,25,16777215,1">top %d</d>`, i, i)
	}
	xml.WriteString(`<d p="7,5,25,16777215,1">later</d>`)
	script := ASS(Parse(xml.String()))
	if n := strings.Count(script, "Dialogue:"); n != lanes+1 {
		t.Errorf("%d stand, want %d and the later one", n, lanes)
	}
	if !strings.Contains(script, `{\an8\pos(960,0)}later`) {
		t.Error("the later one doesn't stand where the first was")
	}
}

func Fuzz(f *testing.F) {
	f.Add(sample)
	f.Add(`<d p="1,1,25,0">{\r&#123;&#125;&#92;N&#10;</d>`)
	f.Fuzz(func(t *testing.T, xml string) {
		list := Parse(xml)
		again := Parse(XML(list))
		if len(again) != len(list) {
			t.Fatalf("%d comments, read again %d", len(list), len(again))
		}
		for _, c := range list {
			if !slices.Contains(again, c) {
				t.Fatalf("%+v is not written as it was read", c)
			}
		}
		events := strings.TrimPrefix(ASS(list), ASS(nil))
		for line := range strings.Lines(events) {
			_, text, found := strings.Cut(line, "}")
			if !strings.HasPrefix(line, "Dialogue: 0,") || !found || strings.ContainsAny(text, "{}\\\r") {
				t.Errorf("the line %q holds more than its own command", line)
			}
		}
		if strings.Count(events, "\n") > len(list) {
			t.Error("more lines than comments")
		}
	})
}
