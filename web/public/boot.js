// Before the first paint: the language and theme this person chose last, so that nothing flips under their eyes.
(() => {
  const root = document.documentElement;
  try {
    const { state } = JSON.parse(localStorage.getItem("nazdik.prefs") || "{}");
    if (state?.lang === "en") {
      root.lang = "en";
      root.dir = "ltr";
    }
    if (["day", "night", "glare"].includes(state?.theme)) root.dataset.theme = state.theme;
  } catch {
    // Storage may be closed to us; the Persian day theme stands.
  }
})();
