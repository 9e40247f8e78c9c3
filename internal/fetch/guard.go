package fetch

import (
	"fmt"
	"net/netip"
	"syscall"
)

// Refused is the error of an address that the client may not speak to. The setting for allowed addresses lifts it.
type Refused struct{ Addr netip.Addr }

func (r *Refused) Error() string {
	return fmt.Sprintf("address %s is not public; start with --allow-private if it is meant", r.Addr)
}

// guard decides which addresses may be dialled.
type guard struct{ allow []netip.Prefix }

// control checks the address of a socket that is about to connect: after name resolution, so that neither a name
// that resolves to a private address nor one that changes between check and use gets through.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	return g.check(ap.Addr())
}

func (g guard) check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	for _, p := range g.allow {
		if p.Contains(a) {
			return nil
		}
	}
	if nat64.Contains(a) { // RFC 6052 §2.2: the last four bytes are an IPv4 address
		b := a.As16()
		return g.check(netip.AddrFrom4([4]byte(b[12:])))
	}
	if !public(a) {
		return &Refused{Addr: a}
	}
	return nil
}

// public reports whether an address is one of the open internet: for IPv6 only what is inside the global unicast
// block, and for both nothing of the IANA special-purpose registries.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Is6() && !globalUnicast.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

var (
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
	globalUnicast = netip.MustParsePrefix("2000::/3")
)

// special lists what inside 0.0.0.0/0 and 2000::/3 is not the open internet (RFC 6890 and its registries).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),        // this network, unspecified
	netip.MustParsePrefix("10.0.0.0/8"),       // private
	netip.MustParsePrefix("100.64.0.0/10"),    // carrier-grade NAT; one cloud's metadata
	netip.MustParsePrefix("127.0.0.0/8"),      // loopback
	netip.MustParsePrefix("168.63.129.16/32"), // a cloud's host agent behind a public-looking address
	netip.MustParsePrefix("169.254.0.0/16"),   // link-local; cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),    // private
	netip.MustParsePrefix("192.0.0.0/24"),     // protocol assignments; cloud metadata
	netip.MustParsePrefix("192.0.2.0/24"),     // documentation
	netip.MustParsePrefix("192.88.99.0/24"),   // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),   // private
	netip.MustParsePrefix("198.18.0.0/15"),    // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"),  // documentation
	netip.MustParsePrefix("203.0.113.0/24"),   // documentation
	netip.MustParsePrefix("224.0.0.0/4"),      // multicast
	netip.MustParsePrefix("240.0.0.0/4"),      // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),        // protocol assignments: Teredo, ORCHID and others
	netip.MustParsePrefix("2001:db8::/32"),    // documentation
	netip.MustParsePrefix("2002::/16"),        // 6to4, carries any IPv4 address
	netip.MustParsePrefix("3fff::/20"),        // documentation
}
