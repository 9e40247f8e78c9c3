package media

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"masthead/internal/db"
	"masthead/internal/doc"
	"masthead/internal/errs"
)

// row is the column data of a medium.
type row struct {
	Media    doc.Media `json:"media"`
	Facts    Facts     `json:"facts"`
	Rights   Rights    `json:"rights,omitzero"`
	Original Original  `json:"original,omitzero"`
	Fault    string    `json:"fault,omitempty"`
	Made     made      `json:"made,omitzero"`
	Progress float64   `json:"progress,omitempty"`
	Still    string    `json:"still,omitempty"`
}

const itemColumns = `m.version, m.created, m.updated, m.who, m.state, m.likeness, m.removed, m.data,
	(SELECT COUNT(*) FROM media_use u WHERE u.media = m.id), (SELECT COUNT(*) FROM media_use u WHERE u.media = m.id AND u.lacks)`

func scanItem(scan func(...any) error) (m Item, err error) {
	var created, updated, likeness, removed int64
	var data string
	if err := scan(&m.Version, &created, &updated, &m.Who, &m.State, &likeness, &removed, &data, &m.Used, &m.NoAlt); err != nil {
		return m, err
	}
	var r row
	if err := json.Unmarshal([]byte(data), &r); err != nil {
		return m, err
	}
	m.Media, m.Facts, m.Rights, m.Original, m.Fault, m.made, m.Progress, m.Still = r.Media, r.Facts, r.Rights, r.Original, r.Fault, r.Made, r.Progress, r.Still
	if m.Original.Hash == "" { // from before the library kept facts
		m.Facts.Caption, m.Facts.Credit = m.Caption, m.Credit
	}
	m.Created, m.Updated, m.likeness = time.UnixMicro(created).UTC(), time.UnixMicro(updated).UTC(), uint64(likeness)
	if removed != 0 {
		m.Removed = time.UnixMicro(removed).UTC()
	}
	return m, nil
}

func selectByID(ctx context.Context, q db.Queryer, id string) (Item, error) {
	m, err := scanItem(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM media m WHERE m.id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return m, errs.Errorf(errs.NotFound, "no media %s", id)
	}
	if err != nil {
		return m, fmt.Errorf("read media %s: %w", id, err)
	}
	return m, nil
}

