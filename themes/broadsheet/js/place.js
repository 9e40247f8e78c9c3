// The reader's place, kept in a cookie that holds slug|zone|name|unit and nothing else.
export const read = () => {
  const found = document.cookie.match(/(?:^|; )mh_place=([^;]+)/)
  if (!found) return null
  try {
    const [slug, tz, name, unit] = decodeURIComponent(found[1]).split('|')
    return slug ? { slug, tz, name, unit } : null
  } catch {
    return null
  }
}
export const write = p => {
  const value = p ? encodeURIComponent([p.slug, p.tz, p.name, p.unit || 'C'].join('|')) : ''
  document.cookie = `mh_place=${value}; path=/; max-age=${p ? 31536000 : 0}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`
}
