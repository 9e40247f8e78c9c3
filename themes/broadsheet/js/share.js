// Copying the address, and the system's own share sheet.
import { say } from './words.js'

const copy = document.querySelector('[data-copy]'), share = document.querySelector('[data-share]')
const address = () => (document.querySelector('link[rel=canonical]') || location).href

if (copy && navigator.clipboard) {
  const text = copy.querySelector('span'), before = text.textContent
  text.setAttribute('role', 'status')
  copy.addEventListener('click', e => {
    e.preventDefault()
    navigator.clipboard.writeText(address()).then(() => {
      text.textContent = say('copied')
      setTimeout(() => { text.textContent = before }, 4000)
    }, () => {})
  })
}
if (share && navigator.share) {
  share.hidden = false
  share.addEventListener('click', () => navigator.share({ title: document.title, url: address() }).catch(() => {}))
}
