// Light or dark, and the size of the text. A small script in the head puts the choice into effect before painting.
const form = document.querySelector('form[data-look]')

if (form) {
  let stored = ''
  try { stored = localStorage.mh_look || '' } catch {}
  const [theme = '', size = ''] = stored.split(',')
  form.elements.theme.value = theme
  form.elements.size.value = size
  form.hidden = false
  form.addEventListener('change', () => {
    const root = document.documentElement.dataset, look = { theme: form.elements.theme.value, size: form.elements.size.value }
    for (const k in look) look[k] ? root[k] = look[k] : delete root[k]
    try { localStorage.mh_look = look.theme + ',' + look.size } catch {}
  })
}
