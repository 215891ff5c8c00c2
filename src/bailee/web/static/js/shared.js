// A link's token stands behind the #, which no browser sends. It is posted once, and taken out of
// the address, so that it stays in no history and is not handed on with a copied address.
function open() {
  const token = location.hash.slice(1);
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  const form = document.getElementById("by-hand");
  form.hidden = true;
  document.getElementById("opening").hidden = false;
  form.elements.token.value = token;
  form.submit();
}

addEventListener("hashchange", open);
open();
