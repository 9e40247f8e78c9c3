package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"masthead/internal/identity"
)

func TestArrangingAFront(t *testing.T) {
	each(t, func(p *portal) {
		id := p.create(clean).str("id")
		const ops = "/fronts/en/home/ops"
		put := func(role identity.Role, version int, text string, header ...string) said {
			p.Helper()
			return p.ask(role, "POST", ops, fmt.Sprintf(`{"version": %d, "ops": [%s]}`, version, strings.ReplaceAll(text, "ID", id)), header...)
		}
		p.want(http.StatusForbidden, put(identity.Editor, 0, `{"do": "place", "story": "ID", "container": "1"}`))
		p.want(http.StatusNotFound, p.ask(identity.Reporter, "GET", "/fronts/en/atlantis", ""))
		p.want(http.StatusOK, p.ask(identity.Reporter, "GET", "/fronts/fr/calgary", ""))

		// A request that names itself has one effect.
		for range 2 {
			s := p.want(http.StatusOK, put(identity.Publisher, 0, `{"do": "place", "story": "ID", "container": "1"}`, "Idempotency-Key: place"))
			if s.num("version") != 1 {
				p.Errorf("version %d", s.num("version"))
			}
		}
		// Somebody else moves the card; who did not see that is told.
		p.want(http.StatusOK, put(identity.Admin, 1, `{"do": "place", "story": "ID", "from": "1", "container": "2"}`))
		s := p.want(http.StatusOK, put(identity.Publisher, 1, `{"do": "add", "settings": {"layout": "river"}}, {"do": "remove", "id": "mine", "story": "ID", "from": "1"}`))
		if got, want := fmt.Sprint(s.body["lost"]), "[map[container:2 id:mine index:1 "; !strings.HasPrefix(got, want) || !strings.Contains(got, "who:admin") {
			p.Errorf("lost %s", got)
		}
		p.want(http.StatusUnprocessableEntity, put(identity.Publisher, 3, `{"do": "card", "story": "ID", "container": "2", "card": {"boost": 3}}`))
		p.want(http.StatusUnprocessableEntity, put(identity.Publisher, 3, `{"do": "place", "story": "none", "container": "2"}`))

		// What is launched waits until its story is live.
		p.want(http.StatusConflict, p.ask(identity.Publisher, "POST", "/fronts/en/home/launch", `{"version": 1}`)) // the other has moved the card since
		s = p.want(http.StatusOK, p.ask(identity.Publisher, "POST", "/fronts/en/home/launch", `{}`, "Idempotency-Key: launch"))
		if again := p.want(http.StatusOK, p.ask(identity.Publisher, "POST", "/fronts/en/home/launch", `{}`, "Idempotency-Key: launch")); strings.TrimSpace(again.text) != strings.TrimSpace(s.text) {
			p.Errorf("sent again: %s, and not %s", again.text, s.text)
		}
		if launch, _ := s.body["launch"].(map[string]any); fmt.Sprint(launch["waiting"]) != "["+id+"]" {
			p.Errorf("launch %v", launch)
		}
		p.want(http.StatusConflict, p.ask(identity.Publisher, "POST", "/fronts/en/home/launch", `{}`))
		if s = p.want(http.StatusOK, p.ask(identity.Publisher, "GET", "/fronts/en/home", "")); s.body["by_rule"] != false || !strings.Contains(s.text, `"state":"draft"`) {
			p.Errorf("the front after its launch: %s", s.text)
		}
		p.want(http.StatusOK, p.ask(identity.Publisher, "POST", "/fronts/en/home/undo", `{"launch": true}`))
		p.want(http.StatusOK, p.ask(identity.Publisher, "POST", "/fronts/en/home/undo", `{}`))
		p.want(http.StatusConflict, p.ask(identity.Publisher, "POST", "/fronts/en/home/undo", `{}`)) // the other has moved it
	})
}
