// Package caller tells which address a request comes from. It is given what the connection and the headers say, and
// knows no HTTP.
package caller

import (
	"net/netip"
	"strings"
)

// Address returns where a request comes from; the zero Addr if that cannot be read. remote is the connection's other end,
// host:port; forwarded are the values of X-Forwarded-For. A proxy on this machine tells in them, and its word is the last
// one. Nobody else is believed, or anybody could be another caller with each request.
func Address(remote string, forwarded []string) netip.Addr {
	end, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	host := end.Addr().Unmap()
	if !host.IsLoopback() || len(forwarded) == 0 {
		return host
	}
	last := forwarded[len(forwarded)-1]
	last = last[strings.LastIndexByte(last, ',')+1:]
	if told, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
		return told.Unmap()
	}
	return host
}
