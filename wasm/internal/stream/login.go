package stream

// Login says whether an account is logged in, as the site's own check had it. Cookies
// prove nothing: theirs outlive the session.
type Login string

const (
	// LoginUnstated: the check was not asked, or gave no answer.
	LoginUnstated Login = ""
	LoggedIn      Login = "logged-in"
	LoggedOut     Login = "logged-out"
)
