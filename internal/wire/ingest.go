package wire

import (
	"context"
	"runtime"
	"time"

	"masthead/internal/content"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/published"
)

// who signs the versions that the wire saves.
const who = "wire"

// One transaction takes at most so many items and waits at most so long for them.
const (
	batchItems = 200
	batchTime  = 200 * time.Millisecond
)

// Options say what becomes of the items.
type Options struct {
	Publish  bool           // publish; otherwise they come in as drafts
	Section  string         // slug for all of them; "" chooses by subject
	Region   string         // slug for all of them; "" is none
	Source   string         // the name under which the messages are kept
	Progress func(Progress) // called after each commit: what it counts is durable
}

// Progress counts what is durably in.
type Progress struct {
	Files, Total int // files done, of all
	Items        int
	Failed       int
}

// Report is what an ingest did.
type Report struct {
	Files     int // that were done, failed ones too
	Items     int // that were found in them
	New       int // first version of a guid
	Updated   int // a newer version
	Unchanged int // known before, or of no effect any more
	Older     int // an older version than the one known
	Canceled  int // taken down, or never to be published
	Withheld  int
	Embargoed int // published by themselves when their moment comes
	Published int // became public, or changed there
	Kept      int // pictures, packages and the like: kept as items, no story
	Edited    int // not overwritten, because the story was edited here
	Foreign   int // new stories in a language that the portal has no pages in: they stand in no list

	Failed   []Failure // what did not come in
	Problems []Failure // what came in, but somebody should know
}

func (r *Report) add(o Report) {
	r.Files += o.Files
	r.Items += o.Items
	r.New += o.New
	r.Updated += o.Updated
	r.Unchanged += o.Unchanged
	r.Older += o.Older
	r.Canceled += o.Canceled
	r.Withheld += o.Withheld
	r.Embargoed += o.Embargoed
	r.Published += o.Published
	r.Kept += o.Kept
	r.Edited += o.Edited
	r.Foreign += o.Foreign
	r.Failed = append(r.Failed, o.Failed...)
	r.Problems = append(r.Problems, o.Problems...)
}

// Ingest brings in the items of files and folders. It may be stopped at any moment, even hard, and run again: what
// came in stays, what did not comes in then, nothing comes in twice. A file or item that cannot come in is named in
// the report and stops nothing; an error means that the database refused, and the report counts what is in.
func Ingest(ctx context.Context, d *db.DB, paths []string, o Options) (Report, error) {
	var total Report
	site, err := published.New(d).Record(d.Now()).Site(ctx)
	if err != nil {
		return total, err
	}
	if err := o.known(site); err != nil {
		return total, err
	}
	files, failed := filesOf(paths)
	total.Failed = failed
	if len(files) == 0 && len(failed) == 0 {
		return total, errs.Errorf(errs.Invalid, "there are no files to bring in")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r := reader{o: o, site: site, zone: site.Location(), now: d.Now}
	err = collect(ctx, r.read(ctx, files), func(batch []unit) error {
		var did Report
		_, err := content.Do(ctx, d, who, func(k *content.Desk) error {
			// A transaction that is tried again counts again.
			did = Report{}
			return (&writer{k: k, o: o, did: &did}).write(ctx, batch)
		})
		if err != nil {
			return err
		}
		total.add(did)
		if o.Progress != nil {
			o.Progress(Progress{Files: total.Files, Total: len(files), Items: total.Items, Failed: len(total.Failed)})
		}
		return nil
	})
	return total, err
}

// unit is what is written at once: an item, or a file without any.
type unit struct {
	file  *file
	entry *entry // nil if the file has none
	first bool   // of its file
	last  bool
}

// collect makes batches of the files' items, in order.
func collect(ctx context.Context, in <-chan *file, write func([]unit) error) error {
	var batch []unit
	timer := time.NewTimer(batchTime)
	defer timer.Stop()
	flush := func() error {
		defer timer.Reset(batchTime)
		if len(batch) == 0 {
			return nil
		}
		err := write(batch)
		clear(batch)
		batch = batch[:0]
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			if err := flush(); err != nil {
				return err
			}
		case f, more := <-in:
			if !more {
				if err := flush(); err != nil {
					return err
				}
				return ctx.Err()
			}
			for _, u := range f.units() {
				batch = append(batch, u)
				if len(batch) >= batchItems {
					if err := flush(); err != nil {
						return err
					}
				}
			}
		}
	}
}

func (f *file) units() []unit {
	if len(f.entries) == 0 {
		return []unit{{file: f, first: true, last: true}}
	}
	list := make([]unit, len(f.entries))
	for i := range f.entries {
		list[i] = unit{file: f, entry: &f.entries[i], first: i == 0, last: i == len(f.entries)-1}
	}
	return list
}

// read reads and prepares files, several at a time, and sends them in their order.
func (r *reader) read(ctx context.Context, files []string) <-chan *file {
	type job struct {
		path string
		done chan *file
	}
	workers := runtime.GOMAXPROCS(0)
	work, order, out := make(chan job), make(chan job, 32*workers), make(chan *file, batchItems)
	for range workers {
		go func() {
			for j := range work {
				j.done <- r.file(j.path)
			}
		}()
	}
	go func() {
		defer close(work)
		defer close(order)
		for _, path := range files {
			j := job{path, make(chan *file, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			work <- j
		}
	}()
	go func() {
		defer close(out)
		for j := range order {
			select {
			case out <- <-j.done:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
