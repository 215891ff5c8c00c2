// What a link shows may end while it plays: then it says so, and shows nothing more.
const media = document.querySelector("#shown video, #shown audio, #shown img");
media?.addEventListener("error", () => {
  document.getElementById("shown").hidden = true;
  document.getElementById("stopped").hidden = false;
});
