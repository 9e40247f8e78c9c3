// The local strip: the page has the default place's date; this puts in the reader's own place, a clock that
// ticks on the minute, and the temperature while it is fresh. Patterns are ours: browsers' own differ.
import { read } from './place.js'

const strip = document.querySelector('[data-strip]')
const part = name => strip.querySelector(`[data-${name}]`)
const fresh = 3 * 3600e3
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
let here, words, standard

const tick = () => {
  let t
  try {
    t = Object.fromEntries(new Intl.DateTimeFormat('en-US', {
      timeZone: here.tz, weekday: 'short', year: 'numeric', month: 'numeric', day: 'numeric',
      hour: 'numeric', minute: '2-digit', hourCycle: 'h23',
    }).formatToParts(new Date()).map(p => [p.type, p.value]))
  } catch {
    return // a zone that this browser does not know: the server's date stays
  }
  const w = weekdays.indexOf(t.weekday), H = +t.hour, two = n => String(n).padStart(2, '0')
  const v = {
    wd: words.wd[w], ws: words.ws[w], mo: words.mo[t.month - 1], ms: words.ms[t.month - 1], y: t.year,
    d: t.day + (t.day === '1' ? words.first : ''), h: H % 12 || 12, hh: two(H % 12 || 12), H, HH: two(H), m: two(t.minute),
    ap: H < 12 ? words.am : words.pm,
  }
  const fill = s => s.replace(/\{(\w+)\}/g, (_, k) => v[k])
  for (const form of ['long', 'short']) {
    part(form).removeAttribute('data-gap')
    part(form).textContent = fill(words[form])
  }
  part('long').parentNode.dateTime = `${t.year}-${two(t.month)}-${two(t.day)}`
}

const temperature = t => {
  const box = part('temp')
  if (!box) return
  box.hidden = !t || Date.now() - Date.parse(t.at) > fresh
  if (box.hidden) return
  const F = here.unit === 'F', places = F ? 0 : 1, n = F ? t.c * 9 / 5 + 32 : t.c
  const a = Math.abs(n).toFixed(places), below = n < 0 && +a !== 0, shown = a.replace('.', words.dec)
  part('shown').textContent = (below ? '\u2212' : '') + shown + words.deg + (F ? 'F' : 'C')
  part('spoken').textContent = (below ? words.minus + ' ' : '') + shown + ' ' + (F ? words.sayF : words.sayC)
  part('at').textContent = ''
}

const near = () => {
  const row = document.querySelector('[data-near]')
  if (!row || here.slug === standard.slug || document.documentElement.lang.slice(0, 2) !== row.dataset.near) return
  fetch('/_/near/' + here.slug).then(r => r.ok ? r.text() : '').then(html => {
    const next = html && new DOMParser().parseFromString(html, 'text/html').querySelector('section')
    if (!next) return
    const own = document.importNode(next, true), list = own.querySelector('ul')
    const there = new Set([...document.querySelectorAll('main h3 a')].filter(a => !row.contains(a)).map(a => a.href))
    for (const li of [...list.children].filter(li => there.has(li.querySelector('h3 a').href))) li.remove() // a story stands once
    while (list.children.length > 4) list.lastElementChild.remove()
    if (!list.children.length) return
    list.className = list.className.replace(/\bn\d+/, 'n' + list.children.length)
    for (const img of own.querySelectorAll('[data-look]')) {
      for (const [name, value] of img.dataset.look.split(';').map(r => r.split(':'))) img.style.setProperty(name, value)
    }
    row.replaceWith(own)
  }).catch(() => {})
}

export const start = () => {
  const own = read()
  here = own ? { ...(own.slug === standard.slug ? standard : {}), ...own } : standard
  const name = part('name')
  if (name && here.name) {
    name.textContent = here.name
    const link = part('temp').querySelector('a')
    link.href = link.href.replace(/\/r\/[^/]+\//, `/r/${here.slug}/`)
  }
  tick()
  if (!own || here.temp) temperature(here.temp)
  else fetch(`/_/place/${here.slug}.json`).then(r => r.ok ? r.json() : {}).then(j => temperature(j.temp)).catch(() => temperature())
  near()
}

if (strip) {
  words = JSON.parse(strip.dataset.l10n)
  standard = JSON.parse(strip.dataset.place)
  start()
  const loop = () => setTimeout(() => { document.hidden || tick(); loop() }, 6e4 - Date.now() % 6e4 + 20)
  loop()
  document.addEventListener('visibilitychange', () => document.hidden || tick())
}
