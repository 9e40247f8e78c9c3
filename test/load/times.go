package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// times holds what was measured, by kind of question.
type times map[string][]time.Duration

func (t times) add(kind string, d time.Duration) { t[kind] = append(t[kind], d) }

// quantile returns the value that a share q of the durations do not exceed; 0 of none.
func quantile(list []time.Duration, q float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// print writes a table that docs/performance.md can hold, the most frequent kind first.
func (t times) print(w io.Writer) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(tab, "\tcount\tmedian\tp90\tp95\tp99\tmax\t\n")
	kinds := slices.SortedStableFunc(maps.Keys(t), func(a, b string) int {
		return cmp.Or(len(t[b])-len(t[a]), cmp.Compare(a, b))
	})
	for _, k := range kinds {
		fmt.Fprintf(tab, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t\n", k, len(t[k]),
			ms(quantile(t[k], .5)), ms(quantile(t[k], .9)), ms(quantile(t[k], .95)), ms(quantile(t[k], .99)), ms(slices.Max(t[k])))
	}
	return tab.Flush()
}

// processorTime returns what this process has used of all processors: unlike time on the wall it hardly depends on what
// else the machine does.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
