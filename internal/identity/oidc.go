package identity

// OIDC is a single sign-on of a company: its people sign in there.
type OIDC struct {
	Issuer   string   // address of the provider
	ClientID string   // what the provider calls us
	Secret   string   // what we prove it with
	Name     string   // on the button
	Domains  []string // e-mail domains whose people may join
	Role     Role     // of newcomers; "": only invited people
}
