package stream

// Login says whether an account is logged in, as the site's own check had it. Cookies
// prove nothing: theirs outlive the session. The zero value and [LoginUnknown] mean
// that the check was not asked or gave no answer.
type Login string

const (
	LoggedIn  Login = "logged-in"
	LoggedOut Login = "logged-out"
)

// LoginOf turns a login check's answer into a Login.
func LoginOf(loggedIn bool, err error) Login {
	switch {
	case err != nil:
		return LoginUnknown
	case loggedIn:
		return LoggedIn
	}
	return LoggedOut
}
