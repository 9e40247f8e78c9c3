// Photos large, one after the other. Which one is open stands in the address, so that the back button closes it and a
// link opens it. What shows them is fetched when the first is opened; without a script the link opens the file.
const { lightbox } = document.querySelector('script[data-words]')?.dataset || {}
const photo = /^#photo-\d+$/
let loaded

const show = () => {
  if (!loaded && !photo.test(location.hash)) return
  loaded ||= import(lightbox)
  return loaded.then(m => m.show())
}

if (lightbox && window.HTMLDialogElement && document.querySelector('a[id^="photo-"]')) {
  document.addEventListener('click', e => {
    const a = e.target.closest('a[id^="photo-"]')
    if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return
    e.preventDefault()
    history.pushState({ photo: true }, '', '#' + a.id)
    show().catch(() => { location.href = a.href })
  })
  const quietly = () => { show()?.catch(() => {}) } // the page is complete without it
  addEventListener('hashchange', quietly)
  quietly()
}
