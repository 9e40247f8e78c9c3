package frontui

import (
	"masthead/internal/local/clock"
	"masthead/internal/reads"
)

// readings say how much a story was read in the last hour, up to the last full five minutes: so a board stays the same for
// as long, however much is read.
type readings struct{ N, Line, Said string }

// count puts onto the cards of a board how much their stories are read.
func (u *ui) count(s *screen, b *board) error {
	cards := map[string][]*card{}
	note := func(list []card) {
		for i := range list {
			cards[list[i].Story] = append(cards[list[i].Story], &list[i])
		}
	}
	for _, x := range b.Boxes {
		note(x.Cards)
		note(x.Fill)
	}
	note(b.Found)
	var ids []string
	for id := range cards {
		ids = append(ids, id)
	}
	read, err := reads.Of(s.Context(), u.DB, s.now, ids)
	if err != nil {
		return err
	}
	for id, r := range read {
		past := r.Hour[:len(r.Hour)-1]
		n, bars := 0, make([]int, len(past)/2)
		for i, slot := range past {
			n += slot
			if i > 0 {
				bars[(i-1)/2] += slot // ten minutes each
			}
		}
		if n == 0 {
			continue
		}
		number := clock.Number(n, s.Lang)
		for _, c := range cards[id] {
			c.Reads = &readings{N: number, Line: sparkline(bars), Said: s.Words.T("fronts.reads", number)}
		}
	}
	return nil
}

// sparkline draws numbers as a line of blocks, the greatest as the highest.
func sparkline(list []int) string {
	const blocks = "▁▂▃▄▅▆▇█"
	heights := []rune(blocks)
	most := 1
	for _, n := range list {
		most = max(most, n)
	}
	line := make([]rune, len(list))
	for i, n := range list {
		line[i] = heights[n*(len(heights)-1)/most]
	}
	return string(line)
}
