// Counts this visit with the Matomo its shop names.  Stands only in pages of a visitor who has allowed it.
"use strict";
{
  const { address, site } = document.currentScript.dataset;
  window._paq = [
    ["setTrackerUrl", `${address}matomo.php`],
    ["setSiteId", site],
    ["setDoNotTrack", true],
    ["setSecureCookie", location.protocol === "https:"],
    ["trackPageView"],
    ["enableLinkTracking"],
  ];
  const script = document.createElement("script");
  script.async = true;
  script.src = `${address}matomo.js`;
  document.head.append(script);
}
