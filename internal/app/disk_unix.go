//go:build linux || darwin || freebsd

package app

import "syscall"

// freeDisk returns the bytes that are left on a folder's disk; 0 if they cannot be told.
func freeDisk(dir string) int64 {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * int64(s.Bsize) // their types differ between systems
}
