// Photos large, one after the other. Which one is open stands in the address; without a script the link opens the file.
import { say } from './words.js'

const links = [...document.querySelectorAll('a[id^="photo-"]')]
let box

const button = (key, act) => {
  const b = document.createElement('button')
  b.className = 'btn'
  b.type = 'button'
  b.textContent = say(key)
  b.onclick = act
  return b
}
const go = i => { location.hash = links[(i + links.length) % links.length].id }

const show = () => {
  const i = links.findIndex(a => '#' + a.id === location.hash)
  if (i < 0) return box && box.close()
  if (!box) {
    box = document.createElement('dialog')
    box.className = 'light'
    box.addEventListener('close', () => {
      const last = document.querySelector(location.hash || 'x')
      box.remove()
      box = null
      if (/^#photo-/.test(location.hash)) history.replaceState(null, '', location.pathname + location.search)
      if (last) last.focus()
    })
    box.addEventListener('keydown', e => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
      if (step) go(box.at + step)
    })
    document.body.append(box)
  }
  box.at = i
  const source = links[i].querySelector('img'), caption = links[i].parentNode.querySelector('figcaption')
  const figure = document.createElement('figure'), image = new Image(), words = document.createElement('figcaption'), nav = document.createElement('nav')
  image.src = links[i].href
  image.alt = source.alt
  words.textContent = (links.length > 1 ? say('of', i + 1, links.length) + '. ' : '') + (caption ? caption.textContent : '')
  if (links.length > 1) nav.append(button('prev', () => go(i - 1)), button('next', () => go(i + 1)))
  nav.append(button('close', () => box.close()))
  nav.setAttribute('aria-label', words.textContent)
  figure.append(image, words)
  box.setAttribute('aria-label', source.alt || words.textContent)
  box.replaceChildren(figure, nav)
  if (!box.open) box.showModal()
  nav.lastChild.focus()
}

if (links.length && window.HTMLDialogElement) {
  for (const a of links) {
    a.addEventListener('click', e => {
      if (e.metaKey || e.ctrlKey || e.shiftKey || e.button) return
      e.preventDefault()
      location.hash = a.id
    })
  }
  addEventListener('hashchange', show)
  if (/^#photo-/.test(location.hash)) show()
}
