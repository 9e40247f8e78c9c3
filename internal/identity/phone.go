package identity

import (
	"context"
	"time"

	"masthead/internal/audit"
	"masthead/internal/db"
)

const phoneLife = 15 * time.Minute

// Phone returns the secret of an address at which somebody without a sign-in brings files to the library in a person's
// name, and does nothing else; it is good until expires. The person's address before it is good no more.
func (k *Keeper) Phone(ctx context.Context, p *Person) (secret string, expires time.Time, err error) {
	if err := p.Need(Write, ""); err != nil {
		return "", expires, err
	}
	err = k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := dropTickets(ctx, tx, kindPhone, p.ID); err != nil {
			return err
		}
		expires = tx.Now.Add(phoneLife)
		if secret, err = k.issue(ctx, tx, ticket{Kind: kindPhone, Account: p.ID}, phoneLife); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "phone.open", Target: "account/" + p.ID}, nil)
	})
	return secret, expires, err
}

// PhonePerson returns in whose name a phone's address brings files; an error of kind errs.NotFound if it is good no
// more, or the person may not sign in any more.
func (k *Keeper) PhonePerson(ctx context.Context, secret string) (*Person, error) {
	id, err := k.look(ctx, k.cfg.DB, kindPhone, secret, k.cfg.DB.Now(), nil)
	if err != nil {
		return nil, err
	}
	a, err := FindAccount(ctx, k.cfg.DB, id)
	if err != nil {
		return nil, err
	}
	if a.State != Active {
		return nil, errTicket
	}
	return a.Person(), nil
}

// EndPhone ends the address of a person's phone, if there is one.
func (k *Keeper) EndPhone(ctx context.Context, p *Person) error {
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := dropTickets(ctx, tx, kindPhone, p.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "phone.end", Target: "account/" + p.ID}, nil)
	})
}

// PhoneAddress returns the full address that a phone opens.
func (k *Keeper) PhoneAddress(ctx context.Context, secret string) string {
	return k.cfg.Origin(ctx) + "/newsroom/phone/" + secret
}
