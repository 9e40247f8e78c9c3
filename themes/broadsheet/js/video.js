// The large button starts a clip the first time; afterwards the player's own controls are enough. Nothing autoplays.
for (const button of document.querySelectorAll('.play')) {
  const video = button.parentNode.querySelector('video')
  if (!video) continue
  button.hidden = false
  button.querySelector('span')?.setAttribute('aria-hidden', 'true') // its name says the length in words
  video.controls = false
  const begin = () => { video.controls = true; button.remove() }
  button.addEventListener('click', () => { begin(); video.play(); video.focus() })
  video.addEventListener('click', () => { if (button.isConnected) { begin(); video.play() } })
}