// selectByHash returns nil when there is none.
func selectByHash(ctx context.Context, q db.Queryer, hash string) (*Item, error) {
	m, err := scanItem(q.QueryRow(ctx, `SELECT `+itemColumns+` FROM media m WHERE m.hash = $1`, hash).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &m, err
}

func collect(rows *sql.Rows, err error) (list []Item, _ error) {
	if err != nil {
		return nil, fmt.Errorf("list media: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		m, err := scanItem(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list media: %w", err)
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// condition collects the parts of a WHERE clause with their arguments.
type condition struct {
	parts []string
	args  []any
}

// add appends a part; each ? in it becomes the placeholder of the next argument.
func (c *condition) add(part string, args ...any) {
	for _, a := range args {
		c.args = append(c.args, a)
		part = strings.Replace(part, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.parts = append(c.parts, part)
}

func (c *condition) list(column string, values []string, not string) {
	marks := make([]string, len(values))
	args := make([]any, len(values))
	for i, v := range values {
		if v == "none" {
			v = ""
		}
		marks[i], args[i] = "?", v
	}
	c.add(column+" "+not+"IN ("+strings.Join(marks, ", ")+")", args...)
}

// found: the media that have a word which begins like that.
const found = `m.id IN (SELECT w.media FROM media_word w WHERE w.word >= ? AND w.word < ?)`

// after is the first text that does not begin with a word.
func after(word string) string { return word + "\U0010ffff" }

func selectPage(ctx context.Context, q db.Queryer, ask Query, now time.Time) (p Page, err error) {
	var c condition
	if ask.Removed {
		c.add("m.removed > 0")
	} else {
		c.add("m.removed = 0")
	}
	for _, w := range ask.Words {
		c.add(found, w, after(w))
	}
	for _, w := range ask.Without {
		c.add("NOT "+found, w, after(w))
	}
	for _, f := range []struct{ column, value string }{{"m.kind", ask.Kind}, {"m.shape", ask.Shape}, {"m.cost", ask.Cost}, {"m.state", ask.State}} {
		if f.value != "" {
			c.add(f.column+" = ?", f.value)
		}
	}
	if len(ask.Rights) > 0 {
		c.list("m.category", ask.Rights, "")
	}
	if len(ask.Not) > 0 {
		c.list("m.category", ask.Not, "NOT ")
	}
	if ask.Used != nil {
		part := "EXISTS (SELECT 1 FROM media_use u WHERE u.media = m.id)"
		if !*ask.Used {
			part = "NOT " + part
		}
		c.add(part)
	}
	if ask.NoAlt != nil {
		part := "EXISTS (SELECT 1 FROM media_use u WHERE u.media = m.id AND u.lacks)"
		if !*ask.NoAlt {
			part = "NOT " + part
		}
		c.add(part)
	}
	if ask.Credited != nil {
		c.add("m.credited = ?", *ask.Credited)
	}
	if ask.Ending {
		c.add("m.ends IS NOT NULL AND m.ends <= ?", now.Add(soon).UnixMicro())
	}
	if !ask.From.IsZero() {
		c.add("m.created >= ?", ask.From.UnixMicro())
	}
	if !ask.To.IsZero() {
		c.add("m.created < ?", ask.To.UnixMicro())
	}
	if at, id, ok := cursor(ask.Before); ok {
		c.add("(m.created, m.id) < (?, ?)", at, id)
	} else if ask.Before != "" {
		return p, errs.Errorf(errs.Invalid, "the place %q in the list is not one: begin anew", ask.Before)
	}
	query := `SELECT ` + itemColumns + ` FROM media m WHERE ` + strings.Join(c.parts, " AND ") +
		` ORDER BY m.created DESC, m.id DESC LIMIT ` + strconv.Itoa(ask.N+1)
	p.Items, err = collect(q.Query(ctx, query, c.args...))
	if len(p.Items) > ask.N {
		p.Items = p.Items[:ask.N]
		last := p.Items[ask.N-1]
		p.Next = strconv.FormatInt(last.Created.UnixMicro(), 36) + "-" + last.ID
	}
	return p, err
}

func cursor(s string) (at int64, id string, ok bool) {
	a, id, ok := strings.Cut(s, "-")
	at, err := strconv.ParseInt(a, 36, 64)
	return at, id, ok && err == nil && isID(id)
}

func selectUnversioned(ctx context.Context, q db.Queryer, after string, n int) ([]Item, error) {
	return collect(q.Query(ctx, `SELECT `+itemColumns+` FROM media m WHERE m.id > $1 AND NOT EXISTS
		(SELECT 1 FROM media_version v WHERE v.media = m.id) ORDER BY m.id LIMIT $2`, after, n))
}

func selectExpiring(ctx context.Context, q db.Queryer, until time.Time, n int) ([]Item, error) {
	return collect(q.Query(ctx, `SELECT `+itemColumns+` FROM media m WHERE m.ends IS NOT NULL AND m.ends <= $1
		AND EXISTS (SELECT 1 FROM pub_media p WHERE p.media = m.id) ORDER BY m.ends, m.id LIMIT $2`, until.UnixMicro(), n))
}

func selectAlike(ctx context.Context, q db.Queryer, likeness uint64, n int) ([]Item, error) {
	var marks []string
	var args []any
	for i, p := range parts(likeness) {
		marks, args = append(marks, "$"+strconv.Itoa(i+1)), append(args, p)
	}
	args = append(args, n)
	return collect(q.Query(ctx, `SELECT `+itemColumns+` FROM media m WHERE m.removed = 0 AND m.id IN
		(SELECT k.media FROM media_like k WHERE k.part IN (`+strings.Join(marks, ", ")+`) GROUP BY k.media ORDER BY COUNT(*) DESC, k.media LIMIT $9)`, args...))
}

func selectUses(ctx context.Context, q db.Queryer, id string) (list []Use, err error) {
	rows, err := q.Query(ctx, `SELECT u.owner, u.alt, u.lacks, COALESCE(s.headline, ''),
		EXISTS (SELECT 1 FROM pub_media p WHERE p.media = u.media AND p.story = u.owner)
		FROM media_use u LEFT JOIN story s ON s.id = u.owner WHERE u.media = $1
		UNION SELECT p.story, '', FALSE, COALESCE(s.headline, ''), TRUE FROM pub_media p LEFT JOIN story s ON s.id = p.story WHERE p.media = $1
		AND NOT EXISTS (SELECT 1 FROM media_use u WHERE u.media = p.media AND u.owner = p.story)
		ORDER BY 1 DESC LIMIT 200`, id)
	if err != nil {
		return nil, fmt.Errorf("uses of media %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var u Use
		if err := rows.Scan(&u.Owner, &u.Alt, &u.NoAlt, &u.Headline, &u.Live); err != nil {
			return nil, fmt.Errorf("uses of media %s: %w", id, err)
		}
		list = append(list, u)
	}
	return list, rows.Err()
}

func selectLastAlt(ctx context.Context, q db.Queryer, id string) (alt string, err error) {
	err = q.QueryRow(ctx, `SELECT alt FROM media_use WHERE media = $1 AND alt <> '' ORDER BY at DESC LIMIT 1`, id).Scan(&alt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return alt, err
}

func replaceUses(ctx context.Context, tx *db.Tx, owner string, alts map[string]doc.Alt) error {
	old := map[string]doc.Alt{}
	rows, err := tx.Query(ctx, `SELECT media, alt, lacks FROM media_use WHERE owner = $1`, owner)
	if err != nil {
		return fmt.Errorf("media of %s: %w", owner, err)
	}
	for rows.Next() {
		var id string
		var alt doc.Alt
		if err := rows.Scan(&id, &alt.Text, &alt.Lacks); err != nil {
			rows.Close()
			return fmt.Errorf("media of %s: %w", owner, err)
		}
		old[id] = alt
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return fmt.Errorf("media of %s: %w", owner, err)
	}
	for id := range old {
		if _, still := alts[id]; !still {
			if _, err := tx.Exec(ctx, `DELETE FROM media_use WHERE owner = $1 AND media = $2`, owner, id); err != nil {
				return fmt.Errorf("media of %s: %w", owner, err)
			}
		}
	}
	for id, alt := range alts {
		if alt.Lacks {
			m, err := Get(ctx, tx, id)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return fmt.Errorf("media of %s: %w", owner, err)
			}
			alt.Lacks = m.Kind == "photo" && m.Alt == ""
		}
		if was, there := old[id]; there && was == alt {
			continue
		}
		if _, err := tx.Exec(ctx, `INSERT INTO media_use (media, owner, alt, lacks, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (media, owner) DO UPDATE SET alt = excluded.alt, lacks = excluded.lacks, at = excluded.at`, id, owner, alt.Text, alt.Lacks, tx.Now.UnixMicro()); err != nil {
			return fmt.Errorf("media of %s: %w", owner, err)
		}
	}
	return nil
}

func selectVersions(ctx context.Context, q db.Queryer, id string) (list []Version, err error) {
	rows, err := q.Query(ctx, `SELECT version, at, who, data FROM media_version WHERE media = $1 ORDER BY version DESC LIMIT 200`, id)
	if err != nil {
		return nil, fmt.Errorf("versions of media %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var v Version
		var n int
		var at int64
		var who, data string
		err := rows.Scan(&n, &at, &who, &data)
		if err == nil {
			err = json.Unmarshal([]byte(data), &v)
		}
		if err != nil {
			return nil, fmt.Errorf("versions of media %s: %w", id, err)
		}
		v.Version, v.Who, v.At = n, who, time.UnixMicro(at).UTC()
		list = append(list, v)
	}
	return list, rows.Err()
}

func selectFile(ctx context.Context, q db.Queryer, id, name string) (f storedFile, created time.Time, err error) {
	var at int64
	err = q.QueryRow(ctx, `SELECT f.name, f.type, f.hash, f.size, f.staff, m.created FROM media_file f JOIN media m ON m.id = f.media
		WHERE f.media = $1 AND f.name = $2`, id, name).Scan(&f.Name, &f.Type, &f.Hash, &f.Size, &f.Staff, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return f, created, errs.Errorf(errs.NotFound, "no file %s of media %s", name, id)
	}
	if err != nil {
		return f, created, fmt.Errorf("file %s of media %s: %w", name, id, err)
	}
	return f, time.UnixMicro(at).UTC(), nil
}

func selectFiles(ctx context.Context, q db.Queryer, id string) (list []storedFile, err error) {
	rows, err := q.Query(ctx, `SELECT name, type, hash, size, staff FROM media_file WHERE media = $1 ORDER BY name`, id)
	if err != nil {
		return nil, fmt.Errorf("files of media %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var f storedFile
		if err := rows.Scan(&f.Name, &f.Type, &f.Hash, &f.Size, &f.Staff); err != nil {
			return nil, fmt.Errorf("files of media %s: %w", id, err)
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

func (m *Item) shape() string {
	switch {
	case m.Width > m.Height*11/10:
		return "landscape"
	case m.Height > m.Width*11/10:
		return "portrait"
	case m.Width > 0:
		return "square"
	}
	return ""
}

func (m *Item) data() (string, error) {
	b, err := json.Marshal(row{m.Media, m.Facts, m.Rights, m.Original, m.Fault, m.made, m.Progress, m.Still})
	return string(b), err
}

// insert writes a new medium; it reports false if another transaction was faster.
func insert(ctx context.Context, tx *db.Tx, hash string, m *Item, files []storedFile) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO media (id, hash, created, data, kind, version, updated, who, state, likeness)
		VALUES ($1, $2, $3, '', $4, 1, $3, $5, $6, 0) ON CONFLICT DO NOTHING`,
		m.ID, hash, tx.Now.UnixMicro(), m.Kind, m.Who, m.State)
	if err != nil || n == 0 {
		return false, err
	}
	if err := putFiles(ctx, tx, m.ID, files); err != nil {
		return false, err
	}
	return true, update(ctx, tx, m)
}

// update writes what is said of a medium, and the words and the likeness by which it is found.
func update(ctx context.Context, tx *db.Tx, m *Item) error {
	data, err := m.data()
	if err != nil {
		return err
	}
	var ends *int64
	if at := m.Rights.ends(tx.Now); !at.IsZero() {
		n := at.UnixMicro()
		ends = &n
	}
	_, err = tx.Exec(ctx, `UPDATE media SET data = $1, version = $2, updated = $3, state = $4, shape = $5, credited = $6, category = $7, cost = $8, ends = $9, likeness = $10
		WHERE id = $11`, data, m.Version, m.Updated.UnixMicro(), m.State, m.shape(), m.Facts.Credit != "", m.Rights.Category, m.Rights.Standing(tx.Now).Cost, ends, int64(m.likeness), m.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM media_word WHERE media = $1`, m.ID); err != nil {
		return err
	}
	for _, w := range m.index() {
		if _, err := tx.Exec(ctx, `INSERT INTO media_word (word, media) VALUES ($1, $2)`, w, m.ID); err != nil {
			return err
		}
	}
	return indexLikeness(ctx, tx, m)
}

func indexLikeness(ctx context.Context, tx *db.Tx, m *Item) error {
	if _, err := tx.Exec(ctx, `DELETE FROM media_like WHERE media = $1`, m.ID); err != nil || m.likeness == 0 {
		return err
	}
	for _, p := range parts(m.likeness) {
		if _, err := tx.Exec(ctx, `INSERT INTO media_like (part, media) VALUES ($1, $2)`, p, m.ID); err != nil {
			return err
		}
	}
	return nil
}

// updateProgress writes how far the work on a film is, unless a person's change came between.
func updateProgress(ctx context.Context, tx *db.Tx, m *Item) error {
	data, err := m.data()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE media SET data = $1 WHERE id = $2 AND version = $3`, data, m.ID, m.Version)
	return err
}

// putFiles makes these the files of a medium.
func putFiles(ctx context.Context, tx *db.Tx, id string, files []storedFile) error {
	if err := dropFiles(ctx, tx, id); err != nil {
		return err
	}
	for _, f := range files {
		if _, err := tx.Exec(ctx, `INSERT INTO media_file (media, name, type, hash, size, staff) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			id, f.Name, f.Type, f.Hash, f.Size, f.Staff); err != nil {
			return err
		}
	}
	return nil
}

// dropFiles lets go of all files of a medium. They are kept for a day from now on: a backup may be under way.
func dropFiles(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE media_blob SET at = $1 WHERE hash IN (SELECT f.hash FROM media_file f WHERE f.media = $2)`, tx.Now.UnixMicro(), id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM media_file WHERE media = $1`, id)
	return err
}

func insertVersion(ctx context.Context, tx *db.Tx, m *Item, who string) error {
	data, err := json.Marshal(Version{Facts: m.Facts, Rights: m.Rights, Focus: Focus{m.FocusX, m.FocusY}})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO media_version (media, version, at, who, data) VALUES ($1, $2, $3, $4, $5)`,
		m.ID, m.Version, tx.Now.UnixMicro(), who, string(data))
	return err
}

// setRemoved notes when a medium was removed; the zero time: it was not.
func setRemoved(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	var n int64
	if !at.IsZero() {
		n = at.UnixMicro()
	}
	_, err := tx.Exec(ctx, `UPDATE media SET removed = $1 WHERE id = $2`, n, id)
	return err
}

// selectRemoved returns the ids of media that were removed before a moment and that nothing uses.
func selectRemoved(ctx context.Context, q db.Queryer, before time.Time, n int) ([]string, error) {
	return db.Texts(ctx, q, `SELECT m.id FROM media m WHERE m.removed > 0 AND m.removed < $1
		AND NOT EXISTS (SELECT 1 FROM media_use u WHERE u.media = m.id) ORDER BY m.removed LIMIT $2`, before.UnixMicro(), n)
}

func deleteMedia(ctx context.Context, tx *db.Tx, id string) error {
	if err := dropFiles(ctx, tx, id); err != nil {
		return err
	}
	for _, table := range []string{"media_word", "media_like", "media_version"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE media = $1`, id); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM media WHERE id = $1`, id)
	return err
}

// noteBlob writes down that a file is being stored.
func noteBlob(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_blob (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET at = excluded.at`, hash, tx.Now.UnixMicro())
	return err
}

// adoptBlob makes a file known as one that was stored long ago, unless it is known.
func adoptBlob(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO media_blob (hash, at) VALUES ($1, 0) ON CONFLICT (hash) DO NOTHING`, hash)
	return err
}

// forgetBlob forgets a file that was stored, or let go, before a moment and that no medium has; false if it is not so.
func forgetBlob(ctx context.Context, tx *db.Tx, hash string, before time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM media_blob WHERE hash = $1 AND at < $2 AND NOT EXISTS (SELECT 1 FROM media_file f WHERE f.hash = media_blob.hash)`,
		hash, before.UnixMicro())
	return n > 0, err
}

// selectIdle returns the files that were stored, or let go, before a moment and that no medium has.
func selectIdle(ctx context.Context, q db.Queryer, before time.Time) (hashes []string, err error) {
	rows, err := q.Query(ctx, `SELECT hash FROM media_blob WHERE at < $1 AND NOT EXISTS (SELECT 1 FROM media_file f WHERE f.hash = media_blob.hash)`, before.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, rows.Err()
}

// known reports whether a file was stored for this database.
func known(ctx context.Context, q db.Queryer, hash string) (yes bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM media_blob WHERE hash = $1)`, hash).Scan(&yes)
	return yes, err
}

// eachFile calls fn for every file of every medium, by medium and name.
func eachFile(ctx context.Context, q db.Queryer, fn func(media string, f storedFile) error) error {
	last, name := "", ""
	for {
		rows, err := q.Query(ctx, `SELECT media, name, type, hash, size, staff FROM media_file WHERE (media, name) > ($1, $2) ORDER BY media, name LIMIT 1000`, last, name)
		if err != nil {
			return err
		}
		type one struct {
			media string
			f     storedFile
		}
		var list []one
		for rows.Next() {
			var o one
			if err := rows.Scan(&o.media, &o.f.Name, &o.f.Type, &o.f.Hash, &o.f.Size, &o.f.Staff); err != nil {
				rows.Close()
				return err
			}
			list = append(list, o)
		}
		rows.Close()
		if err := rows.Err(); err != nil || len(list) == 0 {
			return err
		}
		for _, o := range list {
			if err := fn(o.media, o.f); err != nil {
				return err
			}
		}
		last, name = list[len(list)-1].media, list[len(list)-1].f.Name
	}
}
