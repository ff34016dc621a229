// Asks every few seconds whether what the page shows has changed; only then Python draws it anew.
// While somebody types here the page is drawn by the typing, and nothing is asked. Pieces of the page that such a drawing
// changes come along with it.

const PATIENCE = 10000; // how long a redrawing may take until it is asked for again
const ARRIVING = 1500; // what was sent before this came stands in the page by then

export default function (component) {
  const root = component.parentElement.querySelector(".pu");
  const { href, pulse, seconds, pieces, drawing } = JSON.parse(new TextDecoder().decode(component.data));
  window.onefill.place?.(pieces);
  stop(root);
  let told = 0;

  async function look() {
    if (document.hidden || window.onefill.typing() || Date.now() - told < PATIENCE) return;
    const now = await ask(href);
    if (now === null || now === pulse || root.look !== look) return;
    told = Date.now();
    component.setTriggerValue("changed", now);
  }

  // What others have done is one thing to draw, what was refused here another.
  window.onefill.redraw = () => component.setTriggerValue("changed", String(Date.now()));
  setTimeout(() => root.look === look && older(drawing) && window.onefill.redraw(), ARRIVING);
  root.look = look;
  root.timer = setInterval(look, seconds * 1000);
  document.addEventListener("visibilitychange", look);
  return () => stop(root);
}

// The page that the pieces are about was drawn, but dropped before it was sent: see `drawn` in pieces.py.
function older(drawing) {
  const mark = document.querySelector("[data-drawn]");
  return mark !== null && Number(mark.dataset.drawn) < drawing;
}

function stop(root) {
  clearInterval(root.timer);
  document.removeEventListener("visibilitychange", root.look);
  root.look = null;
}

// Nothing while the connection is cut: the page tells of that itself. Who may no longer see the record is told so.
async function ask(href) {
  try {
    const answer = await fetch(href, { headers: { "x-onefill-token": window.onefill.session().token ?? "" } });
    if (answer.ok) return (await answer.json()).pulse;
    return [404, 409].includes(answer.status) ? "gone" : null;
  } catch {
    return null;
  }
}
