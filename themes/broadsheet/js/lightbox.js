// The dialog that shows a page's photos large. photos.js fetches it.
import { say } from './words.js'

const links = [...document.querySelectorAll('a[id^="photo-"]')]
const make = (tag, props, ...children) => {
  const e = Object.assign(document.createElement(tag), props)
  e.append(...children)
  return e
}
let box, count, figure, at, kept

// large is a photo of the page for the whole screen: the same files, another width.
const large = i => {
  const p = links[i].querySelector('picture, img').cloneNode(true)
  const img = p.querySelector('img') || p
  img.removeAttribute('loading')
  img.removeAttribute('fetchpriority')
  img.className = ''
  for (const e of [...p.querySelectorAll('source'), img]) e.sizes = '100vw'
  return [p, img]
}

const go = i => {
  history.replaceState(history.state, '', '#' + links[(i + links.length) % links.length].id)
  show()
}
const step = key => ({ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 })[key]
const signs = { close: 'M6 6l12 12M18 6 6 18', prev: 'M14.5 5.5 8 12l6.5 6.5', next: 'M9.5 5.5 16 12l-6.5 6.5' }
const button = (key, act) => {
  const b = make('button', { className: 'btn', type: 'button', title: say(key), ariaLabel: say(key), onclick: act })
  b.innerHTML = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${signs[key]}"/></svg>`
  return b
}

const build = () => {
  count = make('p', { className: 'no' })
  count.setAttribute('role', 'status')
  figure = make('figure')
  const nav = make('nav', {}, button('close', () => box.close()))
  if (links.length > 1) nav.prepend(button('prev', () => go(at - 1)), button('next', () => go(at + 1)))
  nav.setAttribute('aria-label', say('photos'))
  box = make('dialog', { className: 'light' }, count, nav, figure)
  box.addEventListener('keydown', e => {
    const buttons = [...nav.children], i = Math.max(buttons.indexOf(document.activeElement), e.shiftKey ? 0 : -1)
    if (e.key === 'Tab') {
      e.preventDefault()
      buttons[(i + (e.shiftKey ? -1 : 1) + buttons.length) % buttons.length].focus()
    } else if (links.length > 1 && step(e.key) !== undefined && !e.altKey && !e.metaKey && !e.ctrlKey) {
      e.preventDefault()
      go(step(e.key))
    }
  })
  let from
  box.addEventListener('touchstart', e => { from = e.touches.length === 1 && visualViewport.scale === 1 && e.touches[0] }, { passive: true })
  box.addEventListener('touchend', e => {
    const to = e.changedTouches[0], x = from && to.clientX - from.clientX
    if (links.length > 1 && Math.abs(x) > 48 && Math.abs(x) > 1.5 * Math.abs(to.clientY - from.clientY)) go(x < 0 ? at + 1 : at - 1)
    from = null
  }, { passive: true })
  box.addEventListener('close', () => {
    const link = links[at]
    box.remove()
    box = kept = null
    if (location.hash !== '#' + link.id) link.focus() // the back button closed it
    else if (history.state?.photo) {
      addEventListener('popstate', () => link.focus(), { once: true })
      history.back()
    } else {
      history.replaceState(null, '', location.pathname + location.search)
      link.focus()
    }
  })
  document.body.append(box)
  box.showModal()
  box.tabIndex = -1
  box.focus() // not a button: the Enter that opened the photo is still to be let go
}

export const show = () => {
  const i = links.findIndex(a => '#' + a.id === location.hash)
  if (i < 0) return box?.close()
  at = i
  if (!box) build()
  const [picture, img] = large(i), own = links[i].parentNode.querySelector('figcaption')?.cloneNode(true)
  own?.querySelector('.no')?.remove()
  count.textContent = links.length > 1 ? say('of', i + 1, links.length) : ''
  box.setAttribute('aria-label', img.alt || own?.textContent || say('photos'))
  figure.replaceChildren(picture, ...own ? [own] : [])
  // Its neighbours are fetched behind it, unless the reader is to be spared.
  const next = () => { if (img.isConnected && !navigator.connection?.saveData) kept = [i + 1, i - 1].map(n => large((n + links.length) % links.length)) }
  if (links.length > 1) img.complete ? next() : img.addEventListener('load', next, { once: true })
}
