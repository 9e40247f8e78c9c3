// What is read most in the reader's place, in the room beside a story. The page has a link; the list is no part of it, or
// every story's page would change with each ranking. Where there is no room beside, the link stays.
import { read } from './place.js'

const rail = document.querySelector('[data-most]'), wide = matchMedia('(min-width:1200px)')

const fill = () => {
  if (!wide.matches) return
  wide.onchange = null
  const strip = document.querySelector('[data-strip]'), place = read() || strip && JSON.parse(strip.dataset.place) || {}
  const all = '/_/most/' + rail.dataset.most
  const get = path => fetch(path).then(r => { if (!r.ok) throw r; return r.text() })
  get(place.slug ? all + '/' + place.slug : all).catch(() => get(all)).then(html => {
    rail.hidden = !html
    if (html) rail.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes)
  }).catch(() => {})
}

if (rail) {
  wide.onchange = fill
  fill()
}
