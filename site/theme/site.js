// Small repairs for readers who use a keyboard or a screen reader; the pages work without them.
(() => {
  const repair = () => {
    // the button's name is its visible text: the shortcut beside it is not part of it
    for (const keys of document.querySelectorAll(".search-button-field .search-button__kbd-shortcut")) {
      keys.setAttribute("aria-hidden", "true");
      keys.closest("button").removeAttribute("aria-label");
    }
    // the theme's logo is a way home: a landmark of its own
    const home = document.querySelector(".bd-sidebar-primary .navbar-brand")?.parentElement;
    home?.setAttribute("role", "navigation");
    home?.setAttribute("aria-label", "Home");
    // a formula that is wider than the page can be scrolled by keyboard
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
      if (formula.scrollWidth > formula.clientWidth) {
        formula.tabIndex = 0;
        formula.setAttribute("role", "group");
        formula.setAttribute("aria-label", "Formula, scrolls sideways");
      }
    }
  };
  // a long name breaks after an underscore
  const breakable = () => {
    for (const code of document.querySelectorAll(".bd-article code.literal .pre, .page-toc code .pre")) {
      const parts = code.textContent.split(/(?<=[_/])/);
      if (parts.length > 1 && !code.children.length) code.replaceChildren(...parts.flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part])));
    }
  };
  // code and output wider than the column scroll by keyboard as well, and say so; the theme's tab stops are of another moment
  const wide = () => {
    for (const block of document.querySelectorAll(".bd-article pre")) {
      const hidden = block.scrollWidth > block.clientWidth;
      block.tabIndex = hidden ? 0 : -1;
      for (const [name, value] of [["role", "group"], ["aria-label", "Code or output, scrolls sideways"]]) {
        if (hidden) block.setAttribute(name, value);
        else block.removeAttribute(name);
      }
    }
  };
  // a still picture gives way to its explorable once it comes near, and predictions are asked; where that fails picture and text stay
  const touchable = () => {
    const near = new IntersectionObserver((seen) => {
      for (const { target } of seen.filter((one) => one.isIntersecting)) {
        near.unobserve(target);
        const { explorable = "predictions", settings, prediction } = target.dataset;
        const given = settings ? fetch(settings).then((file) => file.json()) : prediction && JSON.parse(prediction);
        Promise.all([import(`./explorables/${explorable}.js`), given]).then(([{ explore }, known]) => explore(target, known)).catch((error) => console.error(error));
      }
    }, { rootMargin: "600px" });
    for (const place of document.querySelectorAll("[data-explorable], [data-prediction]")) near.observe(place);
  };
  // answers wait for who asks, on a site that holds them
  const asked = () => {
    if (document.querySelector(".idnn-answer")) import("./answers.js").then(({ guard }) => guard(document));
  };
  // how far this reader came, out of the browser's own stores
  const progress = () => {
    const places = document.querySelectorAll("[data-progress]");
    if (places.length) import("./progress.js").then(({ show }) => show(places)).catch((error) => console.error(error));
  };
  document.addEventListener("DOMContentLoaded", () => { repair(); breakable(); touchable(); asked(); progress(); });
  window.addEventListener("resize", wide);
  window.addEventListener("load", wide);
  window.addEventListener("load", () => window.MathJax?.startup?.promise?.then(repair));
})();
