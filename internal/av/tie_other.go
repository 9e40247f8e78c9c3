//go:build !linux

package av

import "os/exec"

// tie does nothing: this system has no way to let a program end with another.
func tie(*exec.Cmd) (untie func()) { return func() {} }
