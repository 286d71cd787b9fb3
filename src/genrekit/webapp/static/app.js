// The timeline: hovering tells its seconds, a click or Enter plays from there, arrow keys move. One listener for the
// whole page, since answers come and go.
(() => {
  const columnsOf = (timeline) => (timeline.columns ??= JSON.parse(timeline.dataset.columns));
  const endOf = (timeline) => Number(timeline.dataset.end);
  const audioOf = (element) => element.closest(".gk-sound")?.querySelector("audio");

  const tell = (timeline, seconds) => {
    const { bounds, spoken } = columnsOf(timeline);
    const found = bounds.findIndex(([, end]) => seconds < end);
    const words = spoken[found < 0 ? spoken.length - 1 : found];
    timeline.parentElement.querySelector(".gk-readout").textContent = words;
    timeline.setAttribute("aria-valuenow", String(Math.round(seconds)));
    timeline.setAttribute("aria-valuetext", words);
  };

  const mark = (timeline, seconds) => {
    timeline.querySelector(".gk-cursor").style.left = `${(100 * seconds) / endOf(timeline)}%`;
  };

  const secondsAt = (timeline, event) => {
    const box = timeline.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(Math.max(share, 0), 0.9999) * endOf(timeline);
  };

  const play = (element, seconds) => {
    const audio = audioOf(element);
    if (!audio) return;
    audio.currentTime = seconds;
    // Refused where the format cannot be played; the sentence below the player says so.
    audio.play().catch(() => {});
  };

  document.addEventListener("mousemove", (event) => {
    const timeline = event.target.closest?.(".gk-timeline");
    if (timeline) tell(timeline, secondsAt(timeline, event));
  });

  document.addEventListener("click", (event) => {
    const timeline = event.target.closest?.(".gk-timeline");
    if (timeline) {
      const seconds = secondsAt(timeline, event);
      mark(timeline, seconds);
      play(timeline, seconds);
      return;
    }
    const seek = event.target.closest?.(".gk-seek");
    if (seek) play(seek, Number(seek.dataset.seek));
  });

  const moveBy = (timeline, event) => {
    const { bounds } = columnsOf(timeline);
    const now = Number(timeline.dataset.column ?? 0);
    const places = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: bounds.length - 1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    const column = Math.min(Math.max(places[event.key], 0), bounds.length - 1);
    timeline.dataset.column = column;
    tell(timeline, bounds[column][0]);
    mark(timeline, bounds[column][0]);
  };

  // Keys of the review, as long as nobody is typing.
  const review = (event) => {
    const page = document.getElementById("gk-review");
    if (!page?.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [role=tab], audio, .gk-timeline")) return;
    const named = /^[0-9]$/.test(event.key) ? `gk-say-${(Number(event.key) + 9) % 10}` : null;
    const id = named ?? { a: "gk-accept", s: "gk-skip", u: "gk-undo" }[event.key.toLowerCase()];
    if (id) document.getElementById(id)?.click();
    if (event.key === " " && !event.target.closest?.("button")) {
      const audio = page.querySelector("audio");
      event.preventDefault();
      if (audio) audio.paused ? audio.play().catch(() => {}) : audio.pause();
    }
  };

  document.addEventListener("keydown", (event) => {
    const timeline = event.target.closest?.(".gk-timeline");
    if (timeline && event.key === "Enter") {
      play(timeline, columnsOf(timeline).bounds[Number(timeline.dataset.column ?? 0)][0]);
    } else if (timeline) {
      moveBy(timeline, event);
    }
    review(event);
  });

  // Media events do not bubble: they are caught on their way down.
  document.addEventListener("timeupdate", (event) => {
    const timeline = event.target.closest?.(".gk-sound")?.querySelector(".gk-timeline");
    if (!timeline) return;
    mark(timeline, event.target.currentTime);
    if (!event.target.paused) tell(timeline, event.target.currentTime);
  }, true);

  document.addEventListener("error", (event) => {
    if (event.target.matches?.(".gk-audio")) {
      const note = event.target.parentElement.querySelector(".gk-unplayed");
      if (note) note.hidden = false;
    }
  }, true);
})();
