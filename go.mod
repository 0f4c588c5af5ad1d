module streamlist

go 1.26.0

require (
	github.com/Eyevinn/mp4ff v0.56.0
	github.com/hack-pad/safejs v0.1.1
	github.com/norunners/vert v0.0.0-20221203075838-106a353d42dd
	github.com/srwiley/oksvg v0.0.0-20221011165216-be6e8873101c
	github.com/srwiley/rasterx v0.0.0-20220730225603-2ab79fcdd4ef
	github.com/tdewolff/minify/v2 v2.24.25
)

require (
	github.com/tdewolff/parse/v2 v2.8.20 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

ignore (
	./dist
	./tests/node_modules
)
