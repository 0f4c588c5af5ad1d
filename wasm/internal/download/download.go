// Package download fetches renditions into files: in ranges, over several connections and hosts,
// resumable at any byte, merged on the way into one MP4 by package mp4's layout, so that no
// second pass and no second copy is needed. It is a state machine behind ports: bytes come
// by [Network], go to [Disk], and bulk bytes need not pass through this program at all.
//
// # What holds
//
//   - Every byte of a source is requested from where the journal says that it is missing,
//     and is written to its final place. The journal is appended to after the bytes are
//     written, so that it never claims more than there is: a program that is ended at any
//     instant leaves a folder from which the next one goes on. (Not covered: the machine
//     losing power before the system has written what it was given.)
//   - No address (they are signed, and name an account) is kept on disk, shown in a view or
//     part of an error. Hosts are named without paths.
//   - Only https addresses of known media hosts are fetched ([stream.Fetchable]).
//   - No media byte is fetched before the init segments were read and found free of
//     encryption.
package download
