"use strict";
/* The admin's search-as-you-type fields name themselves only by what is chosen in them: empty, they have no name.
   Give them the name of their label. Everything works without this file, only not for a screen reader. */
(() => {
  const name = (select) => {
    const label = select.labels && select.labels[0];
    const box = select.nextElementSibling && select.nextElementSibling.querySelector(".select2-selection");
    if (!label || !box) return;
    const shown = box.querySelector(".select2-selection__rendered");
    label.id = label.id || `${select.id}-label`;
    box.setAttribute("aria-labelledby", shown ? `${label.id} ${shown.id}` : label.id);
    if (shown) shown.removeAttribute("role");
    if (shown) shown.removeAttribute("aria-readonly");
  };
  const all = () => document.querySelectorAll("select.admin-autocomplete:not([name*=__prefix__])").forEach(name);
  // jQuery runs what waits for the page in the order of registration: Django's own script comes before this one.
  if (window.django && window.django.jQuery) window.django.jQuery(all);
  document.addEventListener("formset:added", () => setTimeout(all));
})();
