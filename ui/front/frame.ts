// Frames that show a page of 360 or 1280 pixels in whatever room there is.
const watched = new ResizeObserver((list) => { for (const e of list) scale(e.target as HTMLElement); });

function scale(room: HTMLElement): void {
  const page = room.querySelector("iframe");
  const width = Number(room.dataset.frame);
  if (!page || !width) return;
  const by = Math.min(1, room.clientWidth / width);
  page.style.transform = `scale(${by})`;
  page.style.height = `${room.clientHeight / by}px`;
}

// fit scales all frames below an element, now and when their room changes.
export function fit(below: ParentNode): void {
  for (const room of below.querySelectorAll<HTMLElement>("[data-frame]")) {
    watched.observe(room);
    scale(room);
  }
}
