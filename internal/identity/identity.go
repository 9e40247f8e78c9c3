// Package identity knows who works here: accounts, how they prove who they are, their sessions, the tokens of
// programs, and the one table of who may do what. It knows no stories and no HTTP.
package identity

import "time"

// Session is one sign-in on one device.
type Session struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	Fresh   time.Time `json:"fresh"` // when the person last proved who they are
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}
