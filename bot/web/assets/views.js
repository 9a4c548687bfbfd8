// The three views of the page: they all stay alive, so a room left for a moment is found as it was.
// The hash of the address names the view: a link opens it, and Back leads to the one before.
const ICONS = {
  chat: "M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 20 17h-8l-4.5 3.5V17H4a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 4 5.5z",
  studio: "M3 9.5h18V19a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 19zM3 9.5l1-4.5 17 0-1 4.5M8.5 5l-2 4.5M13.5 5l-2 4.5M18.5 5l-2 4.5",
  library: "M3.5 4.5h7v7h-7zM13.5 4.5h7v7h-7zM3.5 14h7v6h-7zM13.5 14h7v6h-7z",
};

export default {
  props: { views: Array, label: String },
  data() {
    return { shown: this.asked() };
  },
  mounted() {
    window.addEventListener("hashchange", this.follow);
    this.tell();
  },
  beforeUnmount() {
    window.removeEventListener("hashchange", this.follow);
  },
  methods: {
    asked() {
      const names = this.views.map((view) => view.name);
      const wanted = [location.hash.slice(1), new URLSearchParams(location.search).get("view")];
      return wanted.find((name) => names.includes(name)) || names[0];
    },
    follow() {
      if (this.shown === this.asked()) return;
      this.quiet(this.shown);
      this.shown = this.asked();
      this.tell();
    },
    go(name) {
      if (name !== this.shown) location.hash = name;
    },
    step(event, by) {
      const names = this.views.map((view) => view.name);
      const at = by === "first" ? 0 : by === "last" ? -1 : names.indexOf(this.shown) + by;
      const next = names.at(at % names.length);
      event.preventDefault();
      this.go(next);
      this.$refs[next][0].focus();
    },
    tell() {
      // whoever lives in a view begins to work when it is first looked at
      this.$nextTick(() => {
        window.dispatchEvent(new CustomEvent("qunying-view", { detail: this.shown }));
      });
    },
    quiet(name) {
      for (const film of document.querySelectorAll(`#view-${name} video`)) film.pause();
    },
    icon(name) {
      return ICONS[name];
    },
  },
  template: `
<div class="views">
  <div class="tabs" role="tablist" :aria-label="label">
    <button v-for="view in views" :key="view.name" :ref="view.name" type="button" role="tab"
      class="tab" :class="{ chosen: view.name === shown }" :id="'tab-' + view.name"
      :aria-selected="view.name === shown ? 'true' : 'false'" :aria-controls="'view-' + view.name"
      :tabindex="view.name === shown ? 0 : -1" @click="go(view.name)"
      @keydown.right="step($event, 1)" @keydown.left="step($event, -1)"
      @keydown.home="step($event, 'first')" @keydown.end="step($event, 'last')">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path :d="icon(view.name)"/></svg>
      <span>{{ view.label }}</span>
    </button>
  </div>
  <div class="stage">
    <div v-for="view in views" :key="view.name" class="view" :class="[view.name, { shown: view.name === shown }]"
      :id="'view-' + view.name" role="tabpanel" :aria-labelledby="'tab-' + view.name"
      :inert="view.name !== shown">
      <slot :name="view.name"></slot>
    </div>
  </div>
</div>`,
};
