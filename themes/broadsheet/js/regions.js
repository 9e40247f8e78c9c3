// Choosing a place without leaving the page: the chooser's own list in a dialog, found by typing or by location.
import { say } from './words.js'
import { read, write } from './place.js'
import { start } from './strip.js'

const link = document.querySelector('[data-choose]')
const fold = s => s.normalize('NFD').replace(/[\u0300-\u036f.'’]/g, '').toLowerCase()
const make = (tag, props, ...children) => {
  const e = Object.assign(document.createElement(tag), props)
  e.append(...children)
  return e
}
let dialog

const open = async () => {
  const html = await fetch(link.href).then(r => { if (!r.ok) throw r; return r.text() })
    .then(html => html.replace(/<style[^]*?<\/style>/g, '')) // that page's own policy allows it, this one's does not
  const places = [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('button[data-zone]')].map(b => {
    const [lat, lon] = b.dataset.at.split(' ')
    return { slug: b.value, tz: b.dataset.zone, name: b.textContent, label: b.dataset.label, lat, lon }
  })
  const title = make('h2', { id: 'choose', textContent: say('choose') })
  const close = make('button', { className: 'btn', type: 'button', textContent: say('close'), onclick: () => dialog.close() })
  const field = make('input', { type: 'text', id: 'choose-field', autocomplete: 'off' })
  field.setAttribute('role', 'combobox')
  field.setAttribute('aria-controls', 'choose-list')
  field.setAttribute('aria-expanded', 'true')
  const label = make('label', { htmlFor: 'choose-field', className: 'label', textContent: say('field') })
  const locate = make('button', { className: 'btn', type: 'button', textContent: say('locate') })
  const note = make('p', { className: 'note' })
  note.setAttribute('role', 'status')
  const list = make('ul', { id: 'choose-list' })
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-labelledby', 'choose')
  dialog = make('dialog', {}, make('div', { className: 'top' }, title, close), label, field, make('div', { className: 'tools' }, locate), note, list)
  dialog.setAttribute('aria-labelledby', 'choose')
  document.body.append(dialog)

  let shown = [], at = 0
  const mark = i => {
    at = (i + shown.length) % shown.length
    ;[...list.children].forEach((o, n) => {
      o.setAttribute('aria-selected', n === at)
      if (n === at) { field.setAttribute('aria-activedescendant', o.id); o.scrollIntoView({ block: 'nearest' }) }
    })
  }
  const choose = p => {
    write({ ...p, unit: (read() || {}).unit })
    dialog.close()
    start()
  }
  const show = () => {
    const q = fold(field.value.trim())
    shown = places.filter(p => fold(p.label).split(/[\s,-]+/).some((_, i, w) => w.slice(i).join(' ').startsWith(q)))
    note.textContent = shown.length ? '' : say('none', field.value.trim())
    if (!shown.length) shown = places
    list.replaceChildren(...shown.map((p, i) => {
      const o = make('li', { id: 'choose-' + i, textContent: p.label, onclick: () => choose(p) })
      o.setAttribute('role', 'option')
      return o
    }))
    mark(0)
  }
  field.addEventListener('input', show)
  field.addEventListener('keydown', e => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step) { e.preventDefault(); mark(at + step) }
    if (e.key === 'Enter') { e.preventDefault(); choose(shown[at]) }
  })
  // The position is compared here and goes nowhere.
  locate.addEventListener('click', () => navigator.geolocation ? navigator.geolocation.getCurrentPosition(({ coords }) => {
    const far = p => Math.hypot(p.lat - coords.latitude, (p.lon - coords.longitude) * Math.cos(coords.latitude * Math.PI / 180))
    choose(places.reduce((a, b) => far(b) < far(a) ? b : a))
  }, () => { note.textContent = say('nowhere') }) : note.textContent = say('nowhere'))
  dialog.addEventListener('close', () => { dialog.remove(); link.focus() })
  show()
  dialog.showModal()
  field.focus()
}

if (link && window.HTMLDialogElement) {
  link.addEventListener('click', e => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button) return
    e.preventDefault()
    open().catch(() => { location.href = link.href })
  })
}
