// The large button starts a clip the first time; afterwards the player's own controls are enough. Nothing autoplays.
for (const button of document.querySelectorAll('.play')) {
  const video = button.parentNode.querySelector('video')
  if (!video) continue
  button.hidden = false
  // The name is the visible words and, unseen, the title and the length in words.
  const text = [...button.childNodes].find(n => n.nodeType === 3 && n.data.trim()), name = button.getAttribute('aria-label')
  if (text && name && name.startsWith(text.data.trim())) {
    const rest = document.createElement('span')
    rest.className = 'vh'
    rest.textContent = name.slice(text.data.trim().length)
    button.querySelector('span')?.setAttribute('aria-hidden', 'true')
    text.after(rest)
    button.removeAttribute('aria-label')
  }
  // The still stands alone, without the player's controls, until the first play.
  const frame = button.parentNode
  frame.classList.add('ready')
  frame.addEventListener('click', () => {
    frame.classList.remove('ready')
    button.remove()
    video.play()
    video.focus()
  }, { once: true })
}
