package mediaui

import (
	"fmt"
	"image/color"
	"net/http"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"masthead/internal/local/clock"
	"masthead/internal/media"
	"masthead/internal/newsroom"
)

// handset is what the screens show of an address for a phone.
type handset struct {
	Address string
	QR      string // the path of its drawing, a unit a module
	Side    int    // modules, with the quiet zone
	Until   string
	Who     string // in whose name it brings files
	Secret  string
	Accept  string
}

// openPhone makes an address for a phone and shows it this once, as a picture to scan.
func (u *ui) openPhone(w http.ResponseWriter, r *newsroom.Request) error {
	secret, until, err := u.Staff.Phone(r.Context(), r.Who)
	if err != nil {
		return err
	}
	h := &handset{Address: u.Staff.PhoneAddress(r.Context(), secret), Until: timeOf(r, until), Who: r.Who.Name}
	if h.QR, h.Side, err = drawQR(h.Address); err != nil {
		return err
	}
	return u.Shell.Page(w, r, newsroom.Page{Screen: "library-phone", Title: r.Words.T("upload.phone"), Nav: "library", Data: h})
}

func (u *ui) endPhone(w http.ResponseWriter, r *newsroom.Request) error {
	if err := u.Staff.EndPhone(r.Context(), r.Who); err != nil {
		return err
	}
	return u.Shell.Redirect(w, r, base, r.Words.T("upload.phone_ended"))
}

// phone is what the phone shows.
func (u *ui) phone(w http.ResponseWriter, r *newsroom.Request) error {
	secret := r.PathValue("secret")
	who, err := u.Staff.PhonePerson(r.Context(), secret)
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	return u.Shell.Page(w, r, newsroom.Page{
		Screen: "phone", Title: r.Words.T("upload.phone_title"), Bare: true, Areas: []string{"upload"},
		Data: &handset{Who: who.Name, Secret: secret, Accept: media.Accepted()},
	})
}

// phoneUpload takes files in the name of whom the address is for, whoever may be signed in on the phone.
func (u *ui) phoneUpload(w http.ResponseWriter, r *newsroom.Request) error {
	who, err := u.Staff.PhonePerson(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	return u.receive(w, r, who, phone+r.PathValue("secret"))
}

// quiet is the light border that a QR code needs, in modules (ISO/IEC 18004 §5.3.8).
const quiet = 4

// drawQR draws an address as the path of an SVG, one unit a module.
func drawQR(address string) (path string, side int, err error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("QR code: %w", err)
	}
	var b strings.Builder
	n := code.Bounds().Dx()
	for y := range n {
		for x := range n {
			if code.At(x, y) == color.Black {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String(), n + 2*quiet, nil
}

func timeOf(r *newsroom.Request, t time.Time) string {
	return clock.TimeOfDay(t.In(r.Site.Location()), r.Lang)
}
