package stream

// Login is what is known about whether somebody is logged in to a site.
type Login int

const (
	// LoginUnstated: nobody asked, or the answer could not be read.
	LoginUnstated Login = iota
	LoggedIn
	LoggedOut
)
